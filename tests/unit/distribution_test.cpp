// Every kind of distribution: what it draws is what it says it draws.
#include "sim/core/distribution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace lambdasim::core {
namespace {

constexpr std::size_t kDraws = 200'000;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
// P(sqrt(n) D > c) < 2 exp(-2 c^2) = 2e-9 each; below 1e-7 over all kinds here together.
constexpr double kKolmogorov = 3.22;

struct Named {
  std::string name;
  Distribution distribution;
};

Distribution measured_shape() {
  return Distribution::quantiles(
      {{0.0, 0.0}, {0.1, 5.0}, {0.5, 20.0}, {0.6, 20.0}, {0.99, 300.0}, {1.0, 9000.0}});
}

std::vector<Named> all_kinds() {
  const auto lognormal = Distribution::lognormal_median_p99(40e6, 180e6);
  return {
      {"constant", Distribution::constant(7.0)},
      {"uniform", Distribution::uniform(4e6, 8e6)},
      {"exponential", Distribution::exponential(3e9)},
      {"lognormal by median and p99", lognormal},
      {"lognormal by mean and cv", Distribution::lognormal_mean_cv(6e6, 0.5)},
      {"gamma, peaked", Distribution::gamma_mean_cv(10e6, 0.3)},
      {"gamma, spread", Distribution::gamma_mean_cv(10e6, 2.0)},
      {"weibull, shape below 1", Distribution::weibull(0.7, 2e6)},
      {"weibull, shape above 1", Distribution::weibull(3.0, 2e6)},
      {"pareto", Distribution::pareto(2.5, 1e6)},
      {"quantiles", measured_shape()},
      {"mixture", Distribution::mixture({{3.0, Distribution::constant(50.0)},
                                         {1.0, Distribution::exponential(80.0)},
                                         {2.0, Distribution::uniform(10.0, 90.0)}})},
      {"truncated on both sides", Distribution::truncated(lognormal, 20e6, 100e6)},
      {"truncated below", Distribution::truncated(lognormal, 60e6, kInfinity)},
      {"truncated at an atom", Distribution::truncated(measured_shape(), 20.0, 400.0)},
  };
}

std::vector<double> draw(const Distribution& distribution, std::uint64_t seed) {
  const RandomStream stream{seed, 0, hash_name("draws")};
  std::vector<double> values(kDraws);
  for (std::size_t i = 0; i < kDraws; ++i) {
    auto engine = stream.invocation(i).engine(Purpose::kSandbox);
    values[i] = distribution.sample(engine);
  }
  return values;
}

double kolmogorov_distance(const Distribution& distribution, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < values.size();) {
    const double value = values[i];
    const auto next = static_cast<std::size_t>(
        std::upper_bound(values.begin() + static_cast<std::ptrdiff_t>(i), values.end(), value) -
        values.begin());
    const double below = distribution.cumulative(std::nextafter(value, -kInfinity));
    distance = std::max({distance,
                         std::abs(static_cast<double>(next) / n - distribution.cumulative(value)),
                         std::abs(static_cast<double>(i) / n - below)});
    i = next;
  }
  return distance * std::sqrt(n);
}

class EveryDistribution : public testing::TestWithParam<std::size_t> {
 protected:
  Named named_ = all_kinds()[GetParam()];
  const Distribution& distribution_ = named_.distribution;
};

INSTANTIATE_TEST_SUITE_P(AllKinds, EveryDistribution, testing::Range<std::size_t>(0, 15));

TEST_P(EveryDistribution, DrawsFollowItsCumulativeProbability) {
  EXPECT_LT(kolmogorov_distance(distribution_, draw(distribution_, 11)), kKolmogorov)
      << named_.name;
}

TEST_P(EveryDistribution, AveragesToItsMean) {
  const std::vector<double> values = draw(distribution_, 12);
  double sum = 0.0;
  double squares = 0.0;
  for (const double value : values) {
    sum += value;
    squares += value * value;
  }
  const double mean = sum / static_cast<double>(kDraws);
  const double variance = std::max(0.0, squares / static_cast<double>(kDraws) - mean * mean);
  // 6 standard errors: 2e-9 a kind for a normal mean.
  const double tolerance = 6.0 * std::sqrt(variance / static_cast<double>(kDraws)) + 1e-9 * mean;
  EXPECT_NEAR(mean, distribution_.mean(), tolerance) << named_.name;
}

TEST_P(EveryDistribution, DrawsStayWithinItsBounds) {
  for (const double value : draw(distribution_, 13)) {
    ASSERT_GE(value, distribution_.lower_bound()) << named_.name;
    ASSERT_LE(value, distribution_.upper_bound()) << named_.name;
  }
}

TEST_P(EveryDistribution, SameKeyGivesTheSameNumber) {
  EXPECT_EQ(draw(distribution_, 14), draw(Distribution{distribution_}, 14)) << named_.name;
}

TEST_P(EveryDistribution, CumulativeProbabilityRunsFromZeroToOne) {
  EXPECT_EQ(distribution_.cumulative(-1.0), 0.0);
  EXPECT_EQ(distribution_.cumulative(kInfinity), 1.0);
  double previous = 0.0;
  for (double x = 1e-3; x < 1e13; x *= 1.01) {
    const double now = distribution_.cumulative(x);
    ASSERT_GE(now, previous - 1e-12) << named_.name << " at " << x;
    previous = now;
  }
}

TEST(Distribution, DefaultsToZero) {
  EXPECT_TRUE(Distribution{}.is_constant());
  EXPECT_EQ(Distribution{}.mean(), 0.0);
}

TEST(Distribution, LognormalHasTheMedianAndP99ItWasMadeFrom) {
  const auto lognormal = Distribution::lognormal_median_p99(40.0, 180.0);
  EXPECT_NEAR(lognormal.cumulative(40.0), 0.5, 1e-12);
  EXPECT_NEAR(lognormal.cumulative(180.0), 0.99, 1e-12);
}

TEST(Distribution, LognormalHasTheMeanAndSpreadItWasMadeFrom) {
  const auto lognormal = Distribution::lognormal_mean_cv(6.0, 0.5);
  EXPECT_NEAR(lognormal.mean(), 6.0, 1e-12);
  const double sigma = std::sqrt(std::log(1.25));
  EXPECT_NEAR(lognormal.cumulative(6.0 / std::sqrt(1.25) * std::exp(sigma)), 0.8413447460685429,
              1e-12);
}

TEST(Distribution, QuantilesPassThroughTheirPointsAndAreLogLinearBetween) {
  const auto quantiles = Distribution::quantiles({{0.0, 10.0}, {0.5, 40.0}, {1.0, 640.0}});
  EXPECT_NEAR(quantiles.cumulative(40.0), 0.5, 1e-12);
  EXPECT_NEAR(quantiles.cumulative(20.0), 0.25, 1e-12);
  EXPECT_NEAR(quantiles.cumulative(160.0), 0.75, 1e-12);
  EXPECT_NEAR(quantiles.mean(), 0.5 * 30.0 / std::log(4.0) + 0.5 * 600.0 / std::log(16.0), 1e-9);
}

TEST(Distribution, MeansOfTruncatedOnesAgreeWithTheory) {
  const double mean = 3e9;
  const auto exponential = Distribution::exponential(mean);
  EXPECT_NEAR(Distribution::truncated(exponential, 1e9, kInfinity).mean(), 4e9, 4.0);
  const double cut = std::exp(-2.0);
  const double below_two_means = mean - 2.0 * mean * cut / (1.0 - cut);
  EXPECT_NEAR(Distribution::truncated(exponential, 0.0, 2.0 * mean).mean(), below_two_means, 10.0);
}

TEST(Distribution, ParetoOfAtMostShapeOneHasNoFiniteMean) {
  EXPECT_EQ(Distribution::pareto(1.0, 5.0).mean(), kInfinity);
}

TEST(Distribution, SpreadOfZeroIsAConstant) {
  EXPECT_TRUE(Distribution::lognormal_median_p99(5.0, 5.0).is_constant());
  EXPECT_TRUE(Distribution::lognormal_mean_cv(5.0, 0.0).is_constant());
  EXPECT_TRUE(Distribution::gamma_mean_cv(5.0, 0.0).is_constant());
  EXPECT_TRUE(Distribution::uniform(5.0, 5.0).is_constant());
}

TEST(Distribution, RefusesParametersThatDescribeNoDistribution) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(Distribution::constant(-1.0), std::invalid_argument);
  EXPECT_THROW(Distribution::constant(nan), std::invalid_argument);
  EXPECT_THROW(Distribution::uniform(2.0, 1.0), std::invalid_argument);
  EXPECT_THROW(Distribution::exponential(0.0), std::invalid_argument);
  EXPECT_THROW(Distribution::lognormal_median_p99(10.0, 9.0), std::invalid_argument);
  EXPECT_THROW(Distribution::lognormal_mean_cv(0.0, 1.0), std::invalid_argument);
  EXPECT_THROW(Distribution::gamma_mean_cv(1.0, -1.0), std::invalid_argument);
  EXPECT_THROW(Distribution::weibull(0.0, 1.0), std::invalid_argument);
  EXPECT_THROW(Distribution::pareto(1.0, kInfinity), std::invalid_argument);
  EXPECT_THROW(Distribution::quantiles({{0.0, 1.0}}), std::invalid_argument);
  EXPECT_THROW(Distribution::quantiles({{0.0, 2.0}, {1.0, 1.0}}), std::invalid_argument);
  EXPECT_THROW(Distribution::quantiles({{0.1, 1.0}, {1.0, 2.0}}), std::invalid_argument);
  EXPECT_THROW(Distribution::mixture({}), std::invalid_argument);
  EXPECT_THROW(Distribution::mixture({{0.0, Distribution{}}}), std::invalid_argument);
}

TEST(Distribution, RefusesATruncationThatAlmostNothingPasses) {
  const auto exponential = Distribution::exponential(1.0);
  EXPECT_NO_THROW(Distribution::truncated(exponential, 6.9, kInfinity));
  try {
    Distribution::truncated(exponential, 7.0, kInfinity);
    FAIL() << "must be refused";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "only 0.00091 of the distribution lies between 7 and inf; at least 0.001 must");
  }
}

}  // namespace
}  // namespace lambdasim::core
