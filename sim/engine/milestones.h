// Moments of a run that are known before it begins, between which the loop runs undisturbed.
#pragma once

#include <optional>
#include <vector>

#include "sim/core/ids.h"
#include "sim/core/time.h"
#include "sim/engine/setup.h"

namespace lambdasim::engine {

struct Milestone {
  core::SimTime time;
  std::optional<core::FunctionId> deployed;  ///< of a new version; none: the warm-up ends
};

/// In order of time, all before the horizon; at one time the end of the warm-up comes first.
std::vector<Milestone> milestones_of(const Setup& setup);

}  // namespace lambdasim::engine
