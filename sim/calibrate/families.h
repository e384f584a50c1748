// Distributions fitted to durations by maximum likelihood, and the choice among them.
//
// Choice: a constant where all values are equal to the rounding of logs (0.01 ms). Else, of the
// families, the one of least BIC = p ln n - 2 ln L, unless the Kolmogorov-Smirnov test rejects it:
// p < 0.01 and a distance D above 0.02. (With many calls a test rejects everything that is not
// exact; up to D = 0.02 no probability is off by more than 2 points, which is good enough.) Where
// the best one is rejected the next ones are tried; where all are, or there are fewer than 20
// values, the quantiles of the data are taken. p is that of Kolmogorov's limit; as the parameters
// come from the same data, it is too large rather than too small.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/distribution.h"

namespace lambdasim::calibrate {

enum class Family : std::uint8_t {
  kConstant,
  kExponential,
  kGamma,
  kLognormal,
  kWeibull,
  kQuantiles
};

std::string_view name_of(Family family);

/// A parameter with its 95 % confidence interval: estimate -+ 1.96 standard errors by the Fisher
/// information, taken on the logarithm of what must be positive.
struct FittedParameter {
  std::string name;
  double value = 0;
  double low = 0;
  double high = 0;
  bool is_time = false;  ///< in ms
};

struct Fit {
  Family family = Family::kConstant;
  std::vector<FittedParameter> parameters;
  double log_likelihood = 0;
  double bic = 0;
  double ks_distance = 0;
  double ks_p = 0;
  core::Distribution distribution;  ///< in ms
  bool is_rejected = false;
};

struct FitChoice {
  std::vector<Fit> candidates;  ///< by BIC, least first; empty where none was tried
  Fit chosen;
  std::size_t n = 0;
};

/// The families' fit to positive values.
/// @param sorted ascending, all > 0, not all equal, at least 2
Fit fit_family(Family family, const std::vector<double>& sorted);

/// @param values ms, not negative, at least one; any order
FitChoice choose_fit(std::vector<double> values);

/// The value that a share of the sorted values does not exceed, linear between them (type 7).
double quantile(const std::vector<double>& sorted, double share);

/// The value that a share of draws does not exceed.
double quantile(const core::Distribution& distribution, double share);

/// Shares at which the quantiles of data are kept.
inline constexpr std::array<double, 16> kKeptShares{0,   0.01, 0.05, 0.1, 0.2,  0.3,  0.4,   0.5,
                                                    0.6, 0.7,  0.8,  0.9, 0.95, 0.99, 0.999, 1};

}  // namespace lambdasim::calibrate
