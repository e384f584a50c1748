// Maximum likelihood: parameters come back, intervals cover them as often as they say, the right
// family is chosen, and what no family describes is kept as quantiles.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/calibrate/distances.h"
#include "sim/calibrate/families.h"

namespace lambdasim::calibrate {
namespace {

using core::Distribution;

std::vector<double> draws(const Distribution& distribution, std::size_t n, std::uint64_t seed) {
  core::KeyedEngine engine{seed};
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) {
    values.push_back(distribution.sample(engine));
  }
  std::sort(values.begin(), values.end());
  return values;
}

struct Truth {
  Family family;
  Distribution distribution;
  std::vector<double> parameters;
};

std::vector<Truth> truths() {
  return {{Family::kExponential, Distribution::exponential(40), {40}},
          {Family::kGamma, Distribution::gamma_mean_cv(60, 0.5), {60, 4}},
          {Family::kLognormal, Distribution::lognormal_mu_sigma(std::log(20), 0.7), {20, 0.7}},
          {Family::kWeibull, Distribution::weibull(1.7, 30), {30, 1.7}}};
}

// 200 samples a family of 400 values: of n intervals at 95 %, fewer than 0.95 n - 6 sqrt(0.0475 n)
// or more than 0.95 n + 6 sqrt(0.0475 n) miss by chance less than once in 10^6. Fisher's intervals
// are right in the limit only: 2 points are allowed for that.
TEST(CalibrationFit, IntervalsCoverTheTruthAsOftenAsTheySay) {
  constexpr int kSamples = 200;
  for (const Truth& truth : truths()) {
    std::vector<int> covered(truth.parameters.size(), 0);
    for (int i = 0; i < kSamples; ++i) {
      const Fit fit = fit_family(
          truth.family, draws(truth.distribution, 400, static_cast<std::uint64_t>(1000 + i)));
      ASSERT_EQ(fit.parameters.size(), truth.parameters.size());
      for (std::size_t k = 0; k < covered.size(); ++k) {
        covered[k] += fit.parameters[k].low <= truth.parameters[k] &&
                              truth.parameters[k] <= fit.parameters[k].high
                          ? 1
                          : 0;
      }
    }
    for (const int times : covered) {
      EXPECT_NEAR(times, 0.95 * kSamples, 6 * std::sqrt(0.0475 * kSamples) + 0.02 * kSamples)
          << name_of(truth.family);
    }
  }
}

TEST(CalibrationFit, LikelihoodIsLargestAtTheEstimate) {
  const std::vector<double> values = draws(Distribution::gamma_mean_cv(60, 0.5), 300, 7);
  const auto gamma = [&values](double mean, double k) {
    double sum = 0;
    for (const double x : values) {
      sum += (k - 1) * std::log(x) - x * k / mean - k * std::log(mean / k) - std::lgamma(k);
    }
    return sum;
  };
  const auto weibull = [&values](double scale, double k) {
    double sum = 0;
    for (const double x : values) {
      sum += std::log(k / scale) + (k - 1) * std::log(x / scale) - std::pow(x / scale, k);
    }
    return sum;
  };
  const auto check = [&values](Family family, const auto& likelihood) {
    const Fit fit = fit_family(family, values);
    const double a = fit.parameters[0].value;
    const double b = fit.parameters[1].value;
    EXPECT_NEAR(likelihood(a, b), fit.log_likelihood, 1e-6);
    for (const double factor : {0.99, 1.01}) {
      EXPECT_LT(likelihood(factor * a, b), fit.log_likelihood);
      EXPECT_LT(likelihood(a, factor * b), fit.log_likelihood);
    }
  };
  check(Family::kGamma, gamma);
  check(Family::kWeibull, weibull);
}

TEST(CalibrationFit, TheFamilyThatMadeTheValuesIsChosen) {
  for (const Truth& truth : truths()) {
    const FitChoice choice = choose_fit(draws(truth.distribution, 5000, 3));
    EXPECT_EQ(choice.chosen.family, truth.family);
    EXPECT_EQ(choice.candidates.size(), 4U);
    EXPECT_LE(choice.candidates[0].bic, choice.candidates[1].bic);
  }
}

TEST(CalibrationFit, WhatNoFamilyDescribesIsKeptAsItsQuantiles) {
  const std::vector<double> two_humps =
      draws(Distribution::mixture(
                {{1, Distribution::uniform(9, 11)}, {1, Distribution::uniform(90, 110)}}),
            3000, 5);
  const FitChoice choice = choose_fit(two_humps);
  EXPECT_EQ(choice.chosen.family, Family::kQuantiles);
  for (const Fit& candidate : choice.candidates) {
    EXPECT_TRUE(candidate.is_rejected);
  }
  EXPECT_NEAR(quantile(choice.chosen.distribution, 0.95), quantile(two_humps, 0.95), 0.01);
}

TEST(CalibrationFit, EqualFewAndZeroValuesHaveTheirForms) {
  EXPECT_EQ(choose_fit({5.01, 5.0, 5.0}).chosen.family, Family::kConstant);
  EXPECT_EQ(choose_fit({7}).chosen.parameters[0].value, 7);
  EXPECT_EQ(choose_fit({1, 2, 3}).chosen.family, Family::kQuantiles);
  std::vector<double> with_zero(30, 0.0);
  with_zero.push_back(4);
  EXPECT_EQ(choose_fit(with_zero).chosen.family, Family::kQuantiles);
}

TEST(CalibrationDistances, AreThoseOfSmallSamplesByHand) {
  const std::vector<double> a{1, 2, 3};
  EXPECT_DOUBLE_EQ(ks_distance(a, a), 0);
  EXPECT_DOUBLE_EQ(ks_distance(a, std::vector<double>{2, 3, 4}), 1.0 / 3);
  EXPECT_DOUBLE_EQ(wasserstein(a, {2, 3, 4}), 1);
  EXPECT_DOUBLE_EQ(wasserstein({0}, {1, 3}), 2);
  EXPECT_DOUBLE_EQ(ks_distance(std::vector<double>{0.5}, Distribution::uniform(0, 1)), 0.5);
  // Kolmogorov's limit: P(K > 1.3581) = 0.05; with Stephens' correction for n = 100 at d = 0.13403.
  EXPECT_NEAR(kolmogorov_p(1.3581 / (10 + 0.12 + 0.011), 100), 0.05, 1e-4);
}

}  // namespace
}  // namespace lambdasim::calibrate
