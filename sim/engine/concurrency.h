// The limits on what may run at once and how fast it may grow.
//
// A function with reserved concurrency counts in a pool of its own, all others share what the
// account has left; versions of a function count with it. A request holds its place from admission
// until its context can be chosen again. A pool also takes only so many synchronous requests a
// second for each of its places, and a function (once: the account) may start new contexts only as
// fast as its scaling rate lets it.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/ids.h"
#include "sim/engine/records.h"
#include "sim/engine/setup.h"
#include "sim/engine/token_bucket.h"

namespace lambdasim::engine {

class Concurrency {
 public:
  explicit Concurrency(const Setup& setup);

  /// Takes a place. @return why there is none for this request; kNone when it has one
  Refusal admit(core::FunctionId function, bool is_synchronous, core::SimTime now) {
    Pool& pool = pools_[pool_of_[function.value]];
    if (pool.in_use >= pool.limit) [[unlikely]] {
      return pool.is_reserved ? Refusal::kReservedConcurrency : Refusal::kConcurrency;
    }
    if (is_synchronous && !pool.requests.take(now)) [[unlikely]] {
      return pool.is_reserved ? Refusal::kReservedRate : Refusal::kRate;
    }
    ++pool.in_use;
    return Refusal::kNone;
  }
  bool share_a_pool(core::FunctionId a, core::FunctionId b) const {
    return pool_of_[a.value] == pool_of_[b.value];
  }
  std::int64_t in_use(core::FunctionId function) const {
    return pools_[pool_of_[function.value]].in_use;
  }
  void release(core::FunctionId function) { --pools_[pool_of_[function.value]].in_use; }

  /// Takes places (or gives them back) for contexts that are provisioned.
  void set_aside(core::FunctionId function, std::int64_t places) {
    pools_[pool_of_[function.value]].limit -= places;
  }
  /// Whether the scaling rate lets the function start a context now; if so it is used up.
  bool may_start(core::FunctionId function, core::SimTime now) {
    return scaling_.empty() || scaling_[scaling_of(function)].take(now);
  }

 private:
  struct Pool {
    std::int64_t limit;
    std::int64_t in_use = 0;
    TokenBucket requests;
    bool is_reserved = false;
  };

  static Pool pool(std::int64_t limit, bool is_reserved, const Setup& setup);
  std::size_t scaling_of(core::FunctionId function) const {
    return scaling_.size() == 1 ? 0 : owner_of_[function.value].value;
  }

  std::vector<Pool> pools_;  // the account's unreserved pool first
  std::vector<std::uint32_t> pool_of_;
  std::vector<core::FunctionId> owner_of_;  // of a version: the function that it belongs to
  std::vector<TokenBucket> scaling_;        // of each function, or one of the account, or none
};

}  // namespace lambdasim::engine
