// The loop: arrivals in, rows out.
//
// For each arrival the engine first lets everything happen that is due by then, admits the request,
// and serves it with the most recently used warm context; without one it starts a context and lets
// the request wait for whichever becomes free first. A handler is evaluated at dispatch, so a
// served invocation costs one event: its context can be chosen again, at the end plus the return
// delay. Only what truly interacts (a full backend, say) suspends a handler: see stepwise.h.
//
// How a request is admitted is in engine_admit.h, how it is served and what is written down of it
// in engine_serve.h, how contexts live and end in contexts.h, how long INIT and handlers take in
// evaluate.h.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "sim/engine/arrival_batches.h"
#include "sim/engine/concurrency.h"
#include "sim/engine/contexts.h"
#include "sim/engine/event_queue.h"
#include "sim/engine/function_state.h"
#include "sim/engine/future_arrivals.h"
#include "sim/engine/hosts.h"
#include "sim/engine/managed.h"
#include "sim/engine/milestones.h"
#include "sim/engine/provisioned.h"
#include "sim/engine/recorder.h"
#include "sim/engine/setup.h"
#include "sim/engine/simulate.h"
#include "sim/engine/sources.h"
#include "sim/engine/stepwise.h"

namespace lambdasim::engine {

template <Recorder R>
class Engine {
 public:
  Engine(const Setup& setup, RunKey key, R& recorder, Progress& progress);

  RunResult run();

 private:
  // Everything that a served invocation calls is inlined here; what is rare is marked cold.
  [[gnu::flatten]] void run_until(core::SimTime end);
  void look_ahead(std::span<const Arrival> batch, std::size_t i);
  void arrive(const Arrival& arrival);
  void invoke(core::FunctionId id, Request request);
  void drain(core::SimTime until);
  void reusable(Slot slot, core::SimTime now);
  void serve(FunctionState& function, Slot slot, const Request& request, core::SimTime now);
  HandlerRun run_handler(FunctionState& function, Slot slot, const Request& request,
                         InvocationRecord& record, core::SimTime now);
  void complete(FunctionState& function, Slot slot, const Request& request,
                InvocationRecord& record, const HandlerRun& run);

  [[gnu::cold, gnu::noinline]] void ready(Slot slot, core::SimTime now);
  [[gnu::cold, gnu::noinline]] void serve_cold(FunctionState& function, Slot slot,
                                               const Request& request, core::SimTime now);
  [[gnu::cold, gnu::noinline]] HandlerRun run_otherwise(FunctionState& function, Slot slot,
                                                        const Request& request,
                                                        InvocationRecord& record,
                                                        core::SimTime now);
  HandlerRun run_after_init(FunctionState& function, const Evaluator& evaluator, Slot slot,
                            const Request& request, InvocationRecord& record, core::SimTime now);
  [[gnu::noinline]] void serve_stepwise(FunctionState& function, Slot slot, const Request& request,
                                        const InvocationRecord& record, core::SimTime now);
  [[gnu::noinline]] void step(const Event& event);
  void complete_stepwise();
  void reach_out();
  void deliver(const SentEvent& sent);
  bool is_deadlocked(core::FunctionId id, Refusal why) const;
  [[gnu::cold, gnu::noinline]] void bill_init(const FunctionSetup& function, Slot slot,
                                              InvocationRecord& record);
  [[gnu::cold, gnu::noinline]] void refuse(core::FunctionId id, const Request& request,
                                           Refusal why);
  [[gnu::cold, gnu::noinline]] void start_for(FunctionState& function, core::FunctionId id,
                                              const Request& request, core::SimTime now);
  bool has_room_for_tenant(FunctionState& function, core::SimTime now);
  static std::uint16_t tenant_of(const FunctionState& function, std::uint32_t event);
  [[gnu::noinline]] bool serve_provisioned(FunctionState& function, const Request& request);
  [[gnu::noinline]] void serve_managed(FunctionState& function, core::FunctionId id,
                                       const Request& request);
  [[gnu::noinline]] void offer(const Arrival& arrival, const core::InvocationNumbers& numbers,
                               std::uint32_t event);
  [[gnu::noinline]] void wake(std::uint32_t index, core::SimTime now);
  void carry_out(core::SimTime now);
  void record_executions();
  void record_parent(const Origin& origin, ParentRecord record);

  void start_warm_contexts();
  void begin_measuring();
  void finish();

  const Setup& setup_;
  RunKey key_;
  R& recorder_;
  Progress& progress_;
  core::SimTime horizon_;
  ArrivalBatches arrivals_;
  Concurrency concurrency_;
  EventQueue events_;
  FutureArrivals future_;
  std::vector<FunctionState> functions_;
  Backends backends_;
  Contexts<R> contexts_;
  Stepwise<R> stepwise_;
  Sources sources_;
  Provisioned<R> provisioned_;
  Managed<R> managed_;
  bool is_reaching_out_ = false;
  std::uint64_t arrived_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t requested_ = 0;
  std::uint64_t recorded_ = 0;
};

inline std::vector<FunctionState> states_of(const Setup& setup, RunKey key,
                                            const FutureArrivals& future) {
  std::vector<FunctionState> states;
  states.reserve(setup.functions.size());
  for (const FunctionSetup& function : setup.functions) {
    const core::FunctionId id{static_cast<std::uint32_t>(states.size())};
    std::unique_ptr<AdaptiveKeepAlive> policy =
        function.managed ? nullptr : function.keep_alive->start({id, future});
    auto watch = policy || setup.fleet ? std::make_unique<Watch>() : nullptr;
    if (watch) {
      watch->policy = std::move(policy);
    }
    states.emplace_back(function, std::move(watch));
    if (function.tenants) {
      states.back().tenants = {key.seed, key.replication,
                               core::hash_name("tenants/" + function.name)};
    }
  }
  return states;
}

inline std::unique_ptr<Hosts> hosts_of(const Setup& setup, const FutureArrivals& future) {
  for (const FunctionSetup& function : setup.functions) {
    LAMBDASIM_CHECK(!setup.fleet || !function.provisioned, "a fleet holds nothing provisioned");
  }
  return setup.fleet ? std::make_unique<Hosts>(*setup.fleet, setup.functions.size(), future)
                     : nullptr;
}

template <Recorder R>
Engine<R>::Engine(const Setup& setup, RunKey key, R& recorder, Progress& progress)
    : setup_(setup),
      key_(key),
      recorder_(recorder),
      progress_(progress),
      horizon_(core::kStartOfTime + setup.horizon),
      arrivals_(setup, key),
      concurrency_(setup),
      future_(setup, key),
      functions_(states_of(setup, key, future_)),
      backends_(setup, events_),
      contexts_(recorder, events_, functions_, backends_, hosts_of(setup, future_)),
      stepwise_(setup, functions_, contexts_, backends_, events_),
      sources_(setup, key, arrivals_, events_),
      provisioned_(setup, key, functions_, contexts_, concurrency_, events_, recorder),
      managed_(setup, key, functions_, contexts_, events_, recorder) {}

template <Recorder R>
RunResult Engine<R>::run() {
  start_warm_contexts();
  provisioned_.start();
  managed_.start();
  sources_.start();
  carry_out(core::kStartOfTime);
  for (const Milestone& milestone : milestones_of(setup_)) {
    run_until(milestone.time);
    if (milestone.deployed) {
      contexts_.supersede_all(functions_[milestone.deployed->value], *milestone.deployed,
                              milestone.time);
    } else {
      begin_measuring();
    }
  }
  run_until(horizon_);
  finish();
  sources_.end_run();
  record_executions();
  RunResult result;
  result.sources = sources_.finish();
  result.backends = backends_.finish();
  result.resources = stepwise_.resource_totals();
  result.storage = stepwise_.storage_totals();
  result.calls = stepwise_.call_totals();
  result.arrivals = arrived_;
  result.stopped = progress_.stop;
  for (const FunctionState& function : functions_) {
    result.peaks.push_back(function.peaks);
  }
  return result;
}

template <Recorder R>
void Engine<R>::run_until(core::SimTime end) {
  while (!progress_.stop.load(std::memory_order_relaxed)) {
    const std::span<const Arrival> batch = arrivals_.next(end);
    if (batch.empty()) {
      break;
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
      look_ahead(batch, i);
      drain(batch[i].time);
      arrive(batch[i]);
    }
    progress_.invocations.fetch_add(batch.size(), std::memory_order_relaxed);
    progress_.time_ns.store(core::nanoseconds_of(batch.back().time), std::memory_order_relaxed);
  }
  drain(end);
}

/// With many functions every arrival meets another one, whose state lies in no cache. Arrivals are
/// known some way ahead, so it is fetched before it is needed, what pointers lead to after the
/// rest.
template <Recorder R>
void Engine<R>::look_ahead(std::span<const Arrival> batch, std::size_t i) {
  constexpr std::size_t kManyFunctions = 256;
  constexpr std::size_t kAhead = 4;
  if (functions_.size() < kManyFunctions || i + 4 * kAhead >= batch.size()) [[likely]] {
    return;
  }
  const core::FunctionId far = batch[i + 4 * kAhead].function;
  const core::FunctionId near = batch[i + 2 * kAhead].function;
  functions_[far.value].prefetch();
  functions_[batch[i + 3 * kAhead].function.value].prefetch_setup();
  functions_[near.value].prefetch_program();
  contexts_.prefetch(functions_[near.value].idle.front());
  if constexpr (requires { recorder_.prefetch_rest(near); }) {
    recorder_.prefetch(far);
    recorder_.prefetch_rest(near);
  }
}

template <Recorder R>
void Engine<R>::drain(core::SimTime until) {
  while (events_.top().time() <= until) {
    const Event event = events_.pop();
    if (event.kind() == EventKind::kReusable) [[likely]] {
      reusable(event.slot(), event.time());
    } else if (event.kind() == EventKind::kReady) {
      ready(event.slot(), event.time());
    } else if (event.kind() >= EventKind::kServed && event.kind() <= EventKind::kGiveUp) {
      step(event);
    } else if (event.kind() == EventKind::kReleased) {
      managed_.release(event.slot(), event.time());
    } else if (event.kind() == EventKind::kProvision) {
      if (event.time() < horizon_) {
        provisioned_.step(event.slot(), event.time());
      }
    } else if (event.kind() == EventKind::kScale) {
      if (event.time() < horizon_) {
        managed_.step(event.slot(), event.time());
      }
    } else if (event.kind() == EventKind::kWake) {
      wake(event.slot(), event.time());
    } else if (event.time() < horizon_) {
      contexts_.prewarm(core::FunctionId{event.slot()}, event.time());
    }
  }
}

template <Recorder R>
void Engine<R>::arrive(const Arrival& arrival) {
  const core::InvocationNumbers numbers = arrivals_.numbers(arrival);
  const auto event = static_cast<std::uint32_t>(arrived_++);
  if (!sources_.is_direct(arrival.stream)) [[unlikely]] {
    offer(arrival, numbers, event);
    return;
  }
  invoke(arrival.function, {.arrival = arrival.time,
                            .numbers = numbers.key(),
                            .recorded = arrival.recorded,
                            .event = event,
                            .source = arrival.stream});
}

template <Recorder R>
void Engine<R>::reusable(Slot slot, core::SimTime now) {
  Context& context = contexts_[slot];
  FunctionState& function = functions_[context.function.value];
  if (context.provisioned) [[unlikely]] {
    provisioned_.free(function, context, now);
  } else {
    concurrency_.release(context.function);
  }
  --function.in_flight;
  function.connections -= context.closing_connections;
  context.closing_connections = 0;
  if (contexts_.is_gone(function, slot, now)) [[unlikely]] {
    return;
  }
  WaitingQueue& waiting = function.waiting_of(context.tenant);
  if (waiting.empty()) [[likely]] {
    contexts_.put_back(function, slot);
  } else {
    serve(function, slot, waiting.pop(), now);
  }
}

template <Recorder R>
void Engine<R>::ready(Slot slot, core::SimTime now) {
  Context& context = contexts_[slot];
  FunctionState& function = functions_[context.function.value];
  if (context.needs_init) {
    contexts_.lose_globals(function, slot, now);
  }
  WaitingQueue& waiting = function.waiting_of(context.tenant);
  if (!waiting.empty()) {
    serve_cold(function, slot, waiting.pop(), now);
  } else if (!contexts_.is_gone(function, slot, now)) {
    contexts_.put_back(function, slot);
  }
}

template <Recorder R>
void Engine<R>::start_warm_contexts() {
  for (std::uint32_t f = 0; f < functions_.size(); ++f) {
    FunctionState& function = functions_[f];
    const core::RandomStream stream{key_.seed, key_.replication,
                                    core::hash_name("warm/" + function.setup->name)};
    for (std::uint32_t i = 0; i < function.setup->warm_contexts; ++i) {
      contexts_.start_warm(function, core::FunctionId{f}, stream.invocation(i), false);
    }
  }
}

template <Recorder R>
void Engine<R>::begin_measuring() {
  for (FunctionState& function : functions_) {
    contexts_.sweep(function, core::kStartOfTime + setup_.warm_up);
    function.peaks = {function.live, function.in_flight, function.connections};
  }
  backends_.begin_measuring();
}

template <Recorder R>
void Engine<R>::finish() {
  // A context that is found to have ended may have been replaced, by one that may have ended, too.
  do {
    drain(core::kNever - core::Duration{1});
    for (FunctionState& function : functions_) {
      contexts_.sweep(function, horizon_);
    }
  } while (!events_.empty());
  for (std::uint32_t b = 0; b < setup_.backends.size(); ++b) {
    for (const core::SimTime opened : backends_.pool_opened(core::BackendId{b})) {
      recorder_.connected(*setup_.backends[b].proxy_of, opened, horizon_);
    }
  }
  provisioned_.finish(horizon_);
  managed_.finish(horizon_);
  for (FunctionState& function : functions_) {
    LAMBDASIM_CHECK(function.in_flight == 0 && function.waiting.empty(), function.setup->name);
    contexts_.end_all(function, horizon_);
    LAMBDASIM_CHECK(function.live == 0 && function.connections == 0, function.setup->name);
  }
  LAMBDASIM_CHECK(requested_ == recorded_, "every request is served or refused, once");
}

/// Runs one replication and hands everything that happens to `recorder`.
template <Recorder R>
RunResult simulate(const Setup& setup, RunKey key, R& recorder, Progress& progress) {
  return Engine<R>(setup, key, recorder, progress).run();
}

}  // namespace lambdasim::engine

#include "sim/engine/engine_admit.h"
#include "sim/engine/engine_serve.h"
