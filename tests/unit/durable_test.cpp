// Durable executions: when each invocation of one begins, what replay adds, what is tried again,
// and what is counted for the bill.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/source/durable.h"
#include "tests/support/attempts.h"
#include "tests/support/model_from_yaml.h"
#include "tests/support/scripted.h"

namespace lambdasim::test {
namespace {

using engine::InvocationRecord;
using engine::SourceTotals;
using testing::Each;
using testing::ElementsAre;

constexpr std::uint32_t kFirstPause = 200;

engine::Program waits(Duration time) {
  return {{engine::StepKind::kWait, {}, 64, constant(time)}};
}

/// Waits 1 s and checkpoints 100 B twice; 10 s later 2 s and 1 KB; 20 s later 3 s. A suspend writes
/// 50 B.
engine::Durable three_segments() {
  engine::Durable durable;
  durable.segments = {{waits(1s), 0, 3, 250, constant(10s), kFirstPause},
                      {waits(2s), 3, 2, 1074, constant(20s), kFirstPause + 1},
                      {waits(3s), 5, 0, 0, {}, 0}};
  return durable;
}

engine::FunctionSetup durable_function(engine::Durable durable) {
  engine::FunctionSetup function = plain_function(0s);
  function.timeout = 900s;
  function.durable = std::make_shared<const engine::Durable>(std::move(durable));
  return function;
}

engine::Setup durable_setup(const std::string& parameters, engine::FunctionSetup function,
                            std::vector<ScriptedArrival> arrivals, Duration horizon = 12h) {
  engine::Setup setup = setup_of({std::move(function)}, std::move(arrivals), horizon);
  setup.sources = {model_from_yaml(models::source_models(), "durable", parameters,
                                   models::SourceContext{.function = &setup.functions[0]})};
  return setup;
}

TEST(Durable, RunsEachSegmentWhenItsSuspendHasPassedAndReplaysWhatWasCompleted) {
  engine::Durable durable = three_segments();
  durable.replay = constant(100ms);
  const RunOutput out = run(durable_setup("{}", durable_function(durable), {{5s}}));
  EXPECT_THAT(durations_of(out), ElementsAre(1s, 2300ms, 3500ms));
  EXPECT_THAT(times_of(out), ElementsAre(5s, 16s, 38'300ms));
  EXPECT_THAT(attempts_of(out), Each(1));
  const SourceTotals& totals = totals_of(out);
  EXPECT_EQ(totals.events, 1U);
  EXPECT_EQ(totals.handled, 1U);
  EXPECT_EQ(totals.attempts, 3U);
  EXPECT_EQ(totals.retries, 0U);
  EXPECT_EQ(totals.billed_ms, 6800U);
  EXPECT_EQ(totals.operations, 6U);
  EXPECT_EQ(totals.written_bytes, 1324U);
  EXPECT_EQ(totals.oldest, 36'800ms);
  EXPECT_THAT(totals.charged, ElementsAre(1U));
}

TEST(Durable, LetsContextsGoWhileAnExecutionIsSuspended) {
  engine::FunctionSetup function = durable_function(three_segments());
  function.reserved_concurrency = 1;
  const RunOutput out = run(durable_setup("{}", function, {{0s}, {4s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 4s, 11s, 15s, 33s, 37s));
  EXPECT_EQ(totals_of(out).throttled, 0U);
  EXPECT_EQ(totals_of(out).peak_backlog, 2U);
}

TEST(Durable, RunsTheWholeHandlerOfAFunctionThatNeverSuspendsAtOnce) {
  engine::Durable durable;
  durable.segments = {{waits(1s), 0, 2, 60, {}, 0}};
  const RunOutput out = run(durable_setup("{}", durable_function(durable), {{5s}}));
  EXPECT_THAT(times_of(out), ElementsAre(5s));
  EXPECT_EQ(totals_of(out).operations, 3U);
  EXPECT_EQ(totals_of(out).written_bytes, 60U);
}

TEST(Durable, TriesASegmentThatFailedAgainFromItsOwnBeginning) {
  engine::FunctionSetup function = durable_function(three_segments());
  function.outages = {{at(11s), at(30s)}};
  const RunOutput out = run(durable_setup("{backoff: {jitter: none}}", function, {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 11s, 18s, 30s, 52s));
  EXPECT_THAT(attempts_of(out), ElementsAre(1, 1, 2, 3, 1));
  const SourceTotals& totals = totals_of(out);
  EXPECT_EQ(totals.handled, 1U);
  EXPECT_EQ(totals.failed, 2U);
  EXPECT_EQ(totals.retries, 2U);
  EXPECT_EQ(totals.operations, 8U);
  EXPECT_EQ(totals.written_bytes, 1324U);
  EXPECT_EQ(totals.oldest, 55s);
}

TEST(Durable, GivesUpAfterSixAttemptsFiveSecondsDoublingToAMinuteApart) {
  engine::FunctionSetup function = durable_function(three_segments());
  function.failures.error = 1;
  const RunOutput out = run(durable_setup("{backoff: {jitter: none}}", function, {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 6s, 17s, 38s, 79s, 140s));
  const SourceTotals& totals = totals_of(out);
  EXPECT_EQ(totals.discarded, 1U);
  EXPECT_EQ(totals.failed, 6U);
  EXPECT_EQ(totals.operations, 6U);
  EXPECT_EQ(totals.written_bytes, 0U);
}

TEST(Durable, TakesTheAttemptsAndTheBackoffThatItIsGiven) {
  engine::FunctionSetup function = durable_function(three_segments());
  function.failures.error = 1;
  const std::string rules = "{attempts: 4, backoff: {base: 2 s, cap: 3 s, jitter: none}}";
  EXPECT_THAT(times_of(run(durable_setup(rules, function, {{0s}}))), ElementsAre(0s, 3s, 7s, 11s));
  EXPECT_THAT(times_of(run(durable_setup("{attempts: 1}", function, {{0s}}))), ElementsAre(0s));
}

TEST(Durable, CountsATimeoutAsAFailureAndBillsItInFull) {
  engine::FunctionSetup function = durable_function(three_segments());
  function.timeout = 2s;
  const RunOutput out =
      run(durable_setup("{attempts: 2, backoff: {jitter: none}}", function, {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 11s, 33s, 40s));
  EXPECT_EQ(totals_of(out).discarded, 1U);
  EXPECT_EQ(totals_of(out).failed, 2U);
  EXPECT_EQ(totals_of(out).billed_ms, 7000U);
}

TEST(Durable, DrawsABackoffWithFullJitterUniformlyFromNothingToAllOfIt) {
  constexpr int kExecutions = 2000;
  engine::Durable durable;
  durable.segments = {{waits(0s), 0, 0, 0, {}, 0}};
  engine::FunctionSetup function = durable_function(durable);
  function.failures.error = 1;
  std::vector<ScriptedArrival> arrivals;
  for (int i = 0; i < kExecutions; ++i) {
    arrivals.push_back({i * 10s});
  }
  const RunOutput out =
      run(durable_setup("{attempts: 2, backoff: {base: 8 s}}", function, arrivals));
  double sum = 0;
  double squares = 0;
  int retries = 0;
  for (const InvocationRecord& row : out.rows.invocations) {
    if (row.attempt == 2) {
      const double share = core::seconds_of(row.arrival - at(row.event * 10s)) / 8;
      ASSERT_GE(share, 0);
      ASSERT_LE(share, 1);
      sum += share;
      squares += share * share;
      ++retries;
    }
  }
  ASSERT_EQ(retries, kExecutions);
  const double sigma = 1 / std::sqrt(12.0 * kExecutions);
  EXPECT_NEAR(sum / kExecutions, 0.5, 4 * sigma);
  EXPECT_NEAR(squares / kExecutions, 1.0 / 3, 4 * sigma);
}

TEST(Durable, TriesARefusedInvocationAgainAfterABackoffThatDoublesAndUsesUpNoAttempt) {
  engine::FunctionSetup function = durable_function(three_segments());
  function.reserved_concurrency = 0;
  const RunOutput out = run(durable_setup("{attempts: 1}", function, {{10s}}, 20min));
  EXPECT_THAT(times_of(out),
              ElementsAre(10s, 11s, 13s, 17s, 25s, 41s, 73s, 137s, 265s, 521s, 821s, 1121s));
  EXPECT_EQ(totals_of(out).throttled, 12U);
  EXPECT_EQ(totals_of(out).operations, 1U);
  EXPECT_EQ(totals_of(out).left, 1U);
}

TEST(Durable, TriesAStartBeyondTheRateAgainAsARefusal) {
  engine::Durable durable;
  durable.segments = {{waits(1s), 0, 0, 0, {}, 0}};
  const RunOutput out = run(durable_setup("{start_rate: 0.5 /s, start_burst: 2}",
                                          durable_function(durable), {{0s}, {0s}, {0s}, {0s}}));
  // A token every 2 s: at 1 s there is none for the last two, at 3 s one of theirs, at 7 s the
  // rest.
  EXPECT_THAT(times_of(out), ElementsAre(0s, 0s, 3s, 7s));
  const SourceTotals& totals = totals_of(out);
  EXPECT_EQ(totals.starts_refused, 5U);
  EXPECT_EQ(totals.attempts, 4U);
  EXPECT_EQ(totals.throttled, 0U);
  EXPECT_EQ(totals.operations, 4U);
  EXPECT_EQ(totals.oldest, 8s);
}

TEST(Durable, TakesTheBackoffOfRefusalsThatItIsGiven) {
  engine::FunctionSetup function = durable_function(three_segments());
  function.reserved_concurrency = 0;
  const RunOutput out =
      run(durable_setup("{refused_backoff: {first: 4 s, most: 6 s}}", function, {{0s}}, 20s));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 4s, 10s, 16s));
}

TEST(Durable, ExpiresAnExecutionThatWaitsAtItsTimeoutAndOneThatRunsAtTheEndOfThat) {
  const auto totals_with = [](Duration timeout, Duration horizon) {
    engine::Durable durable = three_segments();
    durable.execution_timeout = timeout;
    return totals_of(run(durable_setup("{}", durable_function(durable), {{5s}}, horizon)));
  };
  EXPECT_EQ(totals_with(36s, 12h).handled, 1U);
  const SourceTotals running = totals_with(36s - 1ns, 12h);
  EXPECT_EQ(running.expired, 1U);
  EXPECT_EQ(running.attempts, 3U);
  const SourceTotals waiting = totals_with(30s, 12h);
  EXPECT_EQ(waiting.expired, 1U);
  EXPECT_EQ(waiting.attempts, 2U);
  EXPECT_EQ(totals_with(30s, 35s).left, 1U);
  EXPECT_EQ(totals_with(30s, 35s + 1ns).expired, 1U);
}

TEST(Durable, CountsOnlyExecutionsThatArriveInTheMeasuredWindow) {
  engine::Setup setup =
      durable_setup("{}", durable_function(three_segments()), {{5s}, {100s}, {190s}}, 200s);
  setup.warm_up = 60s;
  const SourceTotals totals = totals_of(run(setup));
  EXPECT_EQ(totals.events, 2U);
  EXPECT_EQ(totals.handled, 1U);
  EXPECT_EQ(totals.left, 1U);
  EXPECT_EQ(totals.operations, 6U + 4U);
  EXPECT_EQ(totals.written_bytes, 1324U + 250U);
}

/// Correlation of what two segments of one execution drew for the same step.
TEST(Durable, DrawsTheNumbersOfEachSegmentApartFromThoseOfTheOthers) {
  constexpr int kExecutions = 4000;
  const engine::Program exponential{
      {engine::StepKind::kWait, {}, 64, Distribution::exponential(1e9)}};
  engine::Durable durable;
  durable.segments = {{exponential, 0, 1, 0, constant(1s), kFirstPause},
                      {exponential, 1, 0, 0, {}, 0}};
  std::vector<ScriptedArrival> arrivals;
  for (int i = 0; i < kExecutions; ++i) {
    arrivals.push_back({i * 1min});
  }
  const RunOutput out =
      run(durable_setup("{}", durable_function(durable), arrivals, kExecutions * 1min));
  std::vector<std::vector<double>> drawn(kExecutions);
  for (const InvocationRecord& row : out.rows.invocations) {
    drawn.at(row.event).push_back(core::seconds_of(row.duration));
  }
  double product = 0;
  double second = 0;
  for (const std::vector<double>& two : drawn) {
    ASSERT_EQ(two.size(), 2U);
    product += (two[0] - 1) * (two[1] - 1) / kExecutions;
    second += two[1] / kExecutions;
  }
  EXPECT_NEAR(second, 1, 4 / std::sqrt(kExecutions));
  EXPECT_NEAR(product, 0, 4 / std::sqrt(kExecutions));
}

TEST(Durable, DrawsPausesAndReplayFromTheirOwnNumbersForEachExecution) {
  engine::Durable durable = three_segments();
  durable.segments[0].pause = Distribution::uniform(10e9, 20e9);
  durable.replay = Distribution::exponential(50e6);
  const RunOutput out = run(durable_setup("{}", durable_function(durable), {{0s}, {1000s}}));
  const std::vector<Duration> times = times_of(out);
  const std::vector<Duration> durations = durations_of(out);
  ASSERT_EQ(times.size(), 6U);
  EXPECT_NE(times[1] - times[0], times[4] - times[3]);
  EXPECT_GE(times[1], 11s);
  EXPECT_LE(times[1], 21s);
  EXPECT_NE(durations[1], durations[4]);
  EXPECT_EQ(times[2], times[1] + durations[1] + 20s);
}

}  // namespace
}  // namespace lambdasim::test
