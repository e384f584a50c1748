// A non-negative random quantity as the scenario describes it, drawn through Boost.Random.
//
// A Distribution is a value: copied, compared and stored without pointers to anything shared.
// Quantities are plain doubles; those of time are nanoseconds. The four kinds that fill almost
// every scenario are drawn inline, the others behind one call.
#pragma once

#include <boost/random/exponential_distribution.hpp>
#include <boost/random/lognormal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/core/random.h"
#include "sim/core/time.h"

namespace lambdasim::core {

class Distribution {
 public:
  enum class Kind : std::uint8_t {
    kConstant,
    kUniform,
    kExponential,
    kLognormal,
    kGamma,
    kWeibull,
    kPareto,
    kQuantiles,
    kMixture,
    kTruncated,
  };

  /// The constant 0.
  Distribution() = default;

  static Distribution constant(double value);
  static Distribution uniform(double from, double to);
  static Distribution exponential(double mean);
  /// Of exp(mu + sigma Z): the median is exp(mu).
  static Distribution lognormal_mu_sigma(double mu, double sigma);
  static Distribution lognormal_median_p99(double median, double p99);
  static Distribution lognormal_mean_cv(double mean, double cv);
  /// Shape k = 1/cv^2, scale = mean cv^2.
  static Distribution gamma_mean_cv(double mean, double cv);
  static Distribution weibull(double shape, double scale);
  /// P(X > x) = (minimum / x)^shape for x >= minimum.
  static Distribution pareto(double shape, double minimum);
  /// Inverse of a cumulative distribution through the points (probability in [0, 1], value), linear
  /// in the logarithm of the value between points (linear where a value is 0). Probabilities must
  /// rise from 0 to 1, values must not fall.
  static Distribution quantiles(std::vector<std::pair<double, double>> points);
  /// One of the parts, with probability in proportion to its weight.
  static Distribution mixture(std::vector<std::pair<double, Distribution>> parts);
  /// `of` conditioned on [from, to]: drawn again until it falls inside.
  /// @throws std::invalid_argument when less than 1 in 1,000 draws would (like every maker does for
  /// parameters that describe no distribution).
  static Distribution truncated(Distribution of, double from, double to);

  Kind kind() const { return kind_; }
  bool is_constant() const { return kind_ == Kind::kConstant; }
  /// The mean; infinite for a Pareto of shape <= 1.
  double mean() const;
  /// No draw is smaller; none is larger (may be infinite).
  double lower_bound() const;
  double upper_bound() const;
  /// P(X <= x).
  double cumulative(double x) const;

  double sample(KeyedEngine& engine) const {
    switch (kind_) {
      case Kind::kConstant:
        return a_;
      case Kind::kUniform:
        return a_ + (b_ - a_) * boost::random::uniform_01<double>{}(engine);
      case Kind::kExponential:
        return a_ * boost::random::exponential_distribution<double>{}(engine);
      case Kind::kLognormal:
        return boost::random::lognormal_distribution<double>{a_, b_}(engine);
      default:
        return sample_rarer(engine);
    }
  }
  Duration sample_duration(KeyedEngine& engine) const {
    return duration_of_nanoseconds(sample(engine));
  }

  bool operator==(const Distribution&) const = default;

 private:
  Distribution(Kind kind, double a, double b) : kind_(kind), a_(a), b_(b) {}
  double sample_rarer(KeyedEngine& engine) const;

  Kind kind_ = Kind::kConstant;
  double a_ = 0.0;  // value, from, mean, mu, shape
  double b_ = 0.0;  // to, sigma, scale, minimum
  std::vector<std::pair<double, double>> points_;
  std::vector<double> weights_;  // cumulative, the last is 1
  std::vector<Distribution> parts_;
};

}  // namespace lambdasim::core
