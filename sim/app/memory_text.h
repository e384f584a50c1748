// Memory sizes side by side as a terminal shows them, table, picture and choice, and as JSON.
#pragma once

#include <string>

#include "sim/app/experiment.h"
#include "sim/app/memory_curve.h"
#include "sim/app/scenario.h"
#include "sim/app/terminal.h"

namespace lambdasim::app {

/// What sizes were compared for.
struct MemoryQuestion {
  std::string function;
  std::string design;  ///< whose memory was varied; "base" when the scenario names none
  double balance = 0.5;
};

std::string memory_text(const Scenario& scenario, const ExperimentResult& result,
                        const MemoryCurve& curve, const MemoryQuestion& question,
                        const Screen& screen);

/// One sentence on the sizes at which calls time out; empty when none does.
std::string timeout_warning(const MemoryCurve& curve);

std::string memory_json(const Scenario& scenario, const ExperimentResult& result,
                        const MemoryCurve& curve, const MemoryQuestion& question,
                        const std::string& file);

}  // namespace lambdasim::app
