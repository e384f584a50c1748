// Evaluates what a function does into times: INIT of a context, one run of the handler.
//
// Pure functions of the setup, the numbers of an invocation and the resources already made: they
// know neither the clock nor the pool.
#pragma once

#include <bit>
#include <cstdint>

#include "sim/core/random.h"
#include "sim/engine/setup.h"

namespace lambdasim::engine {

/// INIT of one context.
struct InitTimes {
  core::Duration sandbox{0};
  core::Duration init{0};
};

/// One run of the handler to its end or its timeout.
struct HandlerRun {
  core::Duration duration{0};
  std::uint32_t made = 0;       ///< resources the context holds afterwards
  std::uint32_t temporary = 0;  ///< resources made for this invocation alone
  bool timed_out = false;
};

class Evaluator {
 public:
  explicit Evaluator(const FunctionSetup& function);

  core::Duration sandbox(const core::InvocationNumbers& numbers) const {
    return draw(function_->sandbox, numbers, core::Purpose::kSandbox);
  }
  core::Duration lifetime(const core::InvocationNumbers& numbers) const {
    return draw(function_->lifetime, numbers, core::Purpose::kLifetime);
  }
  core::Duration return_delay(const core::InvocationNumbers& numbers) const {
    return draw(function_->return_delay, numbers, core::Purpose::kReturnDelay);
  }
  /// INIT without the sandbox: runtime, static code, resources outside the handler.
  core::Duration init(const core::InvocationNumbers& numbers) const;

  /// @param made resources the context holds
  /// @param spent Duration that has already passed in this invocation (INIT after a reset)
  HandlerRun handler(const core::InvocationNumbers& numbers, core::Duration recorded,
                     std::uint32_t made, core::Duration spent) const;

  /// Resources that INIT makes, a bit each.
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
  static void run_step(const Step& step, const core::InvocationNumbers& numbers,
                       core::Duration recorded, const CpuModel& cpu, CpuState& state) {
    core::KeyedEngine engine = numbers.engine(step.purpose);
    switch (step.kind) {
      case StepKind::kWait:
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
      case StepKind::kUse:
        break;
    }
  }

  const FunctionSetup* function_;
  std::uint32_t made_in_init_ = 0;
  std::uint32_t connection_mask_ = 0;
};

inline HandlerRun Evaluator::handler(const core::InvocationNumbers& numbers,
                                     core::Duration recorded, std::uint32_t made,
                                     core::Duration spent) const {
  HandlerRun run{.made = made};
  CpuState state{.random = numbers.engine(core::Purpose::kCpu)()};
  const CpuModel& cpu = *function_->cpu;
  for (const Step& step : function_->handler) {
    if (step.kind != StepKind::kUse) {
      run_step(step, numbers, recorded, cpu, state);
      continue;
    }
    const std::uint32_t bit = std::uint32_t{1} << step.resource.value;
    if (((run.made | run.temporary) & bit) != 0) {
      continue;
    }
    const Resource& resource = function_->resources[step.resource.value];
    for (const Step& setup : resource.setup) {
      run_step(setup, numbers, recorded, cpu, state);
    }
    (resource.where == Where::kInsideHandler ? run.temporary : run.made) |= bit;
  }
  run.duration = spent + state.elapsed;
  if (run.duration > function_->timeout) [[unlikely]] {
    run.duration = function_->timeout;
    run.timed_out = true;
  }
  return run;
}

}  // namespace lambdasim::engine
