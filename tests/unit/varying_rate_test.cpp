// Poisson arrivals of a varying rate: the numbers in the bins of a day must be Poisson with the
// integral of the rate that the documentation states, integrated here by itself.
#include <gtest/gtest.h>

#include <functional>
#include <numbers>

#include "tests/support/arrival_counts.h"

namespace lambdasim::test {
namespace {

using Rate = std::function<double(double)>;  // at a time in s, per s

constexpr double kHour = 3600;
constexpr double kDay = 24 * kHour;

/// By Simpson's rule; the rate must be smooth inside the span.
double integral_of(const Rate& rate, double from, double to) {
  constexpr int kSpans = 64;
  const double step = (to - from) / kSpans;
  double sum = 0;
  for (int i = 0; i < kSpans; ++i) {
    const double a = from + i * step;
    sum += step / 6 * (rate(a + 1e-7) + 4 * rate(a + step / 2) + rate(a + step - 1e-7));
  }
  return sum;
}

/// Both the counts of single bins around their means (dispersion) and the sums over the
/// replications (chi-square) must be as variable as Poisson ones: x of mean n and variance 2 n +
/// sum 1 / mean.
void expect_poisson_counts(const std::string& model, const std::string& parameters,
                           const Windows& bins, const Rate& rate) {
  SCOPED_TRACE(model + " " + parameters);
  constexpr std::uint32_t kReplications = 200;
  const auto process = arrival_process(model, parameters);
  std::vector<double> sums(bins.number, 0.0);
  std::vector<double> means;
  for (std::size_t i = 0; i < bins.number; ++i) {
    const double from = bins.from_s + static_cast<double>(i) * bins.length_s;
    means.push_back(integral_of(rate, from, from + bins.length_s));
  }
  double n = 0;
  double dispersion = 0;
  double variance = 0;
  for (std::uint32_t replication = 0; replication < kReplications; ++replication) {
    const auto counts = counts_in(bins, arrival_times(*process, bins.until_s(), {3, replication}));
    for (std::size_t i = 0; i < bins.number; ++i) {
      sums[i] += counts[i];
      if (means[i] < 1e-9) {
        EXPECT_EQ(counts[i], 0) << "bin " << i;
        continue;
      }
      dispersion += (counts[i] - means[i]) * (counts[i] - means[i]) / means[i];
      variance += 2 + 1 / means[i];
      ++n;
    }
  }
  EXPECT_NEAR(dispersion, n, 6 * std::sqrt(variance));
  double chi_square = 0;
  double bins_with_arrivals = 0;
  double variance_of_sums = 0;
  for (std::size_t i = 0; i < bins.number; ++i) {
    const double mean = means[i] * kReplications;
    if (mean > 1e-6) {
      chi_square += (sums[i] - mean) * (sums[i] - mean) / mean;
      variance_of_sums += 2 + 1 / mean;
      ++bins_with_arrivals;
    }
  }
  // Chi-square leans to the right: 8 deviations of its normal approximation at 24 bins or more.
  EXPECT_NEAR(chi_square, bins_with_arrivals, 8 * std::sqrt(variance_of_sums));
  EXPECT_GE(bins_with_arrivals, 10);
}

TEST(PiecewiseRate, HoldsFromPointToPointAndRepeats) {
  const Rate rate = [](double t) {
    const double hour = std::fmod(t, kDay) / kHour;
    return hour < 6 ? 40 / kHour : hour < 9 ? 0.0 : hour < 20 ? 30 / kHour : 40 / kHour;
  };
  expect_poisson_counts("piecewise",
                        "{points: [{at: 6 h, rate: 0 /s}, {at: 9 h, rate: 30 /h}, {at: 20 h, "
                        "rate: 40 /h}], period: 24 h}",
                        {0, kHour, 72}, rate);
}

TEST(PiecewiseRate, WithoutAPeriodTheFirstAndTheLastRateHold) {
  const Rate rate = [](double t) { return t < 2 * kHour ? 20 / kHour : 5 / kHour; };
  expect_poisson_counts("piecewise", "{points: [{at: 1 h, rate: 20 /h}, {at: 2 h, rate: 5 /h}]}",
                        {0, kHour, 50}, rate);
  const Rate silent = [](double t) { return t < 12 * kHour ? 20 / kHour : 0; };
  expect_poisson_counts("piecewise", "{points: [{at: 0 h, rate: 20 /h}, {at: 12 h, rate: 0 /h}]}",
                        {0, kHour, 50}, silent);
}

TEST(PiecewiseRate, IsLinearBetweenPointsAlsoAcrossTheEndOfThePeriod) {
  const Rate rate = [](double t) {
    const double hour = std::fmod(t + 6 * kHour, kDay) / kHour;  // since 18 h of the day before
    return (hour < 12 ? 60 - 5 * hour : 5 * (hour - 12)) / kHour;
  };
  expect_poisson_counts(
      "piecewise",
      "{points: [{at: 6 h, rate: 0 /h}, {at: 18 h, rate: 60 /h}], between: linear, period: 1 d}",
      {0, kHour, 48}, rate);
}

TEST(PiecewiseRate, SkipsPeriodsInWhichNothingComes) {
  const auto process = arrival_process(
      "piecewise", "{points: [{at: 0 s, rate: 2 /d}, {at: 500 ms, rate: 0 /s}], period: 1 s}");
  const Windows bins{0, 100 * kDay, 1};
  const Counted found = counted(*process, bins, 100, 400);
  EXPECT_NEAR(found.rate.mean, 1 / kDay, 6 * found.rate.error);
  EXPECT_NEAR(found.dispersion.mean, 1, 6 * found.dispersion.error);
  for (const double time : arrival_times(*process, 100 * kDay)) {
    EXPECT_LE(std::fmod(time, 1.0), 0.5);
  }
}

TEST(DiurnalRate, FollowsTheHoursOfTheDay) {
  const Rate rate = [](double t) {
    return (10 + 40 * (1 + std::cos(2 * std::numbers::pi * (t - 9 * kHour) / kDay)) / 2) / kHour;
  };
  expect_poisson_counts("diurnal", "{base: 10 /h, peak: 50 /h, peak_at: 9 h}", {0, kHour, 48},
                        rate);
}

TEST(DiurnalRate, FollowsTheDaysOfTheWeekFromTheDateOn) {
  const Rate rate = [](double t) {
    const double wave = 60 * (1 + std::cos(2 * std::numbers::pi * (t - 14 * kHour) / kDay)) / 2;
    const int day = static_cast<int>(t / kDay) % 7;  // 2026-01-10 is a Saturday
    return (day == 0 ? 0.25 : day == 1 ? 0 : day == 2 ? 2 : 1) * wave / kHour;
  };
  expect_poisson_counts("diurnal",
                        "{base: 0 /h, peak: 60 /h, weekdays: {saturday: 25 %, sunday: 0, monday: "
                        "2}, starts_on: 2026-01-10}",
                        {0, kHour, 24 * 10}, rate);
}

TEST(FlashCrowd, RisesInALineAndDecaysExponentially) {
  const Rate rate = [](double t) {
    const double above = t < 100   ? 0
                         : t < 150 ? 38 * (t - 100) / 50
                                   : 38 * std::exp(-(t - 150) / 80);
    return 2 + above;
  };
  expect_poisson_counts("flash_crowd",
                        "{base: 2 /s, peak: 40 /s, at: 100 s, rise: 50 s, decay: 80 s}",
                        {0, 10, 100}, rate);
}

TEST(FlashCrowd, WithoutABaseEndsAfterItsArrivals) {
  const Rate rate = [](double t) { return t < 50 ? 0 : 30 * std::exp(-(t - 50) / 20); };
  const std::string parameters = "{base: 0 /s, peak: 30 /s, at: 50 s, rise: 0 s, decay: 20 s}";
  expect_poisson_counts("flash_crowd", parameters, {0, 10, 30}, rate);
  const Counted found = counted(*arrival_process("flash_crowd", parameters), {0, 1e8, 1}, 600, 400);
  EXPECT_NEAR(found.rate.mean * 1e8, 600, 6 * found.rate.error * 1e8);
  EXPECT_NEAR(found.dispersion.mean, 1, 6 * found.dispersion.error);
}

// The integral of the rate is what the numbers are of, so a design that doubles the rates brings
// every other arrival of the same numbers: arrival k at twice the rate comes where the integral is
// half as far.
TEST(VaryingRate, ArrivalsKeepTheirNumbersWhenRatesChange) {
  const auto slow = arrival_times(*arrival_process("diurnal", "{base: 10 /h, peak: 10 /h}"), kDay);
  const auto fast = arrival_times(*arrival_process("diurnal", "{base: 20 /h, peak: 20 /h}"), kDay);
  ASSERT_GT(slow.size(), 100U);
  for (std::size_t i = 0; i < slow.size(); ++i) {
    EXPECT_NEAR(fast[i], slow[i] / 2, 1e-6);
  }
}

TEST(VaryingRate, AConstantCourseIsPoissonToTheNanosecondOrTwo) {
  const auto varying =
      arrival_times(*arrival_process("piecewise", "{points: [{at: 0 s, rate: 50 /s}]}"), 1000);
  const auto poisson = arrival_times(*arrival_process("poisson", "{rate: 50 /s}"), 1000);
  ASSERT_EQ(varying.size(), poisson.size());
  for (std::size_t i = 0; i < poisson.size(); ++i) {
    ASSERT_NEAR(varying[i], poisson[i], 5e-6);  // poisson rounds each gap
  }
}

}  // namespace
}  // namespace lambdasim::test
