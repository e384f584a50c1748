#include "sim/core/distribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/weibull_distribution.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace lambdasim::core {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kZ99 = 2.3263478740408408;  // 99 % quantile of the standard normal
constexpr double kLeastAcceptance = 1e-3;

void require(bool condition, const std::string& message) {
  if (!condition) {
    throw std::invalid_argument(message);
  }
}

void require_positive(double value, const char* what) {
  require(std::isfinite(value) && value > 0.0,
          fmt::format("{} must be above 0, got {}", what, value));
}

void require_not_negative(double value, const char* what) {
  require(std::isfinite(value) && value >= 0.0,
          fmt::format("{} must not be negative, got {}", what, value));
}

double uniform_of(KeyedEngine& engine) {
  return boost::random::uniform_01<double>{}(engine);
}

double interpolate(double from, double to, double share) {
  return from > 0.0 ? from * std::pow(to / from, share) : from + (to - from) * share;
}

double sample_quantiles(const std::vector<std::pair<double, double>>& points, double u) {
  const auto above = std::upper_bound(
      points.begin(), points.end() - 1, u,
      [](double value, const std::pair<double, double>& point) { return value < point.first; });
  const auto below = above - 1;
  const double share = (u - below->first) / (above->first - below->first);
  return interpolate(below->second, above->second, share);
}

}  // namespace

Distribution Distribution::constant(double value) {
  require_not_negative(value, "a constant");
  return {Kind::kConstant, value, 0.0};
}

Distribution Distribution::uniform(double from, double to) {
  require_not_negative(from, "'from'");
  require(std::isfinite(to) && to >= from,
          fmt::format("'to' must not be below 'from', got {} to {}", from, to));
  return from == to ? constant(from) : Distribution{Kind::kUniform, from, to};
}

Distribution Distribution::exponential(double mean) {
  require_positive(mean, "the mean");
  return {Kind::kExponential, mean, 0.0};
}

Distribution Distribution::lognormal_mu_sigma(double mu, double sigma) {
  require(std::isfinite(mu), "mu must be finite");
  require_not_negative(sigma, "sigma");
  return sigma == 0.0 ? constant(std::exp(mu)) : Distribution{Kind::kLognormal, mu, sigma};
}

Distribution Distribution::lognormal_median_p99(double median, double p99) {
  require_positive(median, "the median");
  require(std::isfinite(p99) && p99 >= median,
          fmt::format("p99 must not be below the median, got {} and {}", p99, median));
  return p99 == median ? constant(median)
                       : lognormal_mu_sigma(std::log(median), std::log(p99 / median) / kZ99);
}

Distribution Distribution::lognormal_mean_cv(double mean, double cv) {
  require_positive(mean, "the mean");
  require_not_negative(cv, "cv");
  const double variance = std::log1p(cv * cv);
  return cv == 0.0 ? constant(mean)
                   : lognormal_mu_sigma(std::log(mean) - variance / 2.0, std::sqrt(variance));
}

Distribution Distribution::gamma_mean_cv(double mean, double cv) {
  require_positive(mean, "the mean");
  require_not_negative(cv, "cv");
  return cv == 0.0 ? constant(mean) : Distribution{Kind::kGamma, 1.0 / (cv * cv), mean * cv * cv};
}

Distribution Distribution::weibull(double shape, double scale) {
  require_positive(shape, "the shape");
  require_positive(scale, "the scale");
  return {Kind::kWeibull, shape, scale};
}

Distribution Distribution::pareto(double shape, double minimum) {
  require_positive(shape, "the shape");
  require_positive(minimum, "the minimum");
  return {Kind::kPareto, shape, minimum};
}

Distribution Distribution::quantiles(std::vector<std::pair<double, double>> points) {
  require(points.size() >= 2, "quantiles need at least two points, p0 and p100");
  require(points.front().first == 0.0 && points.back().first == 1.0,
          "quantiles must begin with p0 and end with p100");
  require_not_negative(points.front().second, "the smallest value");
  for (std::size_t i = 1; i < points.size(); ++i) {
    require(points[i].first > points[i - 1].first, "probabilities of quantiles must rise");
    require(std::isfinite(points[i].second) && points[i].second >= points[i - 1].second,
            fmt::format("values of quantiles must not fall, got {} after {}", points[i].second,
                        points[i - 1].second));
  }
  if (points.front().second == points.back().second) {
    return constant(points.front().second);
  }
  Distribution made{Kind::kQuantiles, 0.0, 0.0};
  made.points_ = std::move(points);
  return made;
}

Distribution Distribution::mixture(std::vector<std::pair<double, Distribution>> parts) {
  require(!parts.empty(), "a mixture needs at least one part");
  double total = 0.0;
  for (const auto& [weight, part] : parts) {
    require_positive(weight, "a weight");
    total += weight;
  }
  require(std::isfinite(total), "the weights of a mixture must have a finite sum");
  Distribution made{Kind::kMixture, 0.0, 0.0};
  double sum = 0.0;
  for (auto& [weight, part] : parts) {
    sum += weight;
    made.weights_.push_back(sum / total);
    made.parts_.push_back(std::move(part));
  }
  made.weights_.back() = 1.0;
  return made;
}

Distribution Distribution::truncated(Distribution of, double from, double to) {
  require_not_negative(from, "'from'");
  require(to >= from, fmt::format("'to' must not be below 'from', got {} to {}", from, to));
  const double mass = of.cumulative(to) - of.cumulative(std::nextafter(from, -kInfinity));
  require(mass >= kLeastAcceptance,
          fmt::format("only {:.2g} of the distribution lies between {} and {}; at least {} must",
                      std::max(mass, 0.0), from, to, kLeastAcceptance));
  Distribution made{Kind::kTruncated, from, to};
  made.parts_.push_back(std::move(of));
  return made;
}

double Distribution::sample_rarer(KeyedEngine& engine) const {
  switch (kind_) {
    case Kind::kGamma:
      return boost::random::gamma_distribution<double>{a_, b_}(engine);
    case Kind::kWeibull:
      return boost::random::weibull_distribution<double>{a_, b_}(engine);
    case Kind::kPareto:
      return b_ * std::pow(1.0 - uniform_of(engine), -1.0 / a_);
    case Kind::kQuantiles:
      return sample_quantiles(points_, uniform_of(engine));
    case Kind::kMixture: {
      const auto chosen =
          std::upper_bound(weights_.begin(), weights_.end() - 1, uniform_of(engine));
      return parts_[static_cast<std::size_t>(chosen - weights_.begin())].sample(engine);
    }
    default:
      break;
  }
  double value = parts_.front().sample(engine);
  while (value < a_ || value > b_) {
    value = parts_.front().sample(engine);
  }
  return value;
}

}  // namespace lambdasim::core
