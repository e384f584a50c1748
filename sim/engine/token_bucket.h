// A bucket of tokens that is full at first and refilled continuously, kept as the time at which it
// has a token again (the generic cell rate algorithm): exact, and one comparison to take one.
#pragma once

#include <algorithm>

#include "sim/core/time.h"

namespace lambdasim::engine {

class TokenBucket {
 public:
  /// Never refuses.
  TokenBucket() = default;
  /// @param capacity most tokens that it holds, at least 1
  /// @param per_second tokens that it gets; 0: nothing is ever refused
  TokenBucket(double capacity, double per_second) {
    if (per_second > 0) {
      interval_ = core::duration_of_nanoseconds(1e9 / per_second);
      slack_ = core::duration_of_nanoseconds((capacity - 1) * 1e9 / per_second);
      next_ = core::kStartOfTime - slack_;
    }
  }

  /// Takes a token. @return false when there is none
  bool take(core::SimTime now) {
    if (next_ > now) {
      return false;
    }
    next_ = std::max(next_, now - slack_) + interval_;
    return true;
  }

 private:
  core::SimTime next_;
  core::Duration interval_{0};
  core::Duration slack_{0};
};

}  // namespace lambdasim::engine
