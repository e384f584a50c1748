// Steps that need one another beside backends, calls and connections: timelines worked by hand, and
// the same durations as graphs that are evaluated at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "sim/engine/step_graph.h"
#include "tests/support/model_from_yaml.h"
#include "tests/support/stepwise.h"

namespace lambdasim::engine {
namespace {

using namespace test;
using Needs = std::vector<std::vector<std::size_t>>;

Step cpu_step(Duration time, std::uint32_t purpose = 93) {
  return {StepKind::kCpu, {}, purpose, constant(time)};
}

std::shared_ptr<const StepGraph> graph_of(const Needs& needs) {
  return std::make_shared<const StepGraph>(compile_graph(needs));
}

FunctionSetup graph_function(Program handler, const Needs& needs) {
  FunctionSetup function = plain_function(0ms);
  function.is_stepwise = true;
  function.timeout = 60s;
  function.handler = std::move(handler);
  function.graphs.handler = graph_of(needs);
  return function;
}

FunctionCall call_of(std::uint32_t function) {
  FunctionCall call;
  call.function = core::FunctionId{function};
  call.backoff = constant(100ms);
  return call;
}

TEST(Strands, RequestsBesideEachOtherOverlap) {
  const auto function =
      graph_function({wait_step(5ms), request_step(20ms, 0), request_step(30ms, 1), wait_step(7ms)},
                     {{}, {0}, {0}, {1, 2}});
  const auto r = run(with_backends(setup_of({function}, {{0s}}),
                                   {backend_of(kUnlimited), backend_of(kUnlimited)}));
  EXPECT_EQ(r.rows.invocations.at(0).duration, 5ms + 30ms + 7ms);
}

TEST(Strands, OfOneHandlerStandInLineBehindEachOther) {
  const auto function =
      graph_function({request_step(20ms), request_step(20ms), request_step(20ms)}, Needs(3));
  auto backend = backend_of(kUnlimited);
  backend.parallel = 1;
  backend.queue_wait = 10s;
  const auto r = run(with_backends(setup_of({function}, {{0s}}), {backend}));
  EXPECT_EQ(r.rows.invocations.at(0).duration, 60ms);
  EXPECT_EQ(r.result.backends.at(0).queued, 2U);
  EXPECT_EQ(r.result.backends.at(0).queue_wait, 20ms + 40ms);
}

TEST(Strands, CallDifferentFunctionsAtOnce) {
  FunctionSetup caller =
      graph_function({call_step(0), call_step(1, 202), wait_step(5ms)}, {{}, {}, {0, 1}});
  caller.calls = {call_of(1), call_of(2)};
  const auto r = run(setup_of({caller, plain_function(200ms), plain_function(300ms)}, {{0s, 0}}));
  EXPECT_EQ(rows_of(r, 0).at(0).duration, 300ms + 5ms);
  EXPECT_EQ(rows_of(r, 1).at(0).arrival, at(0ms));
  EXPECT_EQ(rows_of(r, 2).at(0).arrival, at(0ms));
  EXPECT_EQ(r.result.calls.at(0).waiting, 500ms);
}

// On half a vCPU: 20 ms of work from 0, 10 ms more from 10 (when the request has been served, for
// which 5 of the 20 are done). They share until the second has ended, at 10 + 2 x 2 x 10 = 50 with
// 15 - 10 = 5 ms left of the first, which take 10.
TEST(Strands, ShareTheCpuWithWorkThatJoinsLater) {
  auto function =
      graph_function({cpu_step(20ms), request_step(10ms), cpu_step(10ms, 94)}, {{}, {}, {1}});
  function.cpu = test::cpu("proportional", 896);
  const auto r = run(with_backends(setup_of({function}, {{0s}}), {backend_of(kUnlimited)}));
  EXPECT_EQ(r.rows.invocations.at(0).duration, 60ms);
}

TEST(Strands, MakeAResourceOnceAndAllThatUseItWait) {
  auto function = graph_function({use_step(0), wait_step(10ms, 94), use_step(0), request_step(5ms)},
                                 {{}, {}, {1}, {0, 2}});
  function.resources = {connection_to(0, Where::kFirstUse)};
  const auto r = run(with_backends(setup_of({function}, {{0s}, {10s}}), {backend_of(kUnlimited)}));
  EXPECT_EQ(r.rows.invocations.at(0).duration, 45ms);
  EXPECT_EQ(r.rows.invocations.at(1).duration, 15ms);
  EXPECT_EQ(r.result.resources.at(0).at(0).made, 1U);
  EXPECT_EQ(r.result.resources.at(0).at(0).reused, 3U);
  EXPECT_EQ(r.result.backends.at(0).connects, 1U);
}

TEST(Strands, ThatFailEndTheHandlerAndWhatTheOthersHold) {
  // The first connects for 40 ms, the second waits in line for a turn that somebody has, the third
  // asks beyond the rate at 25 ms.
  auto function =
      graph_function({use_step(0), request_step(1s, 1), wait_step(25ms, 94), request_step(1ms, 2)},
                     {{}, {}, {}, {2}});
  function.resources = {connection_to(0, Where::kInsideHandler)};
  FunctionSetup other = graph_function({request_step(100ms, 1), request_step(0ms, 2)}, {{}, {}});
  auto line = backend_of(kUnlimited);
  line.parallel = 1;
  line.queue_wait = 10s;
  auto limited = backend_of(kUnlimited);
  limited.per_second = 0.001;
  limited.burst = 1;
  limited.attempts = 1;
  const auto r = run(with_backends(setup_of({other, function}, {{0s, 0}, {10ms, 1}, {200ms, 1}}),
                                   {backend_of(5), line, limited}));
  const auto rows = rows_of(r, 1);
  ASSERT_EQ(rows.size(), 2U);
  for (const InvocationRecord& row : rows) {
    EXPECT_EQ(row.outcome, Outcome::kError);
    EXPECT_EQ(row.duration, 25ms);
  }
  ASSERT_EQ(r.rows.connections.size(), 2U);
  EXPECT_EQ(r.rows.connections[0].to - r.rows.connections[0].from, 25ms);
  EXPECT_EQ(r.result.backends.at(1).served_of.at(0), 1U);
  EXPECT_EQ(r.result.backends.at(1).served_of.at(1), 1U);  // by the last, who found nobody in line
}

TEST(Strands, AreCutShortByTheTimeout) {
  auto function = graph_function({cpu_step(10s), request_step(1s), wait_step(20s, 94), use_step(0)},
                                 {{}, {}, {}, {}});
  function.timeout = 3s;
  function.resources = {connection_to(0, Where::kFirstUse, 5s)};
  auto backend = backend_of(5);
  const auto r = run(with_backends(setup_of({function}, {{0s}, {10s}}), {backend}));
  for (const InvocationRecord& row : r.rows.invocations) {
    EXPECT_EQ(row.outcome, Outcome::kTimeout);
    EXPECT_EQ(row.duration, 3s);
  }
  ASSERT_EQ(r.rows.connections.size(), 2U);
  EXPECT_EQ(r.rows.connections[0].to, at(3s));
}

TEST(Strands, ThatWaitForAResourceAreCutWithTheOneThatMakesIt) {
  auto function = graph_function({use_step(0), use_step(0)}, {{}, {}});
  function.timeout = 3s;
  function.resources = {connection_to(0, Where::kFirstUse, 5s)};
  const auto r = run(with_backends(setup_of({function}, {{0s}}), {backend_of(5)}));
  EXPECT_EQ(r.rows.invocations.at(0).outcome, Outcome::kTimeout);
  EXPECT_EQ(r.rows.invocations.at(0).duration, 3s);
}

TEST(Strands, OfInitRunBetweenTheRuntimeAndTheResources) {
  FunctionSetup function = connected_function(Where::kOutsideHandler);
  function.init = {wait_step(30ms, 95), cpu_step(20ms), wait_step(50ms, 96), wait_step(5ms, 97)};
  function.graphs.init = graph_of({{}, {}, {}, {1}});
  const auto r = run(with_backends(setup_of({function}, {{0s}}), {backend_of(5)}));
  EXPECT_EQ(r.rows.invocations.at(0).init, 100ms + 50ms + 40ms);
}

/// A graph of waits, work and uses of a resource that is itself made by a wait and work.
FunctionSetup random_graph_function(core::KeyedEngine& engine) {
  Needs needs(20);
  Program program;
  for (std::uint32_t step = 0; step < needs.size(); ++step) {
    for (std::size_t other = 0; other < step; ++other) {
      if (engine.uniform() < 0.1) {
        needs[step].push_back(other);
      }
    }
    const auto time = std::chrono::nanoseconds{1 + engine() % 40'000'000};
    const double kind = engine.uniform();
    program.push_back(kind < 0.4   ? cpu_step(time, 100 + step)
                      : kind < 0.9 ? wait_step(time, 100 + step)
                                   : use_step(0));
  }
  FunctionSetup function = graph_function(program, needs);
  function.timeout = 900s;
  function.resources = {{Where::kInsideHandler, false, {wait_step(9ms, 92), cpu_step(3ms, 99)}}};
  return function;
}

/// How much longer it takes step by step than evaluated at once.
Duration difference(FunctionSetup function) {
  const Duration stepwise = run(setup_of({function}, {{0s}})).rows.invocations.at(0).duration;
  function.is_stepwise = false;
  return stepwise - run(setup_of({function}, {{0s}})).rows.invocations.at(0).duration;
}

// Work is cut into other pieces, each of which is rounded to a nanosecond.
TEST(Strands, TakeAsLongAsTheGraphThatIsEvaluatedAtOnce) {
  core::KeyedEngine engine{12};
  for (int i = 0; i < 300; ++i) {
    FunctionSetup function = random_graph_function(engine);
    function.cpu = test::cpu("proportional", 128 + static_cast<std::int64_t>(engine() % 4000));
    EXPECT_LE(std::chrono::abs(difference(function)), 40ns) << i;
  }
}

// Under a quota a nanosecond can lie on either side of a tick, and then makes a difference of up to
// a period.
TEST(Strands, TakeAsLongUnderAQuota) {
  core::KeyedEngine engine{13};
  int other_side = 0;
  for (int i = 0; i < 300; ++i) {
    FunctionSetup function = random_graph_function(engine);
    function.cpu = test::cpu("quota", 128 + static_cast<std::int64_t>(engine() % 4000));
    const Duration off = std::chrono::abs(difference(function));
    EXPECT_LE(off, 20ms) << i;
    other_side += off > 40ns ? 1 : 0;
  }
  EXPECT_LE(other_side, 6);
}

}  // namespace
}  // namespace lambdasim::engine
