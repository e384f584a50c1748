#include "sim/app/call_places.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "models/workflow/precedence.h"

namespace lambdasim::app {
namespace {

using core::FunctionId;
using engine::FunctionCall;
using engine::FunctionSetup;
using models::Precedence;

constexpr std::size_t kNone = ~std::size_t{0};

PlacePool pool_of(const engine::Setup& setup, std::size_t function) {
  const FunctionId self{static_cast<std::uint32_t>(function)};
  const FunctionId owner = setup.functions[function].version_of.value_or(self);
  const std::int64_t reserved = setup.functions[owner.value].reserved_concurrency;
  if (reserved != engine::kUnreserved) {
    return {owner, reserved};
  }
  PlacePool unreserved{std::nullopt, setup.account_concurrency};
  for (const FunctionSetup& one : setup.functions) {
    unreserved.limit -= std::max<std::int64_t>(one.reserved_concurrency, 0);
  }
  return unreserved;
}

/// Whether its invocations hold a place, and find none but those of its pool.
bool needs_place(const FunctionSetup& function) {
  return !function.managed && most_provisioned(function) == 0;
}

struct Call {
  std::size_t caller;
  std::size_t callee;
  FunctionCall made;
};

/// The calls of handlers, by caller; `ping` steps make theirs in nobody's execution.
std::vector<Call> calls_of(const engine::Setup& setup, bool only_certain) {
  std::vector<Call> calls;
  for (std::size_t caller = 0; caller < setup.functions.size(); ++caller) {
    const FunctionSetup& function = setup.functions[caller];
    for (const engine::Step& step : function.handler) {
      if (step.kind == engine::StepKind::kCall) {
        const FunctionCall& made = function.calls[step.call];
        if (made.probability > 0 && (made.probability >= 1 || !only_certain)) {
          calls.push_back({caller, made.function.value, made});
        }
      }
    }
  }
  return calls;
}

/// Who calls whom, without circles; of the calls that are always made if there are any with them.
class CallGraph {
 public:
  CallGraph(const Design& design, bool only_certain) : setup_(design.setup) {
    take_calls(only_certain);
    if (!models::find_cycle(setup_.functions.size(), edges_).empty()) {
      take_calls(true);
      if (!models::find_cycle(setup_.functions.size(), edges_).empty()) {
        calls_.clear();  // which is reported elsewhere
        edges_.clear();
      }
    }
    order_ = models::topological_order(setup_.functions.size(), edges_);
    for (const Call& call : calls_) {
      const PlacePool pool = pool_of(setup_, call.callee);
      if (needs_place(setup_.functions[call.callee]) && (pool.owner || pool.limit > 0) &&
          std::find(pools_.begin(), pools_.end(), pool) == pools_.end()) {
        pools_.push_back(pool);
      }
    }
    for (std::size_t i = 0; i < setup_.functions.size(); ++i) {
      const auto found = std::find(pools_.begin(), pools_.end(), pool_of(setup_, i));
      const bool has_place = needs_place(setup_.functions[i]) && found != pools_.end();
      pool_of_.push_back(has_place ? static_cast<std::size_t>(found - pools_.begin()) : kNone);
    }
  }

  const std::vector<std::size_t>& order() const { return order_; }
  const std::vector<PlacePool>& pools() const { return pools_; }
  std::size_t pool_of_function(std::size_t function) const { return pool_of_[function]; }
  bool holds(std::size_t function, std::size_t pool) const { return pool_of_[function] == pool; }

  std::span<const Call> calls_from(std::size_t caller) const {
    const auto found = std::ranges::equal_range(calls_, caller, {}, &Call::caller);
    return {found.begin(), found.end()};
  }

 private:
  void take_calls(bool only_certain) {
    calls_ = calls_of(setup_, only_certain);
    edges_.clear();
    for (const Call& call : calls_) {
      edges_.push_back({call.caller, call.callee});
    }
  }

  const engine::Setup& setup_;
  std::vector<Call> calls_;
  std::vector<Precedence> edges_;
  std::vector<std::size_t> order_;
  std::vector<PlacePool> pools_;      // of functions that are called
  std::vector<std::size_t> pool_of_;  // by function: index into pools_, or kNone
};

FunctionId id_of(std::size_t function) {
  return FunctionId{static_cast<std::uint32_t>(function)};
}

/// Follows calls from the entries on. What is held is counted along the path that holds most: only
/// one invocation of each function on it, since the others of a fan-out may have ended.
class RefusalSearch {
 public:
  RefusalSearch(const Design& design, bool only_certain)
      : graph_(design, only_certain),
        is_certain_(only_certain),
        ways_(graph_.pools().size(), std::vector<Way>(design.setup.functions.size())) {
    for (std::size_t pool = 0; pool < ways_.size(); ++pool) {
      for (const FunctionId entry : design.entry_functions) {
        ways_[pool][entry.value] = {graph_.holds(entry.value, pool) ? 1 : 0, kNone};
      }
    }
  }

  std::vector<RefusedCall> refused() {
    std::vector<RefusedCall> found;
    for (const std::size_t caller : graph_.order()) {
      for (const Call& call : graph_.calls_from(caller)) {
        if (auto refusal = refusal_of(call)) {
          found.push_back(std::move(*refusal));
        } else {
          go_on(call);
        }
      }
    }
    return found;
  }

 private:
  struct Way {
    std::int64_t held = -1;  // by the callers and the function itself; -1: nobody comes to it
    std::size_t caller = kNone;
  };

  /// Each attempt of a fan-out is made at one moment, so it finds no more than is not held.
  std::optional<RefusedCall> refusal_of(const Call& call) const {
    const std::size_t pool = graph_.pool_of_function(call.callee);
    if (pool == kNone || ways_[pool][call.caller].held < 0) {
      return std::nullopt;
    }
    const std::int64_t held = ways_[pool][call.caller].held;
    const std::int64_t left = std::max<std::int64_t>(graph_.pools()[pool].limit - held, 0);
    if (left * call.made.attempts >= call.made.times) {
      return std::nullopt;
    }
    return RefusedCall{path_to(call, pool), call.made, held, graph_.pools()[pool], is_certain_};
  }

  void go_on(const Call& call) {
    for (std::size_t pool = 0; pool < ways_.size(); ++pool) {
      const std::int64_t before = ways_[pool][call.caller].held;
      const std::int64_t held = before + (graph_.holds(call.callee, pool) ? 1 : 0);
      if (before >= 0 && held > ways_[pool][call.callee].held) {
        ways_[pool][call.callee] = {held, call.caller};
      }
    }
  }

  std::vector<FunctionId> path_to(const Call& call, std::size_t pool) const {
    std::vector<FunctionId> path{id_of(call.callee)};
    for (std::size_t at = call.caller; at != kNone; at = ways_[pool][at].caller) {
      path.push_back(id_of(at));
    }
    std::reverse(path.begin(), path.end());
    return path;
  }

  CallGraph graph_;
  bool is_certain_;
  std::vector<std::vector<Way>> ways_;  // by pool, then function
};

/// The most places of one pool that an execution can hold while every handler that holds one waits,
/// in the end for a place of the same pool.
class DeadlockSearch {
 public:
  DeadlockSearch(const CallGraph& graph, std::size_t functions, std::size_t pool)
      : graph_(graph), waits_(functions) {
    for (auto caller = graph.order().rbegin(); caller != graph.order().rend(); ++caller) {
      for (const Call& call : graph.calls_from(*caller)) {
        const double own = graph.holds(*caller, pool) ? 1 : 0;
        if (graph.holds(call.callee, pool)) {
          take(*caller, {own, call.callee, true});
        }
        if (waits_[call.callee].held > 0) {
          take(*caller, {own + call.made.times * waits_[call.callee].held, call.callee, false});
        }
      }
    }
  }

  double held(std::size_t function) const { return waits_[function].held; }

  std::vector<FunctionId> path_from(std::size_t function) const {
    std::vector<FunctionId> path{id_of(function)};
    for (bool is_over = false; !is_over; function = waits_[function].callee) {
      is_over = waits_[function].is_last;
      path.push_back(id_of(waits_[function].callee));
    }
    return path;
  }

 private:
  struct Waiting {
    double held = 0;
    std::size_t callee = kNone;
    bool is_last = false;  // the callee is what is waited for
  };

  void take(std::size_t caller, const Waiting& waiting) {
    if (waiting.held > waits_[caller].held) {
      waits_[caller] = waiting;
    }
  }

  const CallGraph& graph_;
  std::vector<Waiting> waits_;
};

}  // namespace

std::vector<RefusedCall> refused_calls(const Design& design) {
  std::vector<RefusedCall> refused = RefusalSearch(design, true).refused();
  for (RefusedCall& also : RefusalSearch(design, false).refused()) {
    const bool is_known =
        std::any_of(refused.begin(), refused.end(), [&also](const RefusedCall& known) {
          const auto last_call = [](const RefusedCall& of) { return std::span(of.path).last(2); };
          return std::ranges::equal(last_call(known), last_call(also));
        });
    if (!is_known) {
      refused.push_back(std::move(also));
    }
  }
  return refused;
}

std::vector<PossibleDeadlock> possible_deadlocks(const Design& design) {
  const CallGraph graph(design, false);
  std::vector<PossibleDeadlock> found;
  for (std::size_t pool = 0; pool < graph.pools().size(); ++pool) {
    const DeadlockSearch search(graph, design.setup.functions.size(), pool);
    PossibleDeadlock most;
    for (const FunctionId entry : design.entry_functions) {
      if (search.held(entry.value) > most.held) {
        most.held = search.held(entry.value);
        most.path = search.path_from(entry.value);
      }
    }
    if (most.held > 0 && graph.pools()[pool].limit > 0) {
      most.pool = graph.pools()[pool];
      most.executions = std::ceil(static_cast<double>(most.pool.limit) / most.held);
      found.push_back(std::move(most));
    }
  }
  return found;
}

}  // namespace lambdasim::app
