// How contexts end: at their keep-alive limit, recycled, replaced by a new version, or with the
// run; and what is started in their place.
#pragma once

#include "sim/engine/contexts.h"

namespace lambdasim::engine {

template <Recorder R>
bool Contexts<R>::retire_if_ended(FunctionState& function, Slot slot, core::SimTime now) {
  const Context& context = pool_[slot];
  backends_.set_time(now);
  if (function.watch) {
    stop_running(slot);
  }
  if (context.provisioned) {
    return retire_provisioned_if_ended(function, slot, now);
  }
  if (function.watch) {
    look_at(function, slot, now);
  }
  if (context.superseded) {
    retire(function, slot, context.idle_since, Retirement::kDeployed);
    return true;
  }
  const core::SimTime expires = expires_at(function, slot);
  const core::SimTime recycled = std::max(context.recycle_at, context.idle_since);
  if (now < std::min(expires, recycled)) {
    return false;
  }
  const Ending ended = ending(slot);
  const bool is_recycled = recycled < expires;
  retire(function, slot, std::min(expires, recycled),
         is_recycled ? Retirement::kRecycled : Retirement::kIdle);
  if (is_recycled) {
    replace(function, ended, recycled, now);
  }
  return true;
}

/// When an idle context has not been used for as long as it is kept.
template <Recorder R>
core::SimTime Contexts<R>::expires_at(const FunctionState& function, Slot slot) {
  const Context& context = pool_[slot];
  return function.watch
             ? pool_.history(slot).kept_until
             : context.idle_since +
                   function.setup->keep_alive->limit(core::InvocationNumbers{context.last_numbers});
}

template <Recorder R>
void Contexts<R>::replace(FunctionState& function, const Ending& ending, core::SimTime at,
                          core::SimTime now) {
  const ProactiveInit& proactive = function.setup->proactive;
  const Context& ended = ending.context;
  if (ended.invocations == 0 || at - ended.idle_since > proactive.used_within) {
    return;
  }
  core::KeyedEngine engine =
      core::InvocationNumbers{ended.last_numbers}.engine(core::Purpose::kReplacement);
  const std::uint64_t key = engine();
  if (engine.uniform() >= proactive.share ||
      (hosts_ && !hosts_->has_room(ending.host, function.setup->memory_mb))) {
    return;
  }
  const Slot slot =
      create(function, ended.function, core::InvocationNumbers{key}, ended.tenant, at, ending.host);
  const bool was_ready_before =
      function.is_stepwise ? begin_before(function, slot, now) : pool_.history(slot).ready() <= now;
  if (!was_ready_before) {
    announce(function, slot, now);
    return;
  }
  if (pool_[slot].needs_init) {
    lose_globals(function, slot, now);
  }
  if (!is_gone(function, slot, now)) {
    put_back(function, slot);
  }
}

template <Recorder R>
void Contexts<R>::retire(FunctionState& function, Slot slot, core::SimTime at, Retirement why) {
  const Context& context = pool_[slot];
  const ContextHistory& history = pool_.history(slot);
  if (context.idle_since < at) {
    recorder_.idle(context.function, context.idle_since, at);
  }
  const std::uint32_t connections = function.is_stepwise
                                        ? open_connections(function, slot)
                                        : function.evaluator.connections(context.made);
  if (function.is_stepwise) {
    drop(function, slot, context.made, at);
  } else {
    function.connections -= connections;
  }
  --function.live;
  if (function.watch) {
    leave_rest(slot);
    release_memory(function, slot);
  }
  recorder_.context({.context = context.id,
                     .function = context.function,
                     .created = history.created,
                     .ready = history.ready(),
                     .retired = at,
                     .init = history.init,
                     .busy = context.busy,
                     .idle = at - history.ready() - context.busy - history.reset_init,
                     .invocations = context.invocations,
                     .resets = history.resets,
                     .connections = connections,
                     .why = why});
  pool_.destroy(slot);
}

template <Recorder R>
std::vector<Slot> Contexts<R>::take_all_idle(FunctionState& function, ContextPool& pool) {
  std::vector<Slot> all = function.idle.take_all(pool);
  for (TenantState& tenant : function.others) {
    const std::vector<Slot> of_tenant = tenant.idle.take_all(pool);
    all.insert(all.end(), of_tenant.begin(), of_tenant.end());
  }
  if (function.provisioned != nullptr) {
    const std::vector<Slot> provisioned = function.provisioned->idle.take_all(pool);
    all.insert(all.end(), provisioned.begin(), provisioned.end());
  }
  return all;
}

template <Recorder R>
void Contexts<R>::sweep(FunctionState& function, core::SimTime now) {
  if (function.watch) {
    function.watch->next_end = core::kNever;
  }
  for (const Slot slot : take_all_idle(function, pool_)) {
    if (!is_gone(function, slot, now)) {
      put_back(function, slot);
    }
  }
}

template <Recorder R>
void Contexts<R>::supersede_all(FunctionState& function, core::FunctionId id, core::SimTime now) {
  std::vector<Ending> ended;
  backends_.set_time(now);
  for (const Slot slot : take_all_idle(function, pool_)) {
    if (pool_[slot].provisioned) {
      put_back(function, slot);
    } else if (!is_gone(function, slot, now)) {
      ended.push_back(ending(slot));
      retire(function, slot, now, Retirement::kDeployed);
    }
  }
  pool_.each_of(id, [&](Slot slot) {
    Context& context = pool_[slot];
    if (context.provisioned) {  // has a successor of the new version, ready before it goes
      context.recycle_at = now;
      context.safe_until = core::kStartOfTime;
      return;
    }
    context.superseded = true;
    context.recycle_at = core::kStartOfTime;
    context.safe_until = core::kStartOfTime;
    ended.push_back(ending(slot));
  });
  for (const Ending& each : ended) {
    replace(function, each, now, now);
  }
}

template <Recorder R>
void Contexts<R>::end_all(FunctionState& function, core::SimTime horizon) {
  for (const Slot slot : take_all_idle(function, pool_)) {
    retire(function, slot, std::max(horizon, pool_[slot].idle_since), Retirement::kEndOfRun);
  }
}

}  // namespace lambdasim::engine
