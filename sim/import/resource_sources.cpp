// Resources that are about a function: versions, aliases, and what invokes it.
#include <fmt/format.h>

#include "sim/import/functions.h"
#include "sim/import/resources.h"
#include "sim/import/schedules.h"

namespace lambdasim::import {
namespace {

using config::Node;

constexpr const char* kNoFunction = "names no function of the template";

}  // namespace

void ResourceReader::read_published(const Resource& resource, Properties& properties,
                                    const std::set<std::string>& without_part) {
  Function* function = function_in(properties.node({"FunctionName"}));
  if (function == nullptr) {
    return miss(resource, kNoFunction);
  }
  function->is_published = true;
  stack_.stands_for[resource.id] = function->id;
  read_provisioned(properties, *function);
  properties.finish(without_part);
}

void ResourceReader::read_version(const Resource& resource, Properties& properties) {
  read_published(resource, properties, {"codesha256", "description", "runtimepolicy"});
}

void ResourceReader::read_alias(const Resource& resource, Properties& properties) {
  read_published(resource, properties, {"description", "functionversion", "name"});
}

void ResourceReader::read_invoke_config(const Resource& resource, Properties& properties) {
  Function* function = function_in(properties.node({"FunctionName"}));
  if (function == nullptr) {
    return miss(resource, kNoFunction);
  }
  read_async(properties, *function);
  properties.finish({"qualifier"});
}

void ResourceReader::read_url(const Resource& resource, Properties& properties) {
  Function* function = function_in(properties.node({"TargetFunctionArn"}));
  if (function == nullptr) {
    return miss(resource, kNoFunction);
  }
  set_front(*function, "function_url", resource.where, resource.path, findings_);
  stack_.add_call(*function, resource.where, resource.path);
  properties.finish({"authtype", "cors", "invokemode", "qualifier"});
}

void ResourceReader::read_mapping(const Resource& resource, Properties& properties) {
  Function* function = function_in(properties.node({"FunctionName"}));
  if (function == nullptr) {
    return miss(resource, kNoFunction);
  }
  const Node* from = properties.node({"EventSourceArn"});
  const bool has_topics = properties.node({"Topics"}) != nullptr;
  const bool has_start = properties.node({"StartingPosition"}) != nullptr;
  Source source{function->id, resource.where, resource.path, "", {}, {}};
  const Origin origin = origin_of(from, has_topics ? "kafka" : has_start ? "kinesis" : "sqs");
  const bool is_on = import::read_mapping(properties, origin, *function, source);
  properties.finish(mapping_without_part());
  if (!is_on) {
    return miss(resource, "is disabled and left out");
  }
  stack_.sources.push_back(std::move(source));
}

void ResourceReader::read_rule(const Resource& resource, Properties& properties) {
  const auto schedule = properties.scalar({"ScheduleExpression"});
  const bool has_pattern = properties.node({"EventPattern"}) != nullptr;
  const bool is_on = read_schedule_options(properties);
  const auto targets = properties.items({"Targets"});
  properties.finish({"description", "name", "eventbusname", "rolearn", "tags"});
  if (!is_on) {
    return miss(resource, "is disabled and left out");
  }
  for (const Node* target : targets) {
    Function* function = function_in(target->find("Arn"));
    if (function == nullptr) {
      miss(resource, "has a target that is no function of the template");
      continue;
    }
    const Source source{function->id, resource.where, resource.path, "async", {}, {}};
    if (schedule) {
      add_schedule(*schedule, source, function->async, stack_, findings_);
    }
    if (has_pattern) {
      stack_.add_events(*function, resource.where, resource.path);
    }
  }
}

void ResourceReader::read_schedule(const Resource& resource, Properties& properties) {
  const auto schedule = properties.scalar({"ScheduleExpression"});
  const Node* target = properties.node({"Target"});
  const bool is_on = read_schedule_options(properties);
  properties.finish({"description", "name", "groupname", "kmskeyarn"});
  Function* function = function_in(target == nullptr ? nullptr : target->find("Arn"));
  if (function == nullptr) {
    return miss(resource, "has a target that is no function of the template");
  }
  if (!is_on || !schedule) {
    return miss(resource, is_on ? "has no schedule" : "is disabled and left out");
  }
  add_schedule(*schedule, {function->id, resource.where, resource.path, "async", {}, {}},
               function->async, stack_, findings_);
}

void ResourceReader::read_subscription(const Resource& resource, Properties& properties) {
  const auto protocol = properties.scalar({"Protocol"});
  Function* function = function_in(properties.node({"Endpoint"}));
  properties.finish({"topicarn", "region", "rawmessagedelivery", "redrivepolicy"});
  if (function == nullptr || !protocol || protocol->text != "lambda") {
    return miss(resource, "subscribes no function of the template");
  }
  stack_.add_events(*function, resource.where, resource.path);
}

void ResourceReader::read_bucket(const Resource& resource, Properties& properties) {
  const Node* notification = properties.node({"NotificationConfiguration"});
  const Node* lambdas =
      notification == nullptr ? nullptr : notification->find("LambdaConfigurations");
  if (lambdas == nullptr) {
    findings_.no_part.report(resource.where, resource.path,
                             "AWS::S3::Bucket has no part in the simulation");
    return;
  }
  for (const Node& entry : lambdas->items) {
    Function* function = function_in(entry.find("Function"));
    if (function == nullptr) {
      findings_.missed.report(entry.where, resource.path, kNoFunction);
    } else {
      stack_.add_events(*function, entry.where, resource.path);
    }
  }
}

void ResourceReader::read_integration(const Resource& resource, Properties& properties) {
  const bool is_rest = resource.type == "AWS::ApiGateway::Method";
  const Node* uri = properties.node({"IntegrationUri"});
  if (const Node* integration = properties.node({"Integration"}); integration != nullptr) {
    uri = integration->find("Uri");
  }
  Function* function = function_in(uri);
  if (function == nullptr) {
    return miss(resource, "leads to no function of the template");
  }
  set_front(*function, is_rest ? "api_gateway_rest" : "api_gateway_http", resource.where,
            resource.path, findings_);
  stack_.add_call(*function, resource.where, resource.path);
}

}  // namespace lambdasim::import
