#include "sim/calibrate/distances.h"

#include <algorithm>
#include <cmath>

namespace lambdasim::calibrate {
namespace {

/// Walks over the distinct values of both samples: visit(value, next value, shares up to value).
template <class Visit>
void walk(const std::vector<double>& a, const std::vector<double>& b, Visit visit) {
  std::size_t i = 0;
  std::size_t j = 0;
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  while (i < a.size() || j < b.size()) {
    const double x = i == a.size() ? b[j] : j == b.size() ? a[i] : std::min(a[i], b[j]);
    for (; i < a.size() && a[i] == x; ++i) {
    }
    for (; j < b.size() && b[j] == x; ++j) {
    }
    const double next = i == a.size()   ? (j == b.size() ? x : b[j])
                        : j == b.size() ? a[i]
                                        : std::min(a[i], b[j]);
    visit(x, next, static_cast<double>(i) / n - static_cast<double>(j) / m);
  }
}

}  // namespace

double ks_distance(const std::vector<double>& sorted, const core::Distribution& distribution,
                   double rounding) {
  const auto n = static_cast<double>(sorted.size());
  double largest = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i;
    while (end < sorted.size() && sorted[end] == sorted[i]) {
      ++end;
    }
    const double below = distribution.cumulative(sorted[i] - rounding / 2);
    const double above = distribution.cumulative(sorted[i] + rounding / 2);
    largest = std::max(
        {largest, below - static_cast<double>(i) / n, static_cast<double>(end) / n - above});
    i = end;
  }
  return largest;
}

double ks_distance(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  walk(a, b, [&largest](double, double, double difference) {
    largest = std::max(largest, std::abs(difference));
  });
  return largest;
}

double kolmogorov_p(double d, double n) {
  const double root = std::sqrt(n);
  const double x = (root + 0.12 + 0.11 / root) * d;
  if (x < 0.2) {
    return 1;
  }
  double p = 0;
  double sign = 2;
  for (int k = 1; k <= 100; ++k, sign = -sign) {
    const double term = sign * std::exp(-2 * k * k * x * x);
    p += term;
    if (std::abs(term) < 1e-16) {
      break;
    }
  }
  return std::clamp(p, 0.0, 1.0);
}

double wasserstein(const std::vector<double>& a, const std::vector<double>& b) {
  double area = 0;
  walk(a, b, [&area](double x, double next, double difference) {
    area += std::abs(difference) * (next - x);
  });
  return area;
}

}  // namespace lambdasim::calibrate
