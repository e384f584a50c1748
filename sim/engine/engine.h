// The loop: arrivals in, rows out.
//
// For each arrival the engine first lets everything happen that is due by then, admits the request,
// and serves it with the most recently used warm context; without one it starts a context and lets
// the request wait for whichever becomes free first. A handler is evaluated at dispatch, so a
// served invocation costs one event: its context can be chosen again, at the end plus the return
// delay.
//
// How contexts live and end is in contexts.h, how long INIT and handlers take in evaluate.h.
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
#include "sim/engine/milestones.h"
#include "sim/engine/provisioned.h"
#include "sim/engine/recorder.h"
#include "sim/engine/setup.h"
#include "sim/engine/simulate.h"
#include "sim/engine/sources.h"

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
  [[gnu::cold, gnu::noinline]] void bill_init(const FunctionSetup& function, Slot slot,
                                              InvocationRecord& record);
  [[gnu::cold, gnu::noinline]] void refuse(core::FunctionId id, const Request& request,
                                           Refusal why);
  [[gnu::cold, gnu::noinline]] void start_for(FunctionState& function, core::FunctionId id,
                                              const Request& request, core::SimTime now);
  bool has_room_for_tenant(FunctionState& function, core::SimTime now);
  std::uint16_t tenant_of(const FunctionState& function, std::uint32_t event) const;
  [[gnu::noinline]] bool serve_provisioned(FunctionState& function, const Request& request);
  [[gnu::noinline]] void offer(const Arrival& arrival, const core::InvocationNumbers& numbers,
                               std::uint32_t event);
  [[gnu::noinline]] void wake(std::uint32_t index, core::SimTime now);
  void carry_out(core::SimTime now);

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
  Contexts<R> contexts_;
  Sources sources_;
  Provisioned<R> provisioned_;
  std::uint64_t arrived_ = 0;
  std::uint64_t requested_ = 0;
  std::uint64_t recorded_ = 0;
};

inline std::vector<FunctionState> states_of(const Setup& setup, const FutureArrivals& future) {
  std::vector<FunctionState> states;
  states.reserve(setup.functions.size());
  for (const FunctionSetup& function : setup.functions) {
    const core::FunctionId id{static_cast<std::uint32_t>(states.size())};
    std::unique_ptr<AdaptiveKeepAlive> policy = function.keep_alive->start({id, future});
    auto watch = policy || setup.fleet ? std::make_unique<Watch>() : nullptr;
    if (watch) {
      watch->policy = std::move(policy);
    }
    states.emplace_back(function, std::move(watch));
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
      functions_(states_of(setup, future_)),
      contexts_(recorder, events_, functions_, hosts_of(setup, future_)),
      sources_(setup, key, events_),
      provisioned_(setup, key, functions_, contexts_, concurrency_, events_, recorder) {}

template <Recorder R>
RunResult Engine<R>::run() {
  start_warm_contexts();
  provisioned_.start();
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
  RunResult result{
      .peaks = {}, .sources = sources_.finish(), .arrivals = arrived_, .stopped = progress_.stop};
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
    } else if (event.kind() == EventKind::kProvision) {
      if (event.time() < horizon_) {
        provisioned_.step(event.slot(), event.time());
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

/// A request reaches the platform, now.
template <Recorder R>
void Engine<R>::invoke(core::FunctionId id, Request request) {
  const core::SimTime now = request.arrival;
  ++requested_;
  FunctionState& function = functions_[id.value];
  if (!function.others.empty()) [[unlikely]] {
    request.tenant = tenant_of(function, request.event);
  }
  if (function.provisioned != nullptr && serve_provisioned(function, request)) [[unlikely]] {
    return;
  }
  const Refusal refusal = concurrency_.admit(id, request.is_synchronous, now);
  if (refusal != Refusal::kNone) [[unlikely]] {
    refuse(id, request, refusal);
    return;
  }
  const Slot warm = contexts_.take_idle(function, request, now);
  if (warm != kNoSlot) [[likely]] {
    function.peaks.in_flight = std::max(function.peaks.in_flight, ++function.in_flight);
    serve(function, warm, request, now);
    return;
  }
  start_for(function, id, request, now);
}

/// Starts a context for a request, which waits for it or for any that becomes free before.
template <Recorder R>
void Engine<R>::start_for(FunctionState& function, core::FunctionId id, const Request& request,
                          core::SimTime now) {
  const bool has_room = !function.setup->tenants || has_room_for_tenant(function, now);
  if (!has_room || !concurrency_.may_start(id, now)) {
    concurrency_.release(id);
    refuse(id, request, has_room ? Refusal::kRate : Refusal::kConcurrency);
    return;
  }
  const core::InvocationNumbers numbers{request.numbers};
  if (!contexts_.start(function, id, numbers, request.tenant, now)) {
    concurrency_.release(id);
    refuse(id, request, Refusal::kNoCapacity);
    return;
  }
  function.peaks.in_flight = std::max(function.peaks.in_flight, ++function.in_flight);
  function.waiting_of(request.tenant).push(request);
}

/// Isolated contexts are limited in number, busy or idle.
template <Recorder R>
bool Engine<R>::has_room_for_tenant(FunctionState& function, core::SimTime now) {
  const std::int64_t reserved = function.setup->reserved_concurrency;
  const std::int64_t places = reserved == kUnreserved ? setup_.account_concurrency : reserved;
  const double most = function.setup->tenants->contexts_a_place * static_cast<double>(places);
  if (function.live + 1 > most) {
    contexts_.sweep(function, now);
  }
  return function.live + 1 <= most;
}

/// Whose event it is: the same at every attempt.
template <Recorder R>
std::uint16_t Engine<R>::tenant_of(const FunctionState& function, std::uint32_t event) const {
  const std::vector<double>& shares = function.setup->tenants->shares;
  const core::RandomStream stream{key_.seed, key_.replication,
                                  core::hash_name("tenants/" + function.setup->name)};
  const double drawn = stream.invocation(event).engine(core::Purpose::kTenant).uniform();
  const auto found = std::upper_bound(shares.begin(), shares.end() - 1, drawn);
  return static_cast<std::uint16_t>(found - shares.begin());
}

/// Serves a request with a provisioned context, if there is one for it.
template <Recorder R>
bool Engine<R>::serve_provisioned(FunctionState& function, const Request& request) {
  const Slot slot = provisioned_.take(function, request);
  if (slot == kNoSlot) {
    return false;
  }
  function.peaks.in_flight = std::max(function.peaks.in_flight, ++function.in_flight);
  serve(function, slot, request, request.arrival);
  return true;
}

template <Recorder R>
void Engine<R>::offer(const Arrival& arrival, const core::InvocationNumbers& numbers,
                      std::uint32_t event) {
  sources_.offer(arrival, numbers, event);
  carry_out(arrival.time);
}

template <Recorder R>
void Engine<R>::wake(std::uint32_t index, core::SimTime now) {
  sources_.wake(index, now);
  carry_out(now);
}

/// Makes the invocations that event sources asked for.
template <Recorder R>
void Engine<R>::carry_out(core::SimTime now) {
  Outbox::Invocation next;
  while (sources_.take(next, now)) {
    invoke(next.function, next.request);
  }
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
    contexts_.lose_globals(function, context);
  }
  WaitingQueue& waiting = function.waiting_of(context.tenant);
  if (!waiting.empty()) {
    serve_cold(function, slot, waiting.pop(), now);
  } else if (!contexts_.is_gone(function, slot, now)) {
    contexts_.put_back(function, slot);
  }
}

/// What is known of a record before its request has a context.
inline InvocationRecord record_of(const Request& request) {
  InvocationRecord record{};
  record.arrival = request.arrival;
  record.event = request.event;
  record.source = request.source;
  record.items = request.items;
  record.attempt = request.attempt;
  record.is_ping = request.is_ping;
  return record;
}

inline Call call_of(const FunctionState& function, const Request& request, core::SimTime now) {
  return {.numbers = core::InvocationNumbers{request.numbers},
          .recorded = request.recorded,
          .items = request.items,
          .is_ping = request.is_ping,
          .must_fail = request.must_fail || function.is_failing(now)};
}

/// Serves a request with a context that was initialised before it came, or freed while it waited.
template <Recorder R>
void Engine<R>::serve(FunctionState& function, Slot slot, const Request& request,
                      core::SimTime now) {
  const Context& context = contexts_[slot];
  recorder_.idle(context.function, context.idle_since, now);
  InvocationRecord record = record_of(request);
  record.wait = now - request.arrival;
  record.start = context.provisioned ? Start::kProvisioned : Start::kWarm;
  complete(function, slot, request, record, run_handler(function, slot, request, record, now));
}

/// Serves a request that waited while this context was made and initialised.
template <Recorder R>
void Engine<R>::serve_cold(FunctionState& function, Slot slot, const Request& request,
                           core::SimTime now) {
  const ContextHistory& history = contexts_.history(slot);
  const core::SimTime sandbox_made = history.created + history.sandbox;
  InvocationRecord record = record_of(request);
  record.init = now - std::max(sandbox_made, request.arrival);
  record.sandbox =
      std::max(core::Duration{0}, sandbox_made - std::max(history.created, request.arrival));
  record.wait = now - request.arrival - record.init - record.sandbox;
  record.start = function.setup->snap_start ? Start::kRestored : Start::kCold;
  complete(function, slot, request, record, run_handler(function, slot, request, record, now));
}

template <Recorder R>
HandlerRun Engine<R>::run_handler(FunctionState& function, Slot slot, const Request& request,
                                  InvocationRecord& record, core::SimTime now) {
  const Context& context = contexts_[slot];
  if (context.needs_init || context.is_hosted) [[unlikely]] {
    return run_otherwise(function, slot, request, record, now);
  }
  return function.evaluator.handler(call_of(function, request, now), context.made,
                                    context.is_first_call, core::Duration{0});
}

/// Runs a handler that shares the cores of a host, or that needs INIT first.
template <Recorder R>
HandlerRun Engine<R>::run_otherwise(FunctionState& function, Slot slot, const Request& request,
                                    InvocationRecord& record, core::SimTime now) {
  const Context& context = contexts_[slot];
  const Evaluator evaluator =
      context.is_hosted ? contexts_.dispatched(function, slot, now) : function.evaluator;
  if (context.needs_init) {
    return run_after_init(function, evaluator, slot, request, record, now);
  }
  return evaluator.handler(call_of(function, request, now), context.made, context.is_first_call,
                           core::Duration{0});
}

/// Runs INIT in a context that lost its globals or never had any, then the handler if it succeeded.
template <Recorder R>
HandlerRun Engine<R>::run_after_init(FunctionState& function, const Evaluator& evaluator, Slot slot,
                                     const Request& request, InvocationRecord& record,
                                     core::SimTime now) {
  Context& context = contexts_[slot];
  ContextHistory& history = contexts_.history(slot);
  const core::InvocationNumbers numbers{request.numbers};
  const InitRun init = evaluator.init_again(numbers);
  const bool in_duration = function.setup->reset_init_in_duration;
  context.needs_init = false;
  context.made = function.evaluator.made_in_init();
  contexts_.hold_connections(function, function.evaluator.connections(context.made), now);
  ++history.resets;
  record.start = record.start == Start::kWarm ? Start::kReset : record.start;
  if (!in_duration) {
    record.init += init.duration;
    history.reset_init += init.duration;
  }
  const core::Duration spent = in_duration ? init.duration : core::Duration{0};
  if (init.outcome != Outcome::kOk) {
    return {.duration = spent, .made = context.made, .outcome = init.outcome};
  }
  return evaluator.handler(call_of(function, request, now), context.made, true, spent);
}

/// Writes down what a handler did and when its context can be chosen again.
template <Recorder R>
void Engine<R>::complete(FunctionState& function, Slot slot, const Request& request,
                         InvocationRecord& record, const HandlerRun& run) {
  Context& context = contexts_[slot];
  const Evaluator& evaluator = function.evaluator;
  const core::InvocationNumbers numbers{request.numbers};
  const core::SimTime started = record.started();
  const core::SimTime ended = started + run.duration;
  if ((run.made ^ context.made) != 0 || run.temporary != 0) {
    context.closing_connections = evaluator.connections(run.temporary) & kMostClosing;
    contexts_.hold_connections(
        function, context.closing_connections + evaluator.connections(run.made & ~context.made),
        started);
    context.made = run.made;
  }
  record.duration = run.duration;
  record.after_us = static_cast<std::uint32_t>(run.tail.count() / 1000);
  record.billed_ms = billed_milliseconds(run.duration);
  record.function = context.function;
  record.context = context.id;
  record.outcome = run.outcome;
  context.is_first_call = false;
  core::SimTime reusable = ended + evaluator.return_delay(numbers);
  if (resets_context(run.outcome)) [[unlikely]] {
    contexts_.lose_globals(function, context);
    reusable += evaluator.shutdown(numbers);
  }
  if (record.start != Start::kWarm || function.setup->billing_step_ms != 1) [[unlikely]] {
    bill_init(*function.setup, slot, record);
  }
  ++context.invocations;
  context.busy += run.duration;
  context.last_numbers = request.numbers;
  contexts_.rest(function, context, ended);
  ++recorded_;
  recorder_.invocation(record);
  events_.push(reusable, EventKind::kReusable, slot);
  if (request.ticket != kNoTicket) [[unlikely]] {
    sources_.ended(request, record);
  }
}

/// Bills INIT with the Duration of the call that waited for it, under one ceiling; a restore under
/// one of its own; all of it in the platform's steps.
template <Recorder R>
void Engine<R>::bill_init(const FunctionSetup& function, Slot slot, InvocationRecord& record) {
  if (record.start == Start::kRestored) {
    record.init_is_billed = true;
    record.billed_ms += billed_milliseconds(contexts_.history(slot).billed_init);
  } else if (record.start == Start::kCold && function.init_is_billed) {
    record.init_is_billed = true;
    record.billed_ms = billed_milliseconds(record.duration + contexts_.history(slot).billed_init);
  }
  const std::uint32_t step = function.billing_step_ms;
  record.billed_ms = (record.billed_ms + step - 1) / step * step;
}

template <Recorder R>
void Engine<R>::refuse(core::FunctionId id, const Request& request, Refusal why) {
  InvocationRecord record = record_of(request);
  record.function = id;
  record.outcome = Outcome::kThrottled;
  record.refusal = why;
  ++recorded_;
  recorder_.invocation(record);
  if (request.ticket != kNoTicket) {
    sources_.refused(request, why, request.arrival);
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
  provisioned_.finish(horizon_);
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
