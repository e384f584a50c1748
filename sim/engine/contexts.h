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
#include "sim/engine/backends.h"
#include "sim/engine/context_pool.h"
#include "sim/engine/event_queue.h"
#include "sim/engine/function_state.h"
#include "sim/engine/holdings.h"
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
           Backends& backends, std::unique_ptr<Hosts> hosts)
      : recorder_(recorder),
        events_(events),
        functions_(functions),
        backends_(backends),
        hosts_(std::move(hosts)) {}

  Context& operator[](Slot slot) { return pool_[slot]; }
  ContextHistory& history(Slot slot) { return pool_.history(slot); }
  Holdings& holdings(Slot slot) { return holdings_[slot]; }
  void prefetch(Slot slot) {
    if (slot != kNoSlot) {
      __builtin_prefetch(&pool_[slot]);
    }
  }

  /// Starts a context for a request. That it is ready (or its sandbox is made, of a stepwise
  /// function) is announced as an event.
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
    if (function.is_stepwise) [[unlikely]] {
      note_rest(function, slot);
    }
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
  void lose_globals(FunctionState& function, Slot slot, core::SimTime at) {
    Context& context = pool_[slot];
    if (function.is_stepwise) {
      drop(function, slot, context.made, at);
    } else {
      function.connections -= function.evaluator.connections(context.made);
    }
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

  // What contexts of stepwise functions hold: contexts_holding.h.
  void initialised(FunctionState& function, Slot slot);
  void restore(const FunctionState& function, Slot slot, core::SimTime at);
  void close_connection(FunctionState& function, Slot slot, core::ResourceId id, core::SimTime at);
  [[gnu::noinline]] void drop(FunctionState& function, Slot slot, std::uint32_t resources,
                              core::SimTime at);
  [[gnu::noinline]] void look_for_connections(core::BackendId backend, core::SimTime now);

 private:
  bool begin_before(FunctionState& function, Slot slot, core::SimTime now);
  void make_all(FunctionState& function, Slot slot, core::SimTime at);
  std::uint32_t open_connections(const FunctionState& function, Slot slot);
  [[gnu::noinline]] void note_rest(FunctionState& function, Slot slot);
  core::SimTime ends_at(const FunctionState& function, Slot slot);
  core::SimTime expires_at(const FunctionState& function, Slot slot);
  void announce(const FunctionState& function, Slot slot, core::SimTime now);

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
  void initialise(FunctionState& function, Slot slot, const core::InvocationNumbers& numbers);
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
  Backends& backends_;
  std::unique_ptr<Hosts> hosts_;
  AllHoldings holdings_;             // of contexts of stepwise functions
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
  announce(function, create(function, id, numbers, tenant, now, host), now);
  return true;
}

/// What a new context comes to next: INIT, step by step, or its end, which is known already.
template <Recorder R>
void Contexts<R>::announce(const FunctionState& function, Slot slot, core::SimTime now) {
  const ContextHistory& history = pool_.history(slot);
  if (function.is_stepwise) {
    events_.push(std::max(now, history.created + history.sandbox), EventKind::kInit, slot);
  } else {
    events_.push(history.ready(), EventKind::kReady, slot);
  }
}

template <Recorder R>
Slot Contexts<R>::create(FunctionState& function, core::FunctionId id,
                         const core::InvocationNumbers& numbers, std::uint16_t tenant,
                         core::SimTime created, HostId host) {
  const Slot slot = pool_.create();
  ContextHistory& history = pool_.history(slot);
  history.created = created;
  history.sandbox = function.evaluator.sandbox(numbers);
  Context& context = pool_[slot];
  context.function = id;
  context.last_numbers = numbers.key();
  context.recycle_at = created + function.evaluator.lifetime(numbers);
  context.tenant = tenant;
  if (function.is_stepwise) {
    holdings_.begin(slot, *function.setup);
  } else {
    initialise(function, slot, numbers);
  }
  rest(function, context, history.ready());
  hold_memory(function, slot, host, history.sandbox + history.init, history.ready());
  // No idle context is left when one is started for a request, so the count is exact here.
  function.peaks.contexts = std::max(function.peaks.contexts, ++function.live);
  if (!function.is_stepwise) {
    hold_connections(function, function.evaluator.connections(context.made), created);
    recorder_.initialising(id, created, history.ready());
  }
  return slot;
}

/// INIT of a new context, all at once.
template <Recorder R>
void Contexts<R>::initialise(FunctionState& function, Slot slot,
                             const core::InvocationNumbers& numbers) {
  ContextHistory& history = pool_.history(slot);
  const InitRun init = function.evaluator.init(numbers);
  history.init = init.duration;
  if (function.setup->snap_start) {
    history.billed_init = function.evaluator.billed_restore(numbers);
  } else if (init.outcome == Outcome::kOk || function.setup->failed_init_is_billed) {
    history.billed_init = init.duration;
  }
  pool_[slot].made = function.evaluator.made_in_init();
  pool_[slot].needs_init = init.outcome != Outcome::kOk;
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
  if (function.is_stepwise) {
    make_all(function, slot, core::kStartOfTime);
  } else {
    hold_connections(function, function.evaluator.connections(pool_[slot].made),
                     core::kStartOfTime);
  }
  put_back(function, slot);
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
#include "sim/engine/contexts_holding.h"
#include "sim/engine/contexts_managed.h"
#include "sim/engine/contexts_provisioned.h"
#include "sim/engine/contexts_watched.h"
