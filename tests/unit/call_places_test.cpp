// What the graph of calls shows of places of concurrency before a run, and that runs agree.
#include "sim/app/call_places.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/engine/engine.h"
#include "sim/engine/recorders/summary.h"
#include "tests/support/run_program.h"

namespace lambdasim::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

/// Functions of `name: handler and more`, of which the first is invoked.
Scenario scenario_of(const std::string& functions, const std::string& more = "") {
  const test::TemporaryFolder folder;
  return read_scenario(
      folder
          .write("calls.yaml",
                 "duration: 1 h\n" + more + "functions:\n" + functions +
                     "workload: [{invoke: a, arrivals: {constant: {rate: 6 /min}}}]\n")
          .string());
}

std::string function(const std::string& name, const std::string& handler,
                     const std::string& more = "") {
  return fmt::format("  {}: {{runtime: python3.13, timeout: 60 s, handler: [{}]{}}}\n", name,
                     handler, more);
}

std::string chain_of_three(const std::string& middle = "") {
  return function("a", "{call: b}") + function("b", "{call: c}", middle) +
         function("c", "{wait: 20 ms}");
}

std::vector<std::uint32_t> numbers(const std::vector<core::FunctionId>& path) {
  std::vector<std::uint32_t> ids;
  for (const core::FunctionId function : path) {
    ids.push_back(function.value);
  }
  return ids;
}

/// How many of the first function's invocations succeed, of all that arrive.
std::pair<std::uint64_t, std::uint64_t> succeeded(const Design& design) {
  engine::SummaryRecorder recorder(design.setup.functions.size(), design.setup.warm_up,
                                   design.setup.horizon);
  engine::Progress progress;
  engine::simulate(design.setup, {1, 0}, recorder, progress);
  const engine::FunctionTotals& totals = recorder.totals().front();
  return {totals.arrivals - totals.throttled - totals.errors - totals.timeouts, totals.arrivals};
}

Design with_account(const Scenario& scenario, std::int64_t concurrency) {
  Design design = scenario.designs.front();
  design.setup.account_concurrency = concurrency;
  return design;
}

TEST(RefusedCalls, AreThoseWhoseCallersHoldEveryPlace) {
  const Scenario scenario = scenario_of(chain_of_three());
  EXPECT_THAT(refused_calls(with_account(scenario, 3)), IsEmpty());
  const auto refused = refused_calls(with_account(scenario, 2));
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_THAT(numbers(refused[0].path), ElementsAre(0, 1, 2));
  EXPECT_EQ(refused[0].held, 2);
  EXPECT_TRUE(refused[0].is_certain);
  EXPECT_THAT(numbers(refused_calls(with_account(scenario, 1)).at(0).path), ElementsAre(0, 1));
}

TEST(RefusedCalls, FailEveryExecutionOfARunAndOneMorePlaceCuresIt) {
  const Scenario scenario = scenario_of(chain_of_three());
  const auto [none, all] = succeeded(with_account(scenario, 2));
  EXPECT_EQ(none, 0U);
  EXPECT_GE(all, 300U);
  EXPECT_EQ(succeeded(with_account(scenario, 3)).first, all);
}

TEST(RefusedCalls, OfAFanOutCountEveryAttempt) {
  const auto fan_out = [](std::int64_t account, const std::string& attempts) {
    return with_account(scenario_of(function("a", "{call: b, times: 30" + attempts + "}") +
                                    function("b", "{wait: 5 ms}")),
                        account);
  };
  EXPECT_THAT(refused_calls(fan_out(11, "")), IsEmpty());
  EXPECT_EQ(refused_calls(fan_out(10, "")).size(), 1U);
  EXPECT_EQ(succeeded(fan_out(10, "")).first, 0U);
  EXPECT_GT(succeeded(fan_out(11, "")).first, 0U);
  EXPECT_THAT(refused_calls(fan_out(31, ", attempts: 1")), IsEmpty());
  EXPECT_EQ(refused_calls(fan_out(30, ", attempts: 1")).size(), 1U);
}

// A provisioned context takes a place out of the limit, and needs none to be called.
TEST(RefusedCalls, AreNotClaimedOfContextsThatAreProvisioned) {
  const Scenario scenario = scenario_of(chain_of_three(", provisioned: {concurrency: 1}"));
  EXPECT_THAT(refused_calls(with_account(scenario, 2)), IsEmpty());
  const auto [all, arrivals] = succeeded(with_account(scenario, 3));
  EXPECT_EQ(all, arrivals);
}

TEST(RefusedCalls, OfPlacesOfTheirOwnDoNotCountCallersOutside) {
  EXPECT_THAT(scenario_of(chain_of_three(", reserved_concurrency: 1")).warnings, IsEmpty());
}

TEST(RefusedCalls, AreAWarningWhereAFunctionIsSwitchedOff) {
  const Scenario scenario = scenario_of(function("a", "{call: b}") +
                                        function("b", "{cpu: 1 ms}", ", reserved_concurrency: 0"));
  ASSERT_EQ(scenario.warnings.size(), 1U);
  EXPECT_THAT(scenario.warnings[0],
              HasSubstr(": functions.b.reserved_concurrency: the last call of a -> b is always "
                        "refused: the concurrency reserved for b is 0"));
}

TEST(RefusedCalls, AreAWarningWhereTheCallIsNotAlwaysMade) {
  const Scenario scenario =
      scenario_of(function("a", "{call: b, probability: 10 %}") + function("b", "{cpu: 1 ms}"),
                  "account: {concurrency: 1}\n");
  ASSERT_EQ(scenario.warnings.size(), 1U);
  EXPECT_THAT(scenario.warnings[0],
              HasSubstr(":2:24: account.concurrency: the last call of a -> b is always refused: "
                        "its caller holds all of the account's 1 place"));
}

TEST(PossibleDeadlocks, NeedFewerExecutionsTheLongerTheChain) {
  const Scenario scenario = scenario_of(chain_of_three());
  const auto found = possible_deadlocks(scenario.designs.front());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(numbers(found[0].path), ElementsAre(0, 1, 2));
  EXPECT_EQ(found[0].held, 2);
  EXPECT_EQ(found[0].executions, 500);
  EXPECT_EQ(call_places_text(scenario),
            "a -> b -> c: an execution holds up to 2 places while it calls; 500 at once can hold "
            "all of the account's 1,000 places and wait for each other: a deadlock\n");
}

TEST(PossibleDeadlocks, CountWhatAFanOutHolds) {
  const Scenario scenario =
      scenario_of(function("a", "{call: b, times: 20}") + function("b", "{call: c}") +
                      function("c", "{wait: 20 ms}"),
                  "account: {concurrency: 21}\n");
  EXPECT_EQ(call_places_text(scenario),
            "a -> b -> c: an execution holds up to 21 places while it calls; one alone can hold "
            "all of the account's 21 places and wait for itself: a deadlock\n");
}

TEST(PossibleDeadlocks, NeedCallersAndCalledThatShareALimit) {
  EXPECT_EQ(
      call_places_text(scenario_of(function("a", "{call: b}") +
                                   function("b", "{cpu: 1 ms}", ", reserved_concurrency: 5"))),
      "");
  EXPECT_EQ(call_places_text(scenario_of(function("a", "{cpu: 1 ms}"))), "");
}

TEST(PossibleDeadlocks, AreFoundAmongManyPathsAtOnce) {
  std::string functions;
  for (int layer = 0; layer < 40; ++layer) {
    const std::string calls = fmt::format("{{call: l{}}}, {{call: r{}}}", layer + 1, layer + 1);
    functions += function(layer == 0 ? "a" : fmt::format("l{}", layer), calls);
    functions += layer == 0 ? "" : function(fmt::format("r{}", layer), calls);
  }
  functions += function("l40", "{cpu: 1 ms}") + function("r40", "{cpu: 1 ms}");
  const auto found = possible_deadlocks(scenario_of(functions).designs.front());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].held, 40);
  EXPECT_EQ(found[0].executions, 25);
}

}  // namespace
}  // namespace lambdasim::app
