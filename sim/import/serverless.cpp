#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/import/formats.h"
#include "sim/import/functions.h"
#include "sim/import/resources.h"
#include "sim/import/schedules.h"
#include "sim/import/serverless_events.h"
#include "sim/import/serverless_variables.h"

namespace lambdasim::import {
namespace {

using config::Node;

/// What the Serverless Framework sets where a file says nothing, other than Lambda.
const FunctionDefaults kDefaults{1024, 6, "the Serverless Framework's default"};

/// `GetDashuserLambdaFunction`: what the framework calls the function `get-user` in its stack.
std::string logical_id(std::string_view name) {
  std::string id;
  for (const char c : name) {
    id += c == '-' ? "Dash" : c == '_' ? "Underscore" : std::string(1, c);
  }
  if (!id.empty() && id.front() >= 'a' && id.front() <= 'z') {
    id.front() = static_cast<char>(id.front() - 'a' + 'A');
  }
  return id + "LambdaFunction";
}

class ServerlessReader {
 public:
  ServerlessReader(const Node& root, const Parameters& parameters, Findings& findings)
      : findings_(findings),
        root_(ServerlessVariables(root, parameters).resolve(root)),
        intrinsics_(resources_root(), {}, findings),
        resources_(stack_, findings, intrinsics_, nullptr) {}

  Stack read() {
    stack_.kind = "serverless.yml";
    read_provider();
    each_function([this](const config::Entry& entry) { read_one(entry); });
    read_resources();
    for (auto& [id, events] : events_) {
      read_serverless_events(events, *stack_.find(id), resources_, stack_, findings_);
    }
    Properties top(root_, "", findings_);
    for (const std::string_view read :
         {"service", "provider", "functions", "resources", "custom"}) {
      top.node({read});
    }
    top.finish({"app",
                "build",
                "configvalidationmode",
                "custom",
                "deprecationnotificationmode",
                "disableddeprecations",
                "frameworkversion",
                "layers",
                "licensekey",
                "org",
                "outputs",
                "package",
                "params",
                "plugins",
                "projectdir",
                "service",
                "stages",
                "tenant",
                "usedotenv",
                "variablesresolutionmode"});
    return std::move(stack_);
  }

 private:
  const Node& resources_root() const {
    static const Node kNothing;
    const Node* found = root_.find("resources");
    return found == nullptr ? kNothing : *found;
  }

  void read_provider() {
    static const Node kNothing;
    const Node* given = root_.find("provider");
    Properties provider(given == nullptr ? kNothing : *given, "provider", findings_);
    if (const auto region = provider.scalar({"region"}); region && region->unknown.empty()) {
      stack_.region = Value{region->text, region->where.line, "", ""};
    }
    provider.node({"stage"});
    for (const std::string_view name : kInherited) {
      if (const Node* value = provider.node({name})) {
        inherited_.kind = Node::Kind::kMapping;
        inherited_.entries.push_back({std::string(name), value->where, *value});
      }
    }
    provider.finish({"alb",
                     "apigateway",
                     "apikeys",
                     "apiname",
                     "cfnrole",
                     "deploymentbucket",
                     "deploymentmethod",
                     "deploymentprefix",
                     "disablerollback",
                     "ecr",
                     "endpointtype",
                     "environment",
                     "eventbridge",
                     "httpapi",
                     "iam",
                     "iamrolestatements",
                     "kmskeyarn",
                     "lambdahashingversion",
                     "layers",
                     "logretentionindays",
                     "logs",
                     "name",
                     "notificationarns",
                     "profile",
                     "resourcepolicy",
                     "rolearn",
                     "role",
                     "rollbackconfiguration",
                     "runtimemanagement",
                     "s3",
                     "stacklocals",
                     "stackname",
                     "stackparameters",
                     "stackpolicy",
                     "stacktags",
                     "tags",
                     "tracing",

                     "usageplan",
                     "versionfunctions",
                     "vpc",
                     "websocketsapiname",
                     "websocketsapirouteselectionexpression"});
  }

  template <class Visit>
  void each_function(const Visit& visit) {
    const Node* functions = root_.find("functions");
    if (functions == nullptr) {
      return;
    }
    if (functions->kind == Node::Kind::kScalar) {
      findings_.missed.report(
          functions->where, "functions",
          fmt::format("'{}' is not read; import the file that holds them", functions->scalar));
    }
    for (const Node& part : functions->items) {
      if (part.kind == Node::Kind::kScalar) {
        findings_.missed.report(part.where, "functions",
                                fmt::format("'{}' is not read", part.scalar));
      }
      std::for_each(part.entries.begin(), part.entries.end(), visit);
    }
    std::for_each(functions->entries.begin(), functions->entries.end(), visit);
  }

  void read_one(const config::Entry& entry) {
    Function function;
    function.id = entry.key;
    function.where = entry.where;
    function.path = "functions." + entry.key;
    nodes_.push_back(intrinsics_.resolve(entry.value));
    Node& node = nodes_.back();
    for (const config::Entry& setting : inherited_.entries) {
      if (node.find(setting.key) == nullptr) {
        node.kind = Node::Kind::kMapping;
        node.entries.push_back(setting);
      }
    }
    Properties properties(node, function.path, findings_);
    import::read_function(properties, kDefaults, "", function);
    if (const auto name = properties.scalar({"name"}); name && name->unknown.empty()) {
      stack_.stands_for[name->text] = entry.key;
    }
    stack_.stands_for[logical_id(entry.key)] = entry.key;
    const Node* url = properties.node({"url"});
    if (const Node* events = properties.node({"events"})) {
      events_.emplace_back(entry.key, *events);
    }
    finish_function(properties);
    Function& added = stack_.add(std::move(function), entry.key);
    if (url != nullptr && url->scalar != "false") {
      const std::string path = added.path + ".url";
      set_front(added, "function_url", url->where, path, findings_);
      stack_.add_call(added, url->where, path);
    }
  }

  void read_resources() {
    const auto read = [this](const Node& part) {
      if (const Node* resources = part.find("Resources")) {
        resources_.read(*resources, "resources.Resources");
      } else if (part.kind == Node::Kind::kScalar) {
        findings_.missed.report(part.where, "resources",
                                fmt::format("'{}' is not read", part.scalar));
      }
    };
    const Node& all = resources_root();
    if (all.kind == Node::Kind::kSequence) {
      std::for_each(all.items.begin(), all.items.end(), read);
    } else {
      read(all);
    }
  }

  static constexpr std::array<std::string_view, 8> kInherited{"runtime",
                                                              "memorySize",
                                                              "timeout",
                                                              "architecture",
                                                              "reservedConcurrency",
                                                              "provisionedConcurrency",
                                                              "ephemeralStorageSize",
                                                              "snapStart"};

  Findings& findings_;
  Node root_;
  Stack stack_;
  Intrinsics intrinsics_;
  ResourceReader resources_;
  Node inherited_;
  std::list<Node> nodes_;
  std::vector<std::pair<std::string, Node>> events_;
};

}  // namespace

Stack read_serverless(const Node& root, const Parameters& parameters, Findings& findings) {
  return ServerlessReader(root, parameters, findings).read();
}

}  // namespace lambdasim::import
