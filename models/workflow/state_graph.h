// Whether the states of a workflow fit together: what is reached, what ends, what belongs where.
// Boost.Graph does the searching, while a scenario is read.
#pragma once

#include <string>
#include <vector>

#include "models/workflow/machine.h"

namespace lambdasim::models {

struct StateProblem {
  StateId state = 0;
  std::string text;
};

/// What makes the workflow impossible to run: states from which, when nothing fails, no end can be
/// reached, and states that are in two branches. Only states that can be reached count.
std::vector<StateProblem> problems_of(const Workflow& workflow);

/// States that no execution ever comes to.
std::vector<StateId> unreached_states(const Workflow& workflow);

}  // namespace lambdasim::models
