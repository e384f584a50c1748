// Serving: what happens to a request from the moment at which a context takes it, and what is
// written down of it. The part of Engine that knows records and bills.
#pragma once

#include "sim/engine/engine.h"

namespace lambdasim::engine {

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
          .segment = request.segment,
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
  if (function.is_stepwise) [[unlikely]] {
    serve_stepwise(function, slot, request, record, now);
    return;
  }
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
  if (function.is_stepwise) {
    serve_stepwise(function, slot, request, record, now);
    return;
  }
  complete(function, slot, request, record, run_handler(function, slot, request, record, now));
}

template <Recorder R>
void Engine<R>::serve_stepwise(FunctionState& function, Slot slot, const Request& request,
                               const InvocationRecord& record, core::SimTime now) {
  backends_.set_time(now);
  if (stepwise_.begin_handler(slot, request, record, call_of(function, request, now), now)) {
    complete_stepwise();
  }
  reach_out();
}

/// Makes the calls that handlers have come to and delivers what they have sent, and what these
/// come to.
template <Recorder R>
void Engine<R>::reach_out() {
  if (is_reaching_out_) {
    return;
  }
  is_reaching_out_ = true;
  Invocation next;
  SentEvent sent;
  while (true) {
    if (stepwise_.take_call(next)) {
      record_parent(stepwise_.origin_of(next.request), {.time = next.request.arrival,
                                                        .function = next.function,
                                                        .event = next.request.event,
                                                        .source = next.request.source,
                                                        .kind = Reach::kCall});
      invoke(next.function, next.request);
    } else if (stepwise_.take_sent(sent)) {
      deliver(sent);
    } else {
      break;
    }
  }
  is_reaching_out_ = false;
}

/// A handler that ran step by step is over, now or at a time that is known.
template <Recorder R>
void Engine<R>::complete_stepwise() {
  auto ended = stepwise_.take_ended();
  FunctionState& function = functions_[contexts_[ended.slot].function.value];
  complete(function, ended.slot, ended.request, ended.record, ended.run);
}

/// Something comes to pass that INIT or a handler waited for.
template <Recorder R>
void Engine<R>::step(const Event& event) {
  bool has_ended = false;
  backends_.set_time(event.time());
  switch (event.kind()) {
    case EventKind::kServed:
      stepwise_.served(core::BackendId{event.slot()}, event.time());
      break;
    case EventKind::kFreed:
      stepwise_.freed(core::BackendId{event.slot()}, event.time());
      break;
    case EventKind::kInit:
      has_ended = stepwise_.begin_init(event.slot(), event.time());
      break;
    case EventKind::kResume:
      has_ended = stepwise_.resume(event.slot(), event.time());
      break;
    default:
      has_ended = stepwise_.give_up(event.slot(), event.time());
      break;
  }
  if (has_ended) {
    complete_stepwise();
  }
  reach_out();
}

/// Whether a call was refused because every place is held by callers.
template <Recorder R>
bool Engine<R>::is_deadlocked(core::FunctionId id, Refusal why) const {
  if (why != Refusal::kConcurrency && why != Refusal::kReservedConcurrency) {
    return false;
  }
  std::int64_t calling = 0;
  for (std::uint32_t f = 0; f < functions_.size(); ++f) {
    const core::FunctionId other{f};
    calling += concurrency_.share_a_pool(id, other) ? stepwise_.callers(other) : 0;
  }
  return calling > 0 && calling == concurrency_.in_use(id);
}

template <Recorder R>
HandlerRun Engine<R>::run_handler(FunctionState& function, Slot slot, const Request& request,
                                  InvocationRecord& record, core::SimTime now) {
  const Context& context = contexts_[slot];
  if (context.needs_init || context.is_hosted || context.is_shared) [[unlikely]] {
    return run_otherwise(function, slot, request, record, now);
  }
  return function.evaluator.handler(call_of(function, request, now), context.made,
                                    context.is_first_call, core::Duration{0});
}

/// Runs a handler that shares the cores of a host or of its context, or that needs INIT first.
template <Recorder R>
HandlerRun Engine<R>::run_otherwise(FunctionState& function, Slot slot, const Request& request,
                                    InvocationRecord& record, core::SimTime now) {
  const Context& context = contexts_[slot];
  const Evaluator evaluator =
      context.is_hosted ? contexts_.dispatched(function, slot, now) : function.evaluator;
  if (context.needs_init) {
    return run_after_init(function, evaluator, slot, request, record, now);
  }
  if (context.is_shared) {
    return managed_.run(function, slot, call_of(function, request, now));
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
  record.billed_ms = context.is_shared ? 0 : billed_milliseconds(run.duration);
  record.function = context.function;
  record.context = context.id;
  record.outcome = run.outcome;
  context.is_first_call = false;
  core::SimTime reusable = ended + evaluator.return_delay(numbers);
  if (resets_context(run.outcome) && !context.is_shared) [[unlikely]] {
    contexts_.lose_globals(function, slot, ended);
    reusable += evaluator.shutdown(numbers);
  }
  if (record.start != Start::kWarm || function.setup->billing_step_ms != 1) [[unlikely]] {
    bill_init(*function.setup, slot, record);
  }
  ++context.invocations;
  ++recorded_;
  recorder_.invocation(record);
  if (context.is_shared) [[unlikely]] {
    managed_.hold(slot, reusable);
  } else {
    context.busy += run.duration;
    context.last_numbers = request.numbers;
    contexts_.rest(function, context, ended);
    events_.push(reusable, EventKind::kReusable, slot);
  }
  if (request.ticket != kNoTicket) [[unlikely]] {
    if (request.is_call) {
      stepwise_.answered(request, record);
    } else {
      sources_.ended(request, record);
    }
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
  if (request.ticket == kNoTicket) {
    return;
  }
  if (request.is_call) {
    stepwise_.refused(request, is_deadlocked(id, why));
  } else {
    sources_.refused(request, why, request.arrival);
  }
}

}  // namespace lambdasim::engine
