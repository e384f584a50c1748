// Mean, bounds and cumulative probability of distributions; how they are made and drawn is in
// distribution.cpp.
#include <algorithm>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/weibull.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <limits>

#include "sim/core/distribution.h"

namespace lambdasim::core {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double share_of(double from, double to, double value) {
  return from > 0.0 ? std::log(value / from) / std::log(to / from) : (value - from) / (to - from);
}

double mean_between(double from, double to) {
  if (from > 0.0 && to > from) {
    return (to - from) / std::log(to / from);
  }
  return (from + to) / 2.0;
}

double probability_below(const Distribution& of, double x) {
  return of.cumulative(std::nextafter(x, -kInfinity));
}

// Octave by octave, so that no scale of the distribution is too fine to be seen.
double integral_of_cumulative(const Distribution& of, double from, double to) {
  using Quadrature = boost::math::quadrature::gauss_kronrod<double, 15>;
  double sum = 0.0;
  double begin = std::max(from, std::min(of.lower_bound(), to));
  while (begin < to) {
    const double end = std::min(to, std::max(1.0, 2.0 * begin));
    sum +=
        Quadrature::integrate([&of](double x) { return of.cumulative(x); }, begin, end, 12, 1e-10);
    begin = end;
  }
  return sum;
}

// E[X; from <= X <= to] by parts.
double partial_mean(const Distribution& of, double from, double to) {
  const double below = from * probability_below(of, from);
  if (std::isinf(to)) {
    return of.mean() - below + integral_of_cumulative(of, 0.0, from);
  }
  return to * of.cumulative(to) - below - integral_of_cumulative(of, from, to);
}

double mean_of_quantiles(const std::vector<std::pair<double, double>>& points) {
  double mean = 0.0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    mean += (points[i].first - points[i - 1].first) *
            mean_between(points[i - 1].second, points[i].second);
  }
  return mean;
}

double cumulative_of_quantiles(const std::vector<std::pair<double, double>>& points, double x) {
  const auto above = std::upper_bound(
      points.begin(), points.end(), x,
      [](double value, const std::pair<double, double>& point) { return value < point.second; });
  const auto below = above - 1;
  const double share = share_of(below->second, above->second, x);
  return below->first + (above->first - below->first) * share;
}

}  // namespace

double Distribution::mean() const {
  switch (kind_) {
    case Kind::kConstant:
    case Kind::kExponential:
      return a_;
    case Kind::kUniform:
      return a_ + (b_ - a_) / 2.0;
    case Kind::kLognormal:
      return std::exp(a_ + b_ * b_ / 2.0);
    case Kind::kGamma:
      return a_ * b_;
    case Kind::kWeibull:
      return b_ * std::tgamma(1.0 + 1.0 / a_);
    case Kind::kPareto:
      return a_ > 1.0 ? b_ * a_ / (a_ - 1.0) : kInfinity;
    case Kind::kQuantiles:
      return mean_of_quantiles(points_);
    case Kind::kMixture: {
      double sum = 0.0;
      for (std::size_t i = 0; i < parts_.size(); ++i) {
        sum += (weights_[i] - (i == 0 ? 0.0 : weights_[i - 1])) * parts_[i].mean();
      }
      return sum;
    }
    case Kind::kTruncated:
      break;
  }
  const Distribution& of = parts_.front();
  return partial_mean(of, a_, b_) / (of.cumulative(b_) - probability_below(of, a_));
}

double Distribution::lower_bound() const {
  switch (kind_) {
    case Kind::kConstant:
    case Kind::kUniform:
      return a_;
    case Kind::kPareto:
      return b_;
    case Kind::kQuantiles:
      return points_.front().second;
    case Kind::kMixture: {
      double least = kInfinity;
      for (const Distribution& part : parts_) {
        least = std::min(least, part.lower_bound());
      }
      return least;
    }
    case Kind::kTruncated:
      return std::max(a_, parts_.front().lower_bound());
    default:
      return 0.0;
  }
}

double Distribution::upper_bound() const {
  switch (kind_) {
    case Kind::kConstant:
      return a_;
    case Kind::kUniform:
      return b_;
    case Kind::kQuantiles:
      return points_.back().second;
    case Kind::kMixture: {
      double most = 0.0;
      for (const Distribution& part : parts_) {
        most = std::max(most, part.upper_bound());
      }
      return most;
    }
    case Kind::kTruncated:
      return std::min(b_, parts_.front().upper_bound());
    default:
      return kInfinity;
  }
}

double Distribution::cumulative(double x) const {
  if (!(x >= lower_bound())) {
    return 0.0;
  }
  if (x >= upper_bound()) {
    return 1.0;
  }
  switch (kind_) {
    case Kind::kUniform:
      return (x - a_) / (b_ - a_);
    case Kind::kExponential:
      return -std::expm1(-x / a_);
    case Kind::kLognormal:
      return boost::math::cdf(boost::math::lognormal_distribution<double>{a_, b_}, x);
    case Kind::kGamma:
      return boost::math::cdf(boost::math::gamma_distribution<double>{a_, b_}, x);
    case Kind::kWeibull:
      return boost::math::cdf(boost::math::weibull_distribution<double>{a_, b_}, x);
    case Kind::kPareto:
      return 1.0 - std::pow(b_ / x, a_);
    case Kind::kQuantiles:
      return cumulative_of_quantiles(points_, x);
    case Kind::kMixture: {
      double sum = 0.0;
      for (std::size_t i = 0; i < parts_.size(); ++i) {
        sum += (weights_[i] - (i == 0 ? 0.0 : weights_[i - 1])) * parts_[i].cumulative(x);
      }
      return sum;
    }
    default:
      break;
  }
  const Distribution& of = parts_.front();
  const double below = probability_below(of, a_);
  return std::clamp((of.cumulative(x) - below) / (of.cumulative(b_) - below), 0.0, 1.0);
}

}  // namespace lambdasim::core
