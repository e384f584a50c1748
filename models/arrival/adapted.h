// Arrival processes that change another one: cut to a span of time, spread over several functions.
// Numbers stay those of the process behind, so what is left draws what it drew before.
#pragma once

#include <memory>
#include <vector>

#include "sim/engine/arrivals.h"

namespace lambdasim::models {

/// Only what arrives in [from, to).
std::shared_ptr<const engine::ArrivalProcess> within_span(
    std::shared_ptr<const engine::ArrivalProcess> process, core::SimTime from, core::SimTime to);

struct Route {
  core::FunctionId function;
  double share = 0;  ///< of all arrivals; the shares of all routes add up to 1
};

/// Each arrival goes to one of several functions at random, as an alias with weights sends it to
/// versions.
std::shared_ptr<const engine::ArrivalProcess> routed(
    std::shared_ptr<const engine::ArrivalProcess> process, std::vector<Route> routes);

}  // namespace lambdasim::models
