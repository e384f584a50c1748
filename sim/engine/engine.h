// The loop: arrivals in, rows out.
//
// For each arrival the engine first lets everything happen that is due by then, admits the request,
// and serves it with the most recently used warm context; without one it starts a context and lets
// the request wait for whichever becomes free first. A handler is evaluated at dispatch, so a
// served invocation costs one event: its context can be chosen again, at the end plus the return
// delay.
//
// Between invocations a context is only a row in a stack. Whether it was still alive is asked when
// it is next looked at (keep-alive and lifetime are deadlines, not events) and its end is then
// reported at the exact time at which it happened.
#pragma once

#include <vector>

#include "sim/engine/arrival_batches.h"
#include "sim/engine/concurrency.h"
#include "sim/engine/context_pool.h"
#include "sim/engine/evaluate.h"
#include "sim/engine/event_queue.h"
#include "sim/engine/recorder.h"
#include "sim/engine/setup.h"
#include "sim/engine/simulate.h"
#include "sim/engine/waiting_queue.h"

namespace lambdasim::engine {

template <Recorder R>
class Engine {
 public:
  Engine(const Setup& setup, RunKey key, R& recorder, Progress& progress);

  RunResult run();

 private:
  struct Function {
    explicit Function(const FunctionSetup& of)
        : setup(&of), evaluator(of), kept_at_least(of.keep_alive->at_least()) {}

    const FunctionSetup* setup;
    Evaluator evaluator;
    core::Duration kept_at_least;
    IdleStack idle;
    WaitingQueue waiting;
    // Contexts and connections count expired contexts until somebody looks at them.
    std::uint32_t live = 0;
    std::uint32_t in_flight = 0;
    std::uint32_t connections = 0;
    FunctionPeaks peaks;
  };

  void run_until(core::SimTime end);
  void arrive(const Arrival& arrival);
  void drain(core::SimTime until);
  void serve(Function& function, Slot slot, const Request& request, core::SimTime now);
  void serve_cold(Function& function, Slot slot, const Request& request, core::SimTime now);
  void run_handler(Function& function, Slot slot, const Request& request, InvocationRecord& record,
                   core::Duration suppressed_init);
  void reusable(Slot slot, core::SimTime now);
  void ready(Slot slot, core::SimTime now);
  void refuse(const Arrival& arrival);

  void start_context(Function& function, core::FunctionId id,
                     const core::InvocationNumbers& numbers, core::SimTime now);
  void start_warm_contexts();
  void rest(Function& function, Context& context, core::SimTime since);
  Slot take_idle(Function& function, core::SimTime now);
  bool is_gone(Function& function, Slot slot, core::SimTime now);
  void retire(Function& function, Slot slot, core::SimTime at, Retirement why);
  void hold_connections(Function& function, std::uint32_t count, core::SimTime now);
  void sweep(Function& function, core::SimTime now);
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
  ContextPool contexts_;
  std::vector<Function> functions_;
  std::uint64_t arrived_ = 0;
  std::uint64_t recorded_ = 0;
};

template <Recorder R>
Engine<R>::Engine(const Setup& setup, RunKey key, R& recorder, Progress& progress)
    : setup_(setup),
      key_(key),
      recorder_(recorder),
      progress_(progress),
      horizon_(core::kStartOfTime + setup.horizon),
      arrivals_(setup, key),
      concurrency_(setup) {
  functions_.reserve(setup.functions.size());
  for (const FunctionSetup& function : setup.functions) {
    functions_.emplace_back(function);
  }
}

template <Recorder R>
RunResult Engine<R>::run() {
  start_warm_contexts();
  run_until(core::kStartOfTime + setup_.warm_up);
  begin_measuring();
  run_until(horizon_);
  drain(core::kNever);
  finish();
  RunResult result{.peaks = {}, .arrivals = arrived_, .stopped = progress_.stop};
  for (const Function& function : functions_) {
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
    for (const Arrival& arrival : batch) {
      drain(arrival.time);
      arrive(arrival);
    }
    arrived_ += batch.size();
    progress_.invocations.fetch_add(batch.size(), std::memory_order_relaxed);
    progress_.time_ns.store(core::nanoseconds_of(batch.back().time), std::memory_order_relaxed);
  }
  drain(end);
}

template <Recorder R>
void Engine<R>::drain(core::SimTime until) {
  while (events_.top().time() <= until && !events_.empty()) {
    const Event event = events_.pop();
    if (event.kind() == EventKind::kReusable) {
      reusable(event.slot(), event.time());
    } else {
      ready(event.slot(), event.time());
    }
  }
}

template <Recorder R>
void Engine<R>::arrive(const Arrival& arrival) {
  if (!concurrency_.admit(arrival.function)) [[unlikely]] {
    refuse(arrival);
    return;
  }
  Function& function = functions_[arrival.function.value];
  function.peaks.in_flight = std::max(function.peaks.in_flight, ++function.in_flight);
  const core::InvocationNumbers numbers = arrivals_.numbers(arrival);
  const Request request{arrival.time, numbers.key(), arrival.recorded};
  const Slot slot = take_idle(function, arrival.time);
  if (slot != kNoSlot) [[likely]] {
    serve(function, slot, request, arrival.time);
    return;
  }
  function.waiting.push(request);
  start_context(function, arrival.function, numbers, arrival.time);
}

/// Serves a request with a context that was initialised before it came, or freed while it waited.
template <Recorder R>
void Engine<R>::serve(Function& function, Slot slot, const Request& request, core::SimTime now) {
  Context& context = contexts_[slot];
  recorder_.idle(context.function, context.idle_since, now);
  InvocationRecord record{};
  record.arrival = request.arrival;
  record.wait = now - request.arrival;
  record.start = Start::kWarm;
  core::Duration suppressed_init{0};
  if (context.needs_reset) [[unlikely]] {
    context.needs_reset = false;
    ++contexts_.history(slot).resets;
    record.start = Start::kReset;
    const core::Duration init = function.evaluator.init(core::InvocationNumbers{request.numbers});
    if (function.setup->reset_init_in_duration) {
      suppressed_init = init;
    } else {
      record.init = init;
      contexts_.history(slot).reset_init += init;
    }
    context.made = function.evaluator.made_in_init();
    hold_connections(function, function.evaluator.connections(context.made), now);
  }
  run_handler(function, slot, request, record, suppressed_init);
}

/// Serves a request that waited while this context was made and initialised.
template <Recorder R>
void Engine<R>::serve_cold(Function& function, Slot slot, const Request& request,
                           core::SimTime now) {
  const ContextHistory& history = contexts_.history(slot);
  const core::SimTime sandbox_made = history.created + history.sandbox;
  InvocationRecord record{};
  record.arrival = request.arrival;
  record.init = now - std::max(sandbox_made, request.arrival);
  record.sandbox =
      std::max(core::Duration{0}, sandbox_made - std::max(history.created, request.arrival));
  record.wait = now - request.arrival - record.init - record.sandbox;
  record.start = Start::kCold;
  run_handler(function, slot, request, record, core::Duration{0});
}

template <Recorder R>
void Engine<R>::run_handler(Function& function, Slot slot, const Request& request,
                            InvocationRecord& record, core::Duration suppressed_init) {
  Context& context = contexts_[slot];
  const core::InvocationNumbers numbers{request.numbers};
  const HandlerRun run =
      function.evaluator.handler(numbers, request.recorded, context.made, suppressed_init);
  const core::SimTime started = record.started();
  const core::SimTime ended = started + run.duration;
  if ((run.made ^ context.made) != 0 || run.temporary != 0) {
    context.closing_connections =
        static_cast<std::uint16_t>(function.evaluator.connections(run.temporary));
    hold_connections(
        function,
        context.closing_connections + function.evaluator.connections(run.made & ~context.made),
        started);
    context.made = run.made;
  }
  if (run.timed_out) [[unlikely]] {
    function.connections -= function.evaluator.connections(context.made);
    context.made = 0;
    context.needs_reset = true;
    record.outcome = Outcome::kTimeout;
  }
  record.duration = run.duration;
  const core::Duration billed_init = record.start == Start::kCold && function.setup->init_is_billed
                                         ? contexts_.history(slot).init
                                         : core::Duration{0};
  record.billed_ms = billed_milliseconds(run.duration + billed_init);
  record.function = context.function;
  record.context = context.id;
  ++context.invocations;
  context.busy += run.duration;
  context.last_numbers = request.numbers;
  rest(function, context, ended);
  ++recorded_;
  recorder_.invocation(record);
  events_.push(ended + function.evaluator.return_delay(numbers), EventKind::kReusable, slot);
}

template <Recorder R>
void Engine<R>::reusable(Slot slot, core::SimTime now) {
  Context& context = contexts_[slot];
  Function& function = functions_[context.function.value];
  concurrency_.release(context.function);
  --function.in_flight;
  function.connections -= context.closing_connections;
  context.closing_connections = 0;
  if (is_gone(function, slot, now)) [[unlikely]] {
    return;
  }
  if (function.waiting.empty()) [[likely]] {
    function.idle.push(contexts_, slot);
  } else {
    serve(function, slot, function.waiting.pop(), now);
  }
}

template <Recorder R>
void Engine<R>::ready(Slot slot, core::SimTime now) {
  Function& function = functions_[contexts_[slot].function.value];
  if (!function.waiting.empty()) {
    serve_cold(function, slot, function.waiting.pop(), now);
  } else if (!is_gone(function, slot, now)) {
    function.idle.push(contexts_, slot);
  }
}

template <Recorder R>
void Engine<R>::refuse(const Arrival& arrival) {
  InvocationRecord record{};
  record.arrival = arrival.time;
  record.function = arrival.function;
  record.outcome = Outcome::kThrottled;
  ++recorded_;
  recorder_.invocation(record);
}

template <Recorder R>
void Engine<R>::start_context(Function& function, core::FunctionId id,
                              const core::InvocationNumbers& numbers, core::SimTime now) {
  const Slot slot = contexts_.create();
  ContextHistory& history = contexts_.history(slot);
  history.created = now;
  history.sandbox = function.evaluator.sandbox(numbers);
  history.init = function.evaluator.init(numbers);
  Context& context = contexts_[slot];
  context.function = id;
  context.last_numbers = numbers.key();
  context.recycle_at = now + function.evaluator.lifetime(numbers);
  context.made = function.evaluator.made_in_init();
  rest(function, context, history.ready());
  // No idle context is left when one is started, so the count is exact here.
  function.peaks.contexts = std::max(function.peaks.contexts, ++function.live);
  hold_connections(function, function.evaluator.connections(context.made), now);
  recorder_.initialising(id, now, history.ready());
  events_.push(history.ready(), EventKind::kReady, slot);
}

template <Recorder R>
void Engine<R>::start_warm_contexts() {
  for (std::uint32_t f = 0; f < functions_.size(); ++f) {
    Function& function = functions_[f];
    const core::RandomStream stream{key_.seed, key_.replication,
                                    core::hash_name("warm/" + function.setup->name)};
    for (std::uint32_t i = 0; i < function.setup->warm_contexts; ++i) {
      const core::InvocationNumbers numbers = stream.invocation(i);
      const Slot slot = contexts_.create();
      Context& context = contexts_[slot];
      context.function = core::FunctionId{f};
      context.last_numbers = numbers.key();
      context.recycle_at = core::kStartOfTime + function.evaluator.lifetime(numbers);
      context.made = function.evaluator.made_in_init();
      rest(function, context, core::kStartOfTime);
      function.idle.push(contexts_, slot);
      ++function.live;
      hold_connections(function, function.evaluator.connections(context.made), core::kStartOfTime);
    }
  }
}

/// Begins an idle period, which may lie in the future.
template <Recorder R>
void Engine<R>::rest(Function& function, Context& context, core::SimTime since) {
  context.idle_since = since;
  context.safe_until = std::min(since + function.kept_at_least, context.recycle_at);
}

template <Recorder R>
Slot Engine<R>::take_idle(Function& function, core::SimTime now) {
  while (!function.idle.empty()) {
    const Slot slot = function.idle.top();
    function.idle.pop(contexts_);
    if (!is_gone(function, slot, now)) [[likely]] {
      return slot;
    }
  }
  return kNoSlot;
}

/// Whether an idle context ended at or before `now`; if so it is retired at its exact end.
template <Recorder R>
bool Engine<R>::is_gone(Function& function, Slot slot, core::SimTime now) {
  const Context& context = contexts_[slot];
  if (now < context.safe_until) [[likely]] {
    return false;
  }
  const core::SimTime expires =
      context.idle_since +
      function.setup->keep_alive->limit(core::InvocationNumbers{context.last_numbers});
  const core::SimTime recycled = std::max(context.recycle_at, context.idle_since);
  if (now < std::min(expires, recycled)) {
    return false;
  }
  retire(function, slot, std::min(expires, recycled),
         recycled < expires ? Retirement::kRecycled : Retirement::kIdle);
  return true;
}

template <Recorder R>
void Engine<R>::retire(Function& function, Slot slot, core::SimTime at, Retirement why) {
  const Context& context = contexts_[slot];
  const ContextHistory& history = contexts_.history(slot);
  if (context.idle_since < at) {
    recorder_.idle(context.function, context.idle_since, at);
  }
  const std::uint32_t connections = function.evaluator.connections(context.made);
  function.connections -= connections;
  --function.live;
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
  contexts_.destroy(slot);
}

template <Recorder R>
void Engine<R>::hold_connections(Function& function, std::uint32_t count, core::SimTime now) {
  function.connections += count;
  if (function.connections > function.peaks.connections) {
    sweep(function, now);
    function.peaks.connections = std::max(function.peaks.connections, function.connections);
  }
}

/// Retires every idle context that has ended by now, so that the counts are exact.
template <Recorder R>
void Engine<R>::sweep(Function& function, core::SimTime now) {
  function.idle.sweep(contexts_, [&](Slot slot) { return is_gone(function, slot, now); });
}

template <Recorder R>
void Engine<R>::begin_measuring() {
  for (Function& function : functions_) {
    sweep(function, core::kStartOfTime + setup_.warm_up);
    function.peaks = {function.live, function.in_flight, function.connections};
  }
}

template <Recorder R>
void Engine<R>::finish() {
  for (Function& function : functions_) {
    LAMBDASIM_CHECK(function.in_flight == 0 && function.waiting.empty(), function.setup->name);
    sweep(function, horizon_);
    while (!function.idle.empty()) {
      const Slot slot = function.idle.top();
      function.idle.pop(contexts_);
      retire(function, slot, std::max(horizon_, contexts_[slot].idle_since), Retirement::kEndOfRun);
    }
    LAMBDASIM_CHECK(function.live == 0 && function.connections == 0, function.setup->name);
  }
  LAMBDASIM_CHECK(arrived_ == recorded_, "every arrival is served or refused, once");
}

/// Runs one replication and hands everything that happens to `recorder`.
template <Recorder R>
RunResult simulate(const Setup& setup, RunKey key, R& recorder, Progress& progress) {
  return Engine<R>(setup, key, recorder, progress).run();
}

}  // namespace lambdasim::engine
