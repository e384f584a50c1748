// Distances between samples and distributions: Kolmogorov-Smirnov and Wasserstein.
#pragma once

#include <vector>

#include "sim/core/distribution.h"

namespace lambdasim::calibrate {

/// Largest difference between the share of values up to x and P(X <= x).
/// @param sorted ascending, not empty
/// @param rounding step to which the values were rounded: only what lies beyond half of it counts
double ks_distance(const std::vector<double>& sorted, const core::Distribution& distribution,
                   double rounding = 0);
/// The same of two samples.
double ks_distance(const std::vector<double>& a, const std::vector<double>& b);
/// P(distance >= d) by Kolmogorov's limit distribution, with Stephens' correction for small n.
/// @param n size of the sample; of two samples n m / (n + m)
double kolmogorov_p(double d, double n);
/// Area between two cumulative distributions (Wasserstein distance of order 1), in the unit of the
/// values.
/// @param a, b ascending, not empty
double wasserstein(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace lambdasim::calibrate
