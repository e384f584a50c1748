// Places of concurrency that chains of calls hold: whoever calls another function keeps its own
// place until the answer is there. Looking at who calls whom shows, before anything is simulated,
// which calls can never find a place, and how many executions at once can deadlock.
//
// Only what is certain is claimed. Functions with provisioned contexts and on managed instances may
// be served without a place, so they are taken to hold none and to find one. A limit is taken as it
// is before provisioned contexts of others take places out of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/app/scenario.h"
#include "sim/app/scenario_parts.h"

namespace lambdasim::app {

/// The places that a function counts towards.
struct PlacePool {
  std::optional<core::FunctionId> owner;  ///< with the concurrency reserved; none: the unreserved
  std::int64_t limit = 0;

  bool operator==(const PlacePool&) const = default;
};

/// A call that is refused whenever it is made.
struct RefusedCall {
  std::vector<core::FunctionId> path;  ///< from a function that the workload invokes to the called
  engine::FunctionCall call;           ///< the last of the path
  std::int64_t held = 0;               ///< places of the pool that the callers on the path hold
  PlacePool pool;                      ///< of the called
  bool is_certain = true;              ///< every call on the path is made in every execution
};

/// Executions that can hold every place while each of them waits for one.
struct PossibleDeadlock {
  std::vector<core::FunctionId> path;
  double held = 0;        ///< most places that an execution holds while it calls
  double executions = 0;  ///< as few as these
  PlacePool pool;
};

std::vector<RefusedCall> refused_calls(const Design& design);
/// For each pool the one of the fewest executions.
std::vector<PossibleDeadlock> possible_deadlocks(const Design& design);

/// Reports calls that can never be answered, once everything of the design stands: as a mistake
/// where no execution of the path could succeed, as a warning where the call is not always made or
/// a function was switched off by reserving it nothing.
void check_call_places(config::ObjectReader& root, const Design& design,
                       config::Diagnostics& diagnostics, Warnings& warnings);

/// A line for every possible deadlock, with the designs in which it holds unless it holds in all.
std::string call_places_text(const Scenario& scenario);

}  // namespace lambdasim::app
