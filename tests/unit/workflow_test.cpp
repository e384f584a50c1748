// Executions of workflows, worked out by hand: when each invocation is made, when the execution
// ends and how, and what is counted of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/attempts.h"
#include "tests/support/machines.h"

namespace lambdasim::test {
namespace {

using engine::ExecutionOutcome;
using engine::ExecutionRecord;
using engine::SourceTotals;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

const ExecutionRecord& execution_of(const RunOutput& out) {
  EXPECT_EQ(out.rows.executions.size(), 1U);
  return out.rows.executions.at(0);
}

Duration latency_of(const RunOutput& out) {
  return execution_of(out).latency();
}

Workflow chain() {
  return workflow_of({invokes("a", 0, 1), invokes("b", 1, 2), invokes("c", 2)}, 3);
}

std::vector<engine::FunctionSetup> three_functions() {
  return {plain_function(1s), plain_function(2s), plain_function(3s)};
}

/// Of 1 s in the mean, so that no two calls take the same time by chance.
engine::FunctionSetup exponential_function() {
  engine::FunctionSetup function = plain_function(0s);
  function.timeout = 900s;
  function.handler = {{engine::StepKind::kWait, {}, 64, core::Distribution::exponential(1e9)}};
  return function;
}

TEST(Workflow, AChainRunsEachFunctionWhenTheOneBeforeHasAnswered) {
  const RunOutput out = run(workflow_setup(chain(), three_functions(), {{5s}}));
  EXPECT_THAT(times_of(out), ElementsAre(5s, 6s, 8s));
  const ExecutionRecord& execution = execution_of(out);
  EXPECT_EQ(execution.arrival, at(5s));
  EXPECT_EQ(execution.ended, at(11s));
  EXPECT_EQ(execution.outcome, ExecutionOutcome::kFinished);
  EXPECT_EQ(execution.transitions, 3U);
  const auto& uses = out.rows.uses.at(0);
  ASSERT_EQ(uses.size(), 3U);
  EXPECT_EQ(uses[1].served, 1U);
  EXPECT_EQ(uses[1].ok, 1U);
  EXPECT_EQ(uses[1].billed_ms, 2000U);
  EXPECT_EQ(uses[2].duration, 3s);
  const SourceTotals& totals = totals_of(out);
  EXPECT_EQ(totals.events, 1U);
  EXPECT_EQ(totals.handled, 1U);
  EXPECT_EQ(totals.invocations, 3U);
  EXPECT_EQ(totals.billed_ms, 6000U);
  EXPECT_EQ(totals.transitions, 3U);
  EXPECT_EQ(totals.oldest, 6s);
}

TEST(Workflow, ATransitionTakesTheTimeItIsGivenBeforeEveryState) {
  Workflow workflow = chain();
  workflow.transition = constant(100ms);
  const RunOutput out = run(workflow_setup(std::move(workflow), three_functions(), {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(100ms, 1200ms, 3300ms));
  EXPECT_EQ(latency_of(out), 6300ms);
}

TEST(Workflow, BranchesRunSideBySideAndAreJoinedWhenTheLastHasEnded) {
  const RunOutput out = run(workflow_setup(
      workflow_of({parallel("ship", {1, 2}, 4), invokes("label", 0), waits_for("notify", 5s, 3),
                   invokes("mail", 1), invokes("done", 0)},
                  2),
      three_functions(), {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 5s, 7s));
  EXPECT_EQ(latency_of(out), 8s);
  EXPECT_EQ(execution_of(out).transitions, 5U);
}

TEST(Workflow, ABranchMayBranchAgain) {
  const RunOutput out =
      run(workflow_setup(workflow_of({parallel("outer", {1, 2}), parallel("inner", {3, 4}),
                                      invokes("slow", 1), invokes("c", 0), waits_for("d", 4s)},
                                     2),
                         three_functions(), {{0s}}));
  EXPECT_EQ(latency_of(out), 4s);
  EXPECT_EQ(execution_of(out).outcome, ExecutionOutcome::kFinished);
  EXPECT_EQ(execution_of(out).transitions, 5U);
}

TEST(Workflow, AMapRunsSoManyItemsAtOnceAndJoinsThemAll) {
  const RunOutput out =
      run(workflow_setup(workflow_of({maps("resize", 0, 5, 2)}, 1), {plain_function(1s)}, {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 0s, 1s, 1s, 2s));
  EXPECT_EQ(latency_of(out), 3s);
  EXPECT_EQ(execution_of(out).transitions, 6U);
  EXPECT_EQ(out.result.peaks[0].in_flight, 2U);
}

TEST(Workflow, AMapWithoutALimitRunsAllItemsAtOnce) {
  const RunOutput out =
      run(workflow_setup(workflow_of({maps("resize", 0, 50, 0)}, 1), {plain_function(1s)}, {{0s}}));
  EXPECT_THAT(times_of(out), Each(0s));
  EXPECT_EQ(latency_of(out), 1s);
  EXPECT_EQ(out.rows.uses.at(0)[0].served, 50U);
}

TEST(Workflow, ItemsDrawNumbersOfTheirOwnThatDoNotHangOnWhenTheyRun) {
  const engine::FunctionSetup function = exponential_function();
  const auto sorted = [&function](std::uint32_t at_once) {
    std::vector<Duration> durations = durations_of(
        run(workflow_setup(workflow_of({maps("resize", 0, 20, at_once)}, 1), {function}, {{0s}})));
    std::sort(durations.begin(), durations.end());
    return durations;
  };
  const std::vector<Duration> all = sorted(0);
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  EXPECT_EQ(all, sorted(3));
}

TEST(Workflow, AChoiceFollowsItsProbabilities) {
  std::vector<ScriptedArrival> arrivals;
  for (int i = 0; i < 4000; ++i) {
    arrivals.push_back({i * 5ms});
  }
  const RunOutput out = run(
      workflow_setup(workflow_of({chooses("pick", {{0.25, 1}, {0.25, 3}, {1.0, 2}}),
                                  invokes("left", 0), invokes("right", 1), ends("never", false)},
                                 2),
                     three_functions(), arrivals));
  std::uint32_t left = 0;
  for (const auto& uses : out.rows.uses) {
    EXPECT_EQ(uses[0].served + uses[1].served, 1U);
    left += uses[0].served;
  }
  // Five standard deviations of 27.4 about 1,000; a false alarm in 1.7 million keys.
  EXPECT_NEAR(left, 1000, 137);
  EXPECT_EQ(totals_of(out).handled, 4000U);
}

TEST(Workflow, AStateMayBeComeToAgainWithNewNumbers) {
  const engine::FunctionSetup function = exponential_function();
  const RunOutput out = run(workflow_setup(
      workflow_of({invokes("ask", 0, 1), chooses("again", {{0.9, 0}, {1.0, 2}}), ends("end", true)},
                  1),
      {function}, {{0s}}));
  const std::vector<Duration> durations = durations_of(out);
  EXPECT_GT(durations.size(), 1U);
  EXPECT_EQ(std::set(durations.begin(), durations.end()).size(), durations.size());
  EXPECT_EQ(execution_of(out).transitions, 2 * durations.size() + 1);
}

engine::FunctionSetup failing_until(Duration end) {
  engine::FunctionSetup function = plain_function(1s);
  function.outages = {{at(0s), at(end)}};
  return function;
}

TEST(Workflow, AFailedInvocationIsTriedAgainAfterDelaysThatGrow) {
  Workflow workflow = workflow_of({invokes("a", 0)}, 1);
  workflow.states[0].retry = {.attempts = 4, .delay = 1s, .rate = 2};
  const RunOutput out = run(workflow_setup(workflow, {failing_until(4s)}, {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 2s, 5s));
  EXPECT_THAT(attempts_of(out), ElementsAre(1, 2, 3));
  EXPECT_EQ(latency_of(out), 6s);
  EXPECT_EQ(execution_of(out).transitions, 3U);
  EXPECT_EQ(totals_of(out).retries, 2U);
  EXPECT_EQ(totals_of(out).failed, 2U);
  EXPECT_EQ(totals_of(out).handled, 1U);
}

TEST(Workflow, NoDelayIsLongerThanTheMaximumAndAttemptsAreAllThereAre) {
  Workflow workflow = workflow_of({invokes("a", 0)}, 1);
  workflow.states[0].retry = {.attempts = 4, .delay = 2s, .rate = 10, .maximum = 5s};
  const RunOutput out = run(workflow_setup(workflow, {failing_until(1h)}, {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 3s, 9s, 15s));
  EXPECT_EQ(execution_of(out).outcome, ExecutionOutcome::kFailed);
  EXPECT_EQ(latency_of(out), 16s);
  EXPECT_EQ(totals_of(out).discarded, 1U);
}

TEST(Workflow, ARefusedInvocationCanBeTriedAgainToo) {
  Workflow workflow = workflow_of({maps("a", 0, 3, 0)}, 1);
  workflow.states[0].retry = {.attempts = 3, .delay = 1s, .of_failures = false};
  engine::FunctionSetup function = plain_function(1s);
  function.reserved_concurrency = 1;
  const RunOutput out = run(workflow_setup(workflow, {function}, {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 0s, 0s, 1s, 1s, 2s));
  EXPECT_EQ(latency_of(out), 3s);
  EXPECT_EQ(totals_of(out).throttled, 3U);
  EXPECT_EQ(out.rows.uses.at(0)[0].refused, 3U);
  EXPECT_EQ(out.rows.uses.at(0)[0].served, 3U);
  EXPECT_EQ(execution_of(out).transitions, 7U);
}

TEST(Workflow, WhatIsNotTriedAgainFailsTheState) {
  Workflow workflow = workflow_of({invokes("a", 0)}, 1);
  workflow.states[0].retry = {.attempts = 3, .delay = 1s, .of_failures = false};
  EXPECT_THAT(times_of(run(workflow_setup(workflow, {failing_until(1h)}, {{0s}}))),
              ElementsAre(0s));
  workflow.states[0].retry.of_failures = true;
  workflow.states[0].retry.of_refusals = false;
  engine::FunctionSetup refused = plain_function(1s);
  refused.reserved_concurrency = 0;
  const RunOutput out = run(workflow_setup(workflow, {refused}, {{0s}}));
  EXPECT_EQ(latency_of(out), 0s);
  EXPECT_EQ(execution_of(out).outcome, ExecutionOutcome::kFailed);
}

TEST(Workflow, ACaughtFailureGoesOnElsewhere) {
  Workflow workflow =
      workflow_of({invokes("charge", 0, 1), invokes("ship", 1), invokes("refund", 2)}, 3);
  workflow.states[0].on_failure = 2;
  const RunOutput out = run(workflow_setup(
      workflow, {failing_until(1h), plain_function(2s), plain_function(3s)}, {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 1s));
  EXPECT_EQ(execution_of(out).outcome, ExecutionOutcome::kFinished);
  EXPECT_EQ(latency_of(out), 4s);
  EXPECT_EQ(out.rows.uses.at(0)[1].served, 0U);
  EXPECT_EQ(out.rows.uses.at(0)[2].served, 1U);
}

/// One branch fails after 1 s; the other runs 2 s and would go on with 3 s.
Workflow failing_branch() {
  return workflow_of({parallel("both", {1, 2}), invokes("fails", 0), invokes("runs", 1, 3),
                      invokes("goes_on", 2), invokes("mends", 2)},
                     3);
}

TEST(Workflow, AfterAFailureNothingNewStartsButWhatRunsIsBilled) {
  const RunOutput out = run(workflow_setup(
      failing_branch(), {failing_until(1h), plain_function(2s), plain_function(3s)}, {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 0s));
  EXPECT_EQ(execution_of(out).outcome, ExecutionOutcome::kFailed);
  EXPECT_EQ(latency_of(out), 1s);
  EXPECT_EQ(out.rows.uses.at(0)[1].billed_ms, 2000U);
  EXPECT_EQ(totals_of(out).billed_ms, 3000U);
}

TEST(Workflow, AParallelStateCatchesWhatFailsInItsBranches) {
  Workflow workflow = failing_branch();
  workflow.states[0].on_failure = 4;
  const RunOutput out = run(workflow_setup(
      workflow, {failing_until(1h), plain_function(2s), plain_function(3s)}, {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 0s, 1s));
  EXPECT_EQ(execution_of(out).outcome, ExecutionOutcome::kFinished);
  EXPECT_EQ(latency_of(out), 4s);
  EXPECT_EQ(totals_of(out).billed_ms, 6000U);
}

TEST(Workflow, AnExecutionThatOutlivesWhatItCaughtIsHandedOutOnce) {
  Workflow workflow = workflow_of(
      {parallel("both", {1, 2}), ends("fails", false), invokes("runs", 0), ends("mends", true)}, 1);
  workflow.states[0].branches = {2, 1};
  workflow.states[0].on_failure = 3;
  const RunOutput out = run(workflow_setup(workflow, {plain_function(2s)}, {{0s}, {1s}}));
  ASSERT_EQ(out.rows.executions.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(out.rows.executions[i].latency(), 0s);
    EXPECT_EQ(out.rows.uses[i][0].billed_ms, 2000U);
    EXPECT_EQ(out.rows.executions[i].event, i);
  }
}

TEST(Workflow, ABranchThatFailsAtOnceKeepsLaterOnesFromStarting) {
  const RunOutput out = run(workflow_setup(
      workflow_of({parallel("both", {1, 2}), ends("fails", false), invokes("runs", 0)}, 1),
      {plain_function(1s)}, {{0s}}));
  EXPECT_THAT(times_of(out), IsEmpty());
  EXPECT_EQ(latency_of(out), 0s);
  EXPECT_EQ(execution_of(out).outcome, ExecutionOutcome::kFailed);
}

TEST(Workflow, AnItemThatFailsEndsItsMap) {
  engine::FunctionSetup function = plain_function(1s);
  function.outages = {{at(1s), at(2s)}};
  const RunOutput out =
      run(workflow_setup(workflow_of({maps("resize", 0, 10, 2)}, 1), {function}, {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 0s, 1s, 1s));
  EXPECT_EQ(latency_of(out), 2s);
  EXPECT_EQ(execution_of(out).transitions, 5U);
}

TEST(Workflow, AnExecutionThatTakesTooLongFailsAtThatMomentWhateverCatches) {
  Workflow workflow = chain();
  workflow.timeout = 2500ms;
  workflow.states[1].on_failure = 2;
  const RunOutput out = run(workflow_setup(workflow, three_functions(), {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 1s));
  EXPECT_EQ(execution_of(out).outcome, ExecutionOutcome::kTimedOut);
  EXPECT_EQ(latency_of(out), 2500ms);
  EXPECT_EQ(totals_of(out).discarded, 1U);
  EXPECT_EQ(totals_of(out).billed_ms, 3000U);
}

TEST(Workflow, WhatIsNotOverWhenTheRunEndsIsInFlight) {
  const RunOutput out = run(workflow_setup(chain(), three_functions(), {{0s}, {1s}}, 6500ms));
  ASSERT_EQ(out.rows.executions.size(), 2U);
  EXPECT_EQ(out.rows.executions[0].outcome, ExecutionOutcome::kFinished);
  EXPECT_EQ(out.rows.executions[1].outcome, ExecutionOutcome::kInFlight);
  EXPECT_EQ(out.rows.executions[1].latency(), 5500ms);
  EXPECT_EQ(out.rows.uses[1][2].billed_ms, 3000U);
  EXPECT_EQ(totals_of(out).handled, 1U);
  EXPECT_EQ(totals_of(out).left, 1U);
  EXPECT_EQ(totals_of(out).billed_ms, 12'000U);
}

TEST(Workflow, TheTimeOfAnExpressExecutionIsRoundedUpTo100Ms) {
  Workflow workflow = chain();
  workflow.is_express = true;
  workflow.transition = constant(1ms);
  const RunOutput out = run(workflow_setup(workflow, three_functions(), {{0s}, {60s}}));
  EXPECT_EQ(totals_of(out).workflow_ms, 12'200U);
}

TEST(Workflow, ExecutionsOfTheWarmUpAreHandedOutButNotCounted) {
  engine::Setup setup = workflow_setup(chain(), three_functions(), {{0s}, {60s}});
  setup.warm_up = 30s;
  const RunOutput out = run(setup);
  EXPECT_EQ(out.rows.executions.size(), 2U);
  EXPECT_EQ(totals_of(out).events, 1U);
  EXPECT_EQ(totals_of(out).transitions, 3U);
  EXPECT_EQ(totals_of(out).billed_ms, 6000U);
}

}  // namespace
}  // namespace lambdasim::test
