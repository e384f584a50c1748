// Hand-worked timelines of what goes wrong, each with the invocation that follows: how long it
// takes, what is kept, what is billed, what the record says.
#include <gtest/gtest.h>

#include "tests/support/scripted.h"

namespace lambdasim::engine {
namespace {

using namespace lambdasim::test;

/// Sandbox 50 ms, INIT 200 ms of runtime and 100 ms for a connection, a handler of 40 ms that uses
/// it.
FunctionSetup fragile_function() {
  FunctionSetup function = plain_function(40ms);
  function.sandbox = constant(50ms);
  function.runtime_init = constant(200ms);
  function.resources = {
      {Where::kOutsideHandler, true, {{StepKind::kWait, {}, 99, constant(100ms)}}}};
  const Step use{StepKind::kUse, core::ResourceId{0}, 0, {}};
  function.handler.insert(function.handler.begin(), use);
  return function;
}

/// The first replication in which the calls end as wanted; one in 2^n does.
RunOutput run_with_outcomes(const FunctionSetup& function, const std::vector<Outcome>& wanted) {
  std::vector<ScriptedArrival> arrivals;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    arrivals.push_back({10s * static_cast<int>(i)});
  }
  const engine::Setup setup = setup_of({function}, arrivals);
  for (std::uint32_t replication = 0; replication < 200; ++replication) {
    RunOutput output = run(setup, {.seed = 1, .replication = replication});
    std::vector<Outcome> outcomes;
    for (const InvocationRecord& record : output.rows.invocations) {
      outcomes.push_back(record.outcome);
    }
    if (outcomes == wanted) {
      return output;
    }
  }
  ADD_FAILURE() << "no replication ends as wanted";
  return {};
}

struct Expected {
  Start start;
  Outcome outcome;
  Duration wait, sandbox, init, duration;
  std::uint32_t billed_ms;
};

void expect_row(const RunOutput& output, std::size_t index, const Expected& expected) {
  SCOPED_TRACE("invocation " + std::to_string(index));
  const InvocationRecord& row = output.rows.invocations.at(index);
  EXPECT_EQ(row.start, expected.start);
  EXPECT_EQ(row.outcome, expected.outcome);
  EXPECT_EQ(row.wait, expected.wait);
  EXPECT_EQ(row.sandbox, expected.sandbox);
  EXPECT_EQ(row.init, expected.init);
  EXPECT_EQ(row.duration, expected.duration);
  EXPECT_EQ(row.billed_ms, expected.billed_ms);
}

TEST(HandlerError, KeepsTheContextAsItIs) {
  FunctionSetup function = fragile_function();
  function.failures.error = 0.5;
  const auto r = run_with_outcomes(function, {Outcome::kError, Outcome::kOk});
  expect_row(r, 0, {Start::kCold, Outcome::kError, 0ms, 50ms, 300ms, 40ms, 340});
  expect_row(r, 1, {Start::kWarm, Outcome::kOk, 0ms, 0ms, 0ms, 40ms, 40});
  EXPECT_EQ(r.rows.contexts.size(), 1U);
  EXPECT_EQ(r.rows.contexts.at(0).resets, 0U);
  EXPECT_EQ(r.rows.contexts.at(0).connections, 1U);
}

class Reset : public testing::TestWithParam<Outcome> {};

TEST_P(Reset, LosesGlobalsKeepsTheSandboxAndRunsInitInTheNextDuration) {
  FunctionSetup function = fragile_function();
  (GetParam() == Outcome::kCrash ? function.failures.crash : function.failures.out_of_memory) = 0.5;
  const auto r = run_with_outcomes(function, {GetParam(), Outcome::kOk, Outcome::kOk});
  expect_row(r, 0, {Start::kCold, GetParam(), 0ms, 50ms, 300ms, 40ms, 340});
  expect_row(r, 1, {Start::kReset, Outcome::kOk, 0ms, 0ms, 0ms, 340ms, 340});
  expect_row(r, 2, {Start::kWarm, Outcome::kOk, 0ms, 0ms, 0ms, 40ms, 40});
  EXPECT_EQ(r.rows.contexts.size(), 1U);
  EXPECT_EQ(r.rows.contexts.at(0).resets, 1U);
  EXPECT_EQ(r.rows.contexts.at(0).connections, 1U);
  EXPECT_EQ(r.result.peaks.at(0).connections, 1U);
}

INSTANTIATE_TEST_SUITE_P(Failures, Reset, testing::Values(Outcome::kCrash, Outcome::kOutOfMemory),
                         [](const auto& of) {
                           return of.param == Outcome::kCrash ? "Crash" : "OutOfMemory";
                         });

TEST(Crash, StrikesAfterTheGivenShareOfTheHandlerAndIsBilledUntilThen) {
  FunctionSetup function = fragile_function();
  function.failures.crash = 1;
  function.failures.at = 0.25;
  const auto r = run_with_outcomes(function, {Outcome::kCrash, Outcome::kCrash});
  expect_row(r, 0, {Start::kCold, Outcome::kCrash, 0ms, 50ms, 300ms, 10ms, 310});
  expect_row(r, 1, {Start::kReset, Outcome::kCrash, 0ms, 0ms, 0ms, 310ms, 310});
}

TEST(Crash, MakesTheContextWaitForTheShutdownOfItsExtensions) {
  FunctionSetup function = fragile_function();
  function.failures.crash = 1;
  function.shutdown = constant(2s);
  // Ends at 390 ms, reusable at 2,390 ms. The second call comes at 2,380 ms: it waits 10 ms for
  // this context rather than 350 ms for its own.
  const auto r = run(setup_of({function}, {{0s}, {2'380ms}}));
  expect_row(r, 1, {Start::kReset, Outcome::kCrash, 10ms, 0ms, 0ms, 340ms, 340});
  EXPECT_EQ(r.rows.invocations.at(1).context.value, 0U);
}

TEST(FailingInit, IsRunAgainInsideTheFirstInvocationAndIsNotBilledItself) {
  FunctionSetup function = fragile_function();
  function.failures.init = 1;
  function.failures.error = 0;
  auto r = run_with_outcomes(function, {Outcome::kInitError, Outcome::kInitError});
  // INIT fails at 350 ms, again within the invocation; the handler never runs.
  expect_row(r, 0, {Start::kCold, Outcome::kInitError, 0ms, 50ms, 300ms, 300ms, 300});
  expect_row(r, 1, {Start::kReset, Outcome::kInitError, 0ms, 0ms, 0ms, 300ms, 300});
  EXPECT_EQ(r.rows.contexts.size(), 1U);
  EXPECT_EQ(r.rows.contexts.at(0).connections, 0U);
  function.failed_init_is_billed = true;
  r = run_with_outcomes(function, {Outcome::kInitError, Outcome::kInitError});
  EXPECT_EQ(r.rows.invocations.at(0).billed_ms, 600U);
}

TEST(FailingInit, LetsTheHandlerRunWhenItSucceedsTheSecondTime) {
  FunctionSetup function = fragile_function();
  function.failures.init = 0.5;
  const engine::Setup setup = setup_of({function}, {{0s}, {10s}});
  for (std::uint32_t replication = 0; replication < 200; ++replication) {
    const auto r = run(setup, {.seed = 1, .replication = replication});
    if (r.rows.contexts.at(0).resets == 1 && r.rows.invocations.at(0).outcome == Outcome::kOk) {
      expect_row(r, 0, {Start::kCold, Outcome::kOk, 0ms, 50ms, 300ms, 340ms, 340});
      expect_row(r, 1, {Start::kWarm, Outcome::kOk, 0ms, 0ms, 0ms, 40ms, 40});
      EXPECT_EQ(r.rows.contexts.at(0).connections, 1U);
      return;
    }
  }
  FAIL() << "INIT never failed exactly once";
}

TEST(LongInit, IsStoppedAtItsLimitAndRunAgainUnderTheTimeoutOfTheFunction) {
  FunctionSetup function = fragile_function();
  function.runtime_init = constant(12s);
  function.timeout = 15s;
  const auto r = run(setup_of({function}, {{0s}, {60s}}));
  // 10 s of INIT are lost; then 12.1 s of INIT and 40 ms of handler fit into the timeout.
  expect_row(r, 0, {Start::kCold, Outcome::kOk, 0ms, 50ms, 10s, 12'140ms, 12'140});
  expect_row(r, 1, {Start::kWarm, Outcome::kOk, 0ms, 0ms, 0ms, 40ms, 40});
}

TEST(LongInit, TimesOutInEveryInvocationWhenTheTimeoutIsTooShortForIt) {
  FunctionSetup function = fragile_function();
  function.runtime_init = constant(12s);
  const auto r = run(setup_of({function}, {{0s}, {60s}}));
  expect_row(r, 0, {Start::kCold, Outcome::kTimeout, 0ms, 50ms, 10s, 3s, 3'000});
  expect_row(r, 1, {Start::kReset, Outcome::kTimeout, 0ms, 0ms, 0ms, 3s, 3'000});
  EXPECT_EQ(r.rows.contexts.size(), 1U);
}

TEST(LongInit, OfExactlyTheLimitIsAllowed) {
  FunctionSetup function = fragile_function();
  function.runtime_init = constant(9'900ms);
  const auto r = run(setup_of({function}, {{0s}}));
  expect_row(r, 0, {Start::kCold, Outcome::kOk, 0ms, 50ms, 10s, 40ms, 10'040});
}

TEST(ResetInit, CanRunUnderTheShareOfTheFunctionInsteadOfAtFullSpeed) {
  class HalfSpeed : public CpuModel {
   public:
    Duration run(CpuState& state, Duration cpu_time, std::uint32_t) const override {
      state.elapsed += 2 * cpu_time;
      return 2 * cpu_time;
    }
    Duration run_until(CpuState& state, Duration cpu_time, std::uint32_t,
                       Duration until) const override {
      const Duration done = std::min(cpu_time, (until - state.elapsed) / 2);
      state.elapsed = done < cpu_time ? until : state.elapsed + 2 * done;
      return done;
    }
  };
  FunctionSetup function = fragile_function();
  function.cpu = std::make_shared<HalfSpeed>();
  function.init = {{StepKind::kCpu, {}, 77, constant(60ms)}};
  function.failures.crash = 1;
  function.reset_init_at_full_speed = false;
  const auto r = run(setup_of({function}, {{0s}, {10s}}));
  expect_row(r, 0, {Start::kCold, Outcome::kCrash, 0ms, 50ms, 360ms, 40ms, 400});
  expect_row(r, 1, {Start::kReset, Outcome::kCrash, 0ms, 0ms, 0ms, 460ms, 460});
}

}  // namespace
}  // namespace lambdasim::engine
