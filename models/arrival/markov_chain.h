// Continuous-time Markov chains: how much of the time each state holds.
#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

namespace lambdasim::models {

/// The stationary distribution by the elimination of Grassmann, Taksar and Heyman (1985, Operations
/// Research 33(5)), which subtracts nothing and so loses no digits.
/// @param rates of change from state i to state j; the diagonal is not looked at
/// @return shares of time; some are 0 when not every state can be reached from every other
inline std::vector<double> stationary_distribution(std::vector<std::vector<double>> rates) {
  const std::size_t size = rates.size();
  std::vector<double> shares(size, 0.0);
  for (std::size_t last = size - 1; last > 0; --last) {
    const std::vector<double>& from = rates[last];
    const auto end = from.begin() + static_cast<std::ptrdiff_t>(last);
    const double down = std::accumulate(from.begin(), end, 0.0);
    if (down == 0) {
      return shares;
    }
    for (std::size_t i = 0; i < last; ++i) {
      rates[i][last] /= down;
      for (std::size_t j = 0; j < last; ++j) {
        rates[i][j] += rates[i][last] * from[j];
      }
    }
  }
  shares[0] = 1;
  for (std::size_t state = 1; state < size; ++state) {
    for (std::size_t i = 0; i < state; ++i) {
      shares[state] += shares[i] * rates[i][state];
    }
  }
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) {
    share /= sum;
  }
  return shares;
}

/// The running sums of probabilities.
inline std::vector<double> cumulative(const std::vector<double>& probabilities) {
  std::vector<double> sums(probabilities.size());
  std::partial_sum(probabilities.begin(), probabilities.end(), sums.begin());
  return sums;
}

}  // namespace lambdasim::models
