#include "sim/calibrate/families.h"

#include <algorithm>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <boost/math/tools/roots.hpp>
#include <cmath>

#include "sim/calibrate/distances.h"

namespace lambdasim::calibrate {
namespace {

using core::Distribution;

constexpr double kNormal95 = 1.959963984540054;
constexpr double kRoundingMs = 0.01;  // of Duration in text

struct Sums {
  double n = 0;
  double mean = 0;
  double mean_log = 0;
  double variance_log = 0;  // maximum likelihood: divided by n
};

Sums sums_of(const std::vector<double>& values) {
  Sums sums;
  sums.n = static_cast<double>(values.size());
  for (const double x : values) {
    sums.mean += x / sums.n;
    sums.mean_log += std::log(x) / sums.n;
  }
  for (const double x : values) {
    const double d = std::log(x) - sums.mean_log;
    sums.variance_log += d * d / sums.n;
  }
  return sums;
}

/// @param error relative standard error, that of the logarithm
FittedParameter positive(std::string name, double value, double error, bool is_time) {
  const double factor = std::exp(kNormal95 * error);
  return {std::move(name), value, value / factor, value * factor, is_time};
}

/// Bracketed root of a function that falls from + to -.
template <class F>
double root(F f, double guess) {
  std::uintmax_t iterations = 200;
  const boost::math::tools::eps_tolerance<double> close{48};
  const auto [low, high] =
      boost::math::tools::bracket_and_solve_root(f, guess, 2.0, false, close, iterations);
  return (low + high) / 2;
}

Fit fit_exponential(const Sums& sums) {
  Fit fit;
  fit.parameters = {positive("mean", sums.mean, 1 / std::sqrt(sums.n), true)};
  fit.log_likelihood = -sums.n * (std::log(sums.mean) + 1);
  fit.distribution = Distribution::exponential(sums.mean);
  return fit;
}

Fit fit_lognormal(const Sums& sums) {
  Fit fit;
  const double sigma = std::sqrt(sums.variance_log);
  const double error = sigma / std::sqrt(sums.n);
  fit.parameters = {positive("median", std::exp(sums.mean_log), error, true),
                    positive("sigma", sigma, 1 / std::sqrt(2 * sums.n), false)};
  fit.log_likelihood = -sums.n * (sums.mean_log + std::log(sigma) + 0.5 * std::log(2 * M_PI) + 0.5);
  fit.distribution = Distribution::lognormal_mu_sigma(sums.mean_log, sigma);
  return fit;
}

/// Shape k solves ln k - digamma(k) = ln mean - mean of ln.
Fit fit_gamma(const Sums& sums) {
  const double s = std::log(sums.mean) - sums.mean_log;
  const double k =
      root([s](double x) { return std::log(x) - boost::math::digamma(x) - s; }, 0.5 / s);
  Fit fit;
  // Fisher information of (k, mean) is diagonal: n (trigamma(k) - 1 / k) and n k / mean^2.
  const double error_k = 1 / std::sqrt(sums.n * (boost::math::trigamma(k) - 1 / k));
  fit.parameters = {positive("mean", sums.mean, 1 / std::sqrt(sums.n * k), true),
                    positive("shape", k, error_k / k, false)};
  fit.log_likelihood =
      sums.n * ((k - 1) * sums.mean_log - k - k * std::log(sums.mean / k) - boost::math::lgamma(k));
  fit.distribution = Distribution::gamma_mean_cv(sums.mean, 1 / std::sqrt(k));
  return fit;
}

/// Shape k solves sum x^k ln x / sum x^k - 1 / k = mean of ln. Values are taken relative to the
/// geometric mean, so that powers neither overflow nor vanish.
Fit fit_weibull(const std::vector<double>& values, const Sums& sums) {
  const auto powers = [&](double k) {
    double sum = 0;
    double with_log = 0;
    for (const double x : values) {
      const double log = std::log(x) - sums.mean_log;
      const double power = std::exp(k * log);
      sum += power;
      with_log += power * log;
    }
    return std::pair{sum, with_log};
  };
  const auto slope = [&powers](double k) {
    const auto [sum, with_log] = powers(k);
    return 1 / k - with_log / sum;
  };
  const double k = root(slope, 1.28 / std::sqrt(sums.variance_log));
  const double scale = std::exp(sums.mean_log + std::log(powers(k).first / sums.n) / k);
  Fit fit;
  // Inverse of the Fisher information (Johnson, Kotz, Balakrishnan, vol. 1, ch. 21).
  fit.parameters = {positive("scale", scale, std::sqrt(1.1087 / sums.n) / k, true),
                    positive("shape", k, std::sqrt(0.6079 / sums.n), false)};
  fit.log_likelihood = sums.n * (std::log(k) - k * std::log(scale) + (k - 1) * sums.mean_log - 1);
  fit.distribution = Distribution::weibull(k, scale);
  return fit;
}

Fit empirical(const std::vector<double>& sorted) {
  Fit fit;
  fit.family = Family::kQuantiles;
  std::vector<std::pair<double, double>> points;
  for (const double share : kKeptShares) {
    points.emplace_back(share, quantile(sorted, share));
  }
  fit.distribution = Distribution::quantiles(std::move(points));
  fit.ks_distance = ks_distance(sorted, fit.distribution, kRoundingMs);
  fit.ks_p = kolmogorov_p(fit.ks_distance, static_cast<double>(sorted.size()));
  return fit;
}

Fit constant(const std::vector<double>& sorted) {
  Fit fit;
  fit.family = Family::kConstant;
  const double value = quantile(sorted, 0.5);
  fit.parameters = {{"value", value, sorted.front(), sorted.back(), true}};
  fit.distribution = Distribution::constant(value);
  fit.ks_p = 1;
  return fit;
}

}  // namespace

std::string_view name_of(Family family) {
  constexpr std::array<std::string_view, 6> kNames{"constant",  "exponential", "gamma",
                                                   "lognormal", "weibull",     "quantiles"};
  return kNames[static_cast<std::size_t>(family)];
}

double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double quantile(const Distribution& distribution, double share) {
  if (distribution.is_constant()) {
    return distribution.mean();
  }
  double low = distribution.lower_bound();
  double high = std::max(2 * distribution.mean(), low + 1e-9);
  while (distribution.cumulative(high) < share && high < 1e15) {
    high = std::min(2 * high, std::max(distribution.upper_bound(), low));
    if (high >= distribution.upper_bound()) {
      break;
    }
  }
  for (int i = 0; i < 100 && high - low > 1e-12 * high; ++i) {
    const double middle = (low + high) / 2;
    (distribution.cumulative(middle) < share ? low : high) = middle;
  }
  return (low + high) / 2;
}

Fit fit_family(Family family, const std::vector<double>& sorted) {
  const Sums sums = sums_of(sorted);
  Fit fit = family == Family::kExponential ? fit_exponential(sums)
            : family == Family::kGamma     ? fit_gamma(sums)
            : family == Family::kLognormal ? fit_lognormal(sums)
                                           : fit_weibull(sorted, sums);
  fit.family = family;
  fit.bic = static_cast<double>(fit.parameters.size()) * std::log(sums.n) - 2 * fit.log_likelihood;
  fit.ks_distance = ks_distance(sorted, fit.distribution, kRoundingMs);
  fit.ks_p = kolmogorov_p(fit.ks_distance, sums.n);
  constexpr double kRejected = 0.01;
  constexpr double kTolerated = 0.02;
  fit.is_rejected = !(fit.ks_p >= kRejected || fit.ks_distance <= kTolerated);
  return fit;
}

FitChoice choose_fit(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  FitChoice choice;
  choice.n = values.size();
  constexpr std::size_t kFewest = 20;
  if (values.back() - values.front() <= kRoundingMs * 1.001) {
    choice.chosen = constant(values);
    return choice;
  }
  if (values.front() > 0 && values.size() >= kFewest) {
    for (const Family family :
         {Family::kExponential, Family::kGamma, Family::kLognormal, Family::kWeibull}) {
      try {
        choice.candidates.push_back(fit_family(family, values));
      } catch (const std::exception&) {
        // No maximum of the likelihood within the range of numbers: no candidate.
        continue;
      }
    }
  }
  std::stable_sort(choice.candidates.begin(), choice.candidates.end(),
                   [](const Fit& a, const Fit& b) { return a.bic < b.bic; });
  const auto good = std::find_if(choice.candidates.begin(), choice.candidates.end(),
                                 [](const Fit& fit) { return !fit.is_rejected; });
  choice.chosen = good != choice.candidates.end() ? *good : empirical(values);
  return choice;
}

}  // namespace lambdasim::calibrate
