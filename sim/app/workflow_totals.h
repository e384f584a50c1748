// From executions of workflows to the rows that people read: what each took and cost, and what part
// of that each function has.
#pragma once

#include <span>
#include <vector>

#include "sim/app/scenario.h"
#include "sim/core/histogram.h"
#include "sim/engine/records.h"
#include "sim/io/rows.h"
#include "sim/io/tables.h"

namespace lambdasim::app {

/// What an execution costs beside its invocations, at the first tier and without what is free.
struct WorkflowRates {
  double usd_per_transition = 0;
  double usd_per_execution = 0;
  double usd_per_billed_ms = 0;  ///< of the time of an execution
};

WorkflowRates workflow_rates(const Design& design, const models::Workflow& workflow);

/// The executions of one run. Those that arrived in the warm-up have rows but are not counted.
class WorkflowTotals {
 public:
  /// @param rates of the functions; must outlive this
  WorkflowTotals(const Design& design, const std::vector<io::CostRates>& rates);

  /// Counts an execution and makes its row.
  io::ExecutionRow add(const engine::ExecutionRecord& record,
                       std::span<const engine::FunctionUse> uses);

  /// Of every workflow: one row of it as a whole, one of each of its functions, and one of what it
  /// costs beside them.
  std::vector<io::WorkflowRow> rows(std::uint8_t design_index, std::uint32_t replication) const;

 private:
  struct Tally {
    std::uint64_t executions = 0;
    std::uint64_t finished = 0;
    std::uint64_t failed = 0;
    std::uint64_t timed_out = 0;
    std::uint64_t in_flight = 0;
    std::uint64_t transitions = 0;
    std::uint64_t billed_ms = 0;  ///< of an express workflow: its own time
    core::Histogram latency{9};   ///< of those that finished
    std::vector<engine::FunctionUse> uses;
  };

  double cost_of(const engine::FunctionUse& use) const;
  double own_cost(std::size_t workflow, std::uint64_t executions, std::uint64_t transitions,
                  std::uint64_t billed_ms) const;
  void count(const engine::ExecutionRecord& record, std::span<const engine::FunctionUse> uses,
             std::uint64_t own_ms);
  std::vector<io::WorkflowRow> parts_of(std::size_t workflow) const;
  io::WorkflowRow whole_of(std::size_t workflow, const std::vector<io::WorkflowRow>& parts) const;

  const Design& design_;
  const std::vector<io::CostRates>& rates_;
  std::vector<WorkflowRates> workflow_rates_;
  std::vector<Tally> tallies_;  // by workflow
};

}  // namespace lambdasim::app
