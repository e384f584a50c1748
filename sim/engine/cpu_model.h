// Contract of a CPU model: how much wall time an amount of CPU time takes under a memory setting.
// models/cpu implements it.
//
// One object serves one memory setting; the state of one invocation is a plain value beside it, so
// the model itself is immutable and shared by all contexts of a function.
#pragma once

#include "sim/core/time.h"

namespace lambdasim::engine {

/// What the CPU accounting remembers within one invocation; zero at the start of the handler.
struct CpuState {
  core::Duration elapsed{0};   ///< wall time since the handler began
  core::Duration local{0};     ///< unused slice of quota; negative is debt
  core::Duration pool{0};      ///< quota left in the period of `refilled`
  std::int64_t period = -1;    ///< number of the period the pool was last filled in; -1: fresh
  std::int64_t next_tick = 0;  ///< number of the first tick that is not accounted for yet
};

class CpuModel {
 public:
  virtual ~CpuModel() = default;
  /// Does `cpu_time` of single-threaded work from `state` on, which advances by the wall time that
  /// it takes (`elapsed` included). Waiting needs no call: it only moves `state.elapsed` on.
  /// @return that wall time
  virtual core::Duration run(CpuState& state, core::Duration cpu_time) const = 0;
};

}  // namespace lambdasim::engine
