#include "sim/import/serverless_events.h"

#include <fmt/format.h>

#include "sim/import/functions.h"
#include "sim/import/schedules.h"

namespace lambdasim::import {
namespace {

using config::Node;

enum class Shape { kRest, kHttp, kBalancer, kCall, kBatches, kSchedule, kEvents };

const std::map<std::string, Shape, std::less<>>& shapes() {
  static const std::map<std::string, Shape, std::less<>> kShapes{
      {"http", Shape::kRest},
      {"httpApi", Shape::kHttp},
      {"alb", Shape::kBalancer},
      {"alexaSkill", Shape::kCall},
      {"cognitoUserPool", Shape::kCall},
      {"sqs", Shape::kBatches},
      {"stream", Shape::kBatches},
      {"msk", Shape::kBatches},
      {"kafka", Shape::kBatches},
      {"schedule", Shape::kSchedule},
      {"s3", Shape::kEvents},
      {"sns", Shape::kEvents},
      {"eventBridge", Shape::kEvents},
      {"cloudwatchEvent", Shape::kEvents},
      {"cloudwatchLog", Shape::kEvents},
      {"iot", Shape::kEvents},
  };
  return kShapes;
}

class EventReader {
 public:
  EventReader(std::string type, Source source, Function& function, const ResourceReader& resources,
              Stack& stack, Findings& findings)
      : type_(std::move(type)),
        source_(std::move(source)),
        function_(function),
        resources_(resources),
        stack_(stack),
        findings_(findings) {}

  void read(const Node& value) {
    const auto shape = shapes().find(type_);
    if (shape == shapes().end()) {
      findings_.missed.report(source_.where, source_.path,
                              fmt::format("events of type '{}' are not read", type_));
      return;
    }
    if (value.kind == Node::Kind::kScalar || value.entries.empty()) {
      return read_plain(shape->second, value);
    }
    if (scalar_of(value)) {  // !GetAtt Queue.Arn
      return read_plain(shape->second, value);
    }
    Properties properties(value, source_.path, findings_);
    if (shape->second == Shape::kBatches) {
      read_batches(properties);
    } else if (shape->second == Shape::kSchedule) {
      read_schedules(properties);
    } else {
      read_others(shape->second, properties);
    }
  }

 private:
  void read_plain(Shape shape, const Node& value) {
    static const Node kNothing;
    Properties nothing(kNothing, source_.path, findings_);
    if (shape == Shape::kBatches) {
      read_mapping(nothing, origin_of(&value, ""), function_, source_);
      stack_.sources.push_back(source_);
    } else if (shape == Shape::kSchedule) {
      if (const auto expression = scalar_of(value)) {
        add_schedule(*expression, source_, function_.async, stack_, findings_);
      }
    } else {
      add(shape);
    }
  }

  Origin origin_of(const Node* arn, const std::string& type) const {
    const std::string named = type_ == "sqs"       ? "sqs"
                              : type_ != "stream"  ? "kafka"
                              : type == "dynamodb" ? "dynamodb_stream"
                                                   : "kinesis";
    Origin origin = resources_.origin_of(arn, named);
    if (type_ != "stream" || !type.empty()) {
      origin.kind = named;
    }
    return origin;
  }

  void read_batches(Properties& properties) {
    const auto type = properties.scalar({"type"});
    const Origin origin = origin_of(properties.node({"arn"}), type ? type->text : "");
    const bool is_on = read_mapping(properties, origin, function_, source_);
    std::set<std::string> no_part = mapping_without_part();
    no_part.insert({"consumer", "consumername"});
    properties.finish(no_part);
    if (is_on) {
      stack_.sources.push_back(source_);
    } else {
      findings_.missed.report(source_.where, source_.path, "is disabled and left out");
    }
  }

  void read_schedules(Properties& properties) {
    const auto rates = properties.items({"rate", "schedule"});
    const bool is_on = read_schedule_options(properties);
    properties.finish({"description", "input", "inputpath", "inputtransformer", "method", "name",
                       "retrypolicy", "deadletterqueuearn", "eventbus", "rolearn", "groupname"});
    if (!is_on) {
      findings_.missed.report(source_.where, source_.path, "is disabled and left out");
      return;
    }
    for (const Node* rate : rates) {
      if (const auto expression = scalar_of(*rate)) {
        add_schedule(*expression, source_, function_.async, stack_, findings_);
      }
    }
  }

  void read_others(Shape shape, Properties& properties) {
    if (type_ == "eventBridge" && properties.node({"schedule"}) != nullptr) {
      return read_schedules(properties);
    }
    const bool is_on = properties.flag({"enabled"}, true);
    properties.finish({"arn",
                       "authorizer",
                       "bucket",
                       "conditions",
                       "cors",
                       "deadletterqueuearn",
                       "description",
                       "displayname",
                       "event",
                       "eventbus",
                       "existing",
                       "filter",
                       "filterpolicy",
                       "filterpolicyscope",
                       "healthcheck",
                       "id",
                       "input",
                       "inputpath",
                       "inputtransformer",
                       "integration",
                       "kmskeyid",
                       "kmsmasterkeyid",
                       "listenerarn",
                       "loggroup",
                       "method",
                       "multivalueheaders",
                       "name",
                       "operationid",
                       "path",
                       "pattern",
                       "pool",
                       "priority",
                       "private",
                       "redrivepolicy",
                       "request",
                       "response",
                       "retrypolicy",
                       "rules",
                       "sql",
                       "sqlversion",
                       "targetgroupname",
                       "topicname",
                       "trigger",
                       "forcedeploy",
                       "route"});
    if (is_on) {
      add(shape);
    } else {
      findings_.missed.report(source_.where, source_.path, "is disabled and left out");
    }
  }

  void add(Shape shape) {
    const std::map<Shape, std::string> fronts{{Shape::kRest, "api_gateway_rest"},
                                              {Shape::kHttp, "api_gateway_http"},
                                              {Shape::kBalancer, "alb"}};
    if (const auto front = fronts.find(shape); front != fronts.end()) {
      set_front(function_, front->second, source_.where, source_.path, findings_);
    }
    if (shape == Shape::kEvents) {
      stack_.add_events(function_, source_.where, source_.path);
    } else {
      stack_.add_call(function_, source_.where, source_.path);
    }
  }

  std::string type_;
  Source source_;
  Function& function_;
  const ResourceReader& resources_;
  Stack& stack_;
  Findings& findings_;
};

}  // namespace

void read_serverless_events(const Node& events, Function& function, const ResourceReader& resources,
                            Stack& stack, Findings& findings) {
  std::size_t number = 0;
  for (const Node& event : events.items) {
    const std::string path = fmt::format("{}.events.{}", function.path, number++);
    const bool is_word = event.entries.size() != 1;
    const std::string type = is_word ? event.scalar : event.entries.front().key;
    Source source{function.id, event.where, fmt::format("{}.{}", path, type), "", {}, {}};
    static const Node kNothing;
    EventReader(type, std::move(source), function, resources, stack, findings)
        .read(is_word ? kNothing : event.entries.front().value);
  }
}

}  // namespace lambdasim::import
