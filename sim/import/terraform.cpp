#include <fmt/format.h>

#include <algorithm>

#include "sim/import/formats.h"
#include "sim/import/functions.h"
#include "sim/import/mappings.h"
#include "sim/import/schedules.h"
#include "sim/import/terraform_plan.h"

namespace lambdasim::import {
namespace {

using config::Node;

/// Types of resources that decide about neither time nor cost of an invocation.
bool has_no_part(std::string_view type) {
  constexpr std::string_view kPrefixes[] = {
      "aws_iam_",      "aws_kms_",     "aws_ssm_",   "aws_route53", "aws_cloudwatch_log",
      "aws_vpc",       "aws_security", "aws_subnet", "aws_acm",     "aws_cloudwatch_metric",
      "null_",         "random_",      "archive_",   "local_",      "time_",
      "terraform_data"};
  constexpr std::string_view kTypes[] = {
      "aws_lambda_permission",   "aws_lambda_layer_version", "aws_sns_topic",
      "aws_sns_topic_policy",    "aws_sqs_queue_policy",     "aws_sqs_queue_redrive_allow_policy",
      "aws_s3_bucket",           "aws_s3_bucket_policy",     "aws_s3_object",
      "aws_cloudwatch_event_bus"};
  const auto is_prefix = [&](std::string_view prefix) { return type.starts_with(prefix); };
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes), is_prefix) ||
         std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes) ||
         ((type.starts_with("aws_api_gateway_") || type.starts_with("aws_apigatewayv2_")) &&
          !type.ends_with("_integration"));
}

class TerraformReader {
 public:
  TerraformReader(const Node& root, Findings& findings) : plan_(root), findings_(findings) {}

  Stack read() {
    constexpr int kPasses = 4;
    stack_.kind = "Terraform plan";
    if (const Node* region = plan_.region()) {
      stack_.region = Value{region->scalar, region->where.line, "", ""};
    }
    for (int pass = 0; pass < kPasses; ++pass) {
      for (const PlannedResource& resource : plan_.resources()) {
        const auto kind = kinds().find(resource.type);
        if (!resource.is_data && kind != kinds().end() && kind->second.first == pass) {
          static const Node kNothing;
          Properties properties(resource.values == nullptr ? kNothing : *resource.values,
                                resource.address, findings_);
          (this->*kind->second.second)(resource, properties);
        }
      }
    }
    for (const PlannedResource& resource : plan_.resources()) {
      if (resource.is_data || has_no_part(resource.type)) {
        findings_.no_part.report(resource.where, resource.address,
                                 resource.is_data
                                     ? "data sources have no part in the simulation"
                                     : resource.type + " has no part in the simulation");
      } else if (!kinds().contains(resource.type)) {
        miss(resource, fmt::format("resources of type '{}' are not read", resource.type));
      }
    }
    return std::move(stack_);
  }

 private:
  using Reader = void (TerraformReader::*)(const PlannedResource&, Properties&);

  struct Rule {
    std::optional<Scalar> schedule;
    bool has_pattern = false;
    bool is_on = true;
  };

  static const std::map<std::string, std::pair<int, Reader>, std::less<>>& kinds() {
    using Self = TerraformReader;
    static const std::map<std::string, std::pair<int, Reader>, std::less<>> kKinds{
        {"aws_lambda_function", {0, &Self::read_function}},
        {"aws_sqs_queue", {0, &Self::read_queue}},
        {"aws_kinesis_stream", {0, &Self::read_stream}},
        {"aws_dynamodb_table", {0, &Self::read_origin}},
        {"aws_msk_cluster", {0, &Self::read_origin}},
        {"aws_msk_serverless_cluster", {0, &Self::read_origin}},
        {"aws_cloudwatch_event_rule", {0, &Self::read_rule}},
        {"aws_sqs_queue_redrive_policy", {1, &Self::read_redrive}},
        {"aws_lambda_alias", {1, &Self::read_alias}},
        {"aws_lambda_provisioned_concurrency_config", {2, &Self::read_provisioned}},
        {"aws_lambda_function_event_invoke_config", {2, &Self::read_invoke_config}},
        {"aws_lambda_event_source_mapping", {3, &Self::read_mapping}},
        {"aws_lambda_function_url", {3, &Self::read_url}},
        {"aws_cloudwatch_event_target", {3, &Self::read_target}},
        {"aws_scheduler_schedule", {3, &Self::read_schedule}},
        {"aws_sns_topic_subscription", {3, &Self::read_subscription}},
        {"aws_s3_bucket_notification", {3, &Self::read_notification}},
        {"aws_api_gateway_integration", {3, &Self::read_integration}},
        {"aws_apigatewayv2_integration", {3, &Self::read_integration}},
    };
    return kKinds;
  }

  void miss(const PlannedResource& resource, const std::string& why) {
    findings_.missed.report(resource.where, resource.address, why);
  }

  /// The function that an argument names, by its value or by what it refers to.
  Function* function_in(const PlannedResource& resource, std::string_view key) {
    const Node* value = resource.values == nullptr ? nullptr : resource.values->find(key);
    if (value != nullptr && !value->scalar.empty()) {
      if (Function* function = stack_.find(value->scalar)) {
        return function;
      }
    }
    for (const std::string& address : plan_.references(resource, key)) {
      if (Function* function = stack_.find(address)) {
        return function;
      }
    }
    miss(resource, fmt::format("its {} names no function of the plan", key));
    return nullptr;
  }

  void name(Properties& properties, std::initializer_list<std::string_view> keys,
            const std::string& address) {
    for (const std::string_view key : keys) {
      if (const auto value = properties.scalar({key})) {
        stack_.stands_for[value->text] = address;
      }
    }
  }

  void read_function(const PlannedResource& resource, Properties& properties) {
    Function function;
    function.id = resource.address;
    function.where = resource.where;
    function.path = resource.address;
    function.is_published = properties.flag({"publish"}, false);
    import::read_function(properties, {}, "", function);
    name(properties, {"function_name", "arn", "qualified_arn", "invoke_arn"}, resource.address);
    finish_function(properties);
    stack_.add(std::move(function), resource.name);
  }

  void read_queue(const PlannedResource& resource, Properties& properties) {
    name_origin(resource, properties, "sqs");
    stack_.queues[resource.address] = import::read_queue(properties);
  }

  void read_stream(const PlannedResource& resource, Properties& properties) {
    name_origin(resource, properties, "kinesis");
    std::optional<Value> shards;
    if (properties.whole({"shard_count"}, {0, 10'000, 0, ""}, shards).value_or(0) > 0) {
      stack_.shards[resource.address] = shards->text;
    }
    properties.finish({"name", "streammodedetails", "encryptiontype", "kmskeyid", "tags", "tagsall",
                       "retentionperiod", "shardlevelmetrics", "enforceconsumerdeletion",
                       "timeouts", "id", "region"});
  }

  void read_origin(const PlannedResource& resource, Properties& properties) {
    name_origin(resource, properties,
                resource.type == "aws_dynamodb_table" ? "dynamodb_stream" : "kafka");
    findings_.no_part.report(resource.where, resource.address,
                             "counts as what a stream is read from, no more");
  }

  void name_origin(const PlannedResource& resource, Properties& properties,
                   const std::string& kind) {
    origins_[resource.address] = {kind, resource.address};
    for (const std::string_view key : {"arn", "stream_arn"}) {
      if (const auto arn = properties.scalar({key})) {
        origins_[arn->text] = {kind, resource.address};
      }
    }
  }

  void read_rule(const PlannedResource& resource, Properties& properties) {
    Rule rule{properties.scalar({"schedule_expression"}),
              properties.node({"event_pattern"}) != nullptr, read_schedule_options(properties)};
    if (const auto name = properties.scalar({"name"})) {
      rules_[name->text] = rule;
    }
    rules_[resource.address] = std::move(rule);
    properties.finish({"arn", "description", "eventbusname", "forcedestroy", "id", "nameprefix",
                       "region", "rolearn", "tags", "tagsall"});
  }

  void read_redrive(const PlannedResource& resource, Properties& properties) {
    Queue redrive = import::read_queue(properties);
    for (const std::string& address : plan_.references(resource, "queue_url")) {
      if (const auto queue = stack_.queues.find(address); queue != stack_.queues.end()) {
        queue->second.maximum_receives = redrive.maximum_receives;
        return;
      }
    }
    miss(resource, "is of no queue of the plan");
  }

  void read_alias(const PlannedResource& resource, Properties& properties) {
    Function* function = function_in(resource, "function_name");
    properties.node({"function_name"});
    if (function == nullptr) {
      return;
    }
    function->is_published = true;
    stack_.stands_for[resource.address] = function->id;
    name(properties, {"arn", "invoke_arn"}, function->id);
    properties.finish({"description", "functionversion", "id", "name", "region"});
  }

  void read_provisioned(const PlannedResource& resource, Properties& properties) {
    Function* function = function_in(resource, "function_name");
    properties.node({"function_name"});
    if (function != nullptr) {
      function->is_published = true;
      import::read_provisioned(properties, *function);
      properties.finish({"id", "qualifier", "region", "skipdestroy", "timeouts"});
    }
  }

  void read_invoke_config(const PlannedResource& resource, Properties& properties) {
    Function* function = function_in(resource, "function_name");
    properties.node({"function_name"});
    if (function != nullptr) {
      read_async(properties, *function);
      properties.finish({"id", "qualifier", "region"});
    }
  }

  Origin origin_of(const PlannedResource& resource, Properties& properties) {
    const auto arn = properties.scalar({"event_source_arn"});
    const bool has_topics = properties.node({"topics"}) != nullptr;
    const bool has_start = properties.node({"starting_position"}) != nullptr;
    std::vector<std::string> names = plan_.references(resource, "event_source_arn");
    std::string kind = has_topics ? "kafka" : has_start ? "kinesis" : "sqs";
    if (arn) {
      names.push_back(arn->text);
      kind = arn->text.find(":dynamodb:") != std::string::npos ? "dynamodb_stream" : kind;
    }
    Origin origin{kind, arn ? arn->text : "what it reads from", nullptr, nullptr};
    for (const std::string& name : names) {
      if (const auto found = origins_.find(name); found != origins_.end()) {
        const auto& [found_kind, address] = found->second;
        const auto queue = stack_.queues.find(address);
        const auto shards = stack_.shards.find(address);
        return {found_kind, address, queue == stack_.queues.end() ? nullptr : &queue->second,
                shards == stack_.shards.end() ? nullptr : &shards->second};
      }
    }
    return origin;
  }

  void read_mapping(const PlannedResource& resource, Properties& properties) {
    Function* function = function_in(resource, "function_name");
    properties.node({"function_name"});
    if (function == nullptr) {
      return;
    }
    Source source{function->id, resource.where, resource.address, "", {}, {}};
    const bool is_on =
        import::read_mapping(properties, origin_of(resource, properties), *function, source);
    properties.finish(mapping_without_part());
    if (!is_on) {
      return miss(resource, "is disabled and left out");
    }
    stack_.sources.push_back(std::move(source));
  }

  void read_url(const PlannedResource& resource, Properties& properties) {
    Function* function = function_in(resource, "function_name");
    properties.node({"function_name"});
    if (function != nullptr) {
      set_front(*function, "function_url", resource.where, resource.address, findings_);
      stack_.add_call(*function, resource.where, resource.address);
      properties.finish({"authorizationtype", "cors", "functionarn", "functionurl", "id",
                         "invokemode", "qualifier", "region", "timeouts", "urlid"});
    }
  }

  void read_target(const PlannedResource& resource, Properties& properties) {
    std::vector<std::string> names = plan_.references(resource, "rule");
    if (const auto name = properties.scalar({"rule"})) {
      names.push_back(name->text);
    }
    const Rule* rule = nullptr;
    for (const std::string& name : names) {
      const auto found = rules_.find(name);
      rule = found == rules_.end() ? rule : &found->second;
    }
    Function* function = function_in(resource, "arn");
    properties.node({"arn"});
    properties.finish({"deadletterconfig", "eventbusname", "forcedestroy", "id", "input",
                       "inputpath", "inputtransformer", "region", "retrypolicy", "rolearn",
                       "targetid"});
    if (function == nullptr || rule == nullptr || !rule->is_on) {
      if (function != nullptr) {
        miss(resource,
             rule == nullptr ? "is of no rule of the plan" : "its rule is disabled and left out");
      }
      return;
    }
    if (rule->schedule) {
      add_schedule(*rule->schedule,
                   {function->id, resource.where, resource.address, "async", {}, {}},
                   function->async, stack_, findings_);
    }
    if (rule->has_pattern) {
      stack_.add_events(*function, resource.where, resource.address);
    }
  }

  void read_schedule(const PlannedResource& resource, Properties& properties) {
    const auto schedule = properties.scalar({"schedule_expression"});
    const bool is_on = read_schedule_options(properties);
    properties.node({"target"});
    properties.finish(
        {"arn", "description", "groupname", "id", "kmskeyarn", "name", "nameprefix", "region"});
    Function* function = function_in(resource, "target");
    if (function == nullptr) {
      return;
    }
    if (!schedule || !is_on) {
      return miss(resource, is_on ? "has no schedule" : "is disabled and left out");
    }
    add_schedule(*schedule, {function->id, resource.where, resource.address, "async", {}, {}},
                 function->async, stack_, findings_);
  }

  void read_subscription(const PlannedResource& resource, Properties& properties) {
    if (const auto protocol = properties.scalar({"protocol"});
        protocol && protocol->text == "lambda") {
      add_events(resource, "endpoint");
    } else {
      miss(resource, "subscribes no function of the plan");
    }
  }

  void read_notification(const PlannedResource& resource, Properties&) {
    add_events(resource, "lambda_function");
  }

  void add_events(const PlannedResource& resource, std::string_view key) {
    if (const Function* function = function_in(resource, key)) {
      stack_.add_events(*function, resource.where, resource.address);
    }
  }

  void read_integration(const PlannedResource& resource, Properties&) {
    const bool is_rest = resource.type == "aws_api_gateway_integration";
    if (Function* function = function_in(resource, is_rest ? "uri" : "integration_uri")) {
      set_front(*function, is_rest ? "api_gateway_rest" : "api_gateway_http", resource.where,
                resource.address, findings_);
      stack_.add_call(*function, resource.where, resource.address);
    }
  }

  TerraformPlan plan_;
  Findings& findings_;
  Stack stack_;
  std::map<std::string, std::pair<std::string, std::string>> origins_;  // kind and address, by name
  std::map<std::string, Rule> rules_;
};

}  // namespace

Stack read_terraform(const Node& root, Findings& findings) {
  return TerraformReader(root, findings).read();
}

}  // namespace lambdasim::import
