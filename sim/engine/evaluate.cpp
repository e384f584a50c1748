#include "sim/engine/evaluate.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"
#include "sim/engine/step_graph.h"

namespace lambdasim::engine {
namespace {

using core::Duration;
using core::Purpose;

bool is_zero(const core::Distribution& distribution) {
  return distribution == core::Distribution::constant(0);
}

}  // namespace

Evaluator::Evaluator(const FunctionSetup& function)
    : function_(&function),
      cpu_(function.cpu.get()),
      has_overhead_(!is_zero(function.call_overhead) || !is_zero(function.extension_tail) ||
                    function.stream_time > Duration{0}) {
  LAMBDASIM_CHECK(function.resources.size() <= kMostResources, function.name);
  for (std::size_t i = 0; i < function.resources.size(); ++i) {
    const std::uint32_t bit = std::uint32_t{1} << i;
    made_in_init_ |= function.resources[i].where == Where::kOutsideHandler ? bit : 0;
    connection_mask_ |= function.resources[i].is_connection ? bit : 0;
  }
  if (function.snap_start) {
    made_in_init_ &= ~connection_mask_;
  }
  const Failures& failures = function.failures;
  may_fail_ = failures.error + failures.crash + failures.out_of_memory > 0;
}

InitRun Evaluator::init(const core::InvocationNumbers& numbers) const {
  InitRun run{init_time(numbers, *function_->init_cpu)};
  if (run.duration > function_->init_limit) {
    return {function_->init_limit, Outcome::kTimeout};
  }
  run.outcome = init_fails(numbers, Purpose::kInitFailure) ? Outcome::kInitError : Outcome::kOk;
  return run;
}

InitRun Evaluator::init_again(const core::InvocationNumbers& numbers) const {
  const bool at_full_speed = function_->reset_init_at_full_speed;
  InitRun run{init_time(numbers, at_full_speed ? *function_->init_cpu : *cpu_)};
  if (run.duration > function_->timeout) {
    return {function_->timeout, Outcome::kTimeout};
  }
  run.outcome =
      init_fails(numbers, Purpose::kInitFailureAgain) ? Outcome::kInitError : Outcome::kOk;
  return run;
}

Duration Evaluator::init_time(const core::InvocationNumbers& numbers, const CpuModel& cpu) const {
  if (function_->snap_start) {
    return draw(function_->snap_start->restore, numbers, Purpose::kRestore);
  }
  CpuState state;
  state.elapsed = draw(function_->extension_init, numbers, Purpose::kExtensionInit) +
                  draw(function_->runtime_init, numbers, Purpose::kRuntimeInit);
  if (function_->graphs.init) {
    MadeResources none;
    run_graph({.graph = function_->graphs.init.get(),
               .program = &function_->init,
               .resources = {},
               .numbers = numbers},
              cpu, state, none);
  } else {
    for (const Step& step : function_->init) {
      run_step(step, numbers, Duration{0}, cpu, state);
    }
  }
  for (const Resource& resource : function_->resources) {
    if (resource.where != Where::kOutsideHandler) {
      continue;
    }
    for (const Step& step : resource.setup) {
      run_step(step, numbers, Duration{0}, cpu, state);
    }
  }
  return state.elapsed;
}

bool Evaluator::init_fails(const core::InvocationNumbers& numbers, Purpose purpose) const {
  return function_->failures.init > 0 &&
         numbers.engine(purpose).uniform() < function_->failures.init;
}

void Evaluator::run_first_call(const core::InvocationNumbers& numbers, CpuState& state) const {
  for (const Step& step : function_->first_call) {
    run_step(step, numbers, Duration{0}, *cpu_, state);
  }
}

/// The handler begins at its beginning, and meets what was completed before.
void Evaluator::replay(const Call& call, CpuState& state) const {
  const Durable& durable = *function_->durable;
  core::KeyedEngine engine = call.numbers.engine(Purpose::kReplay);
  Duration cpu_time{0};
  for (std::uint32_t i = 0; i < durable.segments[call.segment - 1U].completed; ++i) {
    cpu_time += durable.replay.sample_duration(engine);
  }
  cpu_->run(state, cpu_time, 1);
}

void Evaluator::run_as_graph(const StepGraph& graph, const Call& call, CpuState& state,
                             HandlerRun& run) const {
  MadeResources made{run.made, run.temporary};
  run_graph({.graph = &graph,
             .program = &program_of(call),
             .resources = function_->resources,
             .numbers = call.numbers,
             .recorded = call.recorded,
             .items = call.items},
            *cpu_, state, made);
  run.made = made.kept;
  run.temporary = made.temporary;
}

void Evaluator::add_overhead(const core::InvocationNumbers& numbers, HandlerRun& run) const {
  constexpr Duration kMicrosecond{1000};
  const Duration tail = draw(function_->extension_tail, numbers, Purpose::kExtensionTail);
  run.tail = tail / kMicrosecond * kMicrosecond;
  run.duration += draw(function_->call_overhead, numbers, Purpose::kCallOverhead) +
                  function_->stream_time + run.tail;
}

/// The batch's numbers, one key an event.
void Evaluator::run_for_each_item(const Step& step, const Call& call, const CpuModel& cpu,
                                  CpuState& state) {
  std::uint64_t key = call.numbers.key();
  for (std::uint16_t item = 0; item < call.items; ++item) {
    run_step(step, core::InvocationNumbers{key}, call.recorded, cpu, state);
    key = core::mix64(key + core::KeyedEngine::kGolden);
  }
}

void Evaluator::fail(const Call& call, HandlerRun& run) const {
  const Failures& failures = function_->failures;
  double left = call.numbers.engine(Purpose::kFailure).uniform();
  const auto strikes = [&left](double probability) {
    left -= probability;
    return left < 0;
  };
  if (strikes(failures.out_of_memory)) {
    run.outcome = Outcome::kOutOfMemory;
  } else if (strikes(failures.crash)) {
    run.outcome = Outcome::kCrash;
  } else if (strikes(failures.error) || call.must_fail) {
    run.outcome = Outcome::kError;
  } else {
    return;
  }
  const Duration tail = run.outcome == Outcome::kError ? run.tail : Duration{0};
  const auto handler = static_cast<double>((run.duration - run.tail).count());
  run.duration = Duration{std::llround(handler * failures.at)} + tail;
  run.tail = tail;
}

}  // namespace lambdasim::engine
