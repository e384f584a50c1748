// Evaluates what a function does into times: INIT of a context, one run of the handler.
//
// Pure functions of the setup, the numbers of an invocation and the state of its context: they
// know neither the clock nor the pool.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "sim/core/random.h"
#include "sim/engine/records.h"
#include "sim/engine/setup.h"

namespace lambdasim::engine {

/// One run of INIT (or one restore), to its end or to where it was stopped.
struct InitRun {
  core::Duration duration{0};
  Outcome outcome = Outcome::kOk;  ///< kInitError: it failed; kTimeout: it took too long
};

/// One run of the handler to its end, its timeout or its failure.
struct HandlerRun {
  core::Duration duration{0};
  core::Duration tail{0};       ///< part of duration after the response, whole microseconds
  std::uint32_t made = 0;       ///< resources the context holds afterwards
  std::uint32_t temporary = 0;  ///< resources made for this invocation alone
  Outcome outcome = Outcome::kOk;
};

/// What the handler is called with.
struct Call {
  core::InvocationNumbers numbers;
  core::Duration recorded{-1};
  std::uint16_t items = 1;    ///< events of the batch
  std::uint16_t segment = 0;  ///< of a durable execution, from 1; 0: the handler as a whole
  bool is_ping = false;       ///< runs the ping steps
  bool must_fail = false;     ///< ends in an error
};

class Evaluator {
 public:
  explicit Evaluator(const FunctionSetup& function);

  core::Duration sandbox(const core::InvocationNumbers& numbers) const {
    return draw(function_->sandbox, numbers, core::Purpose::kSandbox) + function_->package_load;
  }
  core::Duration lifetime(const core::InvocationNumbers& numbers) const {
    return std::min(draw(function_->lifetime, numbers, core::Purpose::kLifetime),
                    function_->maximum_age);
  }
  core::Duration return_delay(const core::InvocationNumbers& numbers) const {
    return draw(function_->return_delay, numbers, core::Purpose::kReturnDelay);
  }
  core::Duration shutdown(const core::InvocationNumbers& numbers) const {
    return draw(function_->shutdown, numbers, core::Purpose::kShutdown);
  }
  core::Duration billed_restore(const core::InvocationNumbers& numbers) const {
    return draw(function_->snap_start->billed_restore, numbers, core::Purpose::kBilledRestore);
  }
  /// What a new context goes through after its sandbox: extensions, runtime, static code and
  /// resources outside the handler, or a restore; at most the limit of INIT.
  InitRun init(const core::InvocationNumbers& numbers) const;
  /// The same again within an invocation, whose timeout is then its limit.
  InitRun init_again(const core::InvocationNumbers& numbers) const;

  /// @param made resources the context holds
  /// @param is_first whether it is the first call since INIT
  /// @param spent Duration that has already passed in this invocation (INIT after a reset)
  HandlerRun handler(const Call& call, std::uint32_t made, bool is_first,
                     core::Duration spent) const;

  // What stepwise runs (stepwise.h) have in common with handlers that are evaluated at once.
  /// What precedes the steps of a handler.
  CpuState before_handler(const Call& call, bool is_first) const {
    CpuState state{.random = call.numbers.engine(core::Purpose::kCpu)()};
    if (is_first) [[unlikely]] {
      run_first_call(call.numbers, state);
    }
    if (call.segment != 0) [[unlikely]] {
      replay(call, state);
    }
    return state;
  }
  const Program& program_of(const Call& call) const {
    if (call.segment != 0) [[unlikely]] {
      return function_->durable->segments[call.segment - 1U].steps;
    }
    return call.is_ping ? function_->ping : function_->handler;
  }
  /// Which of its steps need which; null where they follow one another.
  const StepGraph* graph_of(const Call& call) const {
    const Graphs& graphs = function_->graphs;
    return call.is_ping ? graphs.ping.get() : graphs.handler.get();
  }
  static void run_step(const Step& step, const core::InvocationNumbers& numbers,
                       core::Duration recorded, const CpuModel& cpu, CpuState& state) {
    core::KeyedEngine engine = numbers.engine(step.purpose);
    switch (step.kind) {
      case StepKind::kWait:
      case StepKind::kRequest:
      case StepKind::kTransfer:
        state.elapsed += step.time.sample_duration(engine);
        break;
      case StepKind::kCpu:
        cpu.run(state, step.time.sample_duration(engine), step.threads);
        break;
      case StepKind::kWaitRecorded:
        state.elapsed += recorded;
        break;
      case StepKind::kCpuRecorded:
        cpu.run(state, recorded, step.threads);
        break;
      default:
        break;
    }
  }
  /// What follows the steps: overhead, failures, the timeout.
  /// @param run whose duration is that of the steps
  void conclude(const Call& call, core::Duration spent, HandlerRun& run) const {
    if (has_overhead_) {
      add_overhead(call.numbers, run);
    }
    if (may_fail_ || call.must_fail) {
      fail(call, run);
    }
    run.duration += spent;
    if (run.duration > function_->timeout) [[unlikely]] {
      run.duration = function_->timeout;
      run.tail = core::Duration{0};
      run.outcome = Outcome::kTimeout;
    }
  }
  bool init_fails(const core::InvocationNumbers& numbers, core::Purpose purpose) const;

  /// The same function under another CPU model, which must outlive it.
  Evaluator under(const CpuModel& cpu) const {
    Evaluator other = *this;
    other.cpu_ = &cpu;
    return other;
  }

  /// Resources that a context holds after INIT, a bit each. No connection outlives a snapshot.
  std::uint32_t made_in_init() const { return made_in_init_; }
  /// Connections among the resources of a mask.
  std::uint32_t connections(std::uint32_t resources) const {
    return static_cast<std::uint32_t>(std::popcount(resources & connection_mask_));
  }

 private:
  static core::Duration draw(const core::Distribution& distribution,
                             const core::InvocationNumbers& numbers, core::Purpose purpose) {
    core::KeyedEngine engine = numbers.engine(purpose);
    return distribution.sample_duration(engine);
  }
  [[gnu::cold, gnu::noinline]] void run_first_call(const core::InvocationNumbers& numbers,
                                                   CpuState& state) const;
  [[gnu::cold, gnu::noinline]] void replay(const Call& call, CpuState& state) const;
  void run_in_a_row(const Call& call, CpuState& state, HandlerRun& run) const;
  [[gnu::noinline]] void run_as_graph(const StepGraph& graph, const Call& call, CpuState& state,
                                      HandlerRun& run) const;
  [[gnu::noinline]] void add_overhead(const core::InvocationNumbers& numbers,
                                      HandlerRun& run) const;
  [[gnu::cold, gnu::noinline]] static void run_for_each_item(const Step& step, const Call& call,
                                                             const CpuModel& cpu, CpuState& state);
  [[gnu::noinline]] void fail(const Call& call, HandlerRun& run) const;
  core::Duration init_time(const core::InvocationNumbers& numbers, const CpuModel& cpu) const;

  const FunctionSetup* function_;
  const CpuModel* cpu_;  // of the handler
  std::uint32_t made_in_init_ = 0;
  std::uint32_t connection_mask_ = 0;
  bool has_overhead_ = false;  // a call overhead or an extension that works after the response
  bool may_fail_ = false;
};

inline void Evaluator::run_in_a_row(const Call& call, CpuState& state, HandlerRun& run) const {
  const core::InvocationNumbers& numbers = call.numbers;
  const CpuModel& cpu = *cpu_;
  for (const Step& step : program_of(call)) {
    if (step.per_item) [[unlikely]] {
      run_for_each_item(step, call, cpu, state);
      continue;
    }
    if (step.kind != StepKind::kUse) {
      run_step(step, numbers, call.recorded, cpu, state);
      continue;
    }
    const std::uint32_t bit = std::uint32_t{1} << step.resource.value;
    if (((run.made | run.temporary) & bit) != 0) {
      continue;
    }
    const Resource& resource = function_->resources[step.resource.value];
    for (const Step& setup : resource.setup) {
      run_step(setup, numbers, call.recorded, cpu, state);
    }
    (resource.where == Where::kInsideHandler ? run.temporary : run.made) |= bit;
  }
}

inline HandlerRun Evaluator::handler(const Call& call, std::uint32_t made, bool is_first,
                                     core::Duration spent) const {
  HandlerRun run{.made = made};
  CpuState state = before_handler(call, is_first);
  if (const StepGraph* graph = graph_of(call)) [[unlikely]] {
    run_as_graph(*graph, call, state, run);
  } else {
    run_in_a_row(call, state, run);
  }
  run.duration = state.elapsed;
  conclude(call, spent, run);
  return run;
}

}  // namespace lambdasim::engine
