// Hand-worked timelines: each test scripts a few arrivals and knows every number that must come
// out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted.h"

namespace lambdasim::engine {
namespace {

using namespace lambdasim::test;
using testing::ElementsAre;

FunctionSetup with_init(Duration sandbox, Duration runtime_init, Duration handler) {
  FunctionSetup function = plain_function(handler);
  function.sandbox = constant(sandbox);
  function.runtime_init = constant(runtime_init);
  return function;
}

TEST(ColdStart, TakesSandboxThenInitThenHandlerAndBillsInitAndHandlerUnderOneCeiling) {
  const auto r = run(setup_of({with_init(50ms, 18'450us, 1'440us)}, {{1s}}));
  const InvocationRecord& cold = r.rows.invocations.at(0);
  EXPECT_EQ(cold.start, Start::kCold);
  EXPECT_EQ(cold.wait, 0ms);
  EXPECT_EQ(cold.sandbox, 50ms);
  EXPECT_EQ(cold.init, 18'450us);
  EXPECT_EQ(cold.duration, 1'440us);
  EXPECT_EQ(cold.latency(), 69'890us);
  EXPECT_EQ(cold.billed_ms, 20U);
  EXPECT_EQ(cold.billed_init_ms(), 18U);
}

TEST(ColdStart, BillsOnlyTheHandlerWhereInitIsFree) {
  FunctionSetup function = with_init(50ms, 100'770us, 250'060us);
  function.init_is_billed = false;
  EXPECT_EQ(run(setup_of({function}, {{1s}})).rows.invocations.at(0).billed_ms, 251U);
  function.init_is_billed = true;
  EXPECT_EQ(run(setup_of({function}, {{1s}})).rows.invocations.at(0).billed_ms, 351U);
}

TEST(WarmReuse, ServesTheNextCallFromTheSameContextWithoutWaiting) {
  const auto r = run(setup_of({with_init(0ms, 100ms, 10ms)}, {{1s}, {2s}}));
  const InvocationRecord& warm = r.rows.invocations.at(1);
  EXPECT_EQ(warm.start, Start::kWarm);
  EXPECT_EQ(warm.latency(), 10ms);
  EXPECT_EQ(warm.context, r.rows.invocations.at(0).context);
}

TEST(WarmReuse, TakesTheMostRecentlyUsedContext) {
  // Two calls at once make two contexts; the second call's handler ends last.
  FunctionSetup function = plain_function(0ms);
  function.handler[0].kind = StepKind::kWaitRecorded;
  const auto r = run(setup_of(
      {function}, {{0s, 0, 10ms}, {1ms, 0, 20ms}, {1s, 0, 5ms}, {1002ms, 0, 50ms}, {2s, 0, 1ms}}));
  std::vector<std::uint32_t> contexts;
  for (const InvocationRecord& record : r.rows.invocations) {
    contexts.push_back(record.context.value);
  }
  EXPECT_THAT(contexts, ElementsAre(0, 1, 1, 0, 0));
}

TEST(ReturnDelay, KeepsAContextFromBeingChosenUntilItHasPassed) {
  FunctionSetup function = with_init(0ms, 100ms, 10ms);
  function.return_delay = constant(6ms);
  // Free at 1,110 ms, reusable at 1,116 ms.
  const auto early = run(setup_of({function}, {{1s}, {1'115ms}}));
  EXPECT_EQ(early.rows.contexts.size(), 2U);
  // The second call waits for the first context, 1 ms, rather than for its own, 100 ms.
  EXPECT_EQ(early.rows.invocations.at(1).start, Start::kWarm);
  EXPECT_EQ(early.rows.invocations.at(1).wait, 1ms);
  EXPECT_EQ(early.rows.invocations.at(1).context.value, 0U);
  const auto late = run(setup_of({function}, {{1s}, {1'116ms}}));
  EXPECT_EQ(late.rows.contexts.size(), 1U);
  EXPECT_EQ(late.rows.invocations.at(1).wait, 0ms);
}

TEST(WaitingRequest, IsServedByWhicheverContextIsFreeFirstAndTheNewOneGoesIdle) {
  // B comes while A runs: a second context is started, but A's is free long before it is ready.
  const auto r = run(setup_of({with_init(40ms, 200ms, 30ms)}, {{0s}, {250ms}, {600ms}}));
  const InvocationRecord& b = r.rows.invocations.at(1);
  EXPECT_EQ(b.start, Start::kWarm);
  EXPECT_EQ(b.wait, 20ms);
  EXPECT_EQ(b.context.value, 0U);
  // The third call finds the context that was made for B: initialised, never used, no init billed.
  const InvocationRecord& c = r.rows.invocations.at(2);
  EXPECT_EQ(c.context.value, 1U);
  EXPECT_EQ(c.start, Start::kWarm);
  EXPECT_EQ(c.billed_ms, 30U);
  EXPECT_EQ(r.rows.contexts.size(), 2U);
}

TEST(WaitingRequest, ThatWaitedLongestGoesFirst) {
  const auto r = run(setup_of({with_init(0ms, 100ms, 500ms)}, {{0s}, {10ms}, {20ms}}));
  EXPECT_EQ(r.rows.invocations.at(0).arrival, at(0s));
  EXPECT_EQ(r.rows.invocations.at(1).arrival, at(10ms));
  EXPECT_EQ(r.rows.invocations.at(2).arrival, at(20ms));
  EXPECT_EQ(r.rows.invocations.at(2).init, 100ms);
}

TEST(Ties, AContextThatBecomesFreeAtTheTimeOfAnArrivalServesIt) {
  const auto r = run(setup_of({with_init(0ms, 0ms, 10ms)}, {{1s}, {1'010ms}}));
  EXPECT_EQ(r.rows.contexts.size(), 1U);
}

TEST(KeepAlive, EndsAnIdleContextExactlyAtItsLimitHoweverLateAnyoneLooks) {
  FunctionSetup function = plain_function(10ms, 300s);
  const auto r = run(setup_of({function}, {{1s}, {3'000s}}, 2h));
  ASSERT_EQ(r.rows.contexts.size(), 2U);
  const ContextRecord& first = r.rows.contexts.at(0);
  EXPECT_EQ(first.retired, at(1s + 10ms + 300s));
  EXPECT_EQ(first.why, Retirement::kIdle);
  EXPECT_EQ(first.idle, 300s);
  EXPECT_EQ(r.rows.invocations.at(1).start, Start::kCold);
}

TEST(KeepAlive, CountsFromTheEndOfTheHandlerAndExcludesItsLimit) {
  FunctionSetup function = plain_function(10ms, 300s);
  const auto inside = run(setup_of({function}, {{0s}, {10ms + 300s - 1ns}}));
  EXPECT_EQ(inside.rows.invocations.at(1).start, Start::kWarm);
  const auto outside = run(setup_of({function}, {{0s}, {10ms + 300s}}));
  EXPECT_EQ(outside.rows.invocations.at(1).start, Start::kCold);
}

TEST(KeepAlive, OfNothingMakesEveryCallCold) {
  const auto r = run(setup_of({plain_function(10ms, 0s)}, {{0s}, {5ms}, {1s}, {1s + 10ms}}));
  for (const InvocationRecord& record : r.rows.invocations) {
    EXPECT_EQ(record.start, Start::kCold);
    EXPECT_EQ(record.wait, 0ms);
  }
  EXPECT_EQ(r.rows.contexts.size(), 4U);
}

TEST(Recycling, EndsAContextAtItsLifetimeOrAtTheEndOfTheHandlerThatRunsThen) {
  FunctionSetup function = plain_function(100ms);
  function.lifetime = constant(1'050ms);
  const auto r = run(setup_of({function}, {{0s}, {1s}, {2s}, {10s}}));
  // The first context is busy at its lifetime's end (1,050 ms) and goes when it is done.
  EXPECT_EQ(r.rows.contexts.at(0).retired, at(1'100ms));
  EXPECT_EQ(r.rows.contexts.at(0).why, Retirement::kRecycled);
  EXPECT_EQ(r.rows.contexts.at(0).invocations, 2U);
  // The second is idle then, and goes at that very time.
  EXPECT_EQ(r.rows.contexts.at(1).retired, at(3'050ms));
  EXPECT_EQ(r.rows.contexts.at(1).why, Retirement::kRecycled);
}

TEST(Timeout, EndsTheHandlerAndResetsTheContextWhoseNextCallInitialisesAgain) {
  FunctionSetup function = with_init(50ms, 200ms, 0ms);
  function.timeout = 3s;
  function.handler[0].kind = StepKind::kWaitRecorded;
  const auto r = run(setup_of({function}, {{0s, 0, 4s}, {10s, 0, 30ms}, {20s, 0, 30ms}}));
  const InvocationRecord& slow = r.rows.invocations.at(0);
  EXPECT_EQ(slow.outcome, Outcome::kTimeout);
  EXPECT_EQ(slow.duration, 3s);
  EXPECT_EQ(slow.billed_ms, 3'200U);
  const InvocationRecord& reset = r.rows.invocations.at(1);
  EXPECT_EQ(reset.start, Start::kReset);
  EXPECT_EQ(reset.context, slow.context);
  EXPECT_EQ(reset.init, 0ms);
  EXPECT_EQ(reset.duration, 230ms);  // INIT again, inside Duration, without a new sandbox
  EXPECT_EQ(reset.billed_ms, 230U);
  EXPECT_EQ(r.rows.invocations.at(2).start, Start::kWarm);
  EXPECT_EQ(r.rows.contexts.at(0).resets, 1U);
}

TEST(Timeout, AllowsAHandlerThatTakesExactlyTheTimeout) {
  FunctionSetup function = plain_function(3s);
  EXPECT_EQ(run(setup_of({function}, {{0s}})).rows.invocations.at(0).outcome, Outcome::kOk);
  function = plain_function(3s + 1ns);
  EXPECT_EQ(run(setup_of({function}, {{0s}})).rows.invocations.at(0).outcome, Outcome::kTimeout);
}

TEST(Timeout, CanKeepTheSecondInitOutOfDuration) {
  FunctionSetup function = with_init(50ms, 200ms, 0ms);
  function.handler[0].kind = StepKind::kWaitRecorded;
  function.reset_init_in_duration = false;
  const auto r = run(setup_of({function}, {{0s, 0, 4s}, {10s, 0, 30ms}}));
  EXPECT_EQ(r.rows.invocations.at(1).init, 200ms);
  EXPECT_EQ(r.rows.invocations.at(1).duration, 30ms);
  EXPECT_EQ(r.rows.invocations.at(1).billed_ms, 30U);
}

TEST(WarmContexts, ServeFromTheStart) {
  FunctionSetup function = with_init(50ms, 200ms, 10ms);
  function.warm_contexts = 2;
  const auto r = run(setup_of({function}, {{0s}, {1ms}, {2ms}}));
  EXPECT_EQ(r.rows.invocations.at(0).start, Start::kWarm);
  EXPECT_EQ(r.rows.invocations.at(1).start, Start::kWarm);
  EXPECT_EQ(r.rows.invocations.at(2).wait, 8ms);
  EXPECT_EQ(r.result.peaks.at(0).contexts, 3U);
}

TEST(ReservedConcurrency, RefusesWhatExceedsItAndLeavesOthersTheRest) {
  FunctionSetup reserved = plain_function(100ms);
  reserved.reserved_concurrency = 1;
  FunctionSetup other = plain_function(100ms);
  auto setup = setup_of({reserved, other}, {{0s, 0}, {1ms, 0}, {2ms, 1}, {3ms, 1}, {4ms, 1}});
  setup.account_concurrency = 3;
  const auto r = run(setup);
  std::vector<Outcome> outcomes(5);
  for (const InvocationRecord& record : r.rows.invocations) {
    outcomes.at(static_cast<std::size_t>(record.arrival.time_since_epoch() / 1ms)) = record.outcome;
  }
  EXPECT_THAT(outcomes, ElementsAre(Outcome::kOk, Outcome::kThrottled, Outcome::kOk, Outcome::kOk,
                                    Outcome::kThrottled));
}

TEST(ReservedConcurrency, OfZeroRefusesEveryCall) {
  FunctionSetup function = plain_function(100ms);
  function.reserved_concurrency = 0;
  const auto r = run(setup_of({function}, {{0s}, {1s}}));
  EXPECT_EQ(r.rows.invocations.at(0).outcome, Outcome::kThrottled);
  EXPECT_EQ(r.rows.invocations.at(1).outcome, Outcome::kThrottled);
  EXPECT_TRUE(r.rows.contexts.empty());
}

class WhereAResourceIsMade : public testing::Test {
 protected:
  /// INIT 100 ms, a connection that takes 40 ms, a handler that uses it twice and works 10 ms.
  static RunOutput run_with(Where where) {
    FunctionSetup function = with_init(0ms, 100ms, 10ms);
    function.resources = {{where, true, {{StepKind::kWait, {}, 99, constant(40ms)}}}};
    const Step use{StepKind::kUse, core::ResourceId{0}, 0, {}};
    function.handler.insert(function.handler.begin(), {use, use});
    return run(setup_of({function}, {{0s}, {1s}, {2s}}));
  }
};

TEST_F(WhereAResourceIsMade, OutsideTheHandlerItBelongsToInit) {
  const auto r = run_with(Where::kOutsideHandler);
  EXPECT_EQ(r.rows.invocations.at(0).init, 140ms);
  EXPECT_EQ(r.rows.invocations.at(0).duration, 10ms);
  EXPECT_EQ(r.rows.invocations.at(1).duration, 10ms);
  EXPECT_EQ(r.rows.contexts.at(0).connections, 1U);
}

TEST_F(WhereAResourceIsMade, InsideTheHandlerItIsMadeInEveryInvocation) {
  const auto r = run_with(Where::kInsideHandler);
  EXPECT_EQ(r.rows.invocations.at(0).init, 100ms);
  EXPECT_EQ(r.rows.invocations.at(0).duration, 50ms);
  EXPECT_EQ(r.rows.invocations.at(2).duration, 50ms);
  EXPECT_EQ(r.rows.contexts.at(0).connections, 0U);
  EXPECT_EQ(r.result.peaks.at(0).connections, 1U);
}

TEST_F(WhereAResourceIsMade, AtFirstUseItIsMadeOnceAContext) {
  const auto r = run_with(Where::kFirstUse);
  EXPECT_EQ(r.rows.invocations.at(0).init, 100ms);
  EXPECT_EQ(r.rows.invocations.at(0).duration, 50ms);
  EXPECT_EQ(r.rows.invocations.at(1).duration, 10ms);
  EXPECT_EQ(r.rows.contexts.at(0).connections, 1U);
}

TEST(Connections, AreHeldByIdleContextsToo) {
  FunctionSetup function = plain_function(10ms, 300s);
  function.resources = {{Where::kOutsideHandler, true, {}}};
  std::vector<ScriptedArrival> burst(20);
  const auto r = run(setup_of({function}, burst));
  EXPECT_EQ(r.result.peaks.at(0).connections, 20U);
  // One call a minute afterwards needs one connection; those of the burst are gone by then.
  std::vector<ScriptedArrival> calm = burst;
  for (int minute = 10; minute < 20; ++minute) {
    calm.push_back({minute * 60s});
  }
  auto setup = setup_of({function}, calm);
  setup.warm_up = 9min;
  EXPECT_EQ(run(setup).result.peaks.at(0).connections, 1U);
}

TEST(ManyFunctions, KeepTheirContextsApart) {
  const auto r = run(setup_of({plain_function(10ms), plain_function(10ms)}, {{0s, 0}, {1s, 1}}));
  EXPECT_EQ(r.rows.contexts.size(), 2U);
  EXPECT_EQ(r.rows.invocations.at(1).start, Start::kCold);
}

TEST(EndOfRun, LetsRequestsUnderWayFinishAndEndsContextsAtTheHorizon) {
  FunctionSetup function = plain_function(10s);
  function.timeout = 30s;
  const auto r = run(setup_of({function}, {{0s}, {59min + 55s}}, 1h));
  EXPECT_EQ(r.rows.invocations.at(1).duration, 10s);
  EXPECT_EQ(r.rows.contexts.at(0).why, Retirement::kEndOfRun);
  EXPECT_EQ(r.rows.contexts.at(0).retired, at(1h + 5s));
}

TEST(StoppedRun, AccountsForEveryArrivalItTook) {
  auto setup = setup_of({plain_function(10ms)}, {{0s}, {1s}});
  KeepingRecorder rows;
  Progress progress;
  progress.stop = true;
  const RunResult result = simulate(setup, {}, rows, progress);
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(result.arrivals, rows.invocations.size());
}

}  // namespace
}  // namespace lambdasim::engine
