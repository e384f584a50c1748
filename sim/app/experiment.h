// Runs every design of a scenario, several replications each, on several threads, into one file.
//
// A task is one design in one replication; tasks share nothing but the file, which takes their rows
// in the order of tasks, so that the number of threads cannot be seen in it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/pricing/bill.h"
#include "sim/app/backend_totals.h"
#include "sim/app/scenario.h"
#include "sim/io/result_file.h"

namespace lambdasim::app {

/// How far all tasks together are.
struct ExperimentProgress {
  double fraction = 0;          ///< of the simulated time of all tasks
  core::Duration simulated{0};  ///< summed over tasks
  std::uint64_t invocations = 0;
};

struct ExperimentResult {
  std::vector<io::SummaryRow> summaries;
  std::vector<io::SourceRow> sources;
  std::vector<io::WorkflowRow> workflows;
  StepwiseRows stepwise{};
  std::vector<io::ComparisonRow> comparisons;  ///< of all functions together; empty for one design
  std::vector<models::Bill> months;            ///< one a design
  std::uint64_t invocations = 0;
  bool interrupted = false;  ///< the file is partial, the summaries are empty
};

struct ExperimentOptions {
  std::string output;    ///< path of the file
  unsigned threads = 0;  ///< 0: one a core
  bool compress = true;
  std::vector<std::string> argv;  ///< for /provenance
  /// Called about ten times a second on the calling thread; false asks to stop.
  std::function<bool(const ExperimentProgress&)> observe;
  /// Called when the result stands, to write what else a command puts into the file.
  std::function<void(const ExperimentResult&, io::ResultFile&)> add_tables;
};

/// @throws io::CannotCreate, io::IoFailure, config::InvalidInput (a trace row), config::NoInput
ExperimentResult run_experiment(const Scenario& scenario, const ExperimentOptions& options);

}  // namespace lambdasim::app
