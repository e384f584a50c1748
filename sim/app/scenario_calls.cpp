#include "sim/app/scenario_calls.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/resource/defaults.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using engine::FunctionCall;
using engine::FunctionSetup;

/// Follows calls that are made once or more on average, and so come back without end.
class Recursion {
 public:
  explicit Recursion(const engine::Setup& setup)
      : setup_(setup), is_done_(setup.functions.size()) {}

  /// The names of functions that call each other, the first one again at the end; empty: none do.
  /// @param always only calls that are made at least once on average
  std::vector<std::string> find(bool always) {
    always_ = always;
    std::fill(is_done_.begin(), is_done_.end(), false);
    for (std::uint32_t f = 0; f < setup_.functions.size() && cycle_.empty(); ++f) {
      path_.clear();
      visit(f);
    }
    return cycle_;
  }

 private:
  void visit(std::uint32_t function) {
    const auto begin = std::find(path_.begin(), path_.end(), function);
    if (begin != path_.end()) {
      for (auto at = begin; at != path_.end(); ++at) {
        cycle_.push_back(setup_.functions[*at].name);
      }
      cycle_.push_back(setup_.functions[function].name);
      return;
    }
    if (is_done_[function]) {
      return;
    }
    path_.push_back(function);
    for (const FunctionCall& call : setup_.functions[function].calls) {
      const bool follows = call.probability > 0 && (!always_ || call.times * call.probability >= 1);
      if (follows && cycle_.empty()) {
        visit(call.function.value);
      }
    }
    path_.pop_back();
    is_done_[function] = true;
  }

  const engine::Setup& setup_;
  bool always_ = true;
  std::vector<bool> is_done_;
  std::vector<std::uint32_t> path_;
  std::vector<std::string> cycle_;
};

std::string arrows(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += text.empty() ? name : " -> " + name;
  }
  return text;
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
  if (const auto cycle = Recursion{setup}.find(true); !cycle.empty()) {
    root.report("functions", "functions that call each other without end: " + arrows(cycle));
  } else if (const auto some = Recursion{setup}.find(false); !some.empty()) {
    warnings.add(root.where("functions"), "functions",
                 "functions that call each other: " + arrows(some));
  }
}

}  // namespace lambdasim::app
