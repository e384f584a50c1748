// Lambda's queue of asynchronous events: when it tries again, when it gives up, and what it counts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/source/async.h"
#include "tests/support/attempts.h"
#include "tests/support/model_from_yaml.h"
#include "tests/support/scripted.h"

namespace lambdasim::test {
namespace {

using engine::InvocationRecord;
using engine::SourceTotals;
using testing::ElementsAre;

engine::Setup async_setup(const std::string& parameters, engine::FunctionSetup function,
                          std::vector<ScriptedArrival> arrivals, Duration horizon = 12h) {
  engine::Setup setup = setup_of({std::move(function)}, std::move(arrivals), horizon);
  setup.sources = {
      model_from_yaml(models::source_models(), "async", parameters, models::SourceContext{})};
  return setup;
}

engine::FunctionSetup failing_function(Duration duration) {
  engine::FunctionSetup function = plain_function(duration);
  function.failures.error = 1;
  return function;
}

engine::FunctionSetup refusing_function() {
  engine::FunctionSetup function = plain_function(500ms);
  function.reserved_concurrency = 0;
  return function;
}

TEST(Async, TriesTwiceMoreAfterErrorsAMinuteAndThenTwoAfterTheEndOfTheAttempt) {
  const RunOutput out = run(async_setup("{}", failing_function(500ms), {{10s}}));
  EXPECT_THAT(times_of(out), ElementsAre(10s, 70'500ms, 191s));
  EXPECT_THAT(attempts_of(out), ElementsAre(1, 2, 3));
  const SourceTotals& totals = totals_of(out);
  EXPECT_EQ(totals.events, 1U);
  EXPECT_EQ(totals.discarded, 1U);
  EXPECT_EQ(totals.attempts, 3U);
  EXPECT_EQ(totals.retries, 2U);
  EXPECT_EQ(totals.failed, 3U);
  EXPECT_EQ(totals.throttled, 0U);
  EXPECT_EQ(totals.billed_ms, 1500U);
  EXPECT_EQ(totals.delay.count(), 0U);
}

TEST(Async, TriesAsOftenAsItIsToldAndWhenItIsTold) {
  const auto function = failing_function(500ms);
  EXPECT_THAT(times_of(run(async_setup("{maximum_retries: 0}", function, {{10s}}))),
              ElementsAre(10s));
  EXPECT_THAT(times_of(run(async_setup("{maximum_retries: 1, retry_after: {first: 7 s}}", function,
                                       {{10s}}))),
              ElementsAre(10s, 17'500ms));
}

TEST(Async, CountsATimeoutAsAFunctionError) {
  engine::FunctionSetup function = plain_function(5s);
  function.timeout = 1s;
  const RunOutput out = run(async_setup("{}", function, {{0s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 61s, 182s));
  EXPECT_EQ(totals_of(out).failed, 3U);
}

TEST(Async, GivesAnEventUpToTheDeadLetterQueueOrTheDestinationWhereThereIsOne) {
  for (const char* place : {"dead_letter_queue", "destination"}) {
    const RunOutput out =
        run(async_setup("{on_failure: " + std::string(place) + "}", failing_function(0s), {{10s}}));
    EXPECT_EQ(totals_of(out).dead_lettered, 1U);
    EXPECT_EQ(totals_of(out).discarded, 0U);
  }
}

TEST(Async, DoublesTheBackoffAfterEachRefusalUpToFiveMinutesUntilTheEventIsTooOld) {
  const RunOutput out = run(async_setup("{maximum_age: 20 min}", refusing_function(), {{10s}}));
  EXPECT_THAT(times_of(out),
              ElementsAre(10s, 11s, 13s, 17s, 25s, 41s, 73s, 137s, 265s, 521s, 821s, 1121s));
  const SourceTotals& totals = totals_of(out);
  EXPECT_EQ(totals.expired, 1U);
  EXPECT_EQ(totals.dead_lettered + totals.discarded + totals.left, 0U);
  EXPECT_EQ(totals.throttled, 12U);
  EXPECT_EQ(totals.retries, 11U);
  EXPECT_EQ(totals.billed_ms, 0U);
}

TEST(Async, ExpiresAnEventAtItsMaximumAgeNotLater) {
  const auto left_at = [](Duration horizon) {
    return totals_of(
        run(async_setup("{maximum_age: 100 s}", refusing_function(), {{10s}}, horizon)));
  };
  EXPECT_EQ(left_at(110s).left, 1U);
  EXPECT_EQ(left_at(110s + 1ns).expired, 1U);
}

TEST(Async, DoesNotTryAgainWhatIsThenAsOldAsItMayBe) {
  const RunOutput too_old = run(async_setup("{maximum_age: 60 s}", failing_function(0s), {{10s}}));
  EXPECT_THAT(times_of(too_old), ElementsAre(10s));
  EXPECT_EQ(totals_of(too_old).expired, 1U);
  EXPECT_THAT(times_of(run(async_setup("{maximum_age: 61 s}", failing_function(0s), {{10s}}))),
              ElementsAre(10s, 70s));
}

TEST(Async, LetsAnAttemptRunBeyondTheMaximumAge) {
  engine::FunctionSetup function = plain_function(90s);
  function.timeout = 15min;
  EXPECT_EQ(totals_of(run(async_setup("{maximum_age: 60 s}", function, {{0s}}))).handled, 1U);
  function.failures.error = 1;
  const RunOutput failed = run(async_setup("{maximum_age: 60 s}", function, {{0s}}));
  EXPECT_EQ(failed.rows.invocations.size(), 1U);
  EXPECT_EQ(totals_of(failed).expired, 1U);
}

TEST(Async, UsesUpNoRetryForARefusal) {
  engine::FunctionSetup function = plain_function(2500ms);
  function.reserved_concurrency = 1;
  const RunOutput out = run(async_setup("{maximum_retries: 0}", function, {{0s}, {1s}}));
  EXPECT_THAT(times_of(out), ElementsAre(0s, 1s, 2s, 4s));
  EXPECT_THAT(attempts_of(out), ElementsAre(1, 1, 2, 3));
  const SourceTotals& totals = totals_of(out);
  EXPECT_EQ(totals.handled, 2U);
  EXPECT_EQ(totals.throttled, 2U);
  EXPECT_EQ(totals.oldest, Duration{5500ms});
  EXPECT_EQ(totals.peak_backlog, 2U);
}

TEST(Async, StartsTheBackoffAnewOnceAnAttemptRan) {
  engine::FunctionSetup function = failing_function(3s);
  function.timeout = 5s;
  function.reserved_concurrency = 1;
  // The second event is refused at 1 and 2, runs 4 to 7 and is due at 17, when a third one runs
  // from 16.5 to 19.5: it is refused again, with a backoff of 1 s.
  const RunOutput out = run(async_setup("{maximum_retries: 1, retry_after: {first: 10 s}}",
                                        function, {{0s}, {1s}, {16'500ms}}, 20s));
  std::vector<Duration> second;
  for (const InvocationRecord& row : out.rows.invocations) {
    if (row.event == 1) {
      second.push_back(row.arrival - core::kStartOfTime);
    }
  }
  EXPECT_THAT(second, ElementsAre(1s, 2s, 4s, 17s, 18s));
}

TEST(Async, IsNotHeldToTheRateOfSynchronousRequests) {
  engine::FunctionSetup function = plain_function(100ms);
  function.reserved_concurrency = 1;
  engine::Setup setup = async_setup("{}", function, {{0s}, {1s}});
  setup.requests_per_context = 0.01;
  EXPECT_EQ(totals_of(run(setup)).throttled, 0U);
  setup.sources.clear();
  EXPECT_EQ(run(setup).rows.invocations.at(1).refusal, engine::Refusal::kReservedRate);
}

TEST(Async, DelaysTheFirstAttemptAsItIsTold) {
  const RunOutput out = run(async_setup("{delay: 40 ms}", plain_function(500ms), {{10s}}));
  EXPECT_THAT(times_of(out), ElementsAre(10'040ms));
  EXPECT_EQ(totals_of(out).oldest, Duration{540ms});
}

TEST(Async, DeliversADuplicateAtTheEndOfTheAttemptThatSucceeded) {
  const RunOutput out = run(async_setup("{duplicates: 100 %}", plain_function(500ms), {{10s}}));
  EXPECT_THAT(times_of(out), ElementsAre(10s, 10'500ms));
  EXPECT_EQ(totals_of(out).handled, 1U);
  EXPECT_EQ(totals_of(out).duplicates, 1U);
}

TEST(Async, FailsAPoisonedEventWhateverTheFunctionDoes) {
  const RunOutput out = run(async_setup("{poison: 1}", plain_function(500ms), {{10s}}));
  EXPECT_EQ(out.rows.invocations.size(), 3U);
  EXPECT_EQ(totals_of(out).discarded, 1U);
}

TEST(Async, LeavesWhatWaitsAtTheEndButNotWhatIsOutOfAttempts) {
  EXPECT_EQ(totals_of(run(async_setup("{}", failing_function(500ms), {{10s}}, 1min))).left, 1U);
  const RunOutput last =
      run(async_setup("{maximum_retries: 0}", failing_function(500ms), {{59'900ms}}, 1min));
  EXPECT_EQ(totals_of(last).discarded, 1U);
}

TEST(Async, CountsOnlyEventsThatArriveAfterTheWarmUp) {
  engine::Setup setup = async_setup("{}", failing_function(500ms), {{10s}, {20s}});
  setup.warm_up = 20s;
  const SourceTotals totals = totals_of(run(setup));
  EXPECT_EQ(totals.events, 1U);
  EXPECT_EQ(totals.attempts, 3U);
  EXPECT_THAT(totals.charged, ElementsAre(1));
}

}  // namespace
}  // namespace lambdasim::test
