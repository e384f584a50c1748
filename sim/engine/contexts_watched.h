// Contexts that are looked at whenever they come to rest or are used, and their hosts: the part of
// Contexts for keep-alive policies that learn and for fleets of finite memory.
//
// A watched context is never "safe": every look at it goes the slow way, which plans its end when
// it comes to rest and takes note when it is used. All others pay nothing for this.
#pragma once

#include "sim/engine/contexts.h"

namespace lambdasim::engine {

/// Whether an idle context can serve the request that it was taken out for.
template <Recorder R>
bool Contexts<R>::is_usable(FunctionState& function, Slot slot, core::SimTime now) {
  if (retire_if_ended(function, slot, now)) {
    return false;
  }
  if (function.watch) {
    arrived(function, now);
    leave_rest(slot);
  }
  return true;
}

/// A watched context is touched: the handler that it ran has ended.
template <Recorder R>
void Contexts<R>::stop_running(Slot slot) {
  if (pool_[slot].is_running) {
    pool_[slot].is_running = false;
    hosts_->finish(slot);
  }
}

/// A watched context is touched between two handlers. Plans its end if it now comes to rest.
template <Recorder R>
void Contexts<R>::look_at(FunctionState& function, Slot slot, core::SimTime now) {
  const Context& context = pool_[slot];
  if (context.is_planned) {
    function.watch->next_end = std::min(function.watch->next_end, planned_end(slot));
    return;
  }
  pool_.history(slot).kept_until = core::kNever;
  if (!function.waiting_of(context.tenant).empty()) {
    return;
  }
  if (context.invocations != 0 && function.in_flight == 0) {
    function.watch->is_resting = true;
    function.watch->rested_at = context.idle_since;
  }
  if (!context.superseded) {
    plan(function, slot, now);
  }
}

template <Recorder R>
void Contexts<R>::plan(FunctionState& function, Slot slot, core::SimTime now) {
  pool_.history(slot).kept_until = kept_until(function, slot, now);
  pool_[slot].is_planned = true;
  function.watch->next_end = std::min(function.watch->next_end, planned_end(slot));
  if (hosts_) {
    hosts_->rest(slot, planned_end(slot));
  }
}

template <Recorder R>
core::SimTime Contexts<R>::kept_until(FunctionState& function, Slot slot, core::SimTime now) {
  Watch& watch = *function.watch;
  const Context& context = pool_[slot];
  const core::SimTime since = context.idle_since;
  const core::InvocationNumbers numbers{context.last_numbers};
  if (watch.policy == nullptr) {
    return since + function.setup->keep_alive->limit(numbers);
  }
  if (context.is_prewarmed && context.invocations == 0) {
    return std::max(since, watch.prewarmed_until);
  }
  if (watch.next_end <= now) {
    sweep(function, now);
  }
  const KeepPlan plan = watch.policy->plan({since, now, function.live - 1});
  if (plan.prewarm_after <= core::Duration{0}) {
    return since + plan.keep_for;
  }
  const std::uint64_t key = numbers.engine(core::Purpose::kPrewarm)();
  core::SimTime start = since + plan.prewarm_after;
  if (plan.ready_then) {
    const core::InvocationNumbers next{key};
    start -= function.evaluator.sandbox(next) + function.evaluator.init(next).duration;
    if (start <= now) {
      return since + plan.prewarm_after + plan.keep_for;
    }
  }
  if (function.in_flight == 0) {
    plan_prewarming(function, context, plan, start, key);
  }
  return since;
}

template <Recorder R>
void Contexts<R>::plan_prewarming(FunctionState& function, const Context& context,
                                  const KeepPlan& plan, core::SimTime start,
                                  std::uint64_t numbers) {
  Watch& watch = *function.watch;
  watch.prewarm_at = start;
  watch.prewarm_numbers = numbers;
  watch.prewarmed_until = context.idle_since + plan.prewarm_after + plan.keep_for;
  events_.push(start, EventKind::kPrewarm, context.function.value);
}

template <Recorder R>
void Contexts<R>::prewarm(core::FunctionId id, core::SimTime now) {
  FunctionState& function = functions_[id.value];
  Watch& watch = *function.watch;
  if (watch.prewarm_at != now) {
    return;
  }
  sweep(function, now);
  const core::InvocationNumbers numbers{watch.prewarm_numbers};
  const HostId host = function.live == 0 ? host_for(function, id, numbers, now) : kNoHost;
  if (host == kNoHost) {
    return;
  }
  const Slot slot = create(function, id, numbers, 0, now, host);
  pool_[slot].is_prewarmed = true;
  announce(function, slot, now);
}

/// The function is called.
template <Recorder R>
void Contexts<R>::arrived(FunctionState& function, core::SimTime now) {
  Watch& watch = *function.watch;
  if (watch.is_resting && watch.policy) {
    watch.policy->idle_ended(now - watch.rested_at);
  }
  watch.is_resting = false;
}

template <Recorder R>
void Contexts<R>::leave_rest(Slot slot) {
  if (pool_[slot].is_planned && hosts_) {
    hosts_->unrest(slot);
  }
  pool_[slot].is_planned = false;
}

template <Recorder R>
Evaluator Contexts<R>::dispatched(const FunctionState& function, Slot slot, core::SimTime now) {
  pool_[slot].is_running = true;
  const double factor = hosts_->run(slot, now);
  return factor > 1 ? function.evaluator.under(slowed_.emplace(*function.setup->cpu, factor))
                    : function.evaluator;
}

template <Recorder R>
HostId Contexts<R>::host_for(const FunctionState& function, core::FunctionId id,
                             const core::InvocationNumbers& numbers, core::SimTime now) {
  if (hosts_ == nullptr) {
    return kEverywhere;
  }
  if (hosts_->next_end() <= now) {
    end_expired(now);
  }
  const WantedPlace wanted{id, function.setup->memory_mb, numbers};
  HostId host = hosts_->with_room(wanted);
  if (host == kNoHost) {
    host = hosts_->with_room_after_evictions(wanted);
  }
  while (host != kNoHost && !hosts_->has_room(host, wanted.memory_mb)) {
    evict(hosts_->victim(host, now), now);
  }
  return host;
}

/// Ends every idle context whose time has come, so that what it held is free.
template <Recorder R>
void Contexts<R>::end_expired(core::SimTime now) {
  std::vector<std::pair<Slot, core::ContextId>> ended;
  hosts_->begin_sweep();
  for (HostId host = 0; host < hosts_->size(); ++host) {
    for (const Slot slot : hosts_->idle_on(host)) {
      if (planned_end(slot) <= now) {
        ended.emplace_back(slot, pool_[slot].id);
      } else {
        hosts_->swept(planned_end(slot));
      }
    }
  }
  for (const auto& [slot, id] : ended) {
    // One that replaces another may make its function look at all of them, and so end this one.
    if (pool_[slot].is_planned && pool_[slot].id == id) {
      FunctionState& function = functions_[pool_[slot].function.value];
      function.idle_of(pool_[slot].tenant).remove(pool_, slot);
      retire_if_ended(function, slot, now);
    }
  }
}

template <Recorder R>
void Contexts<R>::evict(Slot slot, core::SimTime now) {
  FunctionState& function = functions_[pool_[slot].function.value];
  hosts_->evicted(slot, now);
  function.idle_of(pool_[slot].tenant).remove(pool_, slot);
  retire(function, slot, now, Retirement::kEvicted);
}

template <Recorder R>
void Contexts<R>::hold_memory(const FunctionState& function, Slot slot, HostId host,
                              core::Duration cold_start, core::SimTime ready) {
  if (hosts_) {
    pool_[slot].is_hosted = true;
    hosts_->hold(slot, host, pool_[slot].function, function.setup->memory_mb, cold_start, ready);
  }
}

template <Recorder R>
void Contexts<R>::release_memory(const FunctionState& function, Slot slot) {
  if (hosts_) {
    hosts_->release(slot, function.live == 0);
  }
}

}  // namespace lambdasim::engine
