// Little's law as an identity of sample paths: the time integral of the number of requests in the
// system is the sum of the times they spend there, to the nanosecond, when all are done by the end.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/eventful.h"
#include "tests/support/replications.h"

namespace lambdasim::test {
namespace {

/// Integral over time of a number that changes by the given steps.
Duration integral(std::vector<std::pair<SimTime, int>> steps) {
  std::sort(steps.begin(), steps.end());
  Duration sum{0};
  std::int64_t number = 0;
  SimTime since = core::kStartOfTime;
  for (const auto& [when, step] : steps) {
    sum += number * (when - since);
    since = when;
    number += step;
  }
  return sum;
}

class LittlesLaw : public testing::Test {
 protected:
  LittlesLaw() {
    for (const engine::InvocationRecord& row : output_.rows.invocations) {
      cold_ += row.start == engine::Start::kCold ? 1 : 0;
      reset_ += row.start == engine::Start::kReset ? 1 : 0;
      timeouts_ += row.outcome == engine::Outcome::kTimeout ? 1 : 0;
      waited_ += row.wait > 0ns ? 1 : 0;
    }
  }

  engine::Setup setup_ = eventful_setup_with_return_delay();
  RunOutput output_ = run(setup_, {21, 0});
  int cold_ = 0;
  int reset_ = 0;
  int timeouts_ = 0;
  int waited_ = 0;
};

TEST_F(LittlesLaw, HoldsToTheNanosecondWithColdStartsWaitingAndTimeouts) {
  std::vector<std::pair<SimTime, int>> in_system;
  std::vector<std::pair<SimTime, int>> in_handlers;
  Duration latencies{0};
  Duration durations{0};
  for (const engine::InvocationRecord& row : output_.rows.invocations) {
    ASSERT_LE(row.arrival + row.latency(), at(setup_.horizon));
    in_system.emplace_back(row.arrival, 1);
    in_system.emplace_back(row.arrival + row.latency(), -1);
    in_handlers.emplace_back(row.started(), 1);
    in_handlers.emplace_back(row.started() + row.duration, -1);
    latencies += row.latency();
    durations += row.duration;
  }
  EXPECT_EQ(integral(in_system), latencies);
  Duration busy{0};
  Duration waiting{0};
  for (const engine::FunctionTotals& totals : totals_of(setup_, {21, 0})) {
    busy += totals.busy;
    waiting += totals.waiting;
  }
  EXPECT_EQ(busy + waiting, latencies);
  EXPECT_EQ(busy, durations);
  EXPECT_EQ(busy, integral(in_handlers));
}

TEST_F(LittlesLaw, WasTriedOnARunWithAllOfThem) {
  EXPECT_GT(cold_, 500);
  EXPECT_GT(reset_, 100);
  EXPECT_GT(timeouts_, 100);
  EXPECT_GT(waited_, 500);
}

}  // namespace
}  // namespace lambdasim::test
