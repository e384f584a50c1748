// What a scenario says of a workflow, and what its executions then cost: the parts are the whole,
// to the last unit that is billed.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/pricing/bill.h"
#include "sim/app/file_header.h"
#include "sim/app/scenario.h"
#include "sim/app/totals.h"
#include "sim/app/workflow_totals.h"
#include "tests/support/run_program.h"
#include "tests/support/scripted.h"

namespace lambdasim::app {
namespace {

using models::Money;
using models::State;
using models::Usage;
using models::Workflow;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

Scenario scenario_of(const std::string& workflow, const std::string& more = "") {
  const test::TemporaryFolder folder;
  const auto file = folder.write(
      "scenario.yaml",
      "duration: 1 h\n" + more +
          "functions:\n"
          "  first: {runtime: python3.13, memory: 1 GB, timeout: 20 s, failures: {error: 10 %}, "
          "handler: [{wait: {exponential: {mean: 300 ms}}}]}\n"
          "  second: {runtime: nodejs22.x, memory: 256 MB, architecture: arm64, "
          "reserved_concurrency: 20, handler: [{cpu: 20 ms}]}\n"
          "workflows:\n  order: " +
          workflow + "\nworkload: [{start: order, arrivals: {poisson: {rate: 1 /s}}}]\n");
  return read_scenario(file.string());
}

Design design_of(const std::string& workflow, const std::string& more = "") {
  return scenario_of(workflow, more).designs.front();
}

constexpr const char* kOrder =
    "{states: {a: {invoke: first, retry: {attempts: 2, delay: 100 ms}, catch: undo, next: b}, "
    "b: {map: {invoke: second, items: 30, concurrency: 0}, retry: {attempts: 3, on: refusals, "
    "rate: 1.5, maximum: 9 s, jitter: full}, next: c}, c: {choice: {d: 75 %, e: 0.25}}, "
    "d: {parallel: [f, g]}, e: {end: fail}, f: {invoke: first}, g: {wait: 5 s}, "
    "undo: {end: succeed}}}";

TEST(WorkflowScenario, ResolvesNamesAndTakesDefaults) {
  const Design design = design_of(kOrder);
  ASSERT_EQ(design.workflows.size(), 1U);
  const Workflow& workflow = *design.workflows[0];
  EXPECT_EQ(workflow.name, "order");
  EXPECT_FALSE(workflow.is_express);
  EXPECT_EQ(workflow.timeout, 24h * 365);
  EXPECT_EQ(workflow.start, 0U);
  EXPECT_THAT(workflow.functions, ElementsAre(core::FunctionId{0}, core::FunctionId{1}));
  ASSERT_EQ(workflow.states.size(), 8U);
  const State& a = workflow.states[0];
  EXPECT_EQ(a.on_failure, 7U);
  EXPECT_EQ(a.next, 1U);
  EXPECT_EQ(a.retry.attempts, 2U);
  EXPECT_EQ(a.retry.delay, 100ms);
  EXPECT_DOUBLE_EQ(a.retry.rate, 2);
  EXPECT_FALSE(a.retry.has_jitter);
  EXPECT_TRUE(a.retry.of_refusals && a.retry.of_failures);
  const State& b = workflow.states[1];
  EXPECT_EQ(b.function, 1U);
  EXPECT_EQ(b.items, 30U);
  EXPECT_EQ(b.retry.maximum, 9s);
  EXPECT_TRUE(b.retry.has_jitter && b.retry.of_refusals && !b.retry.of_failures);
  EXPECT_DOUBLE_EQ(workflow.states[2].choices[0].up_to, 0.75);
  EXPECT_EQ(workflow.states[2].choices[1].next, 4U);
  EXPECT_THAT(workflow.states[3].branches, ElementsAre(5U, 6U));
  EXPECT_EQ(workflow.states[5].retry.attempts, 1U);
  EXPECT_FALSE(workflow.states[4].succeeds);
  EXPECT_EQ(design.sources[0].workflow, 0U);
}

TEST(WorkflowScenario, RetriesAsTheStatesLanguageDoesUnlessItIsTold) {
  const Design design = design_of("{states: {a: {invoke: first, retry: {}}}}");
  const models::StateRetry& retry = design.workflows[0]->states[0].retry;
  EXPECT_EQ(retry.attempts, 4U);
  EXPECT_EQ(retry.after(1, 0), 1s);
  EXPECT_EQ(retry.after(2, 0), 2s);
  EXPECT_EQ(retry.after(3, 0), 4s);
}

TEST(WorkflowScenario, WarnsOfStatesFunctionsAndWorkflowsThatNothingComesTo) {
  const Scenario scenario = scenario_of(
      "{states: {a: {invoke: first}, b: {wait: 1 s}}}\n  idle: {states: {c: {invoke: "
      "first}}}");
  ASSERT_EQ(scenario.warnings.size(), 3U);
  EXPECT_THAT(scenario.warnings[0],
              HasSubstr("workflows.order.states.b: no execution comes to it"));
  EXPECT_THAT(scenario.warnings[1], HasSubstr("workflows.idle: nothing starts it"));
  EXPECT_THAT(scenario.warnings[2], HasSubstr("functions.second: nothing invokes it"));
}

/// A run, and what it comes to in every way in which it is counted.
struct Counted {
  Design design;
  test::RunOutput out;
  TaskTotals totals;
  std::vector<io::ExecutionRow> executions;
  std::vector<io::WorkflowRow> rows;
};

Counted counted(const std::string& workflow, const std::string& more = "") {
  Counted run{design_of(workflow, more), {}, {}, {}, {}};
  const engine::Setup& setup = run.design.setup;
  run.out = test::run(setup, {5, 0});
  engine::SummaryRecorder summary(setup.functions.size(), setup.warm_up, setup.horizon);
  for (const engine::InvocationRecord& row : run.out.rows.invocations) {
    summary.invocation(row);
  }
  run.totals = {summary.totals(), run.out.result.peaks, run.out.result.sources};
  const std::vector<io::CostRates> rates = cost_rates(run.design);
  WorkflowTotals workflows(run.design, rates);
  for (std::size_t i = 0; i < run.out.rows.executions.size(); ++i) {
    run.executions.push_back(workflows.add(run.out.rows.executions[i], run.out.rows.uses[i]));
  }
  run.rows = workflows.rows(0, 0);
  return run;
}

Money bill_of_run(const Counted& run) {
  Money sum = 0;
  for (std::size_t f = 0; f < run.design.setup.functions.size(); ++f) {
    sum += models::marginal_bill(run.design.prices, usage_of(run.design, f, run.totals)).total();
  }
  return sum;
}

/// Each execution billed by itself.
Money bill_of_executions(const Counted& run) {
  const Workflow& workflow = *run.design.workflows[0];
  Money sum = 0;
  for (std::size_t i = 0; i < run.executions.size(); ++i) {
    Usage own;
    if (workflow.is_express) {
      const auto ms = std::chrono::ceil<std::chrono::milliseconds>(run.executions[i].latency);
      own.express_starts = 1;
      own.express_mb_ms = static_cast<std::uint64_t>((ms.count() + 99) / 100 * 100) * 128;
    } else {
      own.transitions = run.executions[i].transitions;
    }
    sum += models::marginal_bill(run.design.prices, own).total();
    for (const engine::FunctionUse& use : run.out.rows.uses[i]) {
      Usage usage = billed_settings(run.design, use.function.value);
      usage.requests = use.served;
      usage.billed_ms = use.billed_ms;
      sum += models::marginal_bill(run.design.prices, usage).total();
    }
  }
  return sum;
}

TEST(WorkflowScenario, TheCostOfAllExecutionsIsTheBillExactly) {
  const Counted run = counted(kOrder);
  EXPECT_GT(run.executions.size(), 3000U);
  EXPECT_EQ(bill_of_executions(run), bill_of_run(run));
  double sum = 0;
  for (const io::ExecutionRow& row : run.executions) {
    sum += row.cost_usd;
  }
  EXPECT_NEAR(sum, models::to_double(bill_of_run(run)), 1e-9 * sum);
}

TEST(WorkflowScenario, ExpressExecutionsAreBilledByTheirTimeInChunksOf64Mb) {
  const Counted run = counted("{kind: express, memory: 65 MB, states: {a: {invoke: first}}}");
  const Usage usage = usage_of(run.design, 0, run.totals);
  EXPECT_EQ(usage.transitions, 0U);
  EXPECT_EQ(usage.express_starts, run.executions.size());
  EXPECT_EQ(usage.express_mb_ms % (128 * 100), 0U);
  EXPECT_EQ(bill_of_executions(run), bill_of_run(run));
  EXPECT_EQ(run.design.workflows[0]->timeout, 5min);
}

TEST(WorkflowScenario, EveryExecutionIsFinishedFailedOrInFlight) {
  const Counted run = counted(kOrder, "warm_up: 10 min\n");
  const io::WorkflowRow& whole = run.rows.at(0);
  EXPECT_EQ(whole.part, "(all)");
  EXPECT_EQ(whole.executions, whole.finished + whole.failed + whole.timed_out + whole.in_flight);
  EXPECT_GT(whole.failed, 500U);
  EXPECT_GT(whole.in_flight, 0U);
  EXPECT_GT(whole.refused, 0U);
  const engine::SourceTotals& totals = run.totals.sources.at(0);
  EXPECT_EQ(whole.executions, totals.events);
  EXPECT_EQ(whole.finished, totals.handled);
  EXPECT_EQ(whole.failed, totals.discarded);
  EXPECT_EQ(whole.in_flight, totals.left);
  EXPECT_EQ(whole.invocations, totals.invocations);
  EXPECT_EQ(whole.billed_ms, totals.billed_ms);
  EXPECT_EQ(whole.transitions, totals.transitions);
  EXPECT_LT(whole.executions, run.executions.size());
}

TEST(WorkflowScenario, ThePartsOfAWorkflowAddUpToIt) {
  const Counted run = counted(kOrder);
  ASSERT_EQ(run.rows.size(), 4U);
  EXPECT_EQ(run.rows[1].part, "first");
  EXPECT_EQ(run.rows[2].part, "second");
  EXPECT_EQ(run.rows[3].part, "(transitions)");
  io::WorkflowRow sum;
  for (std::size_t i = 1; i < run.rows.size(); ++i) {
    sum.invocations += run.rows[i].invocations;
    sum.billed_ms += run.rows[i].billed_ms;
    sum.cost_usd += run.rows[i].cost_usd;
    sum.cost_share += run.rows[i].cost_share;
    sum.duration_share += run.rows[i].duration_share;
  }
  EXPECT_EQ(sum.invocations, run.rows[0].invocations);
  EXPECT_EQ(sum.billed_ms, run.rows[0].billed_ms);
  EXPECT_DOUBLE_EQ(sum.cost_usd, run.rows[0].cost_usd);
  EXPECT_NEAR(sum.cost_share, 1, 1e-12);
  EXPECT_NEAR(sum.duration_share, 1, 1e-12);
  for (std::size_t f = 0; f < 2; ++f) {
    EXPECT_EQ(run.rows[f + 1].billed_ms, usage_of(run.design, f, run.totals).billed_ms);
  }
}

}  // namespace
}  // namespace lambdasim::app
