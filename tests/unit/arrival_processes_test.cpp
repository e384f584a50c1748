// Arrival processes whose next time depends on what came before, each against what defines it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "models/arrival/markov_chain.h"
#include "tests/support/arrival_counts.h"

namespace lambdasim::test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

/// The Kolmogorov distance of values from the exponential distribution of mean 1, times sqrt(n).
/// P(distance > 3.22) < 2e-9.
double distance_from_exponential(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double distance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = -std::expm1(-values[i]);
    distance = std::max({distance, static_cast<double>(i + 1) / n - expected,
                         expected - static_cast<double>(i) / n});
  }
  return distance * std::sqrt(n);
}

/// The integral of the Hawkes rate over each gap: independent and exponential of mean 1 when the
/// arrivals are of that process (time rescaling, Papangelou 1972; Brown et al. 2002).
std::vector<double> rescaled(const std::vector<double>& times, double base, double ratio,
                             double decay) {
  std::vector<double> gaps;
  double excess = 0;
  double last = 0;
  for (const double time : times) {
    const double faded = std::exp(-(time - last) / decay);
    gaps.push_back(base * (time - last) + excess * decay * (1 - faded));
    excess = excess * faded + ratio / decay;
    last = time;
  }
  return gaps;
}

TEST(HawkesArrivals, TheIntegralOfTheirRateOverAGapIsExponential) {
  const auto times = arrival_times(
      *arrival_process("hawkes", "{base: 3 /s, branching_ratio: 70 %, decay: 400 ms}"), 20'000);
  ASSERT_GT(times.size(), 150'000U);
  EXPECT_LT(distance_from_exponential(rescaled(times, 3, 0.7, 0.4)), 3.22);
  // The test sees a ratio that is a little off.
  EXPECT_GT(distance_from_exponential(rescaled(times, 3, 0.65, 0.4)), 3.22);
}

TEST(HawkesArrivals, WithoutExcitationArePoisson) {
  const auto times = arrival_times(
      *arrival_process("hawkes", "{base: 30 /s, branching_ratio: 0, decay: 1 s}"), 5'000);
  EXPECT_LT(distance_from_exponential(rescaled(times, 30, 0, 1)), 3.22);
}

// The mean rate is base / (1 - n) less what the missing past would have brought: e^(-k t) of it.
TEST(HawkesArrivals, BeginWithoutAPast) {
  const double k = 0.5 / 2;
  const double expected = 20 * 4 - 10 * -std::expm1(-k * 4) / k;
  const auto found =
      counted(*arrival_process("hawkes", "{base: 10 /s, branching_ratio: 0.5, decay: 2 s}"),
              {0, 4, 1}, expected, 4000);
  EXPECT_NEAR(found.rate.mean * 4, expected, 6 * found.rate.error * 4);
  EXPECT_LT(found.rate.error * 4, 0.02 * expected);
}

TEST(RenewalArrivals, GapsAreDrawnFromTheirDistribution) {
  EXPECT_THAT(arrival_times(*arrival_process("renewal", "{gap: 250 ms}"), 1.1),
              ElementsAre(0.25, 0.5, 0.75, 1.0));
  const auto times = arrival_times(
      *arrival_process("renewal", "{gap: {weibull: {shape: 0.5, scale: 1 s}}}"), 100'000);
  std::vector<double> gaps;
  double last = 0;
  for (const double time : times) {
    gaps.push_back(std::sqrt(time - last));  // of shape 0.5: exponential
    last = time;
  }
  ASSERT_GT(gaps.size(), 40'000U);
  EXPECT_LT(distance_from_exponential(gaps), 3.22);
}

TEST(MarkovChain, SharesOfTimeAreThoseOfDetailedBalance) {
  EXPECT_THAT(models::stationary_distribution({{0, 2}, {1, 0}}),
              ElementsAre(DoubleNear(1.0 / 3, 1e-15), DoubleNear(2.0 / 3, 1e-15)));
  // Births at 3, deaths at 1, 2 and 3: Poisson of mean 3, cut off.
  const auto shares =
      models::stationary_distribution({{0, 3, 0, 0}, {1, 0, 3, 0}, {0, 2, 0, 3}, {0, 0, 3, 0}});
  EXPECT_THAT(shares, ElementsAre(DoubleNear(1.0 / 13, 1e-15), DoubleNear(3.0 / 13, 1e-15),
                                  DoubleNear(4.5 / 13, 1e-15), DoubleNear(4.5 / 13, 1e-15)));
}

TEST(MarkovChain, AStateThatIsLeftForGoodHasNoShare) {
  EXPECT_EQ(models::stationary_distribution({{0, 1}, {0, 0}})[0], 0);
  EXPECT_EQ(models::stationary_distribution({{0, 0}, {1, 0}})[1], 0);
}

TEST(MmppArrivals, OtherRatesMeetTheSameStates) {
  const auto bursts = [](const std::string& rate) {
    return arrival_times(*arrival_process("mmpp", "{states: {on: {rate: " + rate +
                                                      ", mean_sojourn: 1 s}, off: {rate: 0 /s, "
                                                      "mean_sojourn: 5 s}}}"),
                         1000);
  };
  // A state that is on brings many at the higher rate; where it brings none, it is off.
  const auto few = bursts("10 /s");
  const auto many = bursts("10000 /s");
  ASSERT_GT(few.size(), 100U);
  for (const double time : few) {
    const auto after = std::lower_bound(many.begin(), many.end(), time - 0.01);
    ASSERT_TRUE(after != many.end() && *after < time + 0.01) << time;
  }
}

// In a cycle of three the states keep their order: a burst of each rate, never the other way round.
TEST(MmppArrivals, FollowTheProbabilitiesOfWhatIsNext) {
  const auto times = arrival_times(
      *arrival_process("mmpp",
                       "{states: {off: {rate: 0 /s, mean_sojourn: 9 s, next: {rare: 90 %, busy: "
                       "0.1}}, rare: {rate: 1000 /s, mean_sojourn: 1 s, next: {off: 1}}, busy: "
                       "{rate: 10000 /s, mean_sojourn: 1 s, next: {off: 1}}}}"),
      40'000);
  double bursts = 0;
  double busy = 0;
  for (std::size_t i = 1; i + 1 < times.size(); ++i) {
    if (times[i] - times[i - 1] > 0.05) {  // silence longer than e^-50 of a burst's gaps
      ++bursts;
      std::size_t end = i;
      while (end < times.size() && times[end] < times[i] + 0.01) {
        ++end;
      }
      busy += end - i > 40 ? 1 : 0;  // 10 against 100 expected, where the burst lasts
    }
  }
  // A burst that ends within 10 ms (1 %) may be taken for a rare one; six errors of a binomial.
  ASSERT_GT(bursts, 3000);
  EXPECT_NEAR(busy / bursts, 0.1, 0.002 + 6 * std::sqrt(0.09 / bursts));
}

TEST(PeriodicArrivals, ComeInOrderEachWithItsOwnJitter) {
  const auto times = arrival_times(
      *arrival_process("periodic",
                       "{interval: 1 s, first: 0 s, jitter: {uniform: {from: 0 s, to: 10 s}}}"),
      10'000);
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  // All but those that are late at the end have come: 10,000 - 5 on average.
  EXPECT_NEAR(static_cast<double>(times.size()), 9'995, 6 * std::sqrt(10 / 6.0));
  // Overtaking: gaps that no order of even times could have.
  EXPECT_GT(*std::max_element(times.begin(), times.begin() + 20), 10);
}

TEST(PeriodicArrivals, AConstantJitterShiftsThemAll) {
  EXPECT_THAT(arrival_times(*arrival_process("periodic", "{interval: 2 s, jitter: 500 ms}"), 7),
              ElementsAre(2.5, 4.5, 6.5));
}

TEST(PeriodicArrivals, ThatWouldComeBeforeTheRunAreLeftOut) {
  const auto times = arrival_times(
      *arrival_process("periodic",
                       "{interval: 1 s, first: 0 s, jitter: 1500 ms, either_way: true}"),
      1000);
  for (const double time : times) {
    EXPECT_NEAR(std::fmod(time, 1.0), 0.5, 1e-9);
  }
  // Those of 2 s to 998 s are inside either way, those of 0, 1, 999, 1000 and 1001 s one way.
  EXPECT_GE(times.size(), 997U);
  EXPECT_LE(times.size(), 1002U);
}

std::vector<double> merged(std::vector<double> a, const std::vector<double>& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  return a;
}

TEST(Superposition, IsEveryArrivalOfEveryProcessInOrder) {
  const auto both = arrival_times(*arrival_process("superposition",
                                                   "{of: [{constant: {rate: 10 /s, phase: 5 ms}}, "
                                                   "{constant: {rate: 3 /s, phase: 0 s}}]}"),
                                  100);
  EXPECT_EQ(both,
            merged(arrival_times(*arrival_process("constant", "{rate: 10 /s, phase: 5 ms}"), 100),
                   arrival_times(*arrival_process("constant", "{rate: 3 /s, phase: 0 s}"), 100)));
}

TEST(Superposition, KeepsTheTimesOfEachWhenAnotherIsAdded) {
  const auto one =
      arrival_times(*arrival_process("superposition", "{of: [{poisson: {rate: 20 /s}}]}"), 1000);
  const auto two =
      arrival_times(*arrival_process("superposition",
                                     "{of: [{poisson: {rate: 20 /s}}, {poisson: {rate: 2 /s}}]}"),
                    1000);
  EXPECT_TRUE(std::includes(two.begin(), two.end(), one.begin(), one.end()));
  EXPECT_GT(two.size(), one.size() + 1500);
}

TEST(Superposition, OfEqualProcessesHasDifferentNumbersForEach) {
  const auto times =
      arrival_times(*arrival_process("superposition",
                                     "{of: [{poisson: {rate: 20 /s}}, {poisson: {rate: 20 /s}}]}"),
                    1000);
  EXPECT_EQ(std::adjacent_find(times.begin(), times.end()), times.end());
}

TEST(Superposition, NestsAndTakesEqualTimesInTheOrderOfTheList) {
  const auto process = arrival_process("superposition",
                                       "{of: [{superposition: {of: [{constant: {rate: 1 /s, phase: "
                                       "1 s}}]}}, {every: {interval: 1 s, at_once: 2}}]}");
  EXPECT_THAT(arrival_times(*process, 2.5), ElementsAre(1, 1, 1, 2, 2, 2));
}

}  // namespace
}  // namespace lambdasim::test
