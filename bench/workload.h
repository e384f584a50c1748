// The workloads of the speed table: one function, Poisson arrivals, lognormal service.
#pragma once

#include <cstdint>

#include "sim/engine/setup.h"

namespace lambdasim::bench {

struct Workload {
  double rate_per_s = 1000.0;
  double service_median_ns = 8e6;
  double service_sigma = 0.6;
  std::uint64_t invocations = 10'000'000;  ///< on average
};

/// About `in_flight` requests at once on average.
Workload workload_with(double in_flight, std::uint64_t invocations);

/// The same as a setup of the engine: fixed keep-alive, no quota, no limit that binds.
engine::Setup engine_setup(const Workload& workload);

/// The same function with all that contexts and calls can have: CPU quota, the measured keep-alive
/// curve, lifetimes of seconds, failures, overhead, extensions, a connection, an account limit. A
/// call takes 33 ms rather than 10.
engine::Setup everything_on(const Workload& workload);

/// A function of 20 steps under a CPU quota, waits and work in turn: in a row, or as five layers of
/// four, of which each step needs two of the layer before.
engine::FunctionSetup twenty_steps(bool as_graph);

/// Many functions whose rates spread evenly on a log scale from 0.0001 to 100 a second.
engine::Setup many_functions_setup(std::uint32_t functions, std::uint64_t invocations);

}  // namespace lambdasim::bench
