// How runs that go step by step begin and end: INIT of a new context, INIT again after a reset, the
// handler; and what is then known of them.
#pragma once

#include "sim/engine/stepwise.h"

namespace lambdasim::engine {

template <Recorder R>
std::uint32_t Stepwise<R>::take_run(Slot slot) {
  if (unused_.empty()) {
    LAMBDASIM_CHECK(runs_.size() < Event::kMostSlots, "too many handlers are under way");
    unused_.push_back(static_cast<std::uint32_t>(runs_.size()));
    runs_.emplace_back();
  }
  const std::uint32_t index = unused_.back();
  unused_.pop_back();
  std::vector<Frame> frames = std::move(runs_[index].frames);
  runs_[index] = Run{};
  runs_[index].frames = std::move(frames);
  runs_[index].slot = slot;
  return index;
}

/// A run that is over is used again once no event names it any more.
template <Recorder R>
void Stepwise<R>::give_back(std::uint32_t index) {
  if (runs_[index].pending == 0) {
    unused_.push_back(index);
  }
}

template <Recorder R>
bool Stepwise<R>::begin_init(Slot slot, core::SimTime now) {
  const std::uint32_t index = take_run(slot);
  Run& run = runs_[index];
  const FunctionSetup& function = *function_of(run).setup;
  contexts_.history(slot).sandbox = now - contexts_.history(slot).created;
  run.call.numbers = core::InvocationNumbers{contexts_[slot].last_numbers};
  run.began = now;
  start_init(run, Phase::kInit, function.init_limit, *function.init_cpu);
  return advance(index, now);
}

template <Recorder R>
bool Stepwise<R>::begin_handler(Slot slot, const Request& request, const InvocationRecord& record,
                                const Call& call, core::SimTime now) {
  const std::uint32_t index = take_run(slot);
  Run& run = runs_[index];
  Context& context = contexts_[slot];
  const FunctionSetup& function = *function_of(run).setup;
  run.call = call;
  run.request = request;
  run.record = record;
  run.began = now;
  context.idle_since = now;  // it is not idle
  if (context.needs_init) {
    const bool full = function.reset_init_at_full_speed;
    start_init(run, Phase::kInitAgain, function.timeout, full ? *function.init_cpu : *function.cpu);
  } else {
    start_handler(run);
  }
  return advance(index, now);
}

template <Recorder R>
void Stepwise<R>::start_init(Run& run, Phase phase, core::Duration limit, const CpuModel& cpu) {
  run.phase = phase;
  run.limit = limit;
  run.cpu = &cpu;
  run.state = CpuState{};
  run.depth = 0;
  const FunctionSetup& function = *function_of(run).setup;
  const stepwise::InitPrograms& init = inits_[contexts_[run.slot].function.value];
  push(run, {.program = &init.after});
  if (!function.snap_start) {
    push(run, {.program = &function.init, .graph = function.graphs.init.get()});
  }
  push(run, {.program = &init.before});
}

template <Recorder R>
void Stepwise<R>::start_handler(Run& run) {
  const FunctionState& function = function_of(run);
  run.phase = Phase::kHandler;
  run.limit = function.setup->timeout - run.spent;
  run.cpu = function.setup->cpu.get();
  run.state = function.evaluator.before_handler(run.call, contexts_[run.slot].is_first_call);
  run.depth = 0;
  push(run, {.program = &function.evaluator.program_of(run.call),
             .graph = function.evaluator.graph_of(run.call)});
}

template <Recorder R>
bool Stepwise<R>::end_phase(std::uint32_t index, Outcome outcome, core::SimTime now) {
  if (runs_[index].is_calling) {
    stop_calling(runs_[index]);
  }
  keep_connected(runs_[index]);
  switch (runs_[index].phase) {
    case Phase::kInit:
      return end_init(index, outcome);
    case Phase::kInitAgain:
      return end_init_again(index, outcome, now);
    default:
      return end_handler(index, outcome);
  }
}

/// Connections whose set-up was under way are the context's until it loses them.
template <Recorder R>
void Stepwise<R>::keep_connected(Run& run) {
  for (std::uint32_t i = 0; i < run.depth; ++i) {
    const Frame& frame = run.frames[i];
    if (frame.is_connected) {
      whole(run).temporary |= std::uint32_t{1} << frame.resource.value;
    }
  }
  run.depth = 0;
}

template <Recorder R>
bool Stepwise<R>::end_init(std::uint32_t index, Outcome outcome) {
  Run& run = runs_[index];
  Context& context = contexts_[run.slot];
  ContextHistory& history = contexts_.history(run.slot);
  FunctionState& function = function_of(run);
  const FunctionSetup& setup = *function.setup;
  history.init = run.state.elapsed;
  if (outcome == Outcome::kOk &&
      function.evaluator.init_fails(run.call.numbers, core::Purpose::kInitFailure)) {
    outcome = Outcome::kInitError;
  }
  if (setup.snap_start) {
    history.billed_init = function.evaluator.billed_restore(run.call.numbers);
    contexts_.restore(function, run.slot, run.time());
  } else if (outcome == Outcome::kOk || setup.failed_init_is_billed) {
    history.billed_init = history.init;
  }
  context.made |= run.temporary;
  context.needs_init = outcome != Outcome::kOk;
  contexts_.initialised(function, run.slot);
  run.phase = Phase::kOver;
  give_back(index);
  return false;
}

template <Recorder R>
bool Stepwise<R>::end_init_again(std::uint32_t index, Outcome outcome, core::SimTime now) {
  Run& run = runs_[index];
  FunctionState& function = function_of(run);
  Context& context = contexts_[run.slot];
  ContextHistory& history = contexts_.history(run.slot);
  const core::Duration taken = run.state.elapsed;
  const bool in_duration = function.setup->reset_init_in_duration;
  if (outcome == Outcome::kOk &&
      function.evaluator.init_fails(run.call.numbers, core::Purpose::kInitFailureAgain)) {
    outcome = Outcome::kInitError;
  } else if (outcome == Outcome::kError) {
    outcome = Outcome::kInitError;
  }
  context.needs_init = false;
  context.is_first_call = true;
  if (function.setup->snap_start) {
    contexts_.restore(function, run.slot, run.time());
  }
  ++history.resets;
  run.record.start = run.record.start == Start::kWarm ? Start::kReset : run.record.start;
  if (!in_duration) {
    run.record.init += taken;
    history.reset_init += taken;
  }
  run.spent = in_duration ? taken : core::Duration{0};
  if (outcome != Outcome::kOk) {
    context.made |= run.temporary;
    run.temporary = 0;
    run.result = {.duration = run.spent, .outcome = outcome};
    return conclude(index);
  }
  run.began = run.time();
  start_handler(run);
  return advance(index, now);
}

template <Recorder R>
bool Stepwise<R>::end_handler(std::uint32_t index, Outcome outcome) {
  Run& run = runs_[index];
  const FunctionState& function = function_of(run);
  run.result = {.duration = run.state.elapsed};
  if (outcome == Outcome::kTimeout) {
    run.result.duration = function.setup->timeout;
    run.result.outcome = Outcome::kTimeout;
  } else {
    run.call.must_fail = run.call.must_fail || outcome == Outcome::kError;
    function.evaluator.conclude(run.call, run.spent, run.result);
  }
  return conclude(index);
}

/// The result stands. If connections end with it, then when the clock comes to it.
template <Recorder R>
bool Stepwise<R>::conclude(std::uint32_t index) {
  Run& run = runs_[index];
  FunctionState& function = function_of(run);
  Context& context = contexts_[run.slot];
  if (!resets_context(run.result.outcome)) {
    contexts_.holdings(run.slot).tmp.remove(run.scratch);
  }
  const std::uint32_t lost =
      run.temporary | (resets_context(run.result.outcome) ? context.made : 0);
  ended_ = index;
  if (function.evaluator.connections(lost) == 0) {
    return true;
  }
  run.is_ending = true;
  ++run.pending;
  events_.push(run.record.started() + run.result.duration, EventKind::kResume, index);
  return false;
}

template <Recorder R>
typename Stepwise<R>::Ended Stepwise<R>::take_ended() {
  Run& run = runs_[ended_];
  Context& context = contexts_[run.slot];
  const core::SimTime at = run.record.started() + run.result.duration;
  contexts_.drop(function_of(run), run.slot, run.temporary, at);
  run.result.made = context.made;
  run.phase = Phase::kOver;
  give_back(ended_);
  return {run.slot, run.request, run.record, run.result};
}

}  // namespace lambdasim::engine
