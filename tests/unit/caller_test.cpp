// Callers that lose patience and try again, by hand-worked times.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/source/http.h"
#include "tests/support/attempts.h"
#include "tests/support/model_from_yaml.h"
#include "tests/support/scripted.h"

namespace lambdasim::test {
namespace {

using testing::ElementsAre;

std::shared_ptr<const engine::EventSourceModel> callers(const std::string& parameters) {
  return model_from_yaml(models::source_models(), "http", parameters, models::SourceContext{});
}

engine::Setup callers_setup(const std::string& parameters, engine::FunctionSetup function,
                            std::vector<ScriptedArrival> arrivals, Duration horizon = 1h) {
  engine::Setup setup = setup_of({std::move(function)}, std::move(arrivals), horizon);
  setup.sources = {callers(parameters)};
  return setup;
}

engine::FunctionSetup slow_function(Duration duration) {
  engine::FunctionSetup function = plain_function(duration);
  function.timeout = 1min;
  return function;
}

TEST(Caller, ReachesTheFunctionDirectlyUnlessItGivesUpOrTriesAgain) {
  EXPECT_EQ(callers("{}"), nullptr);
  EXPECT_EQ(callers("{retries: 0}"), nullptr);
  EXPECT_NE(callers("{timeout: 3 s}"), nullptr);
  EXPECT_NE(callers("{retries: 1}"), nullptr);
}

TEST(Caller, GivesUpAtItsTimeoutWhileTheInvocationGoesOnAndIsBilled) {
  const RunOutput out = run(callers_setup("{timeout: 2 s}", slow_function(5s), {{10s}}));
  ASSERT_EQ(out.rows.invocations.size(), 1U);
  EXPECT_EQ(out.rows.invocations[0].billed_ms, 5000U);
  EXPECT_EQ(totals_of(out).discarded, 1U);
  EXPECT_EQ(totals_of(out).failed, 1U);
  EXPECT_EQ(totals_of(out).billed_ms, 5000U);
  EXPECT_EQ(totals_of(out).duplicates, 0U);
}

TEST(Caller, TakesAnAnswerThatComesAtItsTimeout) {
  const RunOutput out = run(callers_setup("{timeout: 5 s}", slow_function(5s), {{10s}}));
  EXPECT_EQ(totals_of(out).handled, 1U);
  EXPECT_EQ(totals_of(out).oldest, Duration{5s});
}

TEST(Caller, TriesAgainAfterItsTimeoutAndCountsWhatWasDoneTwice) {
  const RunOutput out = run(callers_setup(
      "{timeout: 2 s, retries: 2, backoff: {base: 1 s, jitter: none}}", slow_function(5s), {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 3s, 7s));
  EXPECT_EQ(totals_of(out).handled, 0U);
  EXPECT_EQ(totals_of(out).discarded, 1U);
  EXPECT_EQ(totals_of(out).duplicates, 2U);
  EXPECT_EQ(totals_of(out).retries, 2U);
}

TEST(Caller, DoublesItsBackoffAfterRefusalsUpToItsCap) {
  engine::FunctionSetup function = plain_function(1s);
  function.reserved_concurrency = 0;
  const RunOutput out = run(callers_setup(
      "{retries: 4, backoff: {base: 1 s, cap: 3 s, jitter: none}}", function, {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 1s, 3s, 6s, 9s));
  EXPECT_EQ(totals_of(out).throttled, 5U);
  EXPECT_EQ(totals_of(out).discarded, 1U);
}

TEST(Caller, TriesAgainOnlyAfterWhatItIsTold) {
  engine::FunctionSetup function = plain_function(500ms);
  function.failures.error = 1;
  const std::string start = "{retries: 2, backoff: {base: 1 s, jitter: none}, retry_on: ";
  EXPECT_THAT(times_of(run(callers_setup(start + "{throttled: false}}", function, {{0s}}))),
              ElementsAre(0s, 1500ms, 4s));
  EXPECT_THAT(times_of(run(callers_setup(start + "{errors: false}}", function, {{0s}}))),
              ElementsAre(0s));
  const std::string impatient =
      "{timeout: 100 ms, retries: 2, retry_on: {timeouts: false, errors: true}}";
  EXPECT_THAT(times_of(run(callers_setup(impatient, function, {{0s}}))), ElementsAre(0s));
}

// Attempt 1 waits for its context until 3 s, when its caller has long given it up.
TEST(Caller, GivesUpWhatStillWaitsForAContext) {
  engine::FunctionSetup function = plain_function(500ms);
  function.sandbox = constant(3s);
  const std::string rest = " s, retries: 1, backoff: {base: 1 s, jitter: none}}";
  const RunOutput never = run(callers_setup("{timeout: 1" + rest, function, {{0s}}));
  EXPECT_THAT(times_of(never), ElementsAre(0s, 2s));
  EXPECT_EQ(totals_of(never).discarded, 1U);
  EXPECT_EQ(totals_of(never).failed, 2U);
  EXPECT_EQ(totals_of(never).duplicates, 1U);
  const RunOutput later = run(callers_setup("{timeout: 2.5" + rest, function, {{0s}}));
  EXPECT_THAT(times_of(later), ElementsAre(0s, 3500ms));
  EXPECT_EQ(totals_of(later).handled, 1U);
  EXPECT_EQ(totals_of(later).oldest, Duration{4s});
  EXPECT_EQ(totals_of(later).duplicates, 1U);
}

TEST(Caller, WithFullJitterWaitsBetweenNothingAndItsBackoff) {
  engine::FunctionSetup function = plain_function(1s);
  function.reserved_concurrency = 0;
  std::vector<ScriptedArrival> arrivals;
  for (int i = 0; i < 200; ++i) {
    arrivals.push_back({i * 10s});
  }
  const RunOutput out =
      run(callers_setup("{retries: 1, backoff: {base: 4 s}}", function, arrivals));
  const std::vector<Duration> times = times_of(out);
  ASSERT_EQ(times.size(), 400U);
  Duration sum{0};
  for (std::size_t i = 0; i < times.size(); i += 2) {
    const Duration waited = times[i + 1] - times[i];
    EXPECT_GE(waited, Duration{0});
    EXPECT_LE(waited, Duration{4s});
    sum += waited;
  }
  // Uniform on 0 to 4 s: mean 2 s, standard error 4 / sqrt(12 x 200) = 0.082 s.
  EXPECT_NEAR(core::seconds_of(sum) / 200, 2.0, 4 * 0.082);
}

TEST(Caller, IsLeftWhenItStillWaitsAtTheEnd) {
  engine::FunctionSetup function = plain_function(500ms);
  function.failures.error = 1;
  const std::string parameters = "{retries: 1, backoff: {base: 10 s, jitter: none}}";
  EXPECT_EQ(totals_of(run(callers_setup(parameters, function, {{55s}}, 1min))).left, 1U);
  EXPECT_EQ(totals_of(run(callers_setup(parameters, function, {{45s}}, 1min))).discarded, 1U);
}

}  // namespace
}  // namespace lambdasim::test
