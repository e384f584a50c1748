// Concurrency limits: a function with reserved concurrency counts in a pool of its own, all others
// share what the account has left. A request holds its place from admission until its context can
// be chosen again; when no place is left it is refused.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/ids.h"
#include "sim/engine/setup.h"

namespace lambdasim::engine {

class Concurrency {
 public:
  explicit Concurrency(const Setup& setup);

  /// Takes a place. @return false when the function is at its limit
  bool admit(core::FunctionId function) {
    Pool& pool = pools_[pool_of_[function.value]];
    if (pool.in_use >= pool.limit) {
      return false;
    }
    ++pool.in_use;
    return true;
  }
  void release(core::FunctionId function) { --pools_[pool_of_[function.value]].in_use; }

 private:
  struct Pool {
    std::int64_t limit;
    std::int64_t in_use = 0;
  };
  std::vector<Pool> pools_;  // the account's unreserved pool first
  std::vector<std::uint32_t> pool_of_;
};

}  // namespace lambdasim::engine
