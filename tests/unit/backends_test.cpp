// Backends that several contexts share: connections up to a limit, turns, rates, proxies.
#include <gtest/gtest.h>

#include "tests/support/stepwise.h"

namespace lambdasim::engine {
namespace {

using namespace test;

std::vector<ScriptedArrival> burst(std::size_t calls, Duration at = 0s) {
  return std::vector<ScriptedArrival>(calls, {at});
}

TEST(ConnectionsOfABackend, AreAsManyAsLiveContextsBusyOrIdle) {
  const auto r = run(with_backends(
      setup_of({connected_function(Where::kOutsideHandler)}, burst(20)), {backend_of(kUnlimited)}));
  EXPECT_EQ(r.result.backends.at(0).peak_connections, 20U);
  EXPECT_EQ(r.result.backends.at(0).connects, 20U);
  EXPECT_EQ(r.result.peaks.at(0).connections, 20U);
  ASSERT_EQ(r.rows.connections.size(), 20U);
  // Made after 100 ms of INIT, held until the context ends 300 s after its call of 10 ms.
  EXPECT_EQ(r.rows.connections.at(0).from, at(100ms));
  EXPECT_EQ(r.rows.connections.at(0).to, at(150ms) + 300s);
}

TEST(ConnectionsOfABackend, InsideTheHandlerAreHeldWhileItRuns) {
  const auto r =
      run(with_backends(setup_of({connected_function(Where::kInsideHandler)}, {{0s}, {1s}}),
                        {backend_of(kUnlimited)}));
  ASSERT_EQ(r.rows.connections.size(), 2U);
  EXPECT_EQ(r.rows.connections.at(1).from, at(1s));
  EXPECT_EQ(r.rows.connections.at(1).to, at(1050ms));
  EXPECT_EQ(r.rows.invocations.at(1).duration, 50ms);
  EXPECT_EQ(r.result.backends.at(0).peak_connections, 1U);
}

TEST(AFullBackend, RefusesAndTheHandlerFails) {
  FunctionSetup function = connected_function(Where::kFirstUse);
  const auto r = run(with_backends(setup_of({function}, burst(5)), {backend_of(3)}));
  const BackendTotals& totals = r.result.backends.at(0);
  EXPECT_EQ(totals.peak_connections, 3U);
  EXPECT_EQ(totals.connects_refused, 2U);
  const auto failed =
      std::count_if(r.rows.invocations.begin(), r.rows.invocations.end(),
                    [](const InvocationRecord& row) { return row.outcome == Outcome::kError; });
  EXPECT_EQ(failed, 2);
  // Full from 100 ms on until the first idle context ends, 300 s after its handler.
  EXPECT_EQ(totals.at_limit, 300s + 50ms);
}

TEST(AFullBackend, RefusesInInitWhichFailsAndIsRunAgainInTheInvocation) {
  const auto r = run(with_backends(setup_of({connected_function(Where::kOutsideHandler)}, burst(2)),
                                   {backend_of(1)}));
  ASSERT_EQ(r.rows.invocations.size(), 2U);
  const auto failed =
      std::find_if(r.rows.invocations.begin(), r.rows.invocations.end(),
                   [](const InvocationRecord& row) { return row.outcome != Outcome::kOk; });
  ASSERT_NE(failed, r.rows.invocations.end());
  EXPECT_EQ(failed->outcome, Outcome::kInitError);
  EXPECT_EQ(failed->init, 100ms);      // refused at once when it came to the connection
  EXPECT_EQ(failed->duration, 100ms);  // the same again
  EXPECT_EQ(r.result.backends.at(0).connects_refused, 2U);
}

TEST(AFullBackend, LetsOthersWaitInOrderUntilAContextEnds) {
  FunctionSetup function = connected_function(Where::kFirstUse, 60s);
  function.timeout = 900s;
  const auto r =
      run(with_backends(setup_of({function}, {{0s}, {1s}, {2s}}), {backend_of(1, 600s)}));
  // The first call ends at 150 ms and keeps the connection; the second one is served by its
  // context.
  ASSERT_EQ(r.rows.invocations.size(), 3U);
  EXPECT_EQ(r.rows.invocations.at(2).duration, 10ms);
  EXPECT_EQ(r.result.backends.at(0).connects_waited, 0U);

  const auto both = run(with_backends(setup_of({function}, burst(2)), {backend_of(1, 600s)}));
  ASSERT_EQ(both.rows.invocations.size(), 2U);
  // INIT of both ends at 100 ms. One connects and ends at 150 ms; its context dies at 60.15 s, when
  // the other connects: 60.05 s of waiting, 40 ms, 10 ms.
  EXPECT_EQ(both.rows.invocations.at(1).duration, 60s + 50ms + 50ms);
  EXPECT_EQ(both.result.backends.at(0).connect_wait, 60s + 50ms);
  EXPECT_EQ(both.result.backends.at(0).peak_connections, 1U);
  EXPECT_EQ(both.result.backends.at(0).at_limit, 60s + 50ms + 50ms + 60s);
}

TEST(AFullBackend, IsGivenUpAfterItsWaitOrAtTheTimeout) {
  FunctionSetup function = connected_function(Where::kFirstUse, 600s);
  function.timeout = 900s;
  auto r = run(with_backends(setup_of({function}, burst(2)), {backend_of(1, 5s)}));
  EXPECT_EQ(r.rows.invocations.at(1).outcome, Outcome::kError);
  EXPECT_EQ(r.rows.invocations.at(1).duration, 5s);
  EXPECT_EQ(r.result.backends.at(0).connects_refused, 1U);

  function.timeout = 3s;
  r = run(with_backends(setup_of({function}, burst(2)), {backend_of(1, 5s)}));
  EXPECT_EQ(r.rows.invocations.at(1).outcome, Outcome::kTimeout);
  EXPECT_EQ(r.rows.invocations.at(1).duration, 3s);
}

TEST(AFullBackend, IsFreedByADeployment) {
  FunctionSetup function = connected_function(Where::kFirstUse, 600s);
  function.timeout = 900s;
  function.deployments = {at(10s)};
  const auto r = run(with_backends(setup_of({function}, burst(2)), {backend_of(1, 60s)}));
  EXPECT_EQ(r.rows.invocations.at(1).outcome, Outcome::kOk);
  EXPECT_EQ(r.rows.invocations.at(1).duration, 10s - 100ms + 50ms);
}

TEST(TurnsOfABackend, AreTakenInOrder) {
  FunctionSetup function = plain_function(0ms);
  function.is_stepwise = true;
  function.handler = {request_step(100ms)};
  Backend backend = backend_of(kUnlimited);
  backend.parallel = 2;
  const auto r = run(with_backends(setup_of({function}, burst(5)), {backend}));
  std::vector<Duration> durations;
  for (const InvocationRecord& row : r.rows.invocations) {
    durations.push_back(row.duration);
  }
  EXPECT_EQ(durations, (std::vector<Duration>{100ms, 100ms, 200ms, 200ms, 300ms}));
  EXPECT_EQ(r.result.backends.at(0).requests, 5U);
  EXPECT_EQ(r.result.backends.at(0).queued, 3U);
  EXPECT_EQ(r.result.backends.at(0).queue_wait, 100ms + 100ms + 200ms);
  EXPECT_EQ(r.result.backends.at(0).service, 500ms);
  EXPECT_EQ(r.result.backends.at(0).served_of.at(0), 5U);
}

TEST(TurnsOfABackend, AreGivenUpAfterAWhile) {
  FunctionSetup function = plain_function(0ms);
  function.is_stepwise = true;
  function.handler = {request_step(1s)};
  Backend backend = backend_of(kUnlimited);
  backend.parallel = 1;
  backend.queue_wait = 500ms;
  const auto r = run(with_backends(setup_of({function}, burst(3)), {backend}));
  EXPECT_EQ(r.result.backends.at(0).gave_up, 2U);
  EXPECT_EQ(r.result.backends.at(0).served_of.at(0), 1U);
  EXPECT_EQ(r.rows.invocations.at(0).duration, 1s);
  EXPECT_EQ(r.rows.invocations.at(1).duration, 500ms);
  EXPECT_EQ(r.rows.invocations.at(1).outcome, Outcome::kError);
}

TEST(TheRateOfABackend, ThrottlesWhatIsTriedAgainAfterAWhileThatDoubles) {
  FunctionSetup function = plain_function(0ms);
  function.is_stepwise = true;
  function.handler = {request_step(5ms)};
  Backend backend = backend_of(kUnlimited);
  backend.per_second = 4;  // a token every 250 ms
  backend.burst = 1;
  backend.attempts = 3;
  const auto r = run(with_backends(setup_of({function}, burst(3)), {backend}));
  // At 0 one has the token. Two try again at 100 ms (none) and 300 ms: one has the next token.
  const BackendTotals& totals = r.result.backends.at(0);
  EXPECT_EQ(totals.requests, 3U);
  EXPECT_EQ(totals.throttled, 2U + 2U + 1U);
  EXPECT_EQ(totals.throttled_out, 1U);
  EXPECT_EQ(totals.served_of.at(0), 2U);
  std::multiset<Duration> durations;
  for (const InvocationRecord& row : r.rows.invocations) {
    durations.insert(row.duration);
  }
  EXPECT_EQ(durations, (std::multiset<Duration>{5ms, 300ms, 305ms}));
}

TEST(AProxy, ServesAsManyAtOnceAsItsPoolHasConnections) {
  FunctionSetup function = plain_function(0ms);
  function.is_stepwise = true;
  function.handler = {request_step(100ms, 1)};
  Backend database = backend_of(kUnlimited);
  database.parallel = 1;
  Backend proxy = backend_of(kUnlimited);
  proxy.parallel = 2;
  proxy.proxy_of = core::BackendId{0};
  const auto r = run(with_backends(setup_of({function}, burst(4)), {database, proxy}));
  std::vector<Duration> durations;
  for (const InvocationRecord& row : r.rows.invocations) {
    durations.push_back(row.duration);
  }
  EXPECT_EQ(durations, (std::vector<Duration>{100ms, 200ms, 300ms, 400ms}));
  EXPECT_EQ(r.result.backends.at(0).peak_connections, 2U);
  EXPECT_EQ(r.result.backends.at(1).requests, 4U);
  EXPECT_EQ(r.result.backends.at(0).requests, 0U);
}

}  // namespace
}  // namespace lambdasim::engine
