// Steps that need one another, evaluated together: what waits is overlapped, what needs the CPU
// shares it.
//
// A step begins when all that it needs have ended. Steps at work at the same moment share the CPU
// evenly by threads: all threads together run on as many cores as there are, under one quota. A
// graph is compiled once, by index in its program; evaluating it allocates nothing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/random.h"
#include "sim/engine/cpu_model.h"
#include "sim/engine/program.h"
#include "sim/engine/setup.h"

namespace lambdasim::engine {

/// Most steps of a graph: an index fits in a byte.
inline constexpr std::size_t kMostGraphSteps = 256;

/// Which steps of a program begin after which. Without cycles.
struct StepGraph {
  std::vector<std::uint8_t> needed;  ///< by step: how many steps it needs
  std::vector<std::uint8_t> roots;   ///< steps that need none, in order
  std::vector<std::uint16_t> first;  ///< by step: where in `followers` its own begin; and the end
  std::vector<std::uint8_t> followers;  ///< steps that need a step, in order
};

/// `needs` of each step: indices of others, none twice; at most kMostGraphSteps steps.
StepGraph compile_graph(std::span<const std::vector<std::size_t>> needs);

/// What the steps of one evaluation work with.
struct GraphInput {
  const StepGraph* graph = nullptr;
  const Program* program = nullptr;
  std::span<const Resource> resources;
  core::InvocationNumbers numbers;
  core::Duration recorded{0};
  std::uint16_t items = 1;  ///< that steps of each item are done for
};

/// Resources by bit: made before and kept, made for this invocation alone.
struct MadeResources {
  std::uint32_t kept = 0;
  std::uint32_t temporary = 0;
};

/// Runs all steps, from `state` until the last has ended.
[[gnu::noinline]] void run_graph(const GraphInput& input, const CpuModel& cpu, CpuState& state,
                                 MadeResources& made);

}  // namespace lambdasim::engine
