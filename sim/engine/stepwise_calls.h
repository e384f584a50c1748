// Handlers that call other functions and wait for their answers: they are billed while they wait,
// and hold their place. Calls leave the interpreter as requests like any other; whoever is called
// may be refused, be cold, fail, or call on.
#pragma once

#include "sim/engine/stepwise.h"

namespace lambdasim::engine {

template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::call(std::uint32_t index, const Step& step,
                                            core::SimTime now) {
  Run& run = runs_[index];
  const FunctionCall& call = function_of(run).setup->calls[step.call];
  const core::InvocationNumbers numbers{run.top().numbers};
  if (!run.is_calling) {
    core::KeyedEngine engine = numbers.engine(step.purpose);
    if (call.probability < 1 && engine.uniform() >= call.probability) {
      return Did::kDone;
    }
    if (run.time() > now) {
      return sleep(index);
    }
    run.is_calling = true;
    if (whole(run).calling++ == 0) {
      ++callers_[contexts_[run.slot].function.value];
    }
    run.tries = 0;
    run.calls_refused = call.times;
    return make_calls(index, step, now);
  }
  if (run.is_backing_off) {
    run.is_backing_off = false;
    return make_calls(index, step, now);
  }
  if (run.calls_failed > 0 || (run.calls_refused > 0 && run.tries >= call.attempts)) {
    return Did::kFailed;
  }
  if (run.calls_refused == 0) {
    stop_calling(run);
    return Did::kDone;
  }
  core::KeyedEngine engine = numbers.attempt(run.tries + 1).engine(core::Purpose::kBackoff);
  run.state.elapsed += doubled(call.backoff, run.tries, engine);
  run.is_backing_off = true;
  return run.state.elapsed > run.limit ? Did::kChanged : sleep(index);
}

/// Makes all the calls that have no answer yet.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::make_calls(std::uint32_t index, const Step& step,
                                                  core::SimTime now) {
  Run& run = runs_[index];
  const core::FunctionId caller = contexts_[run.slot].function;
  const FunctionCall& call = functions_[caller.value].setup->calls[step.call];
  const std::uint32_t calls = run.calls_refused;
  ++run.tries;
  run.calls_open = calls;
  run.calls_refused = run.calls_failed = 0;
  run.answered = now;
  wait(index, Waits::kAnswers, {}, core::Duration::max(), now);
  calls_[caller.value].calls += backends_.measures(now) ? calls : 0;
  core::KeyedEngine keys =
      core::InvocationNumbers{run.top().numbers}.attempt(run.tries).engine(step.purpose + 1);
  for (std::uint32_t i = 0; i < calls; ++i) {
    if (unused_calls_.empty()) {
      unused_calls_.push_back(static_cast<std::uint32_t>(open_calls_.size()));
      open_calls_.emplace_back();
    }
    const std::uint32_t ticket = unused_calls_.back();
    unused_calls_.pop_back();
    open_calls_[ticket] = {index, run.ticket};
    ++run.pending;
    asked_.push({call.function,
                 {.arrival = now,
                  .numbers = keys(),
                  .event = run.request.event,
                  .ticket = ticket,
                  .source = run.request.source,
                  .is_call = true}});
  }
  return Did::kSuspended;
}

template <Recorder R>
void Stepwise<R>::answered(const Request& request, const InvocationRecord& record) {
  close_call(request, record.arrival + record.latency(), false, record.outcome != Outcome::kOk);
}

template <Recorder R>
void Stepwise<R>::refused(const Request& request, bool is_deadlock) {
  const Run& run = runs_[open_calls_[request.ticket].run];
  if (is_deadlock && run.phase != Phase::kOver && backends_.measures(request.arrival)) {
    ++calls_[contexts_[run.slot].function.value].deadlocked;
  }
  close_call(request, request.arrival, true, false);
}

/// A call is over, at `ended`, which may lie ahead.
template <Recorder R>
void Stepwise<R>::close_call(const Request& request, core::SimTime ended, bool is_refused,
                             bool is_failed) {
  const Waiter waiter = open_calls_[request.ticket];
  unused_calls_.push_back(request.ticket);
  Run& run = runs_[waiter.run];
  --run.pending;
  if (run.phase == Phase::kOver) {
    give_back(waiter.run);
    return;
  }
  if (run.waits != Waits::kAnswers || run.ticket != waiter.ticket) {
    return;  // its time is over
  }
  CallTotals& totals = calls_[contexts_[run.slot].function.value];
  const bool counts = backends_.measures(request.arrival);
  totals.refused += counts && is_refused ? 1 : 0;
  totals.failed += counts && is_failed ? 1 : 0;
  run.calls_refused += is_refused ? 1 : 0;
  run.calls_failed += is_failed ? 1 : 0;
  run.answered = std::max(run.answered, ended);
  // Answers that come after its end leave it waiting until then.
  if (--run.calls_open == 0 && run.answered <= run.gives_up) {
    stop_waiting_for_answers(run, run.answered);
    ++run.pending;
    events_.push(run.answered, EventKind::kResume, waiter.run);
  }
}

/// The calls have all been answered, or the handler ends.
template <Recorder R>
void Stepwise<R>::stop_calling(Run& run) {
  run.is_calling = run.is_backing_off = false;
  run.tries = 0;
  if (--whole(run).calling == 0) {
    --callers_[contexts_[run.slot].function.value];
  }
}

template <Recorder R>
void Stepwise<R>::stop_waiting_for_answers(Run& run, core::SimTime now) {
  const core::FunctionId caller = contexts_[run.slot].function;
  run.waits = Waits::kNothing;
  run.state.elapsed = now - run.began;
  if (backends_.measures(run.since)) {
    calls_[caller.value].waiting += now - run.since;
  }
}

}  // namespace lambdasim::engine
