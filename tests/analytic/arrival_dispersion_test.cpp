// Arrival processes against their theory: mean rate and index of dispersion for counts (variance
// over mean of the number in a window), over windows short and long.
//
// Tolerances are six standard errors (a false alarm in 5e8), which the spread over independent
// replications gives. That an error is small beside what it is compared with is checked, too, so
// that no test passes for want of data.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/support/arrival_counts.h"

namespace lambdasim::test {
namespace {

constexpr std::uint32_t kReplications = 400;
constexpr double kErrors = 6;

struct Theory {
  double rate = 1;
  double dispersion = 1;
};

void expect_counts(const std::string& model, const std::string& parameters, const Windows& windows,
                   const Theory& theory) {
  SCOPED_TRACE(model + " " + parameters + " over " + std::to_string(windows.length_s) + " s");
  const Counted found = counted(*arrival_process(model, parameters), windows,
                                theory.rate * windows.length_s, kReplications);
  EXPECT_NEAR(found.rate.mean, theory.rate, kErrors * found.rate.error + 1e-12 * theory.rate);
  EXPECT_LT(found.rate.error, 0.03 * theory.rate);
  EXPECT_NEAR(found.dispersion.mean, theory.dispersion, kErrors * found.dispersion.error + 1e-12);
  EXPECT_LT(found.dispersion.error, 0.03 * theory.dispersion);
}

/// 1 - (1 - e^-x) / x: how much of a correlation that decays as e^-t a window of x sees.
double seen_in(double x) {
  return 1 + std::expm1(-x) / x;
}

TEST(ArrivalDispersion, OfPoissonIsOne) {
  expect_counts("poisson", "{rate: 5 /s}", {0, 2, 100}, {5, 1});
}

TEST(ArrivalDispersion, OfConstantRatesInStepsIsOne) {
  expect_counts("piecewise", "{points: [{at: 0 s, rate: 5 /s}, {at: 1 s, rate: 5 /s}]}",
                {0, 2, 100}, {5, 1});
}

// Heffes and Lucantoni 1986: a, b are rates, u, v what leaves the states.
double dispersion_of_two_states(double a, double u, double b, double v, double window) {
  const double sum = u + v;
  return 1 + 2 * (a - b) * (a - b) * u * v / (sum * sum * (a * v + b * u)) * seen_in(sum * window);
}

TEST(ArrivalDispersion, OfTwoStatesHasAClosedForm) {
  const std::string parameters =
      "{states: {lull: {rate: 2 /s, mean_sojourn: 4 s}, burst: {rate: 50 /s, mean_sojourn: 1 s}}}";
  const double rate = (2.0 * 4 + 50.0 * 1) / 5;
  for (const double window : {0.1, 1.0, 20.0}) {
    expect_counts("mmpp", parameters, {0, window, window > 10 ? 40U : 200U},
                  {rate, dispersion_of_two_states(2, 0.25, 50, 1, window)});
  }
}

TEST(ArrivalDispersion, OfOnAndOffIsThatOfAStateWithoutArrivals) {
  expect_counts("mmpp",
                "{states: {on: {rate: 30 /s, mean_sojourn: 2 s}, "
                "off: {rate: 0 /s, mean_sojourn: 3 s}}}",
                {0, 5, 200}, {12, dispersion_of_two_states(30, 0.5, 0, 1.0 / 3, 5)});
}

// Three states in a ring: p in proportion to the sojourns. The covariance of the rate at distance t
// is that of the chain; here its generator is a circulant with equal sojourns s, whose eigenvalues
// are (w - 1) / s for the cube roots of one w: e^(-1.5 t / s) cos(sqrt(3) / 2 t / s).
TEST(ArrivalDispersion, OfARingOfStatesIsThatOfItsCirculant) {
  const std::string parameters =
      "{states: {a: {rate: 0 /s, mean_sojourn: 1 s, next: {b: 1}}, "
      "b: {rate: 6 /s, mean_sojourn: 1 s, next: {c: 1}}, "
      "c: {rate: 12 /s, mean_sojourn: 1 s, next: {a: 100 %}}}}";
  const double variance = 24;  // of the rates 0, 6, 12
  const double window = 3;
  double integral = 0;  // of (window - t) x correlation(t)
  constexpr int kSteps = 30'000;
  for (int i = 0; i < kSteps; ++i) {
    const double t = window * (i + 0.5) / kSteps;
    integral +=
        (window - t) * std::exp(-1.5 * t) * std::cos(std::sqrt(3.0) / 2 * t) * window / kSteps;
  }
  expect_counts("mmpp", parameters, {0, window, 200},
                {6, 1 + 2 * variance * integral / (6 * window)});
}

// Hawkes 1971: the covariance density of counts decays as e^(-(1 - n) t / decay).
TEST(ArrivalDispersion, OfSelfExcitationGrowsToItsLimit) {
  for (const double n : {0.3, 0.8}) {
    const double decay = 0.5;
    const double k = (1 - n) / decay;
    const std::string parameters =
        "{base: 2 /s, branching_ratio: " + std::to_string(n) + ", decay: 500 ms}";
    for (const double window : {0.2, 2.0, 100.0}) {
      const double of_window = 1 + n * (2 - n) / ((1 - n) * (1 - n)) * seen_in(k * window);
      expect_counts("hawkes", parameters, {40 / k, window, window > 10 ? 20U : 400U},
                    {2 / (1 - n), of_window});
      if (window > 10) {
        EXPECT_NEAR(of_window, 1 / ((1 - n) * (1 - n)), 0.03 / ((1 - n) * (1 - n)));
      }
    }
  }
}

struct Gap {
  std::string yaml;
  double mean_s;
  double cv;
  double skewness;
};

// Cox 1962, ch. 4: over long windows cv^2, and the next term for a process that has run for long.
TEST(ArrivalDispersion, OfRenewalsIsTheSquaredCoefficientOfVariationOfAGap) {
  const auto weibull_moment = [](double k) { return std::tgamma(1 + k / 2.0); };  // shape 2
  const double m1 = weibull_moment(1);
  const double variance = weibull_moment(2) - m1 * m1;
  const double weibull_skewness =
      (weibull_moment(3) - 3 * m1 * variance - m1 * m1 * m1) / std::pow(variance, 1.5);
  // Half of mean 0.5 s, half of mean 1.5 s: moments 1, 2.5, 10.5.
  const double mixed_skewness = (10.5 - 3 * 1.5 - 1) / std::pow(1.5, 1.5);
  const std::vector<Gap> gaps{
      {"{gamma: {mean: 1 s, cv: 0.5}}", 1, 0.5, 1},
      {"{gamma: {mean: 1 s, cv: 2}}", 1, 2, 4},
      {"{lognormal: {mean: 1 s, cv: 1.2}}", 1, 1.2, 3 * 1.2 + 1.2 * 1.2 * 1.2},
      {"{weibull: {shape: 2, scale: 1 s}}", m1, std::sqrt(variance) / m1, weibull_skewness},
      {"{pareto: {shape: 6, minimum: 1 s}}", 1.2, 1 / std::sqrt(6.0 * 4),
       14.0 / 3 * std::sqrt(4.0 / 6)},
      {"{mixture: [{weight: 1, of: {exponential: {mean: 500 ms}}}, "
       "{weight: 1, of: {exponential: {mean: 1500 ms}}}]}",
       1, std::sqrt(1.5), mixed_skewness},
      {"{uniform: {from: 0 s, to: 2 s}}", 1, 1 / std::sqrt(3.0), 0}};
  for (const Gap& gap : gaps) {
    const double cv2 = gap.cv * gap.cv;
    const double window = 100 * gap.mean_s;
    const double edge = 1.0 / 6 + cv2 * cv2 / 2 - gap.skewness * gap.cv * cv2 / 3;
    expect_counts("renewal", "{gap: " + gap.yaml + "}", {window, window, 20},
                  {1 / gap.mean_s, cv2 + edge * gap.mean_s / window});
  }
}

struct Jitter {
  std::string yaml;
  std::function<double(double)> below;  ///< P(jitter <= x s)
};

// Every second an arrival with its own jitter: the number in a window is a sum of yes and no.
TEST(ArrivalDispersion, OfJitteredTimesIsThatOfIndependentYesAndNo) {
  const auto uniform = [](double x) { return std::clamp(x / 2.5, 0.0, 1.0); };
  const std::vector<Jitter> jitters{
      {"jitter: {normal: {deviation: 700 ms}}",
       [](double x) { return std::erfc(-x / 0.7 / std::sqrt(2.0)) / 2; }},
      {"jitter: {uniform: {from: 0 s, to: 2500 ms}}", uniform},
      {"jitter: {uniform: {from: 0 s, to: 2500 ms}}, either_way: true",
       [uniform](double x) { return (x < 0 ? 1 - uniform(-x) : 1 + uniform(x)) / 2; }},
      {"jitter: {exponential: {mean: 4 s}}",
       [](double x) { return x < 0 ? 0 : -std::expm1(-x / 4); }}};
  for (const Jitter& jitter : jitters) {
    for (const double window : {1.0, 5.0}) {
      double variance = 0;
      for (int k = -300; k <= 300; ++k) {
        const double inside = jitter.below(window - k) - jitter.below(-k);
        variance += inside * (1 - inside);
      }
      expect_counts("periodic", "{interval: 1 s, first: 0 s, " + jitter.yaml + "}",
                    {200, window, 400}, {1, variance / window});
    }
  }
}

TEST(ArrivalDispersion, OfASuperpositionIsTheMeanWeightedByRates) {
  const double window = 2;
  const double of_states = dispersion_of_two_states(2, 0.25, 50, 1, window);
  expect_counts("superposition",
                "{of: [{poisson: {rate: 20 /s}}, {mmpp: {states: {lull: {rate: 2 /s, mean_sojourn: "
                "4 s}, burst: {rate: 50 /s, mean_sojourn: 1 s}}}}]}",
                {0, window, 200}, {20 + 11.6, (20 + 11.6 * of_states) / (20 + 11.6)});
}

}  // namespace
}  // namespace lambdasim::test
