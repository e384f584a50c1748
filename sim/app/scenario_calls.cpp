#include "sim/app/scenario_calls.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/resource/defaults.h"
#include "models/workflow/precedence.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using engine::FunctionCall;
using engine::FunctionSetup;

/// Functions that call each other, as `a -> b -> a`; empty: none do.
/// @param always only by calls that are made at least once on average, which come back without end
std::string recursion(const engine::Setup& setup, bool always) {
  std::vector<models::Precedence> calls;
  std::vector<std::string> names;
  for (const FunctionSetup& caller : setup.functions) {
    for (const FunctionCall& call : caller.calls) {
      if (call.probability > 0 && (!always || call.times * call.probability >= 1)) {
        calls.push_back({names.size(), call.function.value});
      }
    }
    names.push_back(caller.name);
  }
  const std::vector<std::size_t> cycle = models::find_cycle(names.size(), calls);
  return cycle.empty() ? "" : models::path_text(cycle, names, true);
}

}  // namespace

std::uint32_t read_call(ObjectReader& item, StepNames& names) {
  const models::BackendDefaults& defaults = models::backend_defaults();
  FunctionCall call;
  const std::string name = item.text("call");
  const auto found = std::find(names.functions.begin(), names.functions.end(), name);
  if (found != names.functions.end()) {
    call.function.value = static_cast<std::uint32_t>(found - names.functions.begin());
  } else if (!name.empty()) {
    item.report("call", fmt::format("unknown function '{}'{}", name,
                                    config::suggestion(name, names.functions)));
  }
  call.times = static_cast<std::uint32_t>(item.integer("times", 1, {1, 100'000}));
  const double probability = item.number("probability", 1.0, {0.0, 1.0});
  call.probability = found == names.functions.end() ? 0 : probability;
  call.attempts = static_cast<std::uint32_t>(item.integer("attempts", defaults.attempts, {1, 20}));
  call.backoff = item.time_distribution("backoff", defaults.backoff);
  names.calls.push_back(call);
  return static_cast<std::uint32_t>(names.calls.size() - 1);
}

void check_calls(ObjectReader& root, const engine::Setup& setup, Warnings& warnings) {
  for (const FunctionSetup& caller : setup.functions) {
    for (const FunctionCall& call : caller.calls) {
      const FunctionSetup& callee = setup.functions[call.function.value];
      if (callee.durable != nullptr || engine::takes_recorded(callee.handler)) {
        root.report("functions",
                    fmt::format("{} calls {}, which {}", caller.name, callee.name,
                                callee.durable != nullptr
                                    ? "is durable: executions are started by a durable source"
                                    : "takes the durations of a trace: calls bring none"));
      }
    }
  }
  if (const std::string cycle = recursion(setup, true); !cycle.empty()) {
    root.report("functions", "functions that call each other without end: " + cycle);
  } else if (const std::string some = recursion(setup, false); !some.empty()) {
    warnings.add(root.where("functions"), "functions", "functions that call each other: " + some);
  }
}

}  // namespace lambdasim::app
