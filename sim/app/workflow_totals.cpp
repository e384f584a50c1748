#include "sim/app/workflow_totals.h"

#include "models/pricing/bill.h"

namespace lambdasim::app {
namespace {

double share(double part, double whole) {
  return whole == 0 ? 0.0 : part / whole;
}

std::uint64_t express_ms(const models::Workflow& workflow, core::Duration time) {
  return workflow.is_express ? models::billing_rules().express_milliseconds(time) : 0;
}

}  // namespace

WorkflowRates workflow_rates(const Design& design, const models::Workflow& workflow) {
  const auto cost = [&design](const models::Usage& usage) {
    return models::to_double(models::marginal_bill(design.prices, usage).total());
  };
  if (!workflow.is_express) {
    return {.usd_per_transition = cost({.transitions = 1})};
  }
  const auto mb =
      static_cast<std::uint64_t>(models::billing_rules().billed_express_mb(workflow.memory_mb));
  return {.usd_per_execution = cost({.express_starts = 1}),
          .usd_per_billed_ms = cost({.express_mb_ms = mb})};
}

WorkflowTotals::WorkflowTotals(const Design& design, const std::vector<io::CostRates>& rates)
    : design_(design), rates_(rates) {
  for (const auto& workflow : design.workflows) {
    workflow_rates_.push_back(workflow_rates(design, *workflow));
    Tally& tally = tallies_.emplace_back();
    for (const core::FunctionId function : workflow->functions) {
      tally.uses.push_back({.function = function});
    }
  }
}

double WorkflowTotals::cost_of(const engine::FunctionUse& use) const {
  const io::CostRates& rates = rates_[use.function.value];
  return rates.usd_per_call * use.served + rates.usd_per_refusal * use.refused +
         rates.usd_per_response * use.ok + rates.usd_per_restore * use.restored +
         rates.usd_per_billed_ms * static_cast<double>(use.billed_ms) +
         rates.usd_per_provisioned_ms * static_cast<double>(use.provisioned_ms);
}

double WorkflowTotals::own_cost(std::size_t workflow, std::uint64_t executions,
                                std::uint64_t transitions, std::uint64_t billed_ms) const {
  const WorkflowRates& rates = workflow_rates_[workflow];
  return rates.usd_per_execution * static_cast<double>(executions) +
         rates.usd_per_transition * static_cast<double>(transitions) +
         rates.usd_per_billed_ms * static_cast<double>(billed_ms);
}

io::ExecutionRow WorkflowTotals::add(const engine::ExecutionRecord& record,
                                     std::span<const engine::FunctionUse> uses) {
  const models::Workflow& workflow = *design_.workflows[record.workflow];
  const std::uint64_t own_ms = express_ms(workflow, record.latency());
  io::ExecutionRow row{.workflow = record.workflow,
                       .event = record.event,
                       .source = record.source,
                       .arrival = record.arrival,
                       .latency = record.latency(),
                       .outcome = static_cast<std::uint8_t>(record.outcome),
                       .transitions = record.transitions,
                       .cost_usd = own_cost(record.workflow, 1, record.transitions, own_ms)};
  for (const engine::FunctionUse& use : uses) {
    row.invocations += use.served + use.refused;
    row.refused += use.refused;
    row.billed_ms += use.billed_ms + use.provisioned_ms;
    row.cost_usd += cost_of(use);
  }
  if (record.arrival >= core::kStartOfTime + design_.setup.warm_up) {
    count(record, uses, own_ms);
  }
  return row;
}

void WorkflowTotals::count(const engine::ExecutionRecord& record,
                           std::span<const engine::FunctionUse> uses, std::uint64_t own_ms) {
  using Outcome = engine::ExecutionOutcome;
  Tally& tally = tallies_[record.workflow];
  ++tally.executions;
  tally.finished += record.outcome == Outcome::kFinished ? 1 : 0;
  tally.failed += record.outcome == Outcome::kFailed ? 1 : 0;
  tally.timed_out += record.outcome == Outcome::kTimedOut ? 1 : 0;
  tally.in_flight += record.outcome == Outcome::kInFlight ? 1 : 0;
  tally.transitions += record.transitions;
  tally.billed_ms += own_ms;
  if (record.outcome == Outcome::kFinished) {
    tally.latency.add(record.latency());
  }
  for (std::size_t i = 0; i < uses.size(); ++i) {
    tally.uses[i] += uses[i];
  }
}

/// A row of each function, then one of what executions cost beside them.
std::vector<io::WorkflowRow> WorkflowTotals::parts_of(std::size_t workflow) const {
  const Tally& tally = tallies_[workflow];
  std::vector<io::WorkflowRow> parts;
  for (const engine::FunctionUse& use : tally.uses) {
    io::WorkflowRow& row = parts.emplace_back();
    row.part = design_.setup.functions[use.function.value].name;
    row.function = static_cast<std::int32_t>(use.function.value);
    row.invocations = std::uint64_t{use.served} + use.refused;
    row.refused = use.refused;
    row.cold = use.cold;
    row.billed_ms = use.billed_ms + use.provisioned_ms;
    row.duration_ms = core::milliseconds_of(use.duration);
    row.cost_usd = cost_of(use);
  }
  io::WorkflowRow& transitions = parts.emplace_back();
  transitions.part = io::kTransitionsPart;
  transitions.transitions = tally.transitions;
  transitions.cost_usd = own_cost(workflow, tally.executions, tally.transitions, tally.billed_ms);
  return parts;
}

io::WorkflowRow WorkflowTotals::whole_of(std::size_t workflow,
                                         const std::vector<io::WorkflowRow>& parts) const {
  const Tally& tally = tallies_[workflow];
  io::WorkflowRow all;
  all.part = io::kWholePart;
  for (const io::WorkflowRow& part : parts) {
    all.invocations += part.invocations;
    all.refused += part.refused;
    all.cold += part.cold;
    all.transitions += part.transitions;
    all.billed_ms += part.billed_ms;
    all.duration_ms += part.duration_ms;
    all.cost_usd += part.cost_usd;
  }
  all.executions = tally.executions;
  all.finished = tally.finished;
  all.failed = tally.failed;
  all.timed_out = tally.timed_out;
  all.in_flight = tally.in_flight;
  all.latency_p50_ms = core::milliseconds_of(tally.latency.quantile(0.50));
  all.latency_p95_ms = core::milliseconds_of(tally.latency.quantile(0.95));
  all.latency_p99_ms = core::milliseconds_of(tally.latency.quantile(0.99));
  all.latency_max_ms = core::milliseconds_of(tally.latency.quantile(1.0));
  return all;
}

std::vector<io::WorkflowRow> WorkflowTotals::rows(std::uint8_t design_index,
                                                  std::uint32_t replication) const {
  std::vector<io::WorkflowRow> rows;
  for (std::size_t i = 0; i < tallies_.size(); ++i) {
    std::vector<io::WorkflowRow> own = parts_of(i);
    const io::WorkflowRow whole = whole_of(i, own);
    own.insert(own.begin(), whole);
    for (io::WorkflowRow& row : own) {
      row.design = design_index;
      row.replication = replication;
      row.workflow = static_cast<std::uint32_t>(i);
      row.name = design_.workflows[i]->name;
      row.duration_share = share(row.duration_ms, whole.duration_ms);
      row.cost_share = share(row.cost_usd, whole.cost_usd);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace lambdasim::app
