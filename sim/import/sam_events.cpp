// The `Events` of a SAM function.
#include <fmt/format.h>

#include <algorithm>

#include "sim/import/functions.h"
#include "sim/import/resources.h"
#include "sim/import/schedules.h"

namespace lambdasim::import {
namespace {

using config::Node;

bool is_among(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class EventReader {
 public:
  EventReader(std::string type, Source source, Function& function, const ResourceReader& reader,
              Stack& stack, Findings& findings)
      : type_(std::move(type)),
        source_(std::move(source)),
        function_(function),
        reader_(reader),
        stack_(stack),
        findings_(findings) {}

  void read(Properties& properties) {
    if (type_ == "Api" || type_ == "HttpApi") {
      set_front(function_, type_ == "Api" ? "api_gateway_rest" : "api_gateway_http", source_.where,
                source_.path, findings_);
      stack_.add_call(function_, source_.where, source_.path);
    } else if (is_among(type_, {"AlexaSkill", "Cognito"})) {
      stack_.add_call(function_, source_.where, source_.path);
    } else if (is_among(type_, {"SQS", "Kinesis", "DynamoDB", "MSK", "SelfManagedKafka"})) {
      read_batches(properties);
      return;
    } else if (is_among(type_, {"Schedule", "ScheduleV2"})) {
      read_schedule(properties);
    } else if (is_among(type_, {"S3", "SNS", "EventBridgeRule", "CloudWatchEvent", "CloudWatchLogs",
                                "IoTRule"})) {
      read_events(properties);
    } else {
      findings_.missed.report(source_.where, source_.path,
                              fmt::format("events of type '{}' are not read", type_));
      return;
    }
    properties.finish({"apiid",
                       "auth",
                       "bucket",
                       "deadletterconfig",
                       "description",
                       "eventbusname",
                       "events",
                       "filter",
                       "filterpolicy",
                       "filterpolicyscope",
                       "filterpattern",
                       "groupname",
                       "input",
                       "inputpath",
                       "inputtransformer",
                       "kmskeyarn",
                       "loggroupname",
                       "method",
                       "name",
                       "omitname",
                       "path",
                       "pattern",
                       "payloadformatversion",
                       "permissionsboundary",
                       "requestmodel",
                       "requestparameters",
                       "restapiid",
                       "retrypolicy",
                       "rolearn",
                       "routesettings",
                       "skillid",
                       "sql",
                       "awsiotsqlversion",
                       "target",
                       "timeoutinmillis",
                       "topic",
                       "trigger",
                       "userpool",
                       "redrivepolicy",
                       "region",
                       "rulename"});
  }

 private:
  void read_batches(Properties& properties) {
    const std::string kind = type_ == "SQS"        ? "sqs"
                             : type_ == "Kinesis"  ? "kinesis"
                             : type_ == "DynamoDB" ? "dynamodb_stream"
                                                   : "kafka";
    Origin origin = reader_.origin_of(properties.node({"Queue", "Stream"}), kind);
    origin.kind = kind;
    const bool is_on = read_mapping(properties, origin, function_, source_);
    properties.finish(mapping_without_part());
    add(is_on);
  }

  void read_schedule(Properties& properties) {
    const auto expression = properties.scalar({"Schedule", "ScheduleExpression"});
    const bool is_on = read_schedule_options(properties);
    if (!expression) {
      findings_.errors.report(source_.where, source_.path, "has no schedule");
    } else if (is_on) {
      add_schedule(*expression, source_, function_.async, stack_, findings_);
    } else {
      add(false);
    }
  }

  void read_events(Properties& properties) {
    const Node* through_queue = properties.node({"SqsSubscription"});
    const bool is_on = properties.flag({"State", "Enabled"}, true);
    if (through_queue != nullptr && through_queue->scalar != "false") {
      findings_.missed.report(through_queue->where, source_.path + ".SqsSubscription",
                              "the queue between topic and function is not simulated");
    }
    source_.settings = function_.async;
    source_.kind = "async";
    add(is_on);
  }

  void add(bool is_on) {
    if (is_on) {
      stack_.sources.push_back(source_);
    } else {
      findings_.missed.report(source_.where, source_.path, "is disabled and left out");
    }
  }

  std::string type_;
  Source source_;
  Function& function_;
  const ResourceReader& reader_;
  Stack& stack_;
  Findings& findings_;
};

}  // namespace

void read_sam_event(const std::string& name, const Node& event, Function& function,
                    const ResourceReader& reader, Stack& stack, Findings& findings) {
  const std::string path = fmt::format("{}.Events.{}", function.path, name);
  const Node* type = event.find("Type");
  static const Node kNothing;
  const Node* given = event.find("Properties");
  Properties properties(given == nullptr ? kNothing : *given, path, findings);
  EventReader({type == nullptr ? "" : type->scalar}, {function.id, event.where, path, "", {}, {}},
              function, reader, stack, findings)
      .read(properties);
}

}  // namespace lambdasim::import
