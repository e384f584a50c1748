#include "sim/app/graph_labels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "sim/app/dot_text.h"
#include "sim/app/scenario_parts.h"
#include "sim/app/step_reader.h"
#include "sim/app/text.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

using config::Entry;
using config::Node;

constexpr std::size_t kLongestLine = 60;

std::string percent(double share) {
  return format_quantity(100 * share, "%");
}

/// The only entry of a mapping that names a kind of thing, such as `poisson: {rate: 1 /s}`.
const Entry* kind_of(const Node* mapping) {
  return mapping == nullptr || mapping->entries.empty() ? nullptr : &mapping->entries.front();
}

/// The kind of arrivals with what tells most of it, else with all that is said.
void add_arrivals(const Entry& arrivals, std::vector<std::string>& lines) {
  for (const char* telling : {"rate", "file", "expression"}) {
    if (const Node* value = arrivals.value.find(telling)) {
      lines.push_back(fmt::format("{} {}", arrivals.key, value_text(*value)));
      return;
    }
  }
  lines.push_back(arrivals.key);
  for (const Entry& parameter : arrivals.value.entries) {
    lines.push_back(fmt::format("{} {}", parameter.key, value_text(parameter.value)));
  }
}

std::string source_text(const Node& entry) {
  if (entry.find("start") != nullptr) {
    return "start";
  }
  const Entry* source = kind_of(entry.find("source"));
  std::string text = source == nullptr ? "http" : source->key;
  if (const Node* size = source == nullptr ? nullptr : source->value.find("batch_size")) {
    text += fmt::format(", batches of {}", size->scalar);
  }
  return text;
}

/// Keys beside what a step does, with the value that says nothing.
constexpr std::pair<std::string_view, std::string_view> kUsual[] = {
    {"threads", "1"},     {"per_item", "false"}, {"times", "1"},
    {"probability", "1"}, {"keep", "false"},     {"latency", "0 s"},
    {"backoff", ""},      {"attempts", ""},      {"cpu_per_mb", ""},
    {"id", ""},           {"needs", ""},         {"events", "1"},
};

bool is_usual(const Entry& entry) {
  return std::any_of(std::begin(kUsual), std::end(kUsual), [&entry](const auto& usual) {
    return entry.key == usual.first && (usual.second.empty() || entry.value.scalar == usual.second);
  });
}

std::string beside_text(const Entry& entry) {
  if (entry.key == "times") {
    return entry.value.scalar + " at once";
  }
  if (entry.key == "events") {
    return entry.value.scalar + " events";
  }
  if (entry.key == "probability") {
    return percent(config::parse_number(entry.value.scalar).value.value_or(1));
  }
  if (entry.key == "threads") {
    return entry.value.scalar + " threads";
  }
  if (entry.key == "per_item") {
    return "for each event";
  }
  return entry.value.scalar == "true" ? entry.key
                                      : fmt::format("{} {}", entry.key, value_text(entry.value));
}

std::string provisioned_text(const engine::FunctionSetup& function) {
  const std::uint32_t most = most_provisioned(function);
  std::uint32_t least = function.provisioned->at_start;
  for (const engine::ProvisionedChange& change : function.provisioned->schedule) {
    least = std::min(least, change.contexts);
  }
  if (function.provisioned->tracking) {
    least = std::min(least, function.provisioned->tracking->minimum);
  }
  return least == most
             ? fmt::format("provisioned {}", format_count(most))
             : fmt::format("provisioned {} to {}", format_count(least), format_count(most));
}

}  // namespace

std::string value_text(const Node& value) {
  std::vector<std::string> parts;
  for (const Node& item : value.items) {
    parts.push_back(value_text(item));
  }
  for (const Entry& entry : value.entries) {
    parts.push_back(fmt::format("{} {}", entry.key, value_text(entry.value)));
  }
  return shortened(value.scalar.empty() ? fmt::format("{}", fmt::join(parts, ", ")) : value.scalar,
                   kLongestLine);
}

std::vector<std::string> entry_lines(const Node& entry, core::Duration horizon) {
  std::vector<std::string> lines;
  if (const Node* name = entry.find("name")) {
    lines.push_back(name->scalar);
  }
  lines.push_back(source_text(entry));
  if (const Entry* arrivals = kind_of(entry.find("arrivals"))) {
    add_arrivals(*arrivals, lines);
  } else if (const Node* bare = entry.find("arrivals")) {
    lines.push_back(bare->scalar);
  }
  const Node* starts = entry.find("starts");
  const Node* stops = entry.find("stops");
  std::string span;
  if (starts != nullptr && starts->scalar != config::format_duration(core::Duration{0})) {
    span = "from " + starts->scalar;
  }
  if (stops != nullptr && stops->scalar != config::format_duration(horizon)) {
    span += (span.empty() ? "until " : " until ") + stops->scalar;
  }
  if (!span.empty()) {
    lines.push_back(span);
  }
  return lines;
}

std::vector<std::string> step_lines(const Node& step) {
  std::vector<std::string_view> kinds = steps_of(StepsOf::kHandler);
  kinds.insert(kinds.end(), {"suspend", "checkpoint"});
  std::vector<std::string> lines;
  for (const Entry& entry : step.entries) {
    if (std::find(kinds.begin(), kinds.end(), entry.key) != kinds.end()) {
      lines.insert(lines.begin(), fmt::format("{} {}", entry.key, value_text(entry.value)));
    } else if (!is_usual(entry)) {
      lines.push_back(beside_text(entry));
    }
  }
  return lines;
}

std::vector<std::string> function_lines(const engine::Setup& setup,
                                        const engine::FunctionSetup& function) {
  std::vector<std::string> lines{
      function.name, fmt::format("{}, timeout {}", config::format_megabytes(function.memory_mb),
                                 config::format_duration(function.timeout))};
  if (function.version_of) {
    lines.push_back("version of " + setup.functions[function.version_of->value].name);
  }
  if (function.reserved_concurrency != engine::kUnreserved) {
    lines.push_back(fmt::format(
        "reserved {}", format_count(static_cast<std::uint64_t>(function.reserved_concurrency))));
  }
  if (function.provisioned) {
    lines.push_back(provisioned_text(function));
  }
  if (function.managed) {
    lines.push_back(fmt::format("managed instances, {} requests a context",
                                function.managed->requests_per_context));
  }
  if (function.tenants) {
    lines.push_back(fmt::format("{} tenants", format_count(function.tenants->shares.size())));
  }
  if (function.snap_start) {
    lines.emplace_back("SnapStart");
  }
  if (function.durable) {
    lines.emplace_back("durable");
  }
  std::vector<std::string> held;
  for (const engine::Resource& resource : function.resources) {
    if (!resource.backend) {
      held.push_back(resource.name);
    }
  }
  if (!held.empty()) {
    lines.push_back(shortened(fmt::format("holds {}", fmt::join(held, ", ")), kLongestLine));
  }
  return lines;
}

std::vector<std::string> backend_lines(const engine::Backend& backend) {
  std::vector<std::string> lines{backend.name};
  if (backend.proxy_of) {
    lines.push_back(fmt::format("proxy, a pool of {} connections", backend.parallel));
    return lines;
  }
  if (backend.max_connections != engine::kUnlimited) {
    lines.push_back(fmt::format("{} connections",
                                std::uint64_t{backend.max_connections} + backend.for_proxies));
  }
  if (backend.parallel != engine::kUnlimited) {
    lines.push_back(fmt::format("{} requests at once", backend.parallel));
  }
  if (backend.per_second > 0) {
    lines.push_back(config::format_rate(backend.per_second));
  }
  return lines;
}

std::string account_text(const engine::Setup& setup) {
  std::string text = fmt::format(
      "account: {} at once", format_count(static_cast<std::uint64_t>(setup.account_concurrency)));
  if (setup.scaling.per_second > 0) {
    text += fmt::format("; {} new contexts and {} more, {}",
                        format_count(static_cast<std::uint64_t>(setup.scaling.burst)),
                        config::format_rate(setup.scaling.per_second),
                        setup.scaling.of_account ? "in all" : "each function");
  }
  if (setup.fleet) {
    text += fmt::format("; {} hosts of {}", format_count(setup.fleet->hosts),
                        config::format_megabytes(setup.fleet->memory_mb));
  }
  return text;
}

std::string times_text(std::uint32_t times, std::string_view of, double probability) {
  std::string text = times > 1 ? fmt::format("{} {}", format_count(times), of) : "";
  if (probability < 1) {
    text += (text.empty() ? "" : ", ") + percent(probability);
  }
  return text;
}

}  // namespace lambdasim::app
