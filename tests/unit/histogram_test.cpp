// The log-linear histogram: precision, exact counts, merging.
#include "sim/core/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/core/check.h"
#include "sim/core/distribution.h"

namespace lambdasim::core {
namespace {

constexpr double kUnit = 1024.0;

std::vector<Duration> latencies(std::uint64_t seed, std::size_t n) {
  const auto distribution = Distribution::lognormal_median_p99(20e6, 900e6);
  auto engine = RandomStream{seed, 0, 0}.sequential();
  std::vector<Duration> values(n);
  std::generate(values.begin(), values.end(), [&] { return distribution.sample_duration(engine); });
  return values;
}

Histogram of(const std::vector<Duration>& values, int bits = 9) {
  Histogram histogram{bits};
  for (const Duration value : values) {
    histogram.add(value);
  }
  return histogram;
}

double allowed(double value, int bits) {
  return std::max(kUnit / 2.0, value * std::ldexp(1.0, -(bits + 1))) + 1.0;
}

TEST(Histogram, QuantilesAreWithinTheStatedPrecisionOfTheExactOnes) {
  for (const int bits : {5, 9, 12}) {
    std::vector<Duration> values = latencies(1, 100'000);
    const Histogram histogram = of(values, bits);
    std::sort(values.begin(), values.end());
    for (const double q : {0.001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
      const auto rank = static_cast<std::size_t>(std::ceil(q * 100'000.0));
      const auto exact = static_cast<double>(values[rank - 1].count());
      EXPECT_NEAR(static_cast<double>(histogram.quantile(q).count()), exact, allowed(exact, bits))
          << "q " << q << ", bits " << bits;
    }
  }
}

TEST(Histogram, EveryValueLiesBetweenTheBoundsOfItsBucket) {
  const Histogram histogram;
  for (std::int64_t value = 0; value < 4'000'000'000'000'000'000; value += value / 97 + 1) {
    const std::size_t bucket = histogram.bucket_of(Duration{value});
    ASSERT_LE(histogram.lower_bound_of(bucket).count(), value);
    ASSERT_GT(histogram.upper_bound_of(bucket).count(), value);
  }
}

TEST(Histogram, BucketsFollowOneAnotherWithoutGapOrOverlap) {
  const Histogram histogram{4};
  for (std::size_t bucket = 0; bucket < 400; ++bucket) {
    ASSERT_EQ(histogram.bucket_of(histogram.lower_bound_of(bucket)), bucket);
    ASSERT_EQ(histogram.bucket_of(histogram.upper_bound_of(bucket) - Duration{1}), bucket);
  }
}

TEST(Histogram, MergingGivesTheHistogramOfAllValues) {
  const std::vector<Duration> first = latencies(2, 10'000);
  std::vector<Duration> second = latencies(3, 20'000);
  second.push_back(std::chrono::hours{5});
  Histogram merged = of(first);
  merged.merge(of(second));
  std::vector<Duration> both = first;
  both.insert(both.end(), second.begin(), second.end());
  EXPECT_EQ(merged.counts(), of(both).counts());
  EXPECT_EQ(merged.count(), 30'001U);
}

TEST(Histogram, MergingASmallerOneKeepsTheLargerRange) {
  Histogram merged = of({std::chrono::hours{5}});
  merged.merge(of({Duration{10}}));
  EXPECT_EQ(merged.count(), 2U);
  EXPECT_NEAR(seconds_of(merged.quantile(1.0)), 18'000.0, 18'000.0 / 1024.0);
}

TEST(Histogram, RefusesToMergeAnotherPrecision) {
  Histogram fine{9};
  EXPECT_THROW(fine.merge(Histogram{5}), InvariantViolation);
}

TEST(Histogram, AnEmptyOneHasQuantilesOfZero) {
  EXPECT_EQ(Histogram{}.quantile(0.5), Duration{0});
  EXPECT_EQ(Histogram{}.count(), 0U);
}

}  // namespace
}  // namespace lambdasim::core
