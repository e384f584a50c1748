// Runs INIT and handlers step by step: those of functions whose steps depend on more than the
// invocation itself, on backends that others use, on how old a connection is, on what is in /tmp.
//
// A run goes ahead of the clock as long as its steps concern nobody else. When it comes to a
// connection or a request that others compete for, it stops until the clock has caught up (one
// event) and then takes it, waits in line (and gives up at its deadline), or is refused. A run that
// meets nothing of the kind ends where it began, at no event at all, like any other handler. Steps
// that need one another run beside each other, as strands.
//
// This is the interpreter. What is known of a run is in stepwise_runs.h; how runs begin and end is
// in stepwise_phases.h, how they wait in stepwise_waits.h, what single steps do in
// stepwise_steps.h; resources are in stepwise_resources.h, calls of other functions in
// stepwise_calls.h, events that handlers send in stepwise_sends.h, strands in stepwise_strands.h.
#pragma once

#include <array>
#include <deque>
#include <vector>

#include "sim/engine/backends.h"
#include "sim/engine/contexts.h"
#include "sim/engine/evaluate.h"
#include "sim/engine/function_state.h"
#include "sim/engine/setup.h"
#include "sim/engine/stepwise_runs.h"

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

  /// The next call of another function that a handler makes, now.
  /// @return false when there is none
  bool take_call(Invocation& next) { return asked_.take(next); }
  /// Who makes a call that was taken.
  Origin origin_of(const Request& call) const {
    return origin_of(runs_[open_calls_[call.ticket].run]);
  }
  /// The next event that a handler sends, now.
  /// @return false when there is none
  bool take_sent(SentEvent& next) { return sent_.take(next); }
  /// A call was dispatched and ends as `record` says.
  [[gnu::noinline]] void answered(const Request& request, const InvocationRecord& record);
  void refused(const Request& request, bool is_deadlock);
  /// Handlers of the function that are calling: waiting for answers, or to try again.
  std::uint32_t callers(core::FunctionId id) const { return callers_[id.value]; }

  std::vector<CallTotals> call_totals() { return std::move(calls_); }
  std::vector<std::vector<ResourceTotals>> resource_totals() { return std::move(resources_); }
  std::vector<StorageTotals> storage_totals() { return std::move(storage_); }

 private:
  using Phase = stepwise::Phase;
  using Doing = stepwise::Doing;
  using Waits = stepwise::Waits;
  using Role = stepwise::Role;
  using Asking = stepwise::Asking;
  using Did = stepwise::Did;
  using Frame = stepwise::Frame;
  using Run = stepwise::Run;
  using Work = stepwise::Work;
  using Parked = stepwise::Parked;
  using Fork = stepwise::Fork;

  static constexpr std::uint32_t kMostDoublings = 20;
  /// Resources that need each other are at most as many as there are.
  static constexpr std::size_t kDeepest = 2 * kMostResources + 2;

  std::uint32_t take_run(Slot slot);
  void give_back(std::uint32_t index);
  FunctionState& function_of(const Run& run) {
    return functions_[contexts_[run.slot].function.value];
  }
  ResourceTotals& totals_of(const Run& run, core::ResourceId id) {
    return resources_[contexts_[run.slot].function.value][id.value];
  }
  /// The wait before a further attempt, which doubles each time.
  static core::Duration doubled(const core::Distribution& first, std::uint32_t attempts_made,
                                core::KeyedEngine engine) {
    return first.sample_duration(engine) *
           (std::int64_t{1} << std::min(attempts_made - 1, kMostDoublings));
  }
  /// The run of the handler as a whole.
  Run& whole(Run& run) { return run.role == Role::kWhole ? run : runs_[forks_[run.fork].root]; }
  Origin origin_of(const Run& run) const {
    const Context& context = contexts_[run.slot];
    return {context.function, context.id, run.request.arrival};
  }
  bool measures(const Run& run) const { return backends_.measures(run.time()); }

  void push(Run& run, const Frame& frame);
  bool advance(std::uint32_t index, core::SimTime now);
  Did do_next(std::uint32_t index, core::SimTime now);
  Did leave(std::uint32_t index, core::SimTime now);
  bool end_run(std::uint32_t index, Outcome outcome, core::SimTime now);
  static bool is_ahead(const Run& run, core::SimTime now);

  // stepwise_phases.h
  void start_init(Run& run, Phase phase, core::Duration limit, const CpuModel& cpu);
  void start_handler(Run& run);
  bool end_phase(std::uint32_t index, Outcome outcome, core::SimTime now);
  bool end_init(std::uint32_t index, Outcome outcome);
  bool end_init_again(std::uint32_t index, Outcome outcome, core::SimTime now);
  bool end_handler(std::uint32_t index, Outcome outcome);
  bool conclude(std::uint32_t index);
  void keep_connected(Run& run);

  // stepwise_waits.h
  Did sleep(std::uint32_t index);
  Did wait(std::uint32_t index, Waits what, core::BackendId backend, core::Duration longest,
           core::SimTime now);
  bool stop_waiting(std::uint32_t index, core::SimTime now);
  bool grant(const Waiter& waiter, core::Duration& waited, core::SimTime now);

  // stepwise_steps.h
  Did do_step(std::uint32_t index, const Step& step, core::SimTime now);
  Did request(std::uint32_t index, const Step& step, core::SimTime now);
  Did throttled(std::uint32_t index, const Step& step);
  Did turn(std::uint32_t index, core::BackendId backend, core::SimTime now);
  Did fetch(Run& run, const Step& step);
  Did write(Run& run, const Step& step);

  // stepwise_calls.h
  Did call(std::uint32_t index, const Step& step, core::SimTime now);
  Did make_calls(std::uint32_t index, const Step& step, core::SimTime now);
  void stop_calling(Run& run);
  void stop_waiting_for_answers(Run& run, core::SimTime now);
  void close_call(const Request& request, core::SimTime ended, bool is_refused, bool is_failed);

  // stepwise_sends.h
  Did send(std::uint32_t index, const Step& step, core::SimTime now);

  // stepwise_resources.h
  Did use(std::uint32_t index, const Step& step, core::SimTime now);
  Did connect(std::uint32_t index, core::SimTime now);
  Did made(std::uint32_t index, core::SimTime now);
  Did attempt_failed(std::uint32_t index, core::SimTime now);
  bool tear_down_next(Run& run);
  void hold_connection(Run& run, core::SimTime now);

  // stepwise_strands.h
  Did fork(std::uint32_t index, core::SimTime now);
  Did join(Fork& fork, core::SimTime now);
  bool go_on(std::uint32_t fork, core::SimTime now);
  void start_strand(Fork& fork, std::uint8_t step, core::SimTime now);
  void end_strand(std::uint32_t index, Outcome outcome);
  void close_strand(std::uint32_t index);
  void cut_parked(Fork& fork);
  void abandon(std::uint32_t index, core::SimTime now);
  Did wait_for_maker(std::uint32_t index, core::ResourceId id);
  void begin_making(Run& strand, core::ResourceId id);
  void end_making(Run& strand, core::ResourceId id, core::SimTime now);
  Did work(std::uint32_t index, const Step& step, core::SimTime now);
  void settle_work(Fork& fork, core::SimTime now);
  void announce_work(Fork& fork, core::SimTime now);
  bool work_ended(std::uint32_t id, core::SimTime now);

  std::vector<FunctionState>& functions_;
  Contexts<R>& contexts_;
  Backends& backends_;
  EventQueue& events_;
  std::vector<stepwise::InitPrograms> inits_;  // by function
  std::vector<std::vector<ResourceTotals>> resources_;
  std::vector<StorageTotals> storage_;
  std::vector<CallTotals> calls_;
  std::vector<std::uint32_t> callers_;  // by function: handlers that are calling
  InvocationQueue asked_;
  AskedQueue<SentEvent> sent_;
  std::vector<Waiter> open_calls_;  // by ticket of their requests
  std::vector<std::uint32_t> unused_calls_;
  std::deque<Run> runs_;               // none moves when a strand begins
  std::vector<std::uint32_t> unused_;  // of runs_
  std::deque<Fork> forks_;
  std::vector<std::uint32_t> unused_forks_;
  std::uint64_t tickets_ = 0;
  std::uint32_t ended_ = 0;  // the run that has just ended
};

template <Recorder R>
Stepwise<R>::Stepwise(const Setup& setup, std::vector<FunctionState>& functions,
                      Contexts<R>& contexts, Backends& backends, EventQueue& events)
    : functions_(functions),
      contexts_(contexts),
      backends_(backends),
      events_(events),
      storage_(setup.functions.size()),
      calls_(setup.functions.size()),
      callers_(setup.functions.size()) {
  for (const FunctionSetup& function : setup.functions) {
    inits_.push_back(function.is_stepwise ? stepwise::init_programs(function)
                                          : stepwise::InitPrograms{});
    resources_.emplace_back(function.is_stepwise ? function.resources.size() : 0);
  }
}

template <Recorder R>
void Stepwise<R>::push(Run& run, const Frame& frame) {
  LAMBDASIM_CHECK(run.depth < kDeepest, "resources need each other in a circle");
  if (run.depth == run.frames.size()) {
    run.frames.emplace_back();
  }
  run.frames[run.depth++] = frame;
  run.top().numbers = run.call.numbers.key();
  if (frame.end == stepwise::kWholeProgram) {
    run.top().end = static_cast<std::uint32_t>(frame.program->size());
  }
}

template <Recorder R>
bool Stepwise<R>::advance(std::uint32_t index, core::SimTime now) {
  while (true) {
    Run& run = runs_[index];
    if (run.state.elapsed > run.limit) {
      run.state.elapsed = run.limit;
      return end_run(index, Outcome::kTimeout, now);
    }
    if (run.depth == 0) {
      if (run.phase == Phase::kHandler && run.role == Role::kWhole && tear_down_next(run)) {
        continue;
      }
      return end_run(index, Outcome::kOk, now);
    }
    switch (do_next(index, now)) {
      case Did::kSuspended:
        return false;
      case Did::kFailed:
        return end_run(index, Outcome::kError, now);
      default:
        break;
    }
  }
}

/// A run ends: INIT, a handler, or one strand of them.
template <Recorder R>
bool Stepwise<R>::end_run(std::uint32_t index, Outcome outcome, core::SimTime now) {
  if (runs_[index].role == Role::kStrand) {
    end_strand(index, outcome);
    return false;
  }
  return end_phase(index, outcome, now);
}

/// Whether a strand is ahead of the clock, and what it comes to must not be done before.
template <Recorder R>
bool Stepwise<R>::is_ahead(const Run& run, core::SimTime now) {
  if (run.role != Role::kStrand || run.time() <= now) {
    return false;
  }
  const Frame& frame = run.frames[run.depth - 1];
  if (frame.next == frame.end) {
    return frame.doing != Doing::kProgram;
  }
  const StepKind kind = (*frame.program)[frame.next].kind;
  return kind != StepKind::kWait && kind != StepKind::kWaitRecorded;
}

template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::do_next(std::uint32_t index, core::SimTime now) {
  Frame& frame = runs_[index].top();
  if (frame.must_connect) {
    return connect(index, now);
  }
  if (frame.graph != nullptr) {
    return fork(index, now);
  }
  if (is_ahead(runs_[index], now)) {
    return sleep(index);
  }
  if (frame.next == frame.end) {
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

}  // namespace lambdasim::engine

#include "sim/engine/stepwise_calls.h"
#include "sim/engine/stepwise_phases.h"
#include "sim/engine/stepwise_resources.h"
#include "sim/engine/stepwise_sends.h"
#include "sim/engine/stepwise_steps.h"
#include "sim/engine/stepwise_strands.h"
#include "sim/engine/stepwise_waits.h"
