// A synthetic trace with the shape of the Azure Functions trace of 2019 (Shahrad et al., ATC 2020;
// quantiles of calls a day and of the CV of gaps: cumulative distributions over the full trace,
// SJTU-IPADS/ServerlessBench): 45 % of the applications are called at most once an hour, 81 % at
// most once a minute; a quarter is called by timers, the gaps of the others are
// lognormal.
//
// The busiest tenth is called as often as the 90th percentile: it never starts cold under any
// policy, so more of its calls would only take time.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "sim/core/random.h"
#include "tests/support/scripted.h"

namespace lambdasim::test {

using Quantile = std::pair<double, double>;  // share of applications, value

/// Between the points of a cumulative distribution, evenly on a scale of logarithms.
template <std::size_t kPoints>
double between(const std::array<Quantile, kPoints>& points, double share) {
  for (std::size_t i = 1; i < kPoints; ++i) {
    const auto [p0, q0] = points[i - 1];
    const auto [p1, q1] = points[i];
    if (share <= p1) {
      return q0 * std::pow(q1 / q0, (share - p0) / (p1 - p0));
    }
  }
  return points.back().second;
}

inline constexpr std::array<Quantile, 7> kCallsADay{
    {{0, 1}, {0.25, 3}, {0.45, 24}, {0.5, 74}, {0.75, 584}, {0.81, 1440}, {0.9, 4504}}};
/// Of the gaps between the calls of one application; below 0.227 they are all alike: timers.
inline constexpr std::array<Quantile, 6> kCvOfGaps{
    {{0.227, 0.1}, {0.49, 0.5}, {0.62, 1}, {0.75, 2}, {0.9, 5}, {1, 10}}};
inline constexpr double kTimers = 0.227;

/// Calls of `applications` applications, one function each, over `horizon`.
inline std::vector<ScriptedArrival> azure_shaped_calls(std::uint32_t applications, Duration horizon,
                                                       std::uint64_t seed) {
  std::vector<ScriptedArrival> calls;
  const core::RandomStream stream{seed, 0, core::hash_name("azure")};
  for (std::uint32_t f = 0; f < applications; ++f) {
    core::KeyedEngine engine = stream.invocation(f).engine(core::Purpose::kFirstStep);
    const double mean_ns = 86'400e9 / between(kCallsADay, (f + 0.5) / applications);
    const double kind = engine.uniform();
    const auto gaps = kind < kTimers
                          ? Distribution::constant(mean_ns)
                          : Distribution::lognormal_mean_cv(mean_ns, between(kCvOfGaps, kind));
    Duration time = core::duration_of_nanoseconds(engine.uniform() * mean_ns);
    for (; time < horizon; time += gaps.sample_duration(engine)) {
      calls.push_back({time, f});
    }
  }
  std::sort(calls.begin(), calls.end(), [](const auto& a, const auto& b) {
    return std::pair{a.time, a.function} < std::pair{b.time, b.function};
  });
  return calls;
}

}  // namespace lambdasim::test
