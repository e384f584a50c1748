// Hand-worked timelines of a standard SQS queue in front of a function.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/sqs.h"

namespace lambdasim::models {
namespace {

using namespace lambdasim::test;
using engine::InvocationRecord;
using engine::SourceTotals;
using testing::ElementsAre;
using testing::ElementsAreArray;

std::vector<int> batch_sizes(const RunOutput& output) {
  std::vector<int> sizes;
  for (const InvocationRecord& record : output.rows.invocations) {
    sizes.push_back(record.items);
  }
  return sizes;
}

engine::FunctionSetup failing_function() {
  engine::FunctionSetup function = plain_function(1s);
  function.failures.error = 1;
  return function;
}

TEST(SqsBatches, AreAsLargeAsWhatWaitsWhenAPollerIsFree) {
  // Five idle pollers take one each; the sixth and seventh come 200 ms apart.
  const auto output = run(queue_of(plain_function(1s), "{}", messages(25, 1s)));
  EXPECT_THAT(batch_sizes(output), ElementsAre(1, 1, 1, 1, 1, 10, 10));
  EXPECT_THAT(invoked_at(output), ElementsAre(1s, 1s, 1s, 1s, 1s, 1200ms, 1400ms));
  const SourceTotals& totals = output.result.sources[0];
  EXPECT_EQ(totals.events, 25U);
  EXPECT_EQ(totals.handled, 25U);
  EXPECT_EQ(totals.attempts, 25U);
  EXPECT_EQ(totals.invocations, 7U);
  EXPECT_EQ(totals.billed_ms, 7000U);
  EXPECT_EQ(totals.cold, 7U);
  EXPECT_EQ(totals.peak_backlog, 25U);
  EXPECT_EQ(totals.oldest, Duration{1400ms});
}

TEST(SqsBatches, GatherForTheirWindowOrUntilTheyAreFull) {
  const auto output = run(queue_of(plain_function(1s), "{batch_size: 3, batch_window: 2 s}",
                                   {{1s}, {1500ms}, {2s}, {5s}, {6s}}));
  EXPECT_THAT(batch_sizes(output), ElementsAre(3, 2));
  EXPECT_THAT(invoked_at(output), ElementsAre(2s, 7s));
  EXPECT_EQ(output.result.sources[0].oldest, Duration{3s});
}

TEST(SqsBatches, HoldNoMoreThanThePayloadAllows) {
  const auto output =
      run(queue_of(plain_function(1s), "{batch_window: 1 s, message_size: 1 MB}", messages(7, 1s)));
  EXPECT_THAT(batch_sizes(output), ElementsAre(6, 1));
  EXPECT_THAT(invoked_at(output), ElementsAre(1s, 2s));
}

TEST(SqsBatches, AreInvokedThePollLatencyAfterTheirReceive) {
  const auto output = run(queue_of(plain_function(1s), "{poll_latency: 20 ms}", {{1s}}));
  EXPECT_THAT(invoked_at(output), ElementsAre(1020ms));
  EXPECT_EQ(output.result.sources[0].oldest, Duration{1020ms});
}

TEST(SqsBatches, CarryTheNumbersOfTheirFirstMessage) {
  engine::FunctionSetup function = plain_function(1s);
  function.handler[0].time = Distribution::exponential(1e9);
  function.timeout = 900s;
  engine::Setup direct = setup_of({function}, {{1s}});
  const auto queued = run(queue_of(function, "{}", {{1s}}));
  EXPECT_EQ(queued.rows.invocations[0].duration, run(direct).rows.invocations[0].duration);
}

TEST(SqsBatches, TakeTheMeanOfTheRecordedDurations) {
  engine::FunctionSetup function = plain_function(0s);
  function.handler = {{engine::StepKind::kWaitRecorded, {}, 64, {}}};
  const auto output = run(
      queue_of(function, "{batch_window: 1 s}", {{1s, 0, 100ms}, {1s, 0, 200ms}, {1s, 0, 600ms}}));
  EXPECT_EQ(output.rows.invocations.at(0).duration, Duration{300ms});
}

TEST(SqsConcurrency, StartsAtFiveAndGrowsByThreeHundredAMinute) {
  engine::FunctionSetup function = plain_function(100s);
  function.timeout = 200s;
  const auto output = run(queue_of(function, "{batch_size: 1}", messages(1000, 1s), 31s));
  std::vector<Duration> expected(5, 1s);
  for (Duration next = 1200ms; next < 31s; next += 200ms) {
    expected.push_back(next);
  }
  EXPECT_THAT(invoked_at(output), ElementsAreArray(expected));
  EXPECT_EQ(output.result.sources[0].handled, expected.size());  // dispatched, and will succeed
  EXPECT_EQ(output.result.sources[0].left, 1000 - expected.size());
}

TEST(SqsConcurrency, StopsAtTheMaximumOfTheMapping) {
  engine::FunctionSetup function = plain_function(100s);
  function.timeout = 200s;
  const auto output =
      run(queue_of(function, "{batch_size: 1, maximum_concurrency: 7}", messages(1000, 1s), 102s));
  std::vector<Duration> expected{1s, 1s, 1s, 1s, 1s, 1200ms, 1400ms};
  expected.insert(expected.end(), 5, 101s);
  expected.emplace_back(101200ms);
  expected.emplace_back(101400ms);
  EXPECT_THAT(invoked_at(output), ElementsAreArray(expected));
}

TEST(SqsVisibility, MessagesComeBackTheTimeoutAfterTheirReceiveUntilTheyAreOutOfReceives) {
  const auto output =
      run(queue_of(failing_function(), "{visibility_timeout: 20 s, maximum_receives: 3}", {{1s}}));
  EXPECT_THAT(invoked_at(output), ElementsAre(1s, 21s, 41s));
  EXPECT_EQ(output.rows.invocations.back().attempt, 3);
  const SourceTotals& totals = output.result.sources[0];
  EXPECT_EQ(totals.attempts, 3U);
  EXPECT_EQ(totals.retries, 2U);
  EXPECT_EQ(totals.failed, 3U);
  EXPECT_EQ(totals.dead_lettered, 1U);
  EXPECT_EQ(accounted_for(totals), 1U);
}

TEST(SqsVisibility, IsSixTimesTheTimeoutAndTheWindowUnlessGiven) {
  const auto output = run(queue_of(failing_function(), "{batch_window: 2 s}", {{1s}}, 30s));
  // Received at 1 s, invoked at 3 s; 6 x 3 s + 2 s after the receive it is received again.
  EXPECT_THAT(invoked_at(output), ElementsAre(3s, 23s));
}

TEST(SqsVisibility, EndsBeforeALateSuccessWhichThenDeletesNothingThatWasReceivedAgain) {
  // The context takes 25 s to make; the message is received at 1, 11 and 21 s, and each of these
  // batches is then served, one after the other. Only the last receipt deletes.
  engine::FunctionSetup function = plain_function(1s);
  function.sandbox = constant(25s);
  const auto output = run(queue_of(function, "{visibility_timeout: 10 s}", {{1s}}));
  EXPECT_THAT(invoked_at(output), ElementsAre(1s, 11s, 21s));
  const SourceTotals& totals = output.result.sources[0];
  EXPECT_EQ(totals.handled, 1U);
  EXPECT_EQ(totals.duplicates, 2U);
  EXPECT_EQ(totals.oldest, Duration{26s});
  EXPECT_EQ(totals.attempts, 3U);
}

TEST(SqsVisibility, EndedWithoutAnotherReceiveDoesNotKeepALateSuccessFromDeleting) {
  engine::FunctionSetup function = plain_function(1s);
  function.sandbox = constant(25s);
  const auto output = run(
      queue_of(function, "{visibility_timeout: 10 s, scaling: {minimum: 1, quota: 1}}", {{1s}}));
  EXPECT_EQ(output.result.sources[0].attempts, 1U);
  EXPECT_EQ(output.result.sources[0].handled, 1U);
}

TEST(SqsVisibility, LimitsWhatIsInFlight) {
  const auto output =
      run(queue_of(failing_function(), "{visibility_timeout: 20 s, in_flight_limit: 2}",
                   {{1s}, {2s}, {3s}, {4s}}, 42s));
  EXPECT_THAT(invoked_at(output), ElementsAre(1s, 2s, 21s, 22s, 41s));
  std::vector<std::uint32_t> events;
  for (const InvocationRecord& record : output.rows.invocations) {
    events.push_back(record.event);
  }
  EXPECT_THAT(events, ElementsAre(0, 1, 2, 3, 0));
}

TEST(SqsFailures, OfOneMessageBringTheWholeBatchBack) {
  const auto output = run(queue_of(plain_function(1s),
                                   "{batch_window: 1 s, poison: 0.3, visibility_timeout: 20 s, "
                                   "maximum_receives: 3}",
                                   messages(10, 1s)));
  const SourceTotals& totals = output.result.sources[0];
  EXPECT_EQ(totals.invocations, 3U);
  EXPECT_EQ(totals.attempts, 30U);
  EXPECT_EQ(totals.failed, 30U);
  EXPECT_EQ(totals.dead_lettered, 10U);
}

TEST(SqsFailures, BringBackOnlyPoisonedMessagesIfTheFunctionReportsThem) {
  const auto output = run(queue_of(plain_function(1s),
                                   "{batch_window: 1 s, poison: 0.3, visibility_timeout: 20 s, "
                                   "maximum_receives: 3, report_batch_item_failures: true}",
                                   messages(10, 1s)));
  const SourceTotals& totals = output.result.sources[0];
  EXPECT_GT(totals.dead_lettered, 0U);
  EXPECT_GT(totals.handled, 0U);
  EXPECT_EQ(totals.dead_lettered + totals.handled, 10U);
  EXPECT_EQ(totals.invocations, 3U);
  EXPECT_EQ(totals.failed, 3 * totals.dead_lettered);
  EXPECT_EQ(totals.attempts, totals.handled + totals.failed);
}

TEST(SqsThrottling, TriesABatchAgainUntilItsMessagesComeBackAndBurnsTheirReceives) {
  engine::FunctionSetup function = plain_function(1s);
  function.reserved_concurrency = 0;
  const auto output = run(queue_of(
      function, "{visibility_timeout: 20 s, maximum_receives: 2, throttle_backoff: 4 s}", {{1s}}));
  EXPECT_THAT(invoked_at(output), ElementsAre(1s, 5s, 13s, 21s, 25s, 33s));
  const SourceTotals& totals = output.result.sources[0];
  EXPECT_EQ(totals.attempts, 6U);
  EXPECT_EQ(totals.throttled, 6U);
  EXPECT_EQ(totals.failed, 0U);
  EXPECT_EQ(totals.dead_lettered, 1U);
  EXPECT_EQ(totals.billed_ms, 0U);
}

TEST(SqsRetention, LosesMessagesThatNobodyHandled) {
  engine::FunctionSetup function = plain_function(1s);
  function.reserved_concurrency = 0;
  const auto output =
      run(queue_of(function, "{visibility_timeout: 20 s, retention: 60 s}", {{1s}}));
  EXPECT_EQ(invoked_at(output).back(), Duration{56s});  // 41 s + 1, 2, 4, 8 s
  EXPECT_EQ(output.result.sources[0].expired, 1U);
}

TEST(SqsDuplicates, AreDeliveredOnceMoreWhenTheirVisibilityTimeoutHasPassed) {
  const auto output =
      run(queue_of(plain_function(1s), "{duplicates: 1, visibility_timeout: 20 s}", {{1s}, {2s}}));
  EXPECT_THAT(invoked_at(output), ElementsAre(1s, 2s, 21s, 22s));
  const SourceTotals& totals = output.result.sources[0];
  EXPECT_EQ(totals.handled, 2U);
  EXPECT_EQ(totals.duplicates, 2U);
  EXPECT_EQ(totals.delay.count(), 2U);
}

TEST(SqsTotals, CountTheMessagesThatArriveAfterTheWarmUp) {
  engine::Setup setup = queue_of(plain_function(1s), "{}", {{1s}, {2s}, {3s}}, 4s);
  setup.warm_up = 2s;
  const SourceTotals totals = run(setup).result.sources[0];
  EXPECT_EQ(totals.events, 2U);
  EXPECT_EQ(totals.handled, 2U);
  EXPECT_EQ(totals.attempts, 2U);
  EXPECT_EQ(totals.invocations, 2U);
}

TEST(SqsTotals, GiveUpAtTheEndWhatFailedForTheLastTime) {
  const auto totals_with = [](const std::string& parameters) {
    return run(queue_of(failing_function(), parameters, {{1s}}, 10s)).result.sources[0];
  };
  EXPECT_EQ(totals_with("{maximum_receives: 1}").dead_lettered, 1U);
  EXPECT_EQ(totals_with("{maximum_receives: 2}").left, 1U);
}

TEST(SqsProvisioned, PollsTenTimesASecondWithEachPollerAndAddsThem) {
  engine::FunctionSetup function = plain_function(100s);
  function.timeout = 200s;
  const auto output =
      run(queue_of(function, "{batch_size: 1, provisioned: {}}", messages(100, 1s), 3s));
  const std::vector<Duration> times = invoked_at(output);
  ASSERT_GT(times.size(), 14U);
  for (int i = 0; i < 13; ++i) {
    EXPECT_EQ(times[static_cast<std::size_t>(i)], 1s + i * 50ms);
  }
  // The third poller comes 10 / (1,000 / min) = 600 ms after the backlog began.
  EXPECT_EQ(times[13], Duration{1600ms} + Duration{100ms} / 3);
}

TEST(SqsProvisioned, BillsItsPollersForTheMeasuredTime) {
  engine::Setup setup =
      queue_of(plain_function(1s), "{provisioned: {minimum_pollers: 3}}", {{5s}}, 31s);
  setup.warm_up = 1s;
  EXPECT_EQ(run(setup).result.sources[0].poller_s, 90U);
}

TEST(SqsProvisioned, TakesTenBatchesAPollerAtOnce) {
  engine::FunctionSetup function = plain_function(100s);
  function.timeout = 200s;
  const auto output = run(queue_of(function, "{batch_size: 1, provisioned: {maximum_pollers: 2}}",
                                   messages(100, 1s), 90s));
  EXPECT_EQ(output.rows.invocations.size(), 20U);
}

}  // namespace
}  // namespace lambdasim::models
