// Functions and sources as a scenario that runs, with comments that say from which line of the
// template each value came and which are guesses to be filled in.
#pragma once

#include <cstddef>
#include <string>

#include "sim/import/stack.h"

namespace lambdasim::import {

struct ScenarioYaml {
  std::string text;
  std::size_t placeholders = 0;
};

/// @param file of the template, for comments and the name of the scenario
ScenarioYaml scenario_yaml(const Stack& stack, const std::string& file);

}  // namespace lambdasim::import
