// Contract of a CPU model: how much wall time an amount of CPU time takes under a memory setting.
// models/cpu implements it.
//
// One object serves one memory setting; the state of one invocation is a plain value beside it, so
// the model itself is immutable and shared by all contexts of a function.
#pragma once

#include <cstdint>

#include "sim/core/time.h"

namespace lambdasim::engine {

/// What the CPU accounting remembers within one invocation; zero at the start of the handler.
struct CpuState {
  core::Duration elapsed{0};   ///< wall time since the handler began
  core::Duration local{0};     ///< unused slices of quota, all cores; negative is debt
  core::Duration pool{0};      ///< quota left in the period; negative is owed to the next refills
  core::Duration phase{0};     ///< from the tick before the handler to its beginning
  std::int64_t period = -1;    ///< number of the period the pool was last filled in; -1: fresh
  std::int64_t next_tick = 0;  ///< number of the first tick that is not accounted for yet
  std::uint64_t random = 0;    ///< uniform over 64 bits: chance in this invocation
  std::int64_t part = 0;       ///< of a nanosecond of CPU time that was done, in the model's unit
};

class CpuModel {
 public:
  virtual ~CpuModel() = default;
  /// Does `cpu_time` of work from `state` on, which advances by the wall time that it takes
  /// (`elapsed` included). Waiting needs no call: it only moves `state.elapsed` on.
  /// @param cpu_time of all threads together, divided evenly among them
  /// @param threads how many may work at once, at least 1; more than there are cores do not help
  /// @return that wall time
  virtual core::Duration run(CpuState& state, core::Duration cpu_time,
                             std::uint32_t threads) const = 0;
  /// The same, but no further than to the moment `until`, which is not before `state.elapsed`.
  /// Going on from there, with as many threads or more, ends when one run would have ended: to the
  /// nanosecond as long as each piece can be divided among the cores, and to within a period of the
  /// model for work that run() does not follow in full.
  /// @return the CPU time that was done; `state.elapsed` is `until` when that is less than all
  virtual core::Duration run_until(CpuState& state, core::Duration cpu_time, std::uint32_t threads,
                                   core::Duration until) const = 0;
  /// Whether one thread alone always has a core: its work takes its CPU time, whatever went before.
  bool is_full_core() const { return is_full_core_; }

 protected:
  bool is_full_core_ = false;
};

}  // namespace lambdasim::engine
