// Arrival processes that change another one: cut to a span of time, spread over several functions;
// and the one without arrivals.
// Numbers stay those of the process behind, so what is left draws what it drew before.
#pragma once

#include <memory>
#include <vector>

#include "sim/engine/arrivals.h"

namespace lambdasim::models {

/// Only what arrives in [from, to).
std::shared_ptr<const engine::ArrivalProcess> within_span(
    std::shared_ptr<const engine::ArrivalProcess> process, core::SimTime from, core::SimTime to);

/// Each arrival goes to one of several functions at random.
std::shared_ptr<const engine::ArrivalProcess> routed(
    std::shared_ptr<const engine::ArrivalProcess> process, std::vector<engine::Route> routes);

/// Nothing ever arrives: all that reaches such an entry of the workload is sent by steps.
/// @param stream_key see engine::ArrivalSource::stream_key
std::shared_ptr<const engine::ArrivalProcess> no_arrivals(std::uint64_t stream_key);

}  // namespace lambdasim::models
