// Contexts that several requests share: on managed instances, started and ended by the number that
// is wanted. Which of them serves, and how many there are to be, is in managed.h.
#pragma once

#include "sim/engine/contexts.h"

namespace lambdasim::engine {

template <Recorder R>
Slot Contexts<R>::start_shared(FunctionState& function, core::FunctionId id,
                               const core::InvocationNumbers& numbers, core::SimTime now,
                               bool is_ready) {
  const Slot slot = is_ready ? create_warm(function, id, numbers, kEverywhere)
                             : create(function, id, numbers, 0, now, kEverywhere);
  pool_[slot].is_shared = true;
  if (is_ready) {
    hold_connections(function, function.evaluator.connections(pool_[slot].made), now);
  }
  return slot;
}

template <Recorder R>
void Contexts<R>::end_shared(FunctionState& function, core::FunctionId id, core::SimTime horizon) {
  std::vector<Slot> all;
  pool_.each_of(id, [&all](Slot slot) { all.push_back(slot); });
  for (const Slot slot : all) {
    retire(function, slot, std::max(horizon, pool_[slot].idle_since), Retirement::kEndOfRun);
  }
}

}  // namespace lambdasim::engine
