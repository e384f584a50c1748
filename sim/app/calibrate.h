// The command `fit`: logs in, what they say and a scenario out; and `fit --check`, which simulates
// the scenario and sets it beside the log.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/app/scenario.h"
#include "sim/app/terminal.h"
#include "sim/calibrate/calibration.h"
#include "sim/calibrate/log_reader.h"

namespace lambdasim::app {

struct CalibrateOptions {
  std::vector<std::string> logs;
  std::string output;        ///< scenario to write; empty: none
  std::string trace;         ///< CSV to write; empty: none
  std::string function;      ///< only this one, or its name where logs tell none
  std::string runtime;       ///< what the log does not tell
  std::string power_tuning;  ///< file; empty: none
  std::string scenario;      ///< to check; empty: the fitted one
  bool skip_bad = false;
  bool check = false;
  std::optional<double> within;  ///< tolerance of --check, percent
  bool json = false;
  bool quiet = false;
};

int calibrate_command(const CalibrateOptions& options);

/// What was found in the log of a function, with tables and a Q-Q table.
std::string calibration_text(const calibrate::Calibration& found);
std::string calibration_json(const std::vector<calibrate::Calibration>& functions,
                             const calibrate::ReadCounts& counts);

/// Measured beside simulated.
struct Agreement {
  std::string what;
  std::string unit;
  double measured = 0;
  double simulated = 0;
  bool is_judged = false;  ///< by --within
};

struct SampleDistance {
  std::string what;
  std::size_t measured = 0;   ///< values
  std::size_t simulated = 0;  ///< values, all replications
  double ks = 0;
  double wasserstein_ms = 0;
};

struct CheckResult {
  std::string function;
  std::vector<Agreement> figures;
  std::vector<SampleDistance> distances;

  /// Figures that are judged and off by more than the tolerance: percent of the measured value; a
  /// share of calls in percentage points; contexts by one at least.
  std::vector<Agreement> beyond(double percent) const;
};

/// Simulates every replication of the scenario's first design.
/// @throws UsageError where the scenario has no such function
CheckResult check_against(const calibrate::Calibration& measured, const Scenario& scenario);

std::string check_text(const CheckResult& result, std::optional<double> within);
std::string check_json(const CheckResult& result, std::optional<double> within);

}  // namespace lambdasim::app
