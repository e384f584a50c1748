// Does the work fit Lambda? What a function asks for beyond Lambda's limits, how likely its calls
// are to pass the longest timeout, and what the same work costs a month on Lambda and elsewhere.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/pricing/alternatives.h"
#include "sim/app/fit_work.h"
#include "sim/app/scenario.h"

namespace lambdasim::app {

/// An alternative and the rates at which it beats Lambda.
struct FitOption {
  models::Alternative alternative;
  std::optional<models::BreakEven> break_even;  ///< none: dearer at every rate, or no Lambda
};

/// One function of one design.
struct FunctionFit {
  std::string function;
  std::string design;
  std::vector<std::string> beyond;  ///< why it does not fit Lambda; empty: it does
  bool can_pass = false;  ///< with the longest timeout, the mean or 1 % of its calls take longer
  config::Location timeout_at;
  CallCounts counts;
  CallTimes times;
  models::Work work;
  std::optional<double> lambda_usd_per_call;  ///< none: it does not fit
  models::RegionPrices prices;
  std::vector<FitOption> options;  ///< empty: its calls have no finite mean
};

struct FitReport {
  models::Sizing sizing;
  std::vector<FunctionFit> functions;
  std::size_t designs = 1;  ///< of the scenario
};

enum class FitScope {
  kProblems,  ///< functions that do not fit or whose calls can pass the longest timeout
  kAll,
};

/// @throws config::InvalidInput, config::NoInput (traces)
FitReport fit_report(const Scenario& scenario, FitScope scope);

/// One warning a function that fits, but whose calls can take longer than Lambda allows.
std::vector<std::string> fit_warnings(const FitReport& report);
/// Tables of a month, one a function (designs with the same table share it), and what they rest on.
/// Empty when the report is.
std::string fit_text(const FitReport& report);
std::string fit_json(const FitReport& report, const std::string& scenario);

}  // namespace lambdasim::app
