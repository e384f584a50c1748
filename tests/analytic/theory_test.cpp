// The numerics that the other tests here rely on, against closed forms and published values.
#include "tests/support/theory.h"

#include <gtest/gtest.h>

namespace lambdasim::test::theory {
namespace {

TEST(ErlangB, AgreesWithTheClosedFormForOneAndTwoServers) {
  for (const double a : {0.1, 1.0, 7.5}) {
    EXPECT_NEAR(erlang_b(1, a), a / (1.0 + a), 1e-15);
    EXPECT_NEAR(erlang_b(2, a), a * a / 2.0 / (1.0 + a + a * a / 2.0), 1e-15);
  }
}

TEST(ErlangB, IsTheChanceOfTheLastOfTheErlangStates) {
  for (const double a : {5.0, 9.0, 12.0, 120.0}) {
    EXPECT_NEAR(erlang_states(10, a).back(), erlang_b(10, a), 1e-13);
  }
}

TEST(UpCrossing, FromTheEmptySystemIsExponential) {
  const UpCrossing crossing(2.0, 1.0, 0, 3.0);
  for (const double t : {0.0, 0.1, 1.0, 3.0}) {
    EXPECT_NEAR(crossing.survival(t), std::exp(-2.0 * t), 1e-14);
    EXPECT_NEAR(crossing.mean_until(t), (1.0 - std::exp(-2.0 * t)) / 2.0, 1e-14);
  }
}

// From 1 to 2, the chain leaves state 1 at rate b + d, upwards with probability b / (b + d):
// the transform solves to two exponentials with the roots of x^2 - (2 b + d) x + b^2.
TEST(UpCrossing, FromOneToTwoIsTheHypoexponentialMixtureOfItsTwoRoots) {
  const double b = 0.7;
  const double d = 1.3;
  const double half = (2.0 * b + d) / 2.0;
  const double spread = std::sqrt(half * half - b * b);
  const double fast = half + spread;
  const double slow = half - spread;
  const double weight = (b - slow) / (fast - slow);  // of the fast root, by the density at 0
  const UpCrossing crossing(b, d, 1, 8.0);
  for (const double t : {0.0, 0.3, 2.0, 8.0}) {
    EXPECT_NEAR(crossing.survival(t),
                weight * std::exp(-fast * t) + (1.0 - weight) * std::exp(-slow * t), 1e-13);
  }
}

TEST(UpCrossing, HasTheMeanOfTheRecursionWhenTheTimeIsLong) {
  const double birth = 8.0;
  double mean = 1.0 / birth;
  for (std::size_t k = 1; k <= 5; ++k) {
    mean = 1.0 / birth + static_cast<double>(k) / birth * mean;
    EXPECT_NEAR(UpCrossing(birth, 1.0, k, 60.0).mean_until(60.0), mean, 1e-12);
  }
}

TEST(UpCrossing, MeanUntilIsTheIntegralOfSurvival) {
  const UpCrossing crossing(10.0, 1.0, 14, 4.0);
  constexpr int kIntervals = 2000;  // Simpson
  const double step = 4.0 / kIntervals;
  double integral = crossing.survival(0.0) + crossing.survival(4.0);
  for (int i = 1; i < kIntervals; ++i) {
    integral += (i % 2 == 1 ? 4.0 : 2.0) * crossing.survival(i * step);
  }
  EXPECT_NEAR(crossing.mean_until(4.0), integral * step / 3.0, 5e-9);
}

TEST(MostRecentlyUsedPool, WithOnePlaceIsAnAlternatingRenewalProcess) {
  const Pool pool = most_recently_used_pool(0.5, 2.0, 3.0, 1);
  EXPECT_NEAR(pool.cold_share, std::exp(-1.5), 1e-13);
  EXPECT_NEAR(pool.idle, 0.8 * (1.0 - std::exp(-1.5)), 1e-13);
  EXPECT_NEAR(pool.busy, 0.2, 1e-14);
}

}  // namespace
}  // namespace lambdasim::test::theory
