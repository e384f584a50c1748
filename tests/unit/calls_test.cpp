// Functions that call functions and wait for their answers.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/stepwise.h"

namespace lambdasim::engine {
namespace {

using namespace test;

/// Works for 10 ms, makes the call, works for 5 ms.
FunctionSetup caller_of(std::uint32_t function, std::uint32_t times = 1) {
  FunctionSetup caller = plain_function(10ms);
  caller.name = "caller";
  caller.is_stepwise = true;
  caller.timeout = 60s;
  FunctionCall call;
  call.function = core::FunctionId{function};
  call.times = times;
  call.backoff = constant(100ms);
  caller.calls = {call};
  caller.handler.push_back(call_step(0));
  caller.handler.push_back(wait_step(5ms));
  return caller;
}

TEST(ACall, IsWaitedForAndBilled) {
  FunctionSetup callee = plain_function(200ms);
  callee.runtime_init = constant(100ms);
  const auto r = run(setup_of({caller_of(1), callee}, {{0s, 0}, {10s, 0}}));
  const auto callers = rows_of(r, 0);
  ASSERT_EQ(callers.size(), 2U);
  EXPECT_EQ(callers[0].duration, 10ms + 100ms + 200ms + 5ms);  // the callee is cold
  EXPECT_EQ(callers[1].duration, 10ms + 200ms + 5ms);
  EXPECT_EQ(callers[1].billed_ms, 215U);
  const auto callees = rows_of(r, 1);
  EXPECT_EQ(callees.at(0).arrival, at(10ms));
  EXPECT_EQ(callees.at(1).event, callers.at(1).event);
  EXPECT_EQ(r.result.calls.at(0).calls, 2U);
  EXPECT_EQ(r.result.calls.at(0).waiting, 500ms);
}

TEST(Calls, ThatFanOutAreJoinedWhenTheLastHasAnswered) {
  FunctionSetup callee = plain_function(0ms);
  callee.handler = {{StepKind::kWait, {}, 64, Distribution::uniform(0, 1e9)}};
  auto setup = setup_of({caller_of(1, 1000), callee}, {{0s, 0}});
  setup.account_concurrency = 1001;
  const auto r = run(setup);
  const auto callees = rows_of(r, 1);
  ASSERT_EQ(callees.size(), 1000U);
  Duration longest{0};
  for (const InvocationRecord& row : callees) {
    longest = std::max(longest, row.latency());
  }
  EXPECT_EQ(rows_of(r, 0).at(0).duration, 10ms + longest + 5ms);
  EXPECT_GT(longest, 980ms);
}

TEST(AChain, TakesTheSumOfItsFunctions) {
  std::vector<FunctionSetup> functions;
  for (std::uint32_t i = 0; i < 4; ++i) {
    functions.push_back(caller_of(i + 1));
  }
  functions.push_back(plain_function(7ms));
  const auto r = run(setup_of(functions, {{0s, 0}}));
  EXPECT_EQ(rows_of(r, 0).at(0).duration, 4 * 15ms + 7ms);
  EXPECT_EQ(rows_of(r, 3).at(0).duration, 15ms + 7ms);
}

TEST(ACall, ThatIsAnsweredWithAnErrorFailsTheCaller) {
  FunctionSetup callee = plain_function(50ms);
  callee.failures.error = 1;
  const auto r = run(setup_of({caller_of(1), callee}, {{0s, 0}}));
  EXPECT_EQ(rows_of(r, 0).at(0).outcome, Outcome::kError);
  EXPECT_EQ(rows_of(r, 0).at(0).duration, 60ms);
  EXPECT_EQ(r.result.calls.at(0).failed, 1U);
}

TEST(ACall, ThatIsRefusedIsTriedAgainAfterAWhileThatDoubles) {
  FunctionSetup callee = plain_function(50ms);
  callee.reserved_concurrency = 0;
  FunctionSetup caller = caller_of(1);
  caller.calls[0].attempts = 3;
  const auto r = run(setup_of({caller, callee}, {{0s, 0}}));
  EXPECT_EQ(rows_of(r, 1).size(), 3U);
  EXPECT_EQ(rows_of(r, 0).at(0).outcome, Outcome::kError);
  EXPECT_EQ(rows_of(r, 0).at(0).duration, 10ms + 100ms + 200ms);
  EXPECT_EQ(r.result.calls.at(0).refused, 3U);
  EXPECT_EQ(r.result.calls.at(0).deadlocked, 0U);
}

TEST(ACaller, ThatTimesOutLeavesTheCalleeRunning) {
  FunctionSetup callee = plain_function(10s);
  callee.timeout = 60s;
  FunctionSetup caller = caller_of(1);
  caller.timeout = 1s;
  const auto r = run(setup_of({caller, callee}, {{0s, 0}, {20s, 0}}));
  EXPECT_EQ(rows_of(r, 0).at(0).outcome, Outcome::kTimeout);
  EXPECT_EQ(rows_of(r, 0).at(0).duration, 1s);
  EXPECT_EQ(rows_of(r, 1).at(0).duration, 10s);
  EXPECT_EQ(rows_of(r, 1).size(), 2U);
}

TEST(CallersThatHoldEveryPlace, AreFoundAsADeadlock) {
  FunctionSetup callee = plain_function(50ms);
  FunctionSetup caller = caller_of(1);
  caller.calls[0].attempts = 2;
  auto setup = setup_of({caller, callee}, std::vector<ScriptedArrival>(10, {0s, 0}));
  setup.account_concurrency = 10;
  const auto r = run(setup);
  // At 10 ms the last of the ten finds the nine others calling, at 110 ms each finds all others.
  EXPECT_EQ(r.result.calls.at(0).refused, 20U);
  EXPECT_GE(r.result.calls.at(0).deadlocked, 10U);
  for (const InvocationRecord& row : rows_of(r, 0)) {
    EXPECT_EQ(row.outcome, Outcome::kError);
  }
  setup.account_concurrency = 20;
  EXPECT_EQ(run(setup).result.calls.at(0).deadlocked, 0U);
}

TEST(ACall, IsMadeAsOftenAsItsProbability) {
  FunctionSetup caller = caller_of(1);
  caller.calls[0].probability = 0.3;
  std::vector<ScriptedArrival> calls;
  for (int i = 0; i < 4000; ++i) {
    calls.push_back({i * 100ms, 0});
  }
  const auto r = run(setup_of({caller, plain_function(1ms)}, calls));
  EXPECT_NEAR(static_cast<double>(rows_of(r, 1).size()) / 4000, 0.3,
              4 * std::sqrt(0.3 * 0.7 / 4000));
}

}  // namespace
}  // namespace lambdasim::engine
