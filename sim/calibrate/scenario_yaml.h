// Calibrations as a scenario that runs as it stands. A comment at each value says where it came
// from.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "sim/calibrate/calibration.h"

namespace lambdasim::calibrate {

struct ScenarioOptions {
  std::vector<std::string> logs;  ///< named in the head
  std::string trace;              ///< CSV as the scenario finds it; empty: arrivals are modelled
  std::string runtime;            ///< asked for; empty: as the log says
};

std::string scenario_yaml(const std::vector<Calibration>& functions,
                          const ScenarioOptions& options);

/// All calls as a trace, `arrival_s,duration_ms,function`, from the first call of any function.
void write_trace(const std::vector<Calibration>& functions, std::ostream& out);

/// A time as scenarios write it, to 0.01 ms, as fine as text logs are; to six digits below 1 ms.
std::string milliseconds(double ms);

/// A distribution of ms as scenarios write it.
std::string yaml_of(const Fit& fit);

}  // namespace lambdasim::calibrate
