#include "sim/import/mappings.h"

#include <fmt/format.h>

#include <algorithm>

namespace lambdasim::import {
namespace {

constexpr long kSqsVisibility = 30;  // s; SQS API reference, SetQueueAttributes
constexpr long kMostBatch = 10'000;

class MappingReader {
 public:
  MappingReader(Properties& properties, const Origin& origin, const Function& function,
                Source& source)
      : properties_(properties), origin_(origin), function_(function), source_(source) {}

  void read() {
    source_.kind = origin_.kind;
    if (origin_.kind == "sqs") {
      read_queue_side();
    } else {
      read_shards();
    }
    read_batch();
    read_pollers();
    if (origin_.kind != "sqs") {
      read_stream_rules();
    }
    for (const config::Node* type :
         properties_.items({"FunctionResponseTypes", "functionResponseType"})) {
      if (type->scalar == "ReportBatchItemFailures") {
        add("report_batch_item_failures", Value{"true", type->where.line, "", ""});
      }
    }
    if (const config::Node* filter = properties_.node({"FilterCriteria", "filterPatterns"})) {
      properties_.miss("FilterCriteria", filter->where,
                       "is not simulated: the rate is that of events that pass the filter");
    }
  }

 private:
  void add(std::string_view key, const std::optional<Value>& value) {
    if (value) {
      source_.settings.emplace_back(key, *value);
    }
  }

  bool is_fifo() const { return origin_.queue != nullptr && origin_.queue->is_fifo; }

  void read_queue_side() {
    const Queue* queue = origin_.queue;
    const long least = function_.timeout_s;
    if (queue == nullptr || !queue->visibility) {
      add("visibility_timeout",
          Value{fmt::format("{} s", std::min(6 * least, 43'200L)), 0,
                fmt::format("{} is not in the template; its visibility timeout", origin_.name),
                ""});
    } else if (queue->visibility_s < least) {
      const std::string why =
          fmt::format("the queue's {} is less than the function's timeout, which AWS refuses",
                      queue->visibility->text);
      add("visibility_timeout",
          Value{fmt::format("{} s", least), queue->visibility->line, why, ""});
      properties_.findings().missed.report(source_.where, source_.path, why);
    } else {
      add("visibility_timeout", queue->visibility);
    }
    if (queue != nullptr) {
      add("retention", queue->retention);
      add("maximum_receives", queue->maximum_receives);
    }
    if (is_fifo()) {
      add("fifo.groups", Value{"10", queue->line, "how many message groups the queue has", ""});
    }
  }

  void read_shards() {
    const std::string key = origin_.kind == "kafka" ? "partitions" : "shards";
    if (origin_.shards != nullptr) {
      add(key, Value{*origin_.shards, 0, "", "as the stream has"});
    } else {
      add(key, Value{"1", 0, fmt::format("how many {} {} has", key, origin_.name), ""});
    }
  }

  void read_batch() {
    std::optional<Value> size;
    std::optional<Value> window;
    const long otherwise = origin_.kind == "sqs" ? 10 : 100;
    const long most = is_fifo() ? 10 : kMostBatch;
    const long batch =
        properties_.whole({"BatchSize"}, {1, most, otherwise, ""}, size).value_or(otherwise);
    const auto seconds = properties_.whole(
        {"MaximumBatchingWindowInSeconds", "maximumBatchingWindow", "batchWindow"},
        {0, is_fifo() ? 0 : 300, 0, " s"}, window);
    if (origin_.kind == "sqs" && batch > 10 && seconds.value_or(0) < 1) {
      const std::string why =
          "a batch above 10 needs a window of at least 1 s, else AWS refuses it";
      window = Value{"1 s", size ? size->line : 0, why, ""};
      properties_.findings().missed.report(source_.where, source_.path, why);
    }
    add("batch_size", size);
    add("batch_window", window);
  }

  void read_pollers() {
    std::optional<Value> cap;
    const Whole whole{2, 1000, 10, ""};
    if (auto scaling = properties_.block({"ScalingConfig"})) {
      scaling->whole({"MaximumConcurrency"}, whole, cap);
      scaling->finish();
    } else {
      properties_.whole({"maximumConcurrency"}, whole, cap);
    }
    const bool is_capped = cap.has_value();
    add("maximum_concurrency", cap);
    auto pollers = properties_.block({"ProvisionedPollerConfig"});
    if (!pollers) {
      return;
    }
    const bool is_queue = origin_.kind == "sqs";
    std::optional<Value> least;
    std::optional<Value> most;
    const long minimum =
        pollers->whole({"MinimumPollers"}, {is_queue ? 2 : 1, 200, 2, ""}, least).value_or(2);
    pollers->whole({"MaximumPollers"}, {minimum, 10'000, 200, ""}, most);
    if (is_queue && is_capped) {
      properties_.findings().errors.report(
          pollers->where(), pollers->path(),
          "AWS refuses a MaximumConcurrency beside provisioned pollers");
    } else if (is_queue) {
      add("provisioned.minimum_pollers", least);
      add("provisioned.maximum_pollers", most);
    } else {
      pollers->miss("MinimumPollers", pollers->where(),
                    "provisioned pollers are simulated of queues only");
    }
    pollers->finish();
  }

  void read_stream_rules() {
    std::optional<Value> value;
    if (origin_.kind != "kafka") {
      properties_.whole({"ParallelizationFactor"}, {1, 10, 1, ""}, value);
      add("parallelization", value);
    }
    std::optional<Value> retries;
    if (properties_.whole({"MaximumRetryAttempts"}, {-1, 10'000, -1, ""}, retries).value_or(-1) >=
        0) {
      add("maximum_retries", retries);
    }
    std::optional<Value> age;
    if (properties_.whole({"MaximumRecordAgeInSeconds"}, {-1, 604'800, -1, " s"}, age)
            .value_or(-1) >= 60) {
      add("maximum_record_age", age);
    }
    const config::Node* bisect = properties_.node({"BisectBatchOnFunctionError"});
    if (bisect != nullptr && properties_.flag({"BisectBatchOnFunctionError"}, false)) {
      add("bisect", Value{"true", bisect->where.line, "", ""});
    }
    if (auto destinations = properties_.block({"DestinationConfig", "destinations"})) {
      if (const config::Node* target = destinations->node({"OnFailure"})) {
        add("on_failure", Value{"destination", target->where.line, "", ""});
      }
      destinations->finish();
    }
    if (const config::Node* window = properties_.node({"TumblingWindowInSeconds"});
        window != nullptr && window->scalar != "0") {
      properties_.miss("TumblingWindowInSeconds", window->where, "is not simulated");
    }
  }

  Properties& properties_;
  const Origin& origin_;
  const Function& function_;
  Source& source_;
};

/// The limit of receives of a redrive policy: a mapping, or JSON in a text.
void read_redrive(Properties& properties, Queue& queue) {
  const config::Node* policy = properties.node({"RedrivePolicy"});
  if (policy == nullptr) {
    return;
  }
  config::Node parsed;
  if (policy->kind == config::Node::Kind::kScalar) {
    config::Diagnostics ignored;
    parsed = config::load_text(policy->scalar, policy->where.file, ignored);
    config::relocate(parsed, policy->where);
    policy = &parsed;
  }
  Properties redrive(*policy, properties.path_of("RedrivePolicy"), properties.findings());
  redrive.whole({"maxReceiveCount"}, {1, 1000, 3, ""}, queue.maximum_receives);
  redrive.finish({"deadlettertargetarn"});
}

}  // namespace

Queue read_queue(Properties& properties) {
  Queue queue;
  queue.line = properties.where().line;
  const auto seconds = properties.whole({"VisibilityTimeout", "visibility_timeout_seconds"},
                                        {0, 43'200, kSqsVisibility, " s"}, queue.visibility);
  if (!seconds) {
    queue.visibility = Value{fmt::format("{} s", kSqsVisibility), queue.line, "", "SQS's default"};
  }
  queue.visibility_s = seconds.value_or(kSqsVisibility);
  properties.whole({"MessageRetentionPeriod", "message_retention_seconds"},
                   {60, 1'209'600, 345'600, " s"}, queue.retention);
  queue.is_fifo = properties.flag({"FifoQueue"}, false);
  read_redrive(properties, queue);
  properties.finish({"arn",
                     "contentbaseddeduplication",
                     "deduplicationscope",
                     "delayseconds",
                     "fifothroughputlimit",
                     "id",
                     "kmsdatakeyreuseperiodseconds",
                     "kmsmasterkeyid",
                     "maximummessagesize",
                     "maxmessagesize",
                     "name",
                     "nameprefix",
                     "policy",
                     "queuename",
                     "receivemessagewaittimeseconds",
                     "receivewaittimeseconds",
                     "redriveallowpolicy",
                     "region",
                     "sqsmanagedsseenabled",
                     "tags",
                     "tagsall",
                     "timeouts",
                     "url"});
  return queue;
}

bool read_mapping(Properties& properties, const Origin& origin, const Function& function,
                  Source& source) {
  MappingReader(properties, origin, function, source).read();
  return properties.flag({"Enabled", "State"}, true);
}

const std::set<std::string>& mapping_without_part() {
  static const std::set<std::string> kNames{"accesspoint",
                                            "accessconfigurations",
                                            "amazonmanagedkafkaeventsourceconfig",
                                            "arn",
                                            "bootstrapservers",
                                            "consumergroupid",
                                            "eventsourcemappingarn",
                                            "functionarn",
                                            "id",
                                            "kafkabootstrapservers",
                                            "kmskeyarn",
                                            "lastmodified",
                                            "lastprocessingresult",
                                            "metricsconfig",
                                            "queuepolicylogicalid",
                                            "region",
                                            "saslscram512auth",
                                            "schemaregistryconfig",
                                            "secretsmanagerkmskeyid",
                                            "selfmanagedeventsource",
                                            "selfmanagedkafkaeventsourceconfig",
                                            "sourceaccessconfiguration",
                                            "sourceaccessconfigurations",
                                            "startingposition",
                                            "startingpositiontimestamp",
                                            "statetransitionreason",
                                            "tags",
                                            "tagsall",
                                            "topic",
                                            "topics",
                                            "type",
                                            "uuid"};
  return kNames;
}

}  // namespace lambdasim::import
