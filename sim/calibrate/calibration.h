// Everything that is concluded from the log of one function, ready to be printed or written as a
// scenario.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/calibrate/cpu_split.h"
#include "sim/calibrate/families.h"
#include "sim/calibrate/observations.h"
#include "sim/calibrate/power_tuning.h"
#include "sim/calibrate/seen.h"

namespace lambdasim::calibrate {

/// Calls by what became of them.
struct OutcomeCounts {
  std::uint64_t calls = 0;
  std::uint64_t cold = 0;
  std::uint64_t restored = 0;  ///< of cold
  std::uint64_t after_reset = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t errors = 0;
  std::uint64_t out_of_memory = 0;
  std::uint64_t crashes = 0;
};

struct Calibration {
  FunctionLog log;
  std::string name;             ///< as the scenario calls the function
  std::uint16_t memory_mb = 0;  ///< of most calls; fits are of calls with it
  std::uint16_t max_used_mb = 0;
  OutcomeCounts counts;
  std::optional<FitChoice> warm;         ///< Duration of warm calls that ended well, ms
  std::optional<FitChoice> first;        ///< Duration of calls that waited for INIT or a restore
  std::optional<FitChoice> first_extra;  ///< what those take beyond warm ones, if they do
  std::optional<FitChoice> init;         ///< Init Duration
  std::optional<FitChoice> restore;
  std::optional<FitChoice> billed_restore;
  std::optional<double> timeout_ms;  ///< seen, where calls timed out
  double longest_ms = 0;             ///< Duration
  std::optional<ContextsSeen> contexts;
  std::optional<RateSeen> rate;
  BillingSeen billing;
  std::optional<CpuSplit> split;
  bool split_by_tuning = false;  ///< from Power Tuning and not from the log
};

/// @param log at least one call
/// @param name what to call a function whose log does not tell; empty: `function`
/// @param tuning none: the log alone
Calibration calibrate(FunctionLog log, const std::string& name,
                      const std::vector<TuningPoint>& tuning);

/// What the logs do not tell, a sentence each.
std::vector<std::string> not_known(const Calibration& calibration);

/// Values of a kind of call, ms: those that fits are made of.
std::vector<double> warm_durations(const FunctionLog& log, std::uint16_t memory_mb);
std::vector<double> first_durations(const FunctionLog& log, std::uint16_t memory_mb);
std::vector<double> init_durations(const FunctionLog& log);
std::vector<double> restore_durations(const FunctionLog& log);

}  // namespace lambdasim::calibrate
