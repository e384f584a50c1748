// The timeline and the totals see one run: over all bins, levels add up to the integrals and counts
// to the counts.
#include "sim/engine/recorders/timeline.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/eventful.h"
#include "tests/support/replications.h"

namespace lambdasim::test {
namespace {

template <class T>
T sum(const std::vector<T>& values) {
  return std::accumulate(values.begin(), values.end(), T{});
}

void expect_integral(const std::vector<double>& levels, Duration width, Duration theory) {
  const double integral = sum(levels) * core::seconds_of(width);
  EXPECT_NEAR(integral, core::seconds_of(theory), 1e-9 * core::seconds_of(theory) + 1e-9);
}

TEST(Timeline, AddsUpToTheTotals) {
  engine::Setup setup = eventful_setup_with_return_delay();
  setup.horizon = 100min;  // in the middle of the traffic
  const auto totals = totals_of(setup, {41, 0});
  for (const std::size_t bins : {std::size_t{1}, std::size_t{100}, std::size_t{60'000}}) {
    engine::TimelineRecorder timeline(setup.functions.size(), setup.horizon, bins);
    engine::Progress progress;
    engine::simulate(setup, {41, 0}, timeline, progress);
    const Duration width = timeline.bin_width();
    ASSERT_EQ(width * static_cast<std::int64_t>(bins), setup.horizon);
    for (std::uint32_t f = 0; f < setup.functions.size(); ++f) {
      const engine::TimelineBins of = timeline.bins(core::FunctionId{f});
      EXPECT_EQ(sum(of.arrivals), totals[f].arrivals);
      EXPECT_EQ(sum(of.throttled), totals[f].throttled);
      expect_integral(of.busy, width, totals[f].busy);
      expect_integral(of.idle, width, totals[f].idle);
      expect_integral(of.initialising, width, totals[f].initialising);
      expect_integral(of.waiting, width, totals[f].waiting);
    }
  }
}

TEST(Totals, OfAWindowAreThoseOfTheRunLessThoseOfTheWarmUp) {
  engine::Setup whole = eventful_setup_with_return_delay();
  engine::Setup warm_up = whole;
  engine::Setup window = whole;
  warm_up.horizon = 30min;
  window.warm_up = 30min;
  const auto of_whole = totals_of(whole, {42, 0});
  const auto of_window = totals_of(window, {42, 0});
  // The same run, watched until the end of the warm-up only.
  engine::SummaryRecorder recorder(2, 0ns, warm_up.horizon);
  engine::Progress progress;
  engine::simulate(whole, {42, 0}, recorder, progress);
  for (std::size_t f = 0; f < of_whole.size(); ++f) {
    const engine::FunctionTotals& before = recorder.totals()[f];
    EXPECT_EQ(of_window[f].busy, of_whole[f].busy - before.busy);
    EXPECT_EQ(of_window[f].idle, of_whole[f].idle - before.idle);
    EXPECT_EQ(of_window[f].initialising, of_whole[f].initialising - before.initialising);
    EXPECT_EQ(of_window[f].waiting, of_whole[f].waiting - before.waiting);
    EXPECT_EQ(of_window[f].contexts_created,
              of_whole[f].contexts_created - before.contexts_created);
    EXPECT_LT(of_window[f].arrivals, of_whole[f].arrivals);
  }
}

}  // namespace
}  // namespace lambdasim::test
