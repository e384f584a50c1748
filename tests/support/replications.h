// Statistical comparison of independent replications with a value known from theory.
//
// A mean over R replications is compared with theory by Student's t with R - 1 degrees of freedom.
// kFalseAlarm is the two-sided chance that a correct simulator fails one comparison; the tests make
// fewer than 100 of them, so that all together fail by chance less than once in a million seeds.
// A comparison also fails when it is too blunt: the deviation that it would notice is bounded.
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <array>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>
#include <string_view>
#include <vector>

#include "sim/core/random.h"
#include "sim/engine/engine.h"
#include "sim/engine/recorders/summary.h"

namespace lambdasim::test {

inline constexpr double kFalseAlarm = 1e-8;

/// One value of each replication.
using Values = std::vector<double>;

inline double mean_of(const Values& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

inline double variance_of(const Values& values) {
  const double mean = mean_of(values);
  double sum = 0.0;
  for (const double value : values) {
    sum += (value - mean) * (value - mean);
  }
  return sum / static_cast<double>(values.size() - 1);
}

/// Expects the mean to agree with `theory`, and the comparison to notice a relative deviation of
/// `notices` (half the width of the interval of confidence 1 - kFalseAlarm).
inline void expect_mean(std::string_view what, const Values& values, double theory,
                        double notices) {
  const auto count = static_cast<double>(values.size());
  const boost::math::students_t student(count - 1.0);
  const double error = std::sqrt(variance_of(values) / count);
  const double limit = boost::math::quantile(boost::math::complement(student, kFalseAlarm / 2.0));
  const double t = (mean_of(values) - theory) / error;
  const double in_95 = boost::math::quantile(student, 0.975) * error / theory;
  fmt::print("{}: theory {:.6g}, simulated {:.6g} +- {:.2g} % (95 %), t = {:.2f}, n = {}\n", what,
             theory, mean_of(values), 100.0 * in_95, t, values.size());
  EXPECT_LT(std::abs(t), limit) << what << ": theory " << theory << ", simulated "
                                << mean_of(values);
  EXPECT_LT(limit * error / theory, notices) << what << ": too few replications to mean much";
}

/// Runs one replication with totals only.
inline std::vector<engine::FunctionTotals> totals_of(const engine::Setup& setup,
                                                     engine::RunKey key) {
  engine::SummaryRecorder recorder(setup.functions.size(), setup.warm_up, setup.horizon);
  engine::Progress progress;
  engine::simulate(setup, key, recorder, progress);
  return recorder.totals();
}

/// Replications 0 to `count` - 1 of one setup; `measure` turns the totals of its functions into an
/// array of numbers. The answer is one Values a number.
/// @param name of the comparison: its hash is the seed, so that no two share their arrivals
template <std::size_t kNumbers, class Measure>
std::array<Values, kNumbers> replicate(const engine::Setup& setup, std::string_view name,
                                       std::uint32_t count, Measure measure) {
  const std::uint64_t seed = core::hash_name(name);
  std::array<Values, kNumbers> values;
  for (std::uint32_t replication = 0; replication < count; ++replication) {
    const std::array<double, kNumbers> numbers = measure(totals_of(setup, {seed, replication}));
    for (std::size_t i = 0; i < kNumbers; ++i) {
      values[i].push_back(numbers[i]);
    }
  }
  return values;
}

inline double share(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

/// Mean level over the measured window of a setup.
inline double level(core::Duration integral, const engine::Setup& setup) {
  return core::seconds_of(integral) / core::seconds_of(setup.horizon - setup.warm_up);
}

}  // namespace lambdasim::test
