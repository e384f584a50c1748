// One step of a program as scenarios write it. What it names must stand already; see StepsOf for
// which steps may stand where.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/app/scenario_parts.h"

namespace lambdasim::app {

/// Keys that say what a step does.
std::vector<std::string_view> steps_of(StepsOf of);
/// Keys that may stand beside them.
std::vector<std::string_view> beside_steps(StepsOf of);

struct StepPlace {
  StepsOf of = StepsOf::kTimes;
  std::string name;  ///< keys its random numbers
};

/// Appends the step, or the two that it comes to.
/// @param key what the step does; none when that was reported as wrong
void read_step(config::ObjectReader& item, const std::optional<std::string>& key,
               const StepPlace& place, StepNames& names, engine::Program& program);

}  // namespace lambdasim::app
