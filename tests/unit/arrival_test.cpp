// The generated arrival processes against what defines them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/arrival/constant.h"
#include "models/arrival/poisson.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;
using core::SimTime;
using engine::Arrival;

constexpr core::FunctionId kFunction{3};

std::vector<Arrival> arrivals_of(const engine::ArrivalProcess& process, SimTime until,
                                 engine::RunKey key = {}) {
  std::vector<Arrival> arrivals;
  process.start(key, 0)->append(until, 100'000'000, arrivals);
  return arrivals;
}

TEST(PoissonArrivals, GapsAreExponential) {
  const auto arrivals = arrivals_of(Poisson{25.0, kFunction, 1}, SimTime{8'000s});
  std::vector<double> gaps;
  for (std::size_t i = 1; i < arrivals.size(); ++i) {
    gaps.push_back(core::seconds_of(arrivals[i].time - arrivals[i - 1].time));
  }
  std::sort(gaps.begin(), gaps.end());
  const auto n = static_cast<double>(gaps.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const double expected = -std::expm1(-25.0 * gaps[i]);
    distance = std::max({distance, static_cast<double>(i + 1) / n - expected,
                         expected - static_cast<double>(i) / n});
  }
  // P(sqrt(n) D > 3.22) < 2e-9, about 200,000 gaps.
  EXPECT_LT(distance * std::sqrt(n), 3.22);
}

TEST(PoissonArrivals, CountsInEqualTimesAreAsVariableAsTheirMean) {
  const auto arrivals = arrivals_of(Poisson{10.0, kFunction, 2}, SimTime{20'000s});
  std::vector<double> counts(20'000);
  for (const Arrival& arrival : arrivals) {
    ++counts[static_cast<std::size_t>(core::nanoseconds_of(arrival.time) / 1'000'000'000)];
  }
  double dispersion = 0.0;
  for (const double count : counts) {
    dispersion += (count - 10.0) * (count - 10.0) / 10.0;
  }
  // Mean of n terms, each of mean 1 and variance 2 + 1/10; 6 standard errors: 2e-9.
  EXPECT_NEAR(dispersion / 20'000.0, 1.0, 6.0 * std::sqrt(2.1 / 20'000.0));
}

// Whole nanoseconds must not slow down a process whose gaps are of a few of them.
TEST(PoissonArrivals, RoundingToNanosecondsKeepsTheRate) {
  const auto arrivals = arrivals_of(Poisson{1e8, kFunction, 3}, SimTime{20ms});
  EXPECT_NEAR(static_cast<double>(arrivals.size()), 2e6, 6.0 * std::sqrt(2e6));
}

TEST(PoissonArrivals, OneInManyYearsIsNoArrivalAtAll) {
  EXPECT_TRUE(arrivals_of(Poisson{1e-9, kFunction, 4}, SimTime{1h}).empty());
}

TEST(PoissonArrivals, ProcessesWithDifferentKeysAreIndependent) {
  const auto a = arrivals_of(Poisson{100.0, kFunction, 5}, SimTime{1'000s});
  const auto b = arrivals_of(Poisson{100.0, kFunction, 6}, SimTime{1'000s});
  const auto count = [](const std::vector<Arrival>& arrivals) {
    std::vector<double> counts(1'000, -100.0);
    for (const Arrival& arrival : arrivals) {
      ++counts[static_cast<std::size_t>(core::nanoseconds_of(arrival.time) / 1'000'000'000)];
    }
    return counts;
  };
  const auto counts_a = count(a);
  const auto counts_b = count(b);
  double covariance = 0.0;
  for (std::size_t i = 0; i < 1'000; ++i) {
    covariance += counts_a[i] * counts_b[i] / 1'000.0;
  }
  EXPECT_LT(std::abs(covariance), 6.0 * 100.0 / std::sqrt(1'000.0));
}

TEST(ConstantArrivals, ComeAtPhasePlusMultiplesOfTheGap) {
  const auto arrivals = arrivals_of(Constant{25.0, 20ms, kFunction, 0}, SimTime{1s});
  ASSERT_EQ(arrivals.size(), 25U);
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    EXPECT_EQ(arrivals[i].time, SimTime{20ms + 40ms * static_cast<int>(i)});
    EXPECT_EQ(arrivals[i].function, kFunction);
  }
}

TEST(ConstantArrivals, DoNotDriftInAYear) {
  const auto source = Constant{3.0, 0ms, kFunction, 0}.start({}, 0);
  std::vector<Arrival> arrivals;
  constexpr std::int64_t kSeconds = 365 * 24 * 3600;
  std::int64_t last = 0;
  for (std::int64_t day = 1; day <= 365; ++day) {
    arrivals.clear();
    source->append(SimTime{std::chrono::seconds{day * 86'400}}, 1'000'000, arrivals);
    ASSERT_EQ(arrivals.size(), 3U * 86'400U);
    last = core::nanoseconds_of(arrivals.back().time);
  }
  EXPECT_EQ(last, kSeconds * 1'000'000'000 - 333'333'333);
}

TEST(ConstantArrivals, OfOneAMinuteAreExactlyAMinuteApart) {
  const auto arrivals = arrivals_of(Constant{1.0 / 60.0, 30s, kFunction, 0}, SimTime{24h});
  ASSERT_EQ(arrivals.size(), 1440U);
  EXPECT_EQ(arrivals.back().time, SimTime{30s + 1439min});
}

}  // namespace
}  // namespace lambdasim::models
