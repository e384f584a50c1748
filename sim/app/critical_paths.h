// The critical paths of the programs of a scenario that are graphs, as text.
//
// A design has one for each such program; what holds for several designs is said once.
#pragma once

#include <string>

#include "sim/app/scenario.h"

namespace lambdasim::app {

/// What the times of a path leave out, to be put behind them: `, without calls and files`.
std::string left_out_text(const ProgramPath& path);

/// A line for each, with the designs that it holds for if these are not all.
std::string critical_paths_text(const Scenario& scenario);

}  // namespace lambdasim::app
