// What the output file says before its first row: designs, functions, prices, where it comes from.
#pragma once

#include "sim/app/experiment.h"
#include "sim/app/scenario.h"
#include "sim/io/result_file.h"

namespace lambdasim::app {

/// What a call of each function of a design costs.
std::vector<io::CostRates> cost_rates(const Design& design);

/// @throws io::CannotCreate, io::IoFailure
io::FileHeader file_header(const Scenario& scenario, const ExperimentOptions& options);

}  // namespace lambdasim::app
