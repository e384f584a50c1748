// What people read about the workflows of an experiment: how long executions took, what they cost,
// and which function has how much of both.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/app/experiment.h"
#include "sim/app/scenario.h"

namespace lambdasim::app {

/// One table a workflow, a column a design; empty without workflows.
std::string workflows_text(const Scenario& scenario, const ExperimentResult& result);

/// The same of one design, by name of the workflow.
nlohmann::json workflows_json(const ExperimentResult& result, std::size_t design);

}  // namespace lambdasim::app
