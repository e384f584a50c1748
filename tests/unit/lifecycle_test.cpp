// Hand-worked timelines of what ends, replaces and restores contexts, and of what a call costs
// beside its handler.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted.h"

namespace lambdasim::engine {
namespace {

using namespace lambdasim::test;
using testing::ElementsAre;

FunctionSetup function_with_init() {
  FunctionSetup function = plain_function(40ms);
  function.sandbox = constant(50ms);
  function.runtime_init = constant(200ms);
  return function;
}

std::vector<std::uint32_t> contexts_of(const RunOutput& output) {
  std::vector<std::uint32_t> contexts;
  for (const InvocationRecord& record : output.rows.invocations) {
    contexts.push_back(record.context.value);
  }
  return contexts;
}

TEST(Deployment, EndsIdleContextsAtOnceSoThatTheNextCallIsCold) {
  FunctionSetup function = function_with_init();
  function.deployments = {at(30s)};
  const auto r = run(setup_of({function}, {{0s}, {20s}, {40s}}));
  EXPECT_EQ(r.rows.invocations.at(1).start, Start::kWarm);
  EXPECT_EQ(r.rows.invocations.at(2).start, Start::kCold);
  EXPECT_EQ(r.rows.invocations.at(2).billed_ms, 240U);
  EXPECT_EQ(r.rows.contexts.at(0).retired, at(30s));
  EXPECT_EQ(r.rows.contexts.at(0).why, Retirement::kDeployed);
  EXPECT_EQ(r.rows.contexts.at(0).invocations, 2U);
}

TEST(Deployment, LetsABusyContextFinishItsHandlerAndThenEndsIt) {
  FunctionSetup function = plain_function(2s);
  function.return_delay = constant(5ms);
  function.deployments = {at(1s)};
  const auto r = run(setup_of({function}, {{0s}, {10s}}));
  EXPECT_EQ(r.rows.invocations.at(0).outcome, Outcome::kOk);
  EXPECT_EQ(r.rows.contexts.at(0).retired, at(2s));
  EXPECT_EQ(r.rows.contexts.at(0).why, Retirement::kDeployed);
  EXPECT_EQ(r.rows.invocations.at(1).start, Start::kCold);
}

TEST(Deployment, LetsAContextInInitServeTheRequestThatWaitsForIt) {
  FunctionSetup function = function_with_init();
  function.deployments = {at(100ms)};
  const auto r = run(setup_of({function}, {{0s}, {10s}}));
  EXPECT_EQ(r.rows.invocations.at(0).init, 200ms);
  EXPECT_EQ(r.rows.contexts.at(0).retired, at(290ms));
  EXPECT_EQ(r.rows.invocations.at(1).start, Start::kCold);
}

TEST(Deployment, OfOneFunctionLeavesTheOthersAlone) {
  FunctionSetup deployed = plain_function(40ms);
  deployed.deployments = {at(5s)};
  const auto r =
      run(setup_of({deployed, plain_function(40ms)}, {{0s, 0}, {0s, 1}, {10s, 0}, {10s, 1}}));
  EXPECT_EQ(r.rows.invocations.at(2).start, Start::kCold);
  EXPECT_EQ(r.rows.invocations.at(3).start, Start::kWarm);
}

TEST(ProactiveInit, ReplacesContextsInSteadyUseAtADeploymentAheadOfRequests) {
  FunctionSetup function = function_with_init();
  function.deployments = {at(30s)};
  function.proactive = {1.0, 10s};
  // Idle for 9.71 s at the deployment: in steady use. Its replacement is ready at 30.25 s.
  const auto r = run(setup_of({function}, {{20s}, {30'300ms}}));
  ASSERT_EQ(r.rows.contexts.size(), 2U);
  EXPECT_EQ(r.rows.contexts.at(1).created, at(30s));
  EXPECT_EQ(r.rows.invocations.at(1).start, Start::kWarm);
  EXPECT_EQ(r.rows.invocations.at(1).billed_ms, 40U);  // its INIT is on nobody's path
  // A call that comes before it is ready waits for it, with a context of its own under way.
  const auto early = run(setup_of({function}, {{20s}, {30'200ms}}));
  EXPECT_EQ(early.rows.invocations.at(1).start, Start::kCold);
  EXPECT_EQ(early.rows.invocations.at(1).latency(), 90ms);
  EXPECT_EQ(early.rows.contexts.size(), 3U);
}

TEST(ProactiveInit, LeavesContextsAloneThatAreHardlyUsed) {
  FunctionSetup function = function_with_init();
  function.deployments = {at(31s)};
  function.proactive = {1.0, 10s};
  const auto r = run(setup_of({function}, {{20s}, {40s}}));
  EXPECT_EQ(r.rows.invocations.at(1).start, Start::kCold);
}

TEST(ProactiveInit, ReplacesARecycledContextAtTheTimeOfItsEndHoweverLateAnyoneLooks) {
  FunctionSetup function = function_with_init();
  function.lifetime = constant(5s);
  function.proactive = {1.0, 10s};
  // Recycled at 5 s; the replacement is ready at 5.25 s and idle when the call comes at 8 s.
  const auto r = run(setup_of({function}, {{0s}, {8s}}, 9s));
  EXPECT_EQ(r.rows.invocations.at(1).start, Start::kWarm);
  EXPECT_EQ(r.rows.contexts.at(0).retired, at(5s));
  EXPECT_EQ(r.rows.contexts.at(0).why, Retirement::kRecycled);
  EXPECT_EQ(r.rows.contexts.at(1).created, at(5s));
  EXPECT_EQ(r.rows.contexts.at(1).ready, at(5'250ms));
  EXPECT_EQ(r.result.peaks.at(0).contexts, 1U);
}

TEST(MaximumAge, CapsTheLifetime) {
  FunctionSetup function = function_with_init();
  function.maximum_age = 3s;
  const auto r = run(setup_of({function}, {{0s}, {4s}}));
  EXPECT_EQ(r.rows.contexts.at(0).retired, at(3s));
  EXPECT_EQ(r.rows.contexts.at(0).why, Retirement::kRecycled);
  EXPECT_EQ(r.rows.invocations.at(1).start, Start::kCold);
}

TEST(Package, TakesTimeToLoadBesideTheSandbox) {
  FunctionSetup function = function_with_init();
  function.package_load = 25ms;
  const auto r = run(setup_of({function}, {{0s}}));
  EXPECT_EQ(r.rows.invocations.at(0).sandbox, 75ms);
  EXPECT_EQ(r.rows.invocations.at(0).billed_ms, 240U);
}

TEST(ProactiveInit, DoesNotReplaceAContextThatWasNeverUsed) {
  FunctionSetup function = function_with_init();
  function.lifetime = constant(5s);
  function.proactive = {1.0, 10s};
  // Recycled at 5 s and replaced; the replacement is recycled at 10 s, unused. Nobody looks.
  const auto r = run(setup_of({function}, {{0s}}, 12s));
  ASSERT_EQ(r.rows.contexts.size(), 2U);
  EXPECT_EQ(r.rows.contexts.at(0).retired, at(5s));
  EXPECT_EQ(r.rows.contexts.at(1).created, at(5s));
  EXPECT_EQ(r.rows.contexts.at(1).retired, at(10s));
  EXPECT_EQ(r.rows.contexts.at(1).why, Retirement::kRecycled);
}

TEST(ProactiveInit, GoesOnToTheEndOfTheRunThoughNobodyLooks) {
  FunctionSetup function = function_with_init();
  function.lifetime = constant(5s);
  function.proactive = {1.0, 10s};
  const auto r = run(setup_of({function}, {{0s}}, 5'100ms));
  ASSERT_EQ(r.rows.contexts.size(), 2U);
  EXPECT_EQ(r.rows.contexts.at(1).created, at(5s));
  EXPECT_EQ(r.rows.contexts.at(1).retired, at(5'250ms));
  EXPECT_EQ(r.rows.contexts.at(1).why, Retirement::kEndOfRun);
}

/// Three contexts that become idle in the order 1, 2, 0, then single calls far apart.
RunOutput reused(ReuseOrder order, int calls) {
  FunctionSetup function = plain_function(0ms);
  function.handler[0].kind = StepKind::kWaitRecorded;
  function.reuse = order;
  std::vector<ScriptedArrival> arrivals{{0s, 0, 30ms}, {1ms, 0, 10ms}, {2ms, 0, 20ms}};
  for (int i = 0; i < calls; ++i) {
    arrivals.push_back({10s + 1s * i, 0, 1ms});
  }
  return run(setup_of({function}, arrivals));
}

TEST(ReuseOrder, ChoosesTheContextThatItsNameSays) {
  EXPECT_THAT(contexts_of(reused(ReuseOrder::kMostRecent, 3)), ElementsAre(0, 1, 2, 0, 0, 0));
  EXPECT_THAT(contexts_of(reused(ReuseOrder::kLeastRecent, 4)), ElementsAre(0, 1, 2, 1, 2, 0, 1));
  EXPECT_THAT(contexts_of(reused(ReuseOrder::kNewest, 3)), ElementsAre(0, 1, 2, 2, 2, 2));
  EXPECT_THAT(contexts_of(reused(ReuseOrder::kOldest, 3)), ElementsAre(0, 1, 2, 0, 0, 0));
}

TEST(ReuseOrder, AtRandomSpreadsCallsEvenly) {
  constexpr int kCalls = 3000;
  const auto r = reused(ReuseOrder::kRandom, kCalls);
  std::vector<int> counts(3);
  for (const std::uint32_t context : contexts_of(r)) {
    ++counts.at(context);
  }
  // Binomial(3,000, 1/3): standard deviation 25.8; five of them are exceeded once in 10^6.
  for (const int count : counts) {
    EXPECT_NEAR(count, kCalls / 3, 130);
  }
}

TEST(SnapStart, RestoresInsteadOfInitialisingAndBillsItUnderACeilingOfItsOwn) {
  FunctionSetup function = function_with_init();
  function.handler[0].time = constant(306'340us);
  function.snap_start = SnapStart{constant(511'250us), constant(303ms)};
  const auto r = run(setup_of({function}, {{0s}, {10s}}));
  const InvocationRecord& restored = r.rows.invocations.at(0);
  EXPECT_EQ(restored.start, Start::kRestored);
  EXPECT_EQ(restored.sandbox, 50ms);
  EXPECT_EQ(restored.init, 511'250us);
  EXPECT_EQ(restored.billed_ms, 610U);
  EXPECT_EQ(restored.billed_init_ms(), 303U);
  EXPECT_EQ(r.rows.invocations.at(1).start, Start::kWarm);
  EXPECT_EQ(r.rows.invocations.at(1).billed_ms, 307U);
}

TEST(SnapStart, CarriesNoConnectionOverSoItsFirstUseMakesIt) {
  FunctionSetup function = function_with_init();
  function.resources = {
      {Where::kOutsideHandler, true, {{StepKind::kWait, {}, 99, constant(70ms)}}}};
  const Step use{StepKind::kUse, core::ResourceId{0}, 0, {}};
  function.handler.insert(function.handler.begin(), use);
  function.snap_start = SnapStart{constant(500ms), constant(100ms)};
  const auto r = run(setup_of({function}, {{0s}, {10s}}));
  EXPECT_EQ(r.rows.invocations.at(0).duration, 110ms);
  EXPECT_EQ(r.rows.invocations.at(1).duration, 40ms);
  EXPECT_EQ(r.rows.contexts.at(0).connections, 1U);
}

TEST(FirstCall, DoesItsLazyWorkOnceAContextAndAgainAfterAReset) {
  FunctionSetup function = function_with_init();
  function.first_call = {{StepKind::kWait, {}, 88, constant(60ms)}};
  function.handler[0].kind = StepKind::kWaitRecorded;
  const auto r =
      run(setup_of({function}, {{0s, 0, 40ms}, {10s, 0, 40ms}, {20s, 0, 5s}, {30s, 0, 40ms}}));
  EXPECT_EQ(r.rows.invocations.at(0).duration, 100ms);
  EXPECT_EQ(r.rows.invocations.at(1).duration, 40ms);
  EXPECT_EQ(r.rows.invocations.at(2).outcome, Outcome::kTimeout);
  EXPECT_EQ(r.rows.invocations.at(3).duration, 300ms);  // INIT 200, first call 60, handler 40
}

TEST(CallOverhead, IsPartOfEveryDuration) {
  FunctionSetup function = function_with_init();
  function.call_overhead = constant(1'200us);
  const auto r = run(setup_of({function}, {{0s}}));
  EXPECT_EQ(r.rows.invocations.at(0).duration, 41'200us);
  EXPECT_EQ(r.rows.invocations.at(0).billed_ms, 242U);
}

TEST(Extensions, TakePartInInitAndWorkAfterTheResponseOnTheBillButNotInTheLatency) {
  FunctionSetup function = function_with_init();
  function.extension_init = constant(30ms);
  function.extension_tail = constant(25ms);
  // The handler ends at 320 ms, the context is free at 345 ms: the second call waits 5 ms for it.
  const auto r = run(setup_of({function}, {{0s}, {340ms}}));
  const InvocationRecord& cold = r.rows.invocations.at(0);
  EXPECT_EQ(cold.init, 230ms);
  EXPECT_EQ(cold.duration, 65ms);
  EXPECT_EQ(cold.after_us, 25'000U);
  EXPECT_EQ(cold.latency(), 320ms);
  EXPECT_EQ(cold.billed_ms, 295U);
  EXPECT_EQ(r.rows.invocations.at(1).wait, 5ms);
}

TEST(BillingStep, RoundsUpToWholeSteps) {
  FunctionSetup function = function_with_init();
  function.billing_step_ms = 100;
  function.init_is_billed = false;
  function.handler[0].time = constant(101ms);
  const auto r = run(setup_of({function}, {{0s}, {10s}}));
  EXPECT_EQ(r.rows.invocations.at(0).billed_ms, 200U);
  EXPECT_EQ(r.rows.invocations.at(0).billed_init_ms(), 0U);
  EXPECT_EQ(r.rows.invocations.at(1).billed_ms, 200U);
}

}  // namespace
}  // namespace lambdasim::engine
