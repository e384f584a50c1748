// The life of execution contexts: started, resting between invocations, ended, replaced, and what
// they hold.
//
// Between invocations a context is only an entry among the idle ones. Whether it was still alive is
// asked when it is next looked at (keep-alive and lifetime are deadlines, not events) and its end
// is then reported at the exact time at which it happened. A context that is started in its place
// begins at that time, too. Contexts that must be looked at whenever they come to rest or are used
// (policies that learn, hosts of finite memory) take the way of contexts_watched.h instead.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/random.h"
#include "sim/engine/context_pool.h"
#include "sim/engine/event_queue.h"
#include "sim/engine/function_state.h"
#include "sim/engine/hosts.h"
#include "sim/engine/recorder.h"

namespace lambdasim::engine {

template <Recorder R>
class Contexts {
 public:
  /// @param events where contexts that become ready are announced
  /// @param functions by FunctionId
  /// @param hosts none: memory is infinite
  Contexts(R& recorder, EventQueue& events, std::vector<FunctionState>& functions,
           std::unique_ptr<Hosts> hosts)
      : recorder_(recorder), events_(events), functions_(functions), hosts_(std::move(hosts)) {}

  Context& operator[](Slot slot) { return pool_[slot]; }
  ContextHistory& history(Slot slot) { return pool_.history(slot); }
  void prefetch(Slot slot) {
    if (slot != kNoSlot) {
      __builtin_prefetch(&pool_[slot]);
    }
  }

  /// Starts a context for a request; it is ready at history(slot).ready(), which is announced as an
  /// event.
  /// @return whether there is room for it
  [[gnu::cold, gnu::noinline]] bool start(FunctionState& function, core::FunctionId id,
                                          const core::InvocationNumbers& numbers,
                                          std::uint16_t tenant, core::SimTime now);
  /// Makes an idle context that was initialised before the run, if there is room for it.
  [[gnu::noinline]] void start_warm(FunctionState& function, core::FunctionId id,
                                    const core::InvocationNumbers& numbers, bool is_provisioned);

  /// Starts a context that several requests will share.
  /// @param is_ready it was initialised before the run
  [[gnu::cold, gnu::noinline]] Slot start_shared(FunctionState& function, core::FunctionId id,
                                                 const core::InvocationNumbers& numbers,
                                                 core::SimTime now, bool is_ready);
  /// Ends a shared context in which nothing runs.
  void withdraw_shared(FunctionState& function, Slot slot, core::SimTime now) {
    retire(function, slot, now, Retirement::kWithdrawn);
  }
  /// Ends every shared context of a function when the run ends.
  [[gnu::noinline]] void end_shared(FunctionState& function, core::FunctionId id,
                                    core::SimTime horizon);

  /// Makes a provisioned context that is ready now: it was initialised before.
  [[gnu::cold, gnu::noinline]] void start_provisioned(FunctionState& function, core::FunctionId id,
                                                      const core::InvocationNumbers& numbers,
                                                      core::SimTime now);
  /// The provisioned context whose turn it is, taken out; kNoSlot without one.
  [[gnu::noinline]] Slot take_provisioned(FunctionState& function, std::uint64_t numbers,
                                          core::SimTime now);
  /// Ends idle provisioned contexts that were withdrawn.
  void end_surplus(FunctionState& function, core::SimTime now);

  /// Begins the idle period of a context, which may lie in the future.
  void rest(const FunctionState& function, Context& context, core::SimTime since) {
    context.idle_since = since;
    context.safe_until = std::min(since + function.kept_at_least, context.recycle_at);
  }
  void put_back(FunctionState& function, Slot slot) {
    if (pool_[slot].provisioned) [[unlikely]] {
      function.provisioned->idle.put(pool_, slot);
    } else {
      function.idle_of(pool_[slot].tenant).put(pool_, slot);
    }
  }
  /// The idle context whose turn it is, taken out; kNoSlot without one.
  Slot take_idle(FunctionState& function, const Request& request, core::SimTime now) {
    IdleContexts& idle = function.idle_of(request.tenant);
    while (!idle.empty()) {
      const Slot slot = idle.take(pool_, request.numbers);
      if (now < pool_[slot].safe_until || is_usable(function, slot, now)) [[likely]] {
        return slot;
      }
    }
    return kNoSlot;
  }
  /// Whether an idle context ended at or before `now`; if so it is retired at its exact end.
  bool is_gone(FunctionState& function, Slot slot, core::SimTime now) {
    return now >= pool_[slot].safe_until && retire_if_ended(function, slot, now);
  }

  /// The time has come at which a context was to be started ahead of a call: starts it, unless the
  /// function was called in between.
  [[gnu::cold, gnu::noinline]] void prewarm(core::FunctionId id, core::SimTime now);
  /// Takes note that a handler is dispatched on a host.
  /// @return the function as it runs there
  [[gnu::cold, gnu::noinline]] Evaluator dispatched(const FunctionState& function, Slot slot,
                                                    core::SimTime now);

  void hold_connections(FunctionState& function, std::uint32_t count, core::SimTime now) {
    function.connections += count;
    if (function.connections > function.peaks.connections) {
      sweep(function, now);
      function.peaks.connections = std::max(function.peaks.connections, function.connections);
    }
  }
  /// What a reset does to a context: its process is killed, its sandbox with /tmp stays.
  void lose_globals(FunctionState& function, Context& context) {
    function.connections -= function.evaluator.connections(context.made);
    context.made = 0;
    context.needs_init = true;
    context.is_first_call = true;
  }
  /// Retires every idle context that has ended by now, so that the counts are exact.
  [[gnu::cold, gnu::noinline]] void sweep(FunctionState& function, core::SimTime now);
  /// Ends every context of a function in favour of a new version: idle ones now, busy ones after
  /// their handler, those in INIT after the one request that they may still serve.
  [[gnu::noinline]] void supersede_all(FunctionState& function, core::FunctionId id,
                                       core::SimTime now);
  /// Ends what is left of a function when the run ends, after a sweep.
  void end_all(FunctionState& function, core::SimTime horizon);

 private:
  [[gnu::cold, gnu::noinline]] bool retire_if_ended(FunctionState& function, Slot slot,
                                                    core::SimTime now);
  [[gnu::cold, gnu::noinline]] bool is_usable(FunctionState& function, Slot slot,
                                              core::SimTime now);
  /// The same for a provisioned context, which has a successor when it is recycled.
  [[gnu::cold, gnu::noinline]] bool retire_provisioned_if_ended(FunctionState& function, Slot slot,
                                                                core::SimTime now);
  [[gnu::noinline]] void retire(FunctionState& function, Slot slot, core::SimTime at,
                                Retirement why);
  static std::vector<Slot> take_all_idle(FunctionState& function, ContextPool& pool);
  /// A context that ends, and the host on which it does.
  struct Ending {
    Context context;
    HostId host;
  };
  Ending ending(Slot slot) { return {pool_[slot], hosts_ ? hosts_->host_of(slot) : kNoHost}; }
  /// Starts a context in place of one that is in steady use and ends at `at`, if it is its turn.
  [[gnu::noinline]] void replace(FunctionState& function, const Ending& ending, core::SimTime at,
                                 core::SimTime now);
  [[gnu::noinline]] Slot create(FunctionState& function, core::FunctionId id,
                                const core::InvocationNumbers& numbers, std::uint16_t tenant,
                                core::SimTime created, HostId host);
  /// The same of one that was initialised before the run.
  [[gnu::noinline]] Slot create_warm(FunctionState& function, core::FunctionId id,
                                     const core::InvocationNumbers& numbers, HostId host);

  // What follows is for contexts that are watched: contexts_watched.h.
  void stop_running(Slot slot);
  void look_at(FunctionState& function, Slot slot, core::SimTime now);
  void plan(FunctionState& function, Slot slot, core::SimTime now);
  core::SimTime kept_until(FunctionState& function, Slot slot, core::SimTime now);
  core::SimTime planned_end(Slot slot) {
    return std::min(pool_.history(slot).kept_until, pool_[slot].recycle_at);
  }
  void plan_prewarming(FunctionState& function, const Context& context, const KeepPlan& plan,
                       core::SimTime start, std::uint64_t numbers);
  void arrived(FunctionState& function, core::SimTime now);
  void leave_rest(Slot slot);
  /// A host with room for a context of this function; kNoHost when there is none. Without a fleet
  /// everything has room.
  HostId host_for(const FunctionState& function, core::FunctionId id,
                  const core::InvocationNumbers& numbers, core::SimTime now);
  void end_expired(core::SimTime now);
  void evict(Slot slot, core::SimTime now);
  void hold_memory(const FunctionState& function, Slot slot, HostId host, core::Duration cold_start,
                   core::SimTime ready);
  void release_memory(const FunctionState& function, Slot slot);

  static constexpr HostId kEverywhere = 0;

  R& recorder_;
  EventQueue& events_;
  std::vector<FunctionState>& functions_;
  std::unique_ptr<Hosts> hosts_;
  std::optional<SlowedCpu> slowed_;  // of the handler that is being evaluated
  ContextPool pool_;
};

template <Recorder R>
bool Contexts<R>::start(FunctionState& function, core::FunctionId id,
                        const core::InvocationNumbers& numbers, std::uint16_t tenant,
                        core::SimTime now) {
  if (function.watch) {
    arrived(function, now);
  }
  const HostId host = host_for(function, id, numbers, now);
  if (host == kNoHost) {
    return false;
  }
  const Slot slot = create(function, id, numbers, tenant, now, host);
  events_.push(pool_.history(slot).ready(), EventKind::kReady, slot);
  return true;
}

template <Recorder R>
Slot Contexts<R>::create(FunctionState& function, core::FunctionId id,
                         const core::InvocationNumbers& numbers, std::uint16_t tenant,
                         core::SimTime created, HostId host) {
  const Slot slot = pool_.create();
  ContextHistory& history = pool_.history(slot);
  const InitRun init = function.evaluator.init(numbers);
  history.created = created;
  history.sandbox = function.evaluator.sandbox(numbers);
  history.init = init.duration;
  if (function.setup->snap_start) {
    history.billed_init = function.evaluator.billed_restore(numbers);
  } else if (init.outcome == Outcome::kOk || function.setup->failed_init_is_billed) {
    history.billed_init = init.duration;
  }
  Context& context = pool_[slot];
  context.function = id;
  context.last_numbers = numbers.key();
  context.recycle_at = created + function.evaluator.lifetime(numbers);
  context.made = function.evaluator.made_in_init();
  context.needs_init = init.outcome != Outcome::kOk;
  context.tenant = tenant;
  rest(function, context, history.ready());
  hold_memory(function, slot, host, history.sandbox + history.init, history.ready());
  // No idle context is left when one is started for a request, so the count is exact here.
  function.peaks.contexts = std::max(function.peaks.contexts, ++function.live);
  hold_connections(function, function.evaluator.connections(context.made), created);
  recorder_.initialising(id, created, history.ready());
  return slot;
}

template <Recorder R>
void Contexts<R>::start_warm(FunctionState& function, core::FunctionId id,
                             const core::InvocationNumbers& numbers, bool is_provisioned) {
  const HostId host =
      hosts_ ? hosts_->with_room({id, function.setup->memory_mb, numbers}) : kEverywhere;
  if (host == kNoHost) {
    return;
  }
  const Slot slot = create_warm(function, id, numbers, host);
  pool_[slot].provisioned = is_provisioned;
  if (function.watch && !is_provisioned) {
    plan(function, slot, core::kStartOfTime);
  }
  put_back(function, slot);
  hold_connections(function, function.evaluator.connections(pool_[slot].made), core::kStartOfTime);
}

template <Recorder R>
Slot Contexts<R>::create_warm(FunctionState& function, core::FunctionId id,
                              const core::InvocationNumbers& numbers, HostId host) {
  const Slot slot = pool_.create();
  Context& context = pool_[slot];
  context.function = id;
  context.last_numbers = numbers.key();
  context.recycle_at = core::kStartOfTime + function.evaluator.lifetime(numbers);
  context.made = function.evaluator.made_in_init();
  context.is_first_call = false;
  rest(function, context, core::kStartOfTime);
  hold_memory(function, slot, host,
              function.evaluator.sandbox(numbers) + function.evaluator.init(numbers).duration,
              core::kStartOfTime);
  ++function.live;
  return slot;
}

}  // namespace lambdasim::engine

#include "sim/engine/contexts_end.h"
#include "sim/engine/contexts_managed.h"
#include "sim/engine/contexts_provisioned.h"
#include "sim/engine/contexts_watched.h"
