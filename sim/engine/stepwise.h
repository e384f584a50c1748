// Runs INIT and handlers step by step: those of functions whose steps depend on more than the
// invocation itself, on backends that others use, on how old a connection is, on what is in /tmp.
//
// A run goes ahead of the clock as long as its steps concern nobody else. When it comes to a
// connection or a request that others compete for, it stops until the clock has caught up (one
// event) and then takes it, waits in line (and gives up at its deadline), or is refused. A run that
// meets nothing of the kind ends where it began, at no event at all, like any other handler.
//
// This is the interpreter; what single steps do is in stepwise_steps.h, resources are in
// stepwise_resources.h.
#pragma once

#include <array>
#include <vector>

#include "sim/engine/backends.h"
#include "sim/engine/contexts.h"
#include "sim/engine/evaluate.h"
#include "sim/engine/function_state.h"
#include "sim/engine/setup.h"

namespace lambdasim::engine {

template <Recorder R>
class Stepwise {
 public:
  /// What a handler run belongs to, and what it came to.
  struct Ended {
    Slot slot;
    Request request;
    InvocationRecord record;
    HandlerRun run;
  };

  Stepwise(const Setup& setup, std::vector<FunctionState>& functions, Contexts<R>& contexts,
           Backends& backends, EventQueue& events);

  // Each of these returns whether a handler run has ended, which is then taken with take_ended().
  /// INIT of a context begins whose sandbox is made.
  bool begin_init(Slot slot, core::SimTime now);
  /// A handler begins.
  /// @param record as far as it is known
  bool begin_handler(Slot slot, const Request& request, const InvocationRecord& record,
                     const Call& call, core::SimTime now);
  bool resume(std::uint32_t index, core::SimTime now);
  bool give_up(std::uint32_t index, core::SimTime now);
  /// The handler run that has just ended.
  Ended take_ended();

  /// A request has been served: the next one has its turn.
  void served(core::BackendId backend, core::SimTime now);
  /// Connections may have become free.
  void freed(core::BackendId backend, core::SimTime now);

  std::vector<std::vector<ResourceTotals>> resource_totals() { return std::move(resources_); }
  std::vector<StorageTotals> storage_totals() { return std::move(storage_); }

 private:
  enum class Phase : std::uint8_t { kInit, kInitAgain, kHandler, kOver };
  enum class Doing : std::uint8_t { kProgram, kSetup, kStale, kTeardown };
  enum class Waits : std::uint8_t { kNothing, kConnection, kTurn };
  /// Where a request has got to.
  enum class Asking : std::uint8_t { kNotYet, kInRate, kHasTurn };
  enum class Did : std::uint8_t {
    kDone,       ///< the step; on to the next
    kChanged,    ///< frames, or tries again: look at the top once more
    kSuspended,  ///< an event will go on
    kFailed,     ///< the handler (or INIT) ends in an error
  };

  /// A program under way.
  struct Frame {
    const Program* program = nullptr;
    std::uint32_t next = 0;
    std::uint16_t item = 0;
    Doing doing = Doing::kProgram;
    bool must_connect = false;  // before its first step
    bool is_connected = false;
    std::uint32_t attempt = 1;
    core::ResourceId resource{};
    std::uint64_t numbers = 0;  // key
  };
  /// Resources that need each other are at most as many as there are.
  static constexpr std::size_t kDeepest = 2 * kMostResources + 2;

  struct Run {
    Slot slot = kNoSlot;
    Phase phase = Phase::kOver;
    Waits waits = Waits::kNothing;
    Asking asking = Asking::kNotYet;
    bool is_granted = false;
    bool is_ending = false;       // only waits for its end to come
    bool has_front_turn = false;  // of a proxy
    std::uint16_t pending = 0;    // events that name this run
    std::uint32_t tries = 0;      // of a request
    std::uint32_t depth = 0;
    std::uint32_t temporary = 0;  // resources made for this invocation alone
    std::uint32_t closed = 0;     // of temporary: torn down
    std::uint64_t ticket = 0;
    core::SimTime began;  // of the phase
    core::SimTime since;  // it waits
    core::SimTime gives_up;
    core::Duration limit{0};  // of the phase
    core::Duration spent{0};  // of Duration, before the phase
    core::BackendId waits_for;
    CpuState state;
    const CpuModel* cpu = nullptr;
    Call call{core::InvocationNumbers{0}};
    Request request;
    InvocationRecord record;
    HandlerRun result;
    std::int64_t scratch = 0;  // bytes in /tmp until the end of the invocation
    std::vector<Frame> frames;

    core::SimTime time() const { return began + state.elapsed; }
    Frame& top() { return frames[depth - 1]; }
  };

  std::uint32_t take_run(Slot slot);
  FunctionState& function_of(const Run& run) {
    return functions_[contexts_[run.slot].function.value];
  }
  ResourceTotals& totals_of(const Run& run, core::ResourceId id) {
    return resources_[contexts_[run.slot].function.value][id.value];
  }
  bool measures(const Run& run) const { return backends_.measures(run.time()); }

  void start_init(Run& run, Phase phase, core::Duration limit, const CpuModel& cpu);
  void start_handler(Run& run);
  bool advance(std::uint32_t index, core::SimTime now);
  Did do_next(std::uint32_t index, core::SimTime now);
  Did leave(std::uint32_t index, core::SimTime now);
  bool fail(std::uint32_t index, core::SimTime now);
  bool end_phase(std::uint32_t index, Outcome outcome, core::SimTime now);
  bool end_init(std::uint32_t index, Outcome outcome);
  bool end_init_again(std::uint32_t index, Outcome outcome, core::SimTime now);
  bool end_handler(std::uint32_t index, Outcome outcome, core::SimTime now);
  bool conclude(std::uint32_t index);
  void keep_connected(Run& run);
  void push(Run& run, const Frame& frame);
  Did sleep(std::uint32_t index);
  Did wait(std::uint32_t index, Waits what, core::BackendId backend, core::Duration longest,
           core::SimTime now);

  // stepwise_steps.h
  Did do_step(std::uint32_t index, const Step& step, core::SimTime now);
  Did request(std::uint32_t index, const Step& step, core::SimTime now);
  Did throttled(std::uint32_t index, const Step& step);
  Did turn(std::uint32_t index, core::BackendId backend, core::SimTime now);
  Did fetch(Run& run, const Step& step);
  Did write(Run& run, const Step& step);

  // stepwise_resources.h
  Did use(std::uint32_t index, const Step& step, core::SimTime now);
  Did connect(std::uint32_t index, core::SimTime now);
  Did made(std::uint32_t index, core::SimTime now);
  Did attempt_failed(std::uint32_t index, core::SimTime now);
  Did drop(std::uint32_t index, core::ResourceId id, core::SimTime now);
  bool tear_down_next(Run& run);

  const Setup& setup_;
  std::vector<FunctionState>& functions_;
  Contexts<R>& contexts_;
  Backends& backends_;
  EventQueue& events_;
  std::vector<Program> inits_;  // by function: all that INIT does
  std::vector<std::vector<ResourceTotals>> resources_;
  std::vector<StorageTotals> storage_;
  std::vector<Run> runs_;
  std::vector<std::uint32_t> unused_;  // of runs_
  std::uint64_t tickets_ = 0;
  std::uint32_t ended_ = 0;  // the run that has just ended
};

/// What INIT does, as one program: extensions, runtime, static code, resources outside the handler;
/// or the restore.
inline Program init_program(const FunctionSetup& function) {
  const auto wait = [](const core::Distribution& time, core::Purpose purpose) {
    Step step;
    step.time = time;
    step.purpose = static_cast<std::uint32_t>(purpose);
    return step;
  };
  if (function.snap_start) {
    return {wait(function.snap_start->restore, core::Purpose::kRestore)};
  }
  Program program{wait(function.extension_init, core::Purpose::kExtensionInit),
                  wait(function.runtime_init, core::Purpose::kRuntimeInit)};
  program.insert(program.end(), function.init.begin(), function.init.end());
  for (std::uint32_t i = 0; i < function.resources.size(); ++i) {
    if (function.resources[i].where == Where::kOutsideHandler) {
      Step use;
      use.kind = StepKind::kUse;
      use.resource = core::ResourceId{i};
      program.push_back(use);
    }
  }
  return program;
}

template <Recorder R>
Stepwise<R>::Stepwise(const Setup& setup, std::vector<FunctionState>& functions,
                      Contexts<R>& contexts, Backends& backends, EventQueue& events)
    : setup_(setup),
      functions_(functions),
      contexts_(contexts),
      backends_(backends),
      events_(events),
      storage_(setup.functions.size()) {
  for (const FunctionSetup& function : setup.functions) {
    inits_.push_back(function.is_stepwise ? init_program(function) : Program{});
    resources_.emplace_back(function.is_stepwise ? function.resources.size() : 0);
  }
}

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
  push(run, {.program = &inits_[contexts_[run.slot].function.value]});
}

template <Recorder R>
void Stepwise<R>::start_handler(Run& run) {
  const FunctionState& function = function_of(run);
  run.phase = Phase::kHandler;
  run.limit = function.setup->timeout - run.spent;
  run.cpu = function.setup->cpu.get();
  run.state = function.evaluator.before_handler(run.call, contexts_[run.slot].is_first_call);
  run.depth = 0;
  push(run, {.program = &function.evaluator.program_of(run.call)});
}

template <Recorder R>
void Stepwise<R>::push(Run& run, const Frame& frame) {
  LAMBDASIM_CHECK(run.depth < kDeepest, "resources need each other in a circle");
  if (run.depth == run.frames.size()) {
    run.frames.emplace_back();
  }
  run.frames[run.depth++] = frame;
  run.top().numbers = run.call.numbers.key();
}

template <Recorder R>
bool Stepwise<R>::advance(std::uint32_t index, core::SimTime now) {
  while (true) {
    Run& run = runs_[index];
    if (run.state.elapsed > run.limit) {
      run.state.elapsed = run.limit;
      return end_phase(index, Outcome::kTimeout, now);
    }
    if (run.depth == 0) {
      if (run.phase == Phase::kHandler && tear_down_next(run)) {
        continue;
      }
      return end_phase(index, Outcome::kOk, now);
    }
    switch (do_next(index, now)) {
      case Did::kSuspended:
        return false;
      case Did::kFailed:
        return fail(index, now);
      default:
        break;
    }
  }
}

template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::do_next(std::uint32_t index, core::SimTime now) {
  Frame& frame = runs_[index].top();
  if (frame.must_connect) {
    return connect(index, now);
  }
  if (frame.next == frame.program->size()) {
    return leave(index, now);
  }
  const Step& step = (*frame.program)[frame.next];
  const Did did = do_step(index, step, now);
  if (did == Did::kDone) {
    Run& run = runs_[index];
    Frame& done = run.top();
    if (step.per_item && ++done.item < run.call.items) {
      done.numbers = core::mix64(done.numbers + core::KeyedEngine::kGolden);
    } else {
      done.item = 0;
      done.numbers = run.call.numbers.attempt(done.attempt).key();
      ++done.next;
    }
  }
  return did;
}

/// A program has come to its end.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::leave(std::uint32_t index, core::SimTime now) {
  Run& run = runs_[index];
  const Frame left = run.top();
  switch (left.doing) {
    case Doing::kSetup:
      return made(index, now);
    case Doing::kStale:
      --run.depth;
      return function_of(run).setup->resources[left.resource.value].stale_fails ? Did::kFailed
                                                                                : Did::kChanged;
    default:
      --run.depth;
      return Did::kChanged;
  }
}

/// The steps cannot go on: the handler, or INIT, ends in an error.
template <Recorder R>
bool Stepwise<R>::fail(std::uint32_t index, core::SimTime now) {
  return end_phase(index, Outcome::kError, now);
}

template <Recorder R>
bool Stepwise<R>::end_phase(std::uint32_t index, Outcome outcome, core::SimTime now) {
  keep_connected(runs_[index]);
  switch (runs_[index].phase) {
    case Phase::kInit:
      return end_init(index, outcome);
    case Phase::kInitAgain:
      return end_init_again(index, outcome, now);
    default:
      return end_handler(index, outcome, now);
  }
}

/// Connections whose set-up was under way are the context's until it loses them.
template <Recorder R>
void Stepwise<R>::keep_connected(Run& run) {
  for (std::uint32_t i = 0; i < run.depth; ++i) {
    const Frame& frame = run.frames[i];
    if (frame.is_connected) {
      run.temporary |= std::uint32_t{1} << frame.resource.value;
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
  if (run.pending == 0) {
    unused_.push_back(index);
  }
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
bool Stepwise<R>::end_handler(std::uint32_t index, Outcome outcome, core::SimTime /*now*/) {
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
  if (run.pending == 0) {
    unused_.push_back(ended_);
  }
  return {run.slot, run.request, run.record, run.result};
}

/// Until the clock has caught up with the run.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::sleep(std::uint32_t index) {
  Run& run = runs_[index];
  ++run.pending;
  events_.push(run.time(), EventKind::kResume, index);
  return Did::kSuspended;
}

template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::wait(std::uint32_t index, Waits what,
                                            core::BackendId backend, core::Duration longest,
                                            core::SimTime now) {
  Run& run = runs_[index];
  run.waits = what;
  run.waits_for = backend;
  run.since = now;
  run.ticket = ++tickets_;
  const core::SimTime deadline = run.began + run.limit;
  run.gives_up = longest < deadline - now ? now + longest : deadline;
  ++run.pending;
  events_.push(run.gives_up, EventKind::kGiveUp, index);
  if (what == Waits::kConnection) {
    backends_.wait_for_connection(backend, {index, run.ticket});
  } else {
    backends_.wait_for_turn(backend, {index, run.ticket});
  }
  return Did::kSuspended;
}

template <Recorder R>
bool Stepwise<R>::resume(std::uint32_t index, core::SimTime now) {
  Run& run = runs_[index];
  --run.pending;
  if (run.is_ending) {
    ended_ = index;
    return true;
  }
  run.state.elapsed = now - run.began;
  return advance(index, now);
}

template <Recorder R>
bool Stepwise<R>::give_up(std::uint32_t index, core::SimTime now) {
  Run& run = runs_[index];
  --run.pending;
  if (run.phase == Phase::kOver) {
    if (run.pending == 0) {
      unused_.push_back(index);
    }
    return false;
  }
  if (run.waits == Waits::kNothing || run.gives_up != now) {
    return false;  // it has what it waited for
  }
  const Waits what = run.waits;
  BackendTotals& totals = backends_.totals(run.waits_for);
  run.waits = Waits::kNothing;
  run.ticket = 0;
  run.state.elapsed = now - run.began;
  const core::Duration waited = now - run.since;
  if (backends_.measures(run.since)) {
    (what == Waits::kConnection ? totals.connect_wait : totals.queue_wait) += waited;
    ++(what == Waits::kConnection ? totals.connects_refused : totals.gave_up);
  }
  if (run.has_front_turn) {
    run.has_front_turn = false;
    served((*run.top().program)[run.top().next].backend, now);
  }
  run.asking = Asking::kNotYet;
  if (run.state.elapsed >= run.limit) {
    return end_phase(index, Outcome::kTimeout, now);
  }
  if (what == Waits::kTurn) {
    return fail(index, now);
  }
  return attempt_failed(index, now) == Did::kFailed ? fail(index, now) : advance(index, now);
}

template <Recorder R>
void Stepwise<R>::served(core::BackendId backend, core::SimTime now) {
  backends_.end_turn(backend);
  backends_.serve_queue(backend, now, [&](const Waiter& waiter) {
    Run& run = runs_[waiter.run];
    if (run.ticket != waiter.ticket || run.waits != Waits::kTurn) {
      return false;
    }
    run.waits = Waits::kNothing;
    run.is_granted = true;
    if (backends_.measures(run.since)) {
      backends_.totals(backend).queue_wait += now - run.since;
    }
    ++run.pending;
    events_.push(now, EventKind::kResume, waiter.run);
    return true;
  });
}

template <Recorder R>
void Stepwise<R>::freed(core::BackendId backend, core::SimTime now) {
  contexts_.look_for_connections(backend, now);
  backends_.serve_connecting(backend, now, [&](const Waiter& waiter) {
    Run& run = runs_[waiter.run];
    if (run.ticket != waiter.ticket || run.waits != Waits::kConnection) {
      return false;
    }
    run.waits = Waits::kNothing;
    run.is_granted = true;
    if (backends_.measures(run.since)) {
      backends_.totals(backend).connect_wait += now - run.since;
    }
    ++run.pending;
    events_.push(now, EventKind::kResume, waiter.run);
    return true;
  });
}

}  // namespace lambdasim::engine

#include "sim/engine/stepwise_resources.h"
#include "sim/engine/stepwise_steps.h"
