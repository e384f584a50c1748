// Compares designs that served the same arrivals with the same random numbers: paired differences
// over the replications with Student-t intervals, and what they mean in words.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/io/rows.h"

namespace lambdasim::app {

/// One figure of a SummaryRow that designs are compared by.
struct Metric {
  std::string_view name;                       ///< as in the file
  std::string_view label;                      ///< as in tables
  std::string_view unit;                       ///< ms, %, USD per million, 1
  double (*value)(const io::SummaryRow& row);  ///< NaN: of no call at all, e.g. cold p50
  bool lower_is_better;
};

/// In the order in which tables show them.
std::span<const Metric> metrics();
const Metric& metric(std::string_view name);

/// Mean and 95 % half width of the mean of the values that are not NaN; NaN half width for one of
/// them, NaN mean for none.
struct Estimate {
  double mean = 0;
  double half_width = 0;
};
Estimate estimate(std::span<const double> all);

/// The figures of a comparison of the values of two designs, by replication, over those in which
/// both have one; without names.
io::ComparisonRow paired(const std::vector<double>& baseline, const std::vector<double>& own);

/// Every metric of every design against design 0, for one function (or kAllFunctions), over the
/// replications in which both have a value.
/// @param summaries rows of all designs, replications and functions
std::vector<io::ComparisonRow> compare_designs(std::span<const io::SummaryRow> summaries,
                                               std::int32_t function);

/// Whether a paired difference is told apart from 0: its interval does not contain 0.
bool is_clear(const io::ComparisonRow& row);

/// Share of the events of event sources that no attempt handled; of verdicts only.
inline constexpr std::string_view kEventsLost = "events_lost";
/// The same where only workflows are started: of executions, in place of calls.
inline constexpr std::string_view kExecutionLatency = "execution_latency_p99";
inline constexpr std::string_view kExecutionCost = "execution_cost";

/// Who wins, in a sentence or two: by p99 latency, cost, failures and kEventsLost of the paired
/// differences.
/// Latency and cost must differ by 1 % to count.
std::string verdict(std::span<const io::ComparisonRow> rows,
                    const std::vector<std::string>& designs);

}  // namespace lambdasim::app
