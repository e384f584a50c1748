#include "sim/engine/evaluate.h"

#include "sim/core/check.h"

namespace lambdasim::engine {

Evaluator::Evaluator(const FunctionSetup& function) : function_(&function) {
  LAMBDASIM_CHECK(function.resources.size() <= kMostResources, function.name);
  for (std::size_t i = 0; i < function.resources.size(); ++i) {
    const std::uint32_t bit = std::uint32_t{1} << i;
    made_in_init_ |= function.resources[i].where == Where::kOutsideHandler ? bit : 0;
    connection_mask_ |= function.resources[i].is_connection ? bit : 0;
  }
}

core::Duration Evaluator::init(const core::InvocationNumbers& numbers) const {
  CpuState state;
  state.elapsed = draw(function_->runtime_init, numbers, core::Purpose::kRuntimeInit);
  const CpuModel& cpu = *function_->init_cpu;
  for (const Step& step : function_->init) {
    run_step(step, numbers, core::Duration{0}, cpu, state);
  }
  for (const Resource& resource : function_->resources) {
    if (resource.where != Where::kOutsideHandler) {
      continue;
    }
    for (const Step& step : resource.setup) {
      run_step(step, numbers, core::Duration{0}, cpu, state);
    }
  }
  return state.elapsed;
}

}  // namespace lambdasim::engine
