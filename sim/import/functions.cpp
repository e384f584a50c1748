#include "sim/import/functions.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/lifecycle/runtimes.h"
#include "models/lifecycle/snap_start.h"

namespace lambdasim::import {
namespace {

constexpr std::string_view kImageRuntime = "python3.13";
constexpr std::string_view kOwnRuntime = "go";

std::size_t version_at(std::string_view name) {
  return std::min(name.find_first_of("0123456789"), name.size());
}

/// The first runtime of the same language that was measured: of `nodejs18.x` the oldest nodejs.
std::string relative_of(std::string_view runtime) {
  const std::string_view language = runtime.substr(0, version_at(runtime));
  for (const std::string& name : models::runtime_names()) {
    if (!language.empty() && std::string_view(name).substr(0, version_at(name)) == language) {
      return name;
    }
  }
  return {};
}

Value placeholder_runtime(const std::string& language, std::string_view otherwise,
                          const std::string& why) {
  return {
      language.empty() ? std::string(otherwise) : language, 0,
      language.empty() ? fmt::format("{}; 'lambdasim models list' names the runtimes", why) : "",
      language.empty() ? "" : why};
}

Value runtime_of(Properties& properties, bool is_image, const std::string& language) {
  const auto given = properties.scalar({"Runtime"});
  if (!given) {
    Value value = placeholder_runtime(
        language, is_image ? kImageRuntime : kOwnRuntime,
        is_image ? "the image hides its runtime" : "the template names no runtime");
    return value;
  }
  if (!given->unknown.empty()) {
    return placeholder_runtime(language, kImageRuntime,
                               fmt::format("{} (line {}) is not known before deployment",
                                           given->unknown, given->where.line));
  }
  const auto names = models::runtime_names();
  if (std::find(names.begin(), names.end(), given->text) != names.end()) {
    return {given->text, given->where.line,
            is_image ? "the image may hold another runtime than this" : "", ""};
  }
  if (given->text.starts_with("provided")) {
    Value value = placeholder_runtime(language, kOwnRuntime,
                                      language.empty()
                                          ? fmt::format("what runs on {} is not told", given->text)
                                          : fmt::format("{}, built as {}", given->text, language));
    value.line = given->where.line;
    return value;
  }
  const std::string relative = relative_of(given->text);
  return {relative.empty() ? std::string(kImageRuntime) : relative, given->where.line,
          fmt::format("no INIT of {} was measured; {}", given->text,
                      relative.empty() ? "name a runtime that is like it"
                                       : "this is the nearest one that was"),
          ""};
}

std::optional<Value> choice(Properties& properties, Properties::Names names,
                            Properties::Names known, std::string_view fallback) {
  const auto items = properties.items(names);
  const auto given = items.empty() ? std::nullopt : scalar_of(*items.front());
  if (!given) {
    return std::nullopt;
  }
  if (!given->unknown.empty()) {
    return Value{std::string(fallback), given->where.line,
                 fmt::format("{} is not known before deployment", given->unknown), ""};
  }
  const std::string word = canonical(given->text);
  for (const std::string_view name : known) {
    if (word == canonical(name)) {
      return Value{std::string(name), given->where.line, "", ""};
    }
  }
  properties.findings().errors.report(
      given->where, properties.path_of(*names.begin()),
      fmt::format("must be {}, got '{}'", fmt::join(known, " or "), given->text));
  return std::nullopt;
}

void add(Settings& settings, std::string_view key, const std::optional<Value>& value) {
  if (value) {
    settings.emplace_back(key, *value);
  }
}

void read_sizes(Properties& properties, const FunctionDefaults& defaults, Function& function) {
  std::optional<Value> memory;
  std::optional<Value> timeout;
  std::optional<Value> storage;
  std::optional<Value> reserved;
  properties.whole({"MemorySize"}, {128, 10'240, defaults.memory_mb, " MB"}, memory);
  const auto seconds = properties.whole({"Timeout"}, {1, 900, defaults.timeout_s, " s"}, timeout);
  function.timeout_s = seconds.value_or(defaults.timeout_s);
  const Whole sizes{512, 10'240, 512, " MB"};
  if (auto block = properties.block({"EphemeralStorage"})) {
    block->whole({"Size"}, sizes, storage);
    block->finish();
  }
  if (!storage) {
    properties.whole({"ephemeralStorageSize"}, sizes, storage);
  }
  const auto kept = properties.whole({"ReservedConcurrentExecutions", "reservedConcurrency"},
                                     {-1, 1'000'000, 10, ""}, reserved);
  const std::string remark = "not in the template: " + defaults.whose;
  add(function.settings, "memory",
      memory.value_or(Value{fmt::format("{} MB", defaults.memory_mb), 0, "", remark}));
  add(function.settings, "timeout",
      timeout.value_or(Value{fmt::format("{} s", defaults.timeout_s), 0, "", remark}));
  add(function.settings, "ephemeral_storage", storage);
  if (kept && *kept >= 0) {
    function.reserved = *kept;
    add(function.settings, "reserved_concurrency", reserved);
  }
}

void read_snap_start(Properties& properties, Function& function) {
  std::optional<Scalar> given;
  if (auto block = properties.block({"SnapStart"}); block && block->node({"ApplyOn"}) != nullptr) {
    given = block->scalar({"ApplyOn"});
  } else if (const config::Node* plain = properties.node({"SnapStart"});
             plain != nullptr && plain->kind == config::Node::Kind::kScalar) {
    given = scalar_of(*plain);
  }
  if (given && (given->text == "PublishedVersions" || given->text == "true")) {
    function.snap_start = Value{"true", given->where.line, "", ""};
    function.is_published = function.is_published || given->text == "true";
  }
}

}  // namespace

void read_function(Properties& properties, const FunctionDefaults& defaults,
                   const std::string& language, Function& function) {
  const auto package = choice(properties, {"PackageType"}, {"Zip", "Image"}, "Zip");
  const bool is_image = (package && package->text == "Image") ||
                        (!package && properties.node({"image", "ImageUri"}) != nullptr);
  function.settings.emplace_back("runtime", runtime_of(properties, is_image, language));
  add(function.settings, "architecture",
      choice(properties, {"Architectures", "architecture"}, {"x86_64", "arm64"}, "x86_64"));
  if (is_image) {
    const config::Node* image = properties.node({"image", "ImageUri"});
    const int line = package ? package->line : image->where.line;
    function.settings.emplace_back("package", Value{"image", line, "", ""});
  }
  read_sizes(properties, defaults, function);
  read_provisioned(properties, function);
  read_snap_start(properties, function);
  read_async(properties, function);
}

void finish_function(Properties& properties) {
  properties.finish({"arn",
                     "autopublishcodesha256",
                     "autopublishaliasallproperties",
                     "code",
                     "codesha256",
                     "codesigningconfigarn",
                     "codeuri",
                     "deploymentpreference",
                     "description",
                     "disablelogs",
                     "environment",
                     "filename",
                     "functionname",
                     "handler",
                     "id",
                     "imageconfig",
                     "imageuri",
                     "inlinecode",
                     "invokearn",
                     "kmskeyarn",
                     "lastmodified",
                     "layers",
                     "loggingconfig",
                     "logretentionindays",
                     "maintainer",
                     "name",
                     "package",
                     "permissionsboundary",
                     "policies",
                     "propagatetags",
                     "publishtolatestpublished",
                     "qualifiedarn",
                     "qualifiedinvokearn",
                     "recursiveloop",
                     "region",
                     "replacesecuritygroupsondestroy",
                     "replacementsecuritygroupids",
                     "role",
                     "rolepath",
                     "runtimemanagementconfig",
                     "s3bucket",
                     "s3key",
                     "s3objectversion",
                     "signingjobarn",
                     "signingprofileversionarn",
                     "skipdestroy",
                     "sourcecodehash",
                     "sourcecodesize",
                     "sourcekmskeyarn",
                     "tags",
                     "tagsall",
                     "timeouts",
                     "tracing",
                     "tracingconfig",
                     "version",
                     "versiondescription",
                     "versionfunction",
                     "vpc",
                     "vpcconfig"});
}

void read_provisioned(Properties& properties, Function& function) {
  std::optional<Value> value;
  const Whole whole{0, 1'000'000, 1, ""};
  std::optional<long> count;
  if (auto block = properties.block({"ProvisionedConcurrencyConfig"})) {
    count = block->whole({"ProvisionedConcurrentExecutions"}, whole, value);
    block->finish();
  } else {
    count = properties.whole({"ProvisionedConcurrentExecutions", "provisionedConcurrency"}, whole,
                             value);
  }
  if (!count || *count == 0) {
    return;
  }
  function.provisioned += *count;  // of versions and aliases together
  if (function.provisioned_value) {
    function.provisioned_value->text = fmt::format("{}", function.provisioned);
  } else {
    function.provisioned_value = value;
  }
}

void read_async(Properties& properties, Function& function) {
  Settings& async = function.async;
  if (auto block = properties.block({"EventInvokeConfig"})) {
    read_async(*block, function);
    block->finish();
  }
  std::optional<Value> retries;
  std::optional<Value> age;
  properties.whole({"MaximumRetryAttempts"}, {0, 2, 2, ""}, retries);
  properties.whole({"MaximumEventAgeInSeconds", "maximumEventAge"}, {60, 21'600, 21'600, " s"},
                   age);
  add(async, "maximum_retries", retries);
  add(async, "maximum_age", age);
  std::optional<Value> on_failure;
  const auto note = [&](const config::Node* node, const char* what) {
    if (node != nullptr) {
      on_failure = Value{what, node->where.line, "", ""};
    }
  };
  note(properties.node({"DeadLetterQueue", "DeadLetterConfig", "onError"}), "dead_letter_queue");
  if (auto destinations = properties.block({"DestinationConfig", "destinations"})) {
    note(destinations->node({"OnFailure"}), "destination");
    if (const config::Node* success = destinations->node({"OnSuccess"})) {
      destinations->miss("OnSuccess", success->where, "what it starts is not simulated");
    }
    destinations->finish();
  }
  const bool is_there = std::any_of(async.begin(), async.end(),
                                    [](const auto& entry) { return entry.first == "on_failure"; });
  if (!is_there) {
    add(async, "on_failure", on_failure);
  }
}

void set_front(Function& function, const std::string& front, const config::Location& where,
               const std::string& path, Findings& findings) {
  if (!function.front) {
    function.front = Value{front, where.line, "", ""};
  } else if (function.front->text != front) {
    findings.missed.report(
        where, path,
        fmt::format("its calls are billed as those of {}: a function has one front (line {})",
                    function.front->text, function.front->line));
  }
}

}  // namespace lambdasim::import
