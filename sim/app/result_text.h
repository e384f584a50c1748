// The result of an experiment as a terminal shows it, and as JSON for scripts.
#pragma once

#include <string>

#include "sim/app/comparison.h"
#include "sim/app/experiment.h"
#include "sim/app/scenario.h"

namespace lambdasim::app {

/// `48.1 ms ±0.3`.
std::string with_half_width(const Estimate& value, std::string_view unit);

/// Which function a table is about: an index, or io::kAllFunctions.
/// @throws std::invalid_argument naming the functions when there is none of that name
std::int32_t function_to_show(const Scenario& scenario, const std::string& name);

/// The scenario, how much was simulated of it, and how often.
std::string heading(const Scenario& scenario, const ExperimentResult& result);

/// One table of figures with 95 % intervals a design, and the bill of a month.
std::string summary_text(const Scenario& scenario, const ExperimentResult& result,
                         std::int32_t function);

/// Designs side by side with paired differences, the bill of a month, and who wins.
std::string comparison_text(const Scenario& scenario, const ExperimentResult& result,
                            std::int32_t function);

std::string result_json(const Scenario& scenario, const ExperimentResult& result,
                        const std::string& file);

}  // namespace lambdasim::app
