// Resources that a context holds: how they are made, when they are made again, what fails.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/stepwise.h"

namespace lambdasim::engine {
namespace {

using namespace test;

RunOutput run_one(const FunctionSetup& function, std::vector<ScriptedArrival> arrivals,
                  Duration horizon = 1h) {
  return run(
      with_backends(setup_of({function}, std::move(arrivals), horizon), {backend_of(kUnlimited)}));
}

std::vector<Duration> durations_of(const RunOutput& output) {
  std::vector<Duration> durations;
  for (const InvocationRecord& row : output.rows.invocations) {
    durations.push_back(row.duration);
  }
  return durations;
}

TEST(AResource, IsMadeWhereItIsSaid) {
  const std::vector<ScriptedArrival> calls{{0s}, {1s}};
  auto r = run_one(connected_function(Where::kOutsideHandler), calls);
  EXPECT_EQ(r.rows.invocations.at(0).init, 140ms);
  EXPECT_EQ(durations_of(r), (std::vector<Duration>{10ms, 10ms}));
  r = run_one(connected_function(Where::kInsideHandler), calls);
  EXPECT_EQ(r.rows.invocations.at(0).init, 100ms);
  EXPECT_EQ(durations_of(r), (std::vector<Duration>{50ms, 50ms}));
  r = run_one(connected_function(Where::kFirstUse), calls);
  EXPECT_EQ(r.rows.invocations.at(0).init, 100ms);
  EXPECT_EQ(durations_of(r), (std::vector<Duration>{50ms, 10ms}));
  const ResourceTotals& totals = r.result.resources.at(0).at(0);
  EXPECT_EQ(totals.made, 1U);
  EXPECT_EQ(totals.reused, 1U);
}

TEST(AConnectionThatThePeerClosed, IsFoundOnUseAndMadeAgain) {
  FunctionSetup function = connected_function(Where::kOutsideHandler, 30min);
  function.resources[0].valid.idle = 5min;
  function.resources[0].found_stale = {wait_step(3ms, 93)};
  const auto r = run_one(function, {{0s}, {4min}, {10min}});
  EXPECT_EQ(durations_of(r), (std::vector<Duration>{10ms, 10ms, 3ms + 40ms + 10ms}));
  EXPECT_EQ(r.result.resources.at(0).at(0).stale, 1U);
  EXPECT_EQ(r.result.resources.at(0).at(0).made, 2U);
  // The peer had closed it 5 min after its last use.
  EXPECT_EQ(r.rows.connections.at(0).to, at(9min));
  EXPECT_EQ(r.result.backends.at(0).peak_connections, 1U);
}

TEST(AConnectionThatThePeerClosed, MayFailTheHandlerOnceInstead) {
  FunctionSetup function = connected_function(Where::kOutsideHandler, 30min);
  function.resources[0].valid.idle = 5min;
  function.resources[0].found_stale = {wait_step(3ms, 93)};
  function.resources[0].stale_fails = true;
  const auto r = run_one(function, {{0s}, {10min}, {11min}, {12min}});
  EXPECT_EQ(r.rows.invocations.at(1).outcome, Outcome::kError);
  EXPECT_EQ(durations_of(r), (std::vector<Duration>{10ms, 3ms, 50ms, 10ms}));
}

TEST(AResourceThatIsTooOld, IsRenewed) {
  FunctionSetup function = connected_function(Where::kOutsideHandler, 30min);
  function.resources[0].valid.age = 10min;
  const auto r = run_one(function, {{0s}, {9min}, {10min}, {11min}});
  // Made at 100 ms: at 10 min it is not quite that old yet, at 11 min it is.
  EXPECT_EQ(durations_of(r), (std::vector<Duration>{10ms, 10ms, 10ms, 50ms}));
  EXPECT_EQ(r.result.resources.at(0).at(0).renewed, 1U);
}

TEST(ADataKey, IsGoodForSoManyUsesAndBytes) {
  FunctionSetup function = plain_function(0ms);
  function.is_stepwise = true;
  Resource key{Where::kFirstUse, false, {wait_step(20ms)}};
  key.valid.uses = 2;
  function.resources = {key};
  function.handler = {use_step(0, 60)};
  auto r = run_one(function, {{0s}, {1s}, {2s}, {3s}, {4s}});
  EXPECT_EQ(durations_of(r), (std::vector<Duration>{20ms, 0ms, 20ms, 0ms, 20ms}));
  EXPECT_EQ(r.result.resources.at(0).at(0).made, 3U);

  function.resources[0].valid = {};
  function.resources[0].valid.bytes = 150;
  r = run_one(function, {{0s}, {1s}, {2s}, {3s}, {4s}});
  EXPECT_EQ(durations_of(r), (std::vector<Duration>{20ms, 0ms, 20ms, 0ms, 20ms}));

  function.resources[0].valid.bytes = 10;  // less than one use: one key each
  r = run_one(function, {{0s}, {1s}});
  EXPECT_EQ(durations_of(r), (std::vector<Duration>{20ms, 20ms}));
}

TEST(ACredential, IsRenewedWhenTheConnectionThatNeedsItIsMadeAgain) {
  FunctionSetup function = connected_function(Where::kOutsideHandler, 2h);
  function.resources[0].valid.idle = 5min;
  function.resources[0].setup = {use_step(1), wait_step(40ms, 92)};
  Resource token{Where::kFirstUse, false, {wait_step(7ms, 95)}};
  token.valid.age = 15min;
  function.resources.push_back(token);
  const auto r = run_one(function, {{0s}, {10min}, {20min}}, 3h);
  EXPECT_EQ(r.rows.invocations.at(0).init, 147ms);
  EXPECT_EQ(durations_of(r), (std::vector<Duration>{10ms, 50ms, 57ms}));
}

TEST(AnAttemptToConnect, ThatFailsIsMadeAgainAfterAWhileThatDoubles) {
  FunctionSetup function = connected_function(Where::kFirstUse);
  function.resources[0].making = {.fails = 1.0, .attempts = 3, .delay = constant(100ms)};
  const auto r = run_one(function, {{0s}});
  EXPECT_EQ(r.rows.invocations.at(0).outcome, Outcome::kError);
  EXPECT_EQ(r.rows.invocations.at(0).duration, 40ms + 100ms + 40ms + 200ms + 40ms);
  EXPECT_EQ(r.result.resources.at(0).at(0).failed, 3U);
  EXPECT_EQ(r.result.backends.at(0).connects, 3U);
  ASSERT_EQ(r.rows.connections.size(), 3U);
  EXPECT_EQ(r.rows.connections.at(1).from, at(100ms + 140ms));
  EXPECT_EQ(r.rows.connections.at(1).to, at(100ms + 180ms));
}

TEST(AnAttemptToConnect, FailsAsOftenAsItsProbability) {
  FunctionSetup function = connected_function(Where::kInsideHandler);
  function.resources[0].making.fails = 0.25;
  std::vector<ScriptedArrival> calls;
  for (int i = 0; i < 4000; ++i) {
    calls.push_back({i * 100ms});
  }
  const auto r = run_one(function, calls);
  const auto failed = static_cast<double>(r.result.resources.at(0).at(0).failed);
  EXPECT_NEAR(failed / 4000, 0.25, 4 * std::sqrt(0.25 * 0.75 / 4000));
}

TEST(AResourceMadeInsideTheHandler, IsClosedAtItsEnd) {
  FunctionSetup function = connected_function(Where::kInsideHandler);
  function.resources[0].teardown = {wait_step(2ms, 96)};
  const auto r = run_one(function, {{0s}});
  EXPECT_EQ(r.rows.invocations.at(0).duration, 52ms);
  EXPECT_EQ(r.rows.connections.at(0).to, at(100ms + 52ms));
}

TEST(ATimeout, LosesTheConnectionAtThatTime) {
  FunctionSetup function = connected_function(Where::kFirstUse);
  function.timeout = 1s;
  function.handler.push_back(wait_step(5s));
  const auto r = run_one(function, {{0s}, {10s}});
  EXPECT_EQ(r.rows.invocations.at(0).outcome, Outcome::kTimeout);
  EXPECT_EQ(r.rows.invocations.at(0).duration, 1s);
  EXPECT_EQ(r.rows.connections.at(0).to, at(1100ms));
  // The next call runs INIT again within its Duration.
  EXPECT_EQ(r.rows.invocations.at(1).start, Start::kReset);
}

TEST(AnInitThatConnects, HasTheLimitOfInit) {
  FunctionSetup function = connected_function(Where::kOutsideHandler);
  function.resources[0].setup = {wait_step(12s)};
  function.timeout = 60s;
  const auto r = run_one(function, {{0s}});
  EXPECT_EQ(r.rows.invocations.at(0).init, 10s);
  // Again, with the timeout of the function: 100 ms and 12 s, then the handler.
  EXPECT_EQ(r.rows.invocations.at(0).duration, 100ms + 12s + 10ms);
  ASSERT_EQ(r.rows.connections.size(), 2U);
  EXPECT_EQ(r.rows.connections.at(0).to, at(10s));
}

TEST(AContextThatIsReplaced, WasReadyBeforeTheNextCall) {
  FunctionSetup function = connected_function(Where::kOutsideHandler);
  function.lifetime = constant(62s);
  function.proactive = {.share = 1, .used_within = 10s};
  std::vector<ScriptedArrival> calls;
  for (int i = 0; i < 40; ++i) {
    calls.push_back({i * 5s});
  }
  const auto r = run_one(function, calls);
  const auto cold =
      std::count_if(r.rows.invocations.begin(), r.rows.invocations.end(),
                    [](const InvocationRecord& row) { return row.start == Start::kCold; });
  EXPECT_EQ(cold, 1);
  EXPECT_GE(r.rows.contexts.size(), 4U);
  EXPECT_EQ(r.result.backends.at(0).peak_connections, 1U);
}

TEST(AStepwiseFunction, RunsPlainStepsLikeAnyOther) {
  FunctionSetup plain = plain_function(0ms);
  plain.runtime_init = Distribution::exponential(2e8);
  plain.extension_init = Distribution::exponential(1e7);
  plain.call_overhead = Distribution::exponential(1e6);
  plain.extension_tail = Distribution::exponential(1e6);
  plain.handler = {{StepKind::kWait, {}, 64, Distribution::exponential(5e8)},
                   {StepKind::kCpu, {}, 65, Distribution::exponential(5e8)}};
  plain.first_call = {{StepKind::kCpu, {}, 66, Distribution::exponential(1e8)}};
  plain.failures = {.error = 0.1, .crash = 0.05, .out_of_memory = 0.05, .init = 0.1};
  std::vector<ScriptedArrival> calls;
  for (int i = 0; i < 3000; ++i) {
    calls.push_back({i * 331ms});
  }
  FunctionSetup stepwise = plain;
  stepwise.is_stepwise = true;
  const auto a = run(setup_of({plain}, calls));
  const auto b = run(setup_of({stepwise}, calls));
  ASSERT_EQ(a.rows.invocations.size(), b.rows.invocations.size());
  for (std::size_t i = 0; i < a.rows.invocations.size(); ++i) {
    const InvocationRecord& x = a.rows.invocations[i];
    const InvocationRecord& y = b.rows.invocations[i];
    ASSERT_EQ(x.arrival, y.arrival) << i;
    ASSERT_EQ(x.duration, y.duration) << i;
    ASSERT_EQ(x.init, y.init) << i;
    ASSERT_EQ(x.wait, y.wait) << i;
    ASSERT_EQ(x.outcome, y.outcome) << i;
    ASSERT_EQ(x.billed_ms, y.billed_ms) << i;
    ASSERT_EQ(x.context, y.context) << i;
  }
}

}  // namespace
}  // namespace lambdasim::engine
