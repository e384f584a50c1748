// What queueing theory says, as numbers to hold the simulator against.
//
// Everything here is computed from formulas alone, in another way than by simulating: a recursion
// for Erlang's loss formula, uniformisation for first-passage times of birth-death chains. Times
// are in any one unit, rates in its inverse.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace lambdasim::test::theory {

/// P(X = n) of a Poisson variable.
inline double poisson_probability(double mean, std::size_t n) {
  const auto count = static_cast<double>(n);
  return mean == 0.0 ? (n == 0 ? 1.0 : 0.0)
                     : std::exp(count * std::log(mean) - mean - std::lgamma(count + 1.0));
}

/// A number that a Poisson variable exceeds with a probability far below 1e-15.
inline std::size_t poisson_tail(double mean) {
  return static_cast<std::size_t>(mean + 12.0 * std::sqrt(mean) + 40.0);
}

/// P(all c servers are busy) of M/G/c/c at the offered load a (Erlang's loss formula, 1917), by the
/// recursion B(n) = a B(n-1) / (n + a B(n-1)).
inline double erlang_b(std::size_t servers, double offered) {
  double blocking = 1.0;
  for (std::size_t n = 1; n <= servers; ++n) {
    blocking = offered * blocking / (static_cast<double>(n) + offered * blocking);
  }
  return blocking;
}

/// P(a call waits) in M/M/c at the offered load a < c (Erlang's delay formula, 1917).
inline double erlang_c(std::size_t servers, double offered) {
  const double blocking = erlang_b(servers, offered);
  return blocking / (1.0 - offered / static_cast<double>(servers) * (1.0 - blocking));
}

/// Stationary distribution of the number of busy servers in M/G/c/c: Poisson, cut off at c.
inline std::vector<double> erlang_states(std::size_t servers, double offered) {
  std::vector<double> states(servers + 1);
  for (std::size_t n = 0; n <= servers; ++n) {
    states[n] = poisson_probability(offered, n);
  }
  const double total = std::accumulate(states.begin(), states.end(), 0.0);
  for (double& state : states) {
    state /= total;
  }
  return states;
}

/// The time T in which a birth-death chain with birth rate `birth` and death rate n x `death` in
/// state n comes from state k to state k + 1 for the first time.
///
/// Uniformisation (Jensen 1953): the chain on 0..k, with k + 1 left out, is looked at when a
/// Poisson process of rate U = birth + k death ticks. With s_n the probability that it is still
/// there after n ticks, P(T > t) = sum_n s_n P(N_Ut = n), and the integral of that over [0, t] is
/// E[min(T, t)] = sum_n s_n P(N_Ut > n) / U.
class UpCrossing {
 public:
  UpCrossing(double birth, double death, std::size_t k, double longest)
      : uniform_rate_(birth + static_cast<double>(k) * death) {
    std::vector<double> state(k + 1);
    state[k] = 1.0;
    const std::size_t ticks = poisson_tail(uniform_rate_ * longest);
    for (std::size_t n = 0; n <= ticks; ++n) {
      still_below_.push_back(std::accumulate(state.begin(), state.end(), 0.0));
      state = after_a_tick(state, birth, death);
    }
  }

  /// P(T > t), for t of at most `longest`.
  double survival(double t) const {
    double sum = 0.0;
    for (std::size_t n = 0; n < still_below_.size(); ++n) {
      sum += still_below_[n] * poisson_probability(uniform_rate_ * t, n);
    }
    return sum;
  }

  /// E[min(T, t)], for t of at most `longest`.
  double mean_until(double t) const {
    double more_ticks = 1.0;  // P(N_Ut > n)
    double sum = 0.0;
    for (std::size_t n = 0; n < still_below_.size(); ++n) {
      more_ticks -= poisson_probability(uniform_rate_ * t, n);
      sum += still_below_[n] * std::max(more_ticks, 0.0);
    }
    return sum / uniform_rate_;
  }

 private:
  std::vector<double> after_a_tick(const std::vector<double>& state, double birth,
                                   double death) const {
    std::vector<double> next(state.size());
    for (std::size_t n = 0; n < state.size(); ++n) {
      const double down = static_cast<double>(n) * death / uniform_rate_;
      const double up = birth / uniform_rate_;
      next[n] += state[n] * (1.0 - down - up);
      if (n > 0) {
        next[n - 1] += state[n] * down;
      }
      if (n + 1 < state.size()) {
        next[n + 1] += state[n] * up;
      }
    }
    return next;
  }

  double uniform_rate_;
  std::vector<double> still_below_;
};

/// A pool of contexts that is used most recent first, under Poisson calls (rate `arrivals`),
/// exponential handlers (rate `service`) and a fixed keep-alive `limit`; starts take no time.
///
/// The number busy is M/M/infinity, or M/M/c/c with c places. The idle contexts form a stack, so
/// one that goes idle when the number busy falls from k + 1 to k is chosen again exactly when it
/// next rises from k to k + 1: its idle time would be UpCrossing(k), and it ends if that is longer
/// than the limit. Crossings of level k happen at the rate arrivals x P(k busy), up as often as
/// down.
struct Pool {
  double cold_share = 0.0;  ///< of the calls that are served
  double busy = 0.0;        ///< mean number of contexts
  double idle = 0.0;        ///< mean number of contexts
  double refused = 0.0;     ///< share of all calls
};

/// @param places 0 for no limit
inline Pool most_recently_used_pool(double arrivals, double service, double limit,
                                    std::size_t places = 0) {
  const double offered = arrivals / service;
  const std::size_t most = places != 0 ? places : poisson_tail(offered);
  const std::vector<double> states = erlang_states(most, offered);
  Pool pool;
  double cold = 0.0;
  for (std::size_t k = 0; k < most; ++k) {
    if (states[k] < 1e-13) {
      continue;
    }
    const UpCrossing crossing(arrivals, service, k, limit);
    cold += states[k] * crossing.survival(limit);
    pool.idle += arrivals * states[k] * crossing.mean_until(limit);
  }
  pool.refused = places != 0 ? states[most] : 0.0;
  pool.cold_share = cold / (1.0 - states[most]);
  pool.busy = offered * (1.0 - states[most]);
  return pool;
}

}  // namespace lambdasim::test::theory
