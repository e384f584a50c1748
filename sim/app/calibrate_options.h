// The command line of `fit`.
#pragma once

#include "sim/app/calibrate.h"
#include "sim/app/simulation_options.h"

namespace lambdasim::app {

void add_calibrate(CLI::App& root, CalibrateOptions& options, Action& action);

}  // namespace lambdasim::app
