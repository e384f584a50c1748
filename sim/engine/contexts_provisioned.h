// Provisioned contexts: initialised before they are needed, kept until they are withdrawn, and
// followed by a successor when they are recycled. How many there are to be is in provisioned.h.
#pragma once

#include "sim/engine/contexts.h"

namespace lambdasim::engine {

template <Recorder R>
void Contexts<R>::start_provisioned(FunctionState& function, core::FunctionId id,
                                    const core::InvocationNumbers& numbers, core::SimTime now) {
  const core::Duration lead =
      function.evaluator.sandbox(numbers) + function.evaluator.init(numbers).duration;
  if (now - lead < core::kStartOfTime) {
    start_warm(function, id, numbers, true);
    return;
  }
  const Slot slot = create(function, id, numbers, 0, now - lead, kEverywhere);
  Context& context = pool_[slot];
  context.provisioned = true;
  context.safe_until = context.recycle_at;
  if (function.is_stepwise) {
    initialise(function, slot, numbers);
    make_all(function, slot, now);
    recorder_.initialising(id, pool_.history(slot).created, now);
  }
  recorder_.provisioned_init(id, now, billed_milliseconds(pool_.history(slot).billed_init));
  if (context.needs_init) {
    lose_globals(function, slot, now);
  }
  if (!is_gone(function, slot, now)) {
    put_back(function, slot);
  }
}

template <Recorder R>
Slot Contexts<R>::take_provisioned(FunctionState& function, std::uint64_t numbers,
                                   core::SimTime now) {
  IdleContexts& idle = function.provisioned->idle;
  while (!idle.empty()) {
    const Slot slot = idle.take(pool_, numbers);
    if (!is_gone(function, slot, now)) {
      pool_[slot].takes_no_place = true;
      return slot;
    }
  }
  return kNoSlot;
}

template <Recorder R>
void Contexts<R>::end_surplus(FunctionState& function, core::SimTime now) {
  ProvisionedState& state = *function.provisioned;
  while (state.surplus > 0 && !state.idle.empty()) {
    const Slot slot = state.idle.take(pool_, 0);
    if (!is_gone(function, slot, now)) {
      --state.surplus;
      retire(function, slot, now, Retirement::kWithdrawn);
    }
  }
}

template <Recorder R>
bool Contexts<R>::retire_provisioned_if_ended(FunctionState& function, Slot slot,
                                              core::SimTime now) {
  const Context ended = pool_[slot];
  if (ended.superseded) {
    retire(function, slot, ended.idle_since, Retirement::kWithdrawn);
    return true;
  }
  const core::SimTime recycled = std::max(ended.recycle_at, ended.idle_since);
  if (now < recycled) {
    return false;
  }
  retire(function, slot, recycled, Retirement::kRecycled);
  const std::uint64_t next =
      core::InvocationNumbers{ended.last_numbers}.engine(core::Purpose::kReplacement)();
  start_provisioned(function, ended.function, core::InvocationNumbers{next}, recycled);
  return true;
}

}  // namespace lambdasim::engine
