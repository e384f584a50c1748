// What is still to come, for oracles: policies that know the future, as bounds for those that do
// not.
//
// The arrival processes are started once more with the same key, which gives the same arrivals.
// They are read when somebody first asks, all of them, and kept for the run: eight bytes each.
// Calls that event sources repeat or delay are no arrivals: only their first time is known.
#pragma once

#include <optional>
#include <vector>

#include "sim/engine/arrivals.h"

namespace lambdasim::engine {

struct Setup;

class FutureArrivals {
 public:
  /// @param setup must outlive this
  FutureArrivals(const Setup& setup, RunKey key) : setup_(setup), key_(key) {}

  /// The next arrival at or after `now`, after leaving out `left_out` of them.
  std::optional<core::SimTime> next(core::FunctionId function, core::SimTime now,
                                    std::size_t left_out = 0) const;

 private:
  void read() const;

  const Setup& setup_;
  RunKey key_;
  mutable std::vector<std::vector<core::SimTime>> times_;  // by function, once it was asked for
};

}  // namespace lambdasim::engine
