#include "sim/import/resources.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/import/functions.h"

namespace lambdasim::import {
namespace {

using config::Node;

/// Types that decide about neither time nor cost of an invocation.
bool has_no_part(std::string_view type) {
  constexpr std::string_view kPrefixes[] = {
      "AWS::IAM::", "AWS::Logs::", "AWS::CloudWatch::", "AWS::KMS::",
      "AWS::SSM::", "AWS::EC2::",  "AWS::CodeDeploy::", "AWS::Route53::"};
  constexpr std::string_view kTypes[] = {
      "AWS::Lambda::Permission",        "AWS::Lambda::LayerVersion",
      "AWS::Lambda::CodeSigningConfig", "AWS::Lambda::LayerVersionPermission",
      "AWS::Serverless::LayerVersion",  "AWS::Serverless::Api",
      "AWS::Serverless::HttpApi",       "AWS::SNS::Topic",
      "AWS::SNS::TopicPolicy",          "AWS::SQS::QueuePolicy",
      "AWS::S3::BucketPolicy",          "AWS::Events::EventBus",
      "AWS::Scheduler::ScheduleGroup",  "AWS::CloudFormation::WaitConditionHandle",
      "AWS::Serverless::Connector",     "AWS::Serverless::SimpleTable"};
  const auto is_prefix = [&](std::string_view prefix) { return type.starts_with(prefix); };
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes), is_prefix) ||
         std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes) ||
         (type.starts_with("AWS::ApiGateway") && !type.ends_with("::Method") &&
          !type.ends_with("::Integration"));
}

/// Adds to a mapping what globals say and it does not.
void merge(Node& node, const Node& globals) {
  for (const config::Entry& entry : globals.entries) {
    Node* own = node.find(entry.key);
    if (own == nullptr) {
      node.kind = Node::Kind::kMapping;
      node.entries.push_back(entry);
    } else if (own->kind == Node::Kind::kMapping && entry.value.kind == Node::Kind::kMapping &&
               !scalar_of(*own) && !scalar_of(entry.value)) {
      merge(*own, entry.value);
    }
  }
}

std::string text_of(const Node& node, std::string_view key) {
  const Node* found = node.find(key);
  return found == nullptr ? std::string{} : found->scalar;
}

}  // namespace

const std::map<std::string, ResourceReader::Kind, std::less<>>& ResourceReader::kinds() {
  using Self = ResourceReader;
  static const std::map<std::string, Kind, std::less<>> kKinds{
      {"AWS::Serverless::Function", {0, &Self::read_sam_function}},
      {"AWS::Lambda::Function", {0, &Self::read_function}},
      {"AWS::SQS::Queue", {0, &Self::read_queue}},
      {"AWS::Kinesis::Stream", {0, &Self::read_stream}},
      {"AWS::DynamoDB::Table", {0, &Self::read_table}},
      {"AWS::DynamoDB::GlobalTable", {0, &Self::read_table}},
      {"AWS::MSK::Cluster", {0, &Self::read_cluster}},
      {"AWS::MSK::ServerlessCluster", {0, &Self::read_cluster}},
      {"AWS::Lambda::Version", {1, &Self::read_version}},
      {"AWS::Lambda::Alias", {2, &Self::read_alias}},
      {"AWS::Lambda::EventInvokeConfig", {3, &Self::read_invoke_config}},
      {"AWS::Lambda::Url", {4, &Self::read_url}},
      {"AWS::Lambda::EventSourceMapping", {4, &Self::read_mapping}},
      {"AWS::Events::Rule", {4, &Self::read_rule}},
      {"AWS::Scheduler::Schedule", {4, &Self::read_schedule}},
      {"AWS::SNS::Subscription", {4, &Self::read_subscription}},
      {"AWS::S3::Bucket", {4, &Self::read_bucket}},
      {"AWS::ApiGateway::Method", {4, &Self::read_integration}},
      {"AWS::ApiGatewayV2::Integration", {4, &Self::read_integration}},
  };
  return kKinds;
}

void ResourceReader::read(const Node& resources, const std::string& path) {
  constexpr int kPasses = 5;
  std::vector<Resource> all;
  for (const config::Entry& entry : resources.entries) {
    const std::string at = fmt::format("{}.{}", path, entry.key);
    if (!is_made(entry.value, at)) {
      continue;
    }
    Resource resource{entry.key, text_of(entry.value, "Type"), entry.where, at, {}, {}};
    Node given;
    given.where = entry.where;
    if (const Node* properties = entry.value.find("Properties")) {
      given = *properties;
    }
    if (resource.type == "AWS::Serverless::Function" && globals_ != nullptr) {
      merge(given, *globals_);
    }
    resource.properties = intrinsics_.resolve(given);
    if (const Node* metadata = entry.value.find("Metadata")) {
      resource.metadata = *metadata;
    }
    all.push_back(std::move(resource));
  }
  for (int pass = 0; pass < kPasses; ++pass) {
    for (const Resource& resource : all) {
      const auto kind = kinds().find(resource.type);
      if (kind != kinds().end() && kind->second.pass == pass) {
        Properties properties(resource.properties, resource.path, findings_);
        (this->*kind->second.reader)(resource, properties);
      }
    }
  }
  for (const Resource& resource : all) {
    if (const auto events = events_.find(resource.id); events != events_.end()) {
      for (const config::Entry& event : events->second.entries) {
        read_sam_event(event.key, event.value, *stack_.find(resource.id), *this, stack_, findings_);
      }
    }
    if (!kinds().contains(resource.type)) {
      auto& found = has_no_part(resource.type) ? findings_.no_part : findings_.missed;
      found.report(resource.where, resource.path,
                   has_no_part(resource.type)
                       ? resource.type + " has no part in the simulation"
                       : fmt::format("resources of type '{}' are not read", resource.type));
    }
  }
}

bool ResourceReader::is_made(const Node& resource, const std::string& path) {
  const Node* condition = resource.find("Condition");
  if (condition == nullptr) {
    return true;
  }
  const auto holds = intrinsics_.condition(condition->scalar);
  if (!holds) {
    findings_.missed.report(
        condition->where, path + ".Condition",
        fmt::format("'{}' is not known before deployment; taken as true", condition->scalar));
  } else if (!*holds) {
    findings_.no_part.report(
        condition->where, path,
        fmt::format("is left out: condition '{}' does not hold", condition->scalar));
  }
  return holds.value_or(true);
}

void ResourceReader::miss(const Resource& resource, const std::string& why) {
  findings_.missed.report(resource.where, resource.path, why);
}

Function* ResourceReader::function_in(const Node* node) const {
  for (const std::string& id : node == nullptr ? std::vector<std::string>{} : ids_in(*node)) {
    if (Function* function = stack_.find(id)) {
      return function;
    }
    // arn:aws:lambda:REGION:ACCOUNT:function:NAME[:ALIAS]
    constexpr std::string_view kMark = ":function:";
    if (const std::size_t at = id.find(kMark); at != std::string::npos) {
      const std::size_t begin = at + kMark.size();
      const std::string name = id.substr(begin, id.find_first_of(":/", begin) - begin);
      if (Function* function = stack_.find(name)) {
        return function;
      }
    }
  }
  return nullptr;
}

Origin ResourceReader::origin_of(const Node* node, const std::string& otherwise) const {
  Origin origin{otherwise, node == nullptr ? "what it reads from" : spelled(*node), nullptr,
                nullptr};
  for (const std::string& id : node == nullptr ? std::vector<std::string>{} : ids_in(*node)) {
    if (const auto found = origins_.find(id); found != origins_.end()) {
      origin.kind = found->second;
      origin.name = id;
      const auto queue = stack_.queues.find(id);
      origin.queue = queue == stack_.queues.end() ? nullptr : &queue->second;
      const auto shards = stack_.shards.find(id);
      origin.shards = shards == stack_.shards.end() ? nullptr : &shards->second;
      break;
    }
    constexpr std::pair<std::string_view, std::string_view> kServices[] = {
        {":sqs:", "sqs"},
        {":kinesis:", "kinesis"},
        {":dynamodb:", "dynamodb_stream"},
        {":kafka:", "kafka"}};
    for (const auto& [service, kind] : kServices) {
      if (id.find(service) != std::string::npos) {
        origin.kind = kind;
      }
    }
  }
  return origin;
}

void ResourceReader::add_function(const Resource& resource, Properties& properties) {
  Function function;
  function.id = resource.id;
  function.where = resource.where;
  function.path = resource.path;
  const std::string method = text_of(resource.metadata, "BuildMethod");
  const std::string language = method.starts_with("rust") ? "rust"
                               : method.starts_with("go") ? "go"
                                                          : "";
  import::read_function(properties, {}, language, function);
  if (const auto name = properties.scalar({"FunctionName"}); name && name->unknown.empty()) {
    stack_.stands_for[name->text] = resource.id;
  }
  stack_.add(std::move(function), resource.id);
}

void ResourceReader::read_function(const Resource& resource, Properties& properties) {
  add_function(resource, properties);
  finish_function(properties);
}

void ResourceReader::read_sam_function(const Resource& resource, Properties& properties) {
  add_function(resource, properties);
  Function& function = stack_.functions.back();
  if (const auto alias = properties.scalar({"AutoPublishAlias"})) {
    function.is_published = true;
  }
  stack_.stands_for[resource.id + ".Alias"] = resource.id;
  stack_.stands_for[resource.id + ".Version"] = resource.id;
  if (const Node* events = properties.node({"Events"})) {
    events_[resource.id] = *events;
  }
  if (auto url = properties.block({"FunctionUrlConfig"})) {
    set_front(function, "function_url", url->where(), url->path(), findings_);
    stack_.add_call(function, url->where(), url->path());
    url->finish({"authtype", "cors", "invokemode"});
  }
  finish_function(properties);
}

void ResourceReader::read_queue(const Resource& resource, Properties& properties) {
  stack_.queues[resource.id] = import::read_queue(properties);
  origins_[resource.id] = "sqs";
}

void ResourceReader::read_stream(const Resource& resource, Properties& properties) {
  origins_[resource.id] = "kinesis";
  std::optional<Value> shards;
  properties.whole({"ShardCount"}, {1, 10'000, 1, ""}, shards);
  if (shards && shards->fill_in.empty()) {
    stack_.shards[resource.id] = shards->text;
  }
  properties.finish({"name", "streammodedetails", "streamencryption", "tags",
                     "retentionperiodhours", "desiredshardlevelmetrics"});
}

void ResourceReader::read_table(const Resource& resource, Properties&) {
  origins_[resource.id] = "dynamodb_stream";
  findings_.no_part.report(resource.where, resource.path,
                           "counts as what a stream is read from, no more");
}

void ResourceReader::read_cluster(const Resource& resource, Properties&) {
  origins_[resource.id] = "kafka";
  findings_.no_part.report(resource.where, resource.path,
                           "counts as what a topic is read from, no more");
}

}  // namespace lambdasim::import
