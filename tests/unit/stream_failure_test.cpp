// Streams when batches fail or are refused: what blocks, for how long, and what becomes of records.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/streams.h"

namespace lambdasim::test {
namespace {

using testing::ElementsAre;

std::string polled(const std::string& parameters) {
  return "{poll_phase: 0 s, " + parameters + "}";
}

engine::FunctionSetup patient_function(Duration handler) {
  engine::FunctionSetup function = plain_function(handler);
  function.timeout = 15min;
  return function;
}

TEST(StreamFailure, APoisonedRecordBlocksItsLaneUntilItExpires) {
  // Attempts of 60 s with waits of 1, 2, 4, 8, 16, 32 s between them begin at 1 s to 424 s (seven)
  // and then every 120 s. The one that begins at 86,344 s, number 723, ends at 86,404 s: what
  // arrived by 4 s has expired, the record of 4.5 s is handled.
  const OnePoisoned poisoned{0, 3};
  const auto output =
      run(stream_setup(patient_function(60s), "kinesis", polled(poisoned.share + ", batch_size: 1"),
                       {500ms, 2s, 4500ms}, 25h),
          poisoned.key);
  const engine::SourceTotals& totals = output.result.sources[0];
  EXPECT_EQ(totals.events, 3U);
  EXPECT_EQ(totals.expired, 2U);
  EXPECT_EQ(totals.handled, 1U);
  EXPECT_EQ(totals.attempts, 724U);
  EXPECT_EQ(totals.failed, 723U);
  EXPECT_EQ(totals.retries, 722U);
  EXPECT_EQ(totals.invocations, 724U);
  EXPECT_EQ(batches(output).back(), (Batch{86'404s, 1}));
  EXPECT_EQ(totals.oldest, 86'464s - 4500ms);
  EXPECT_EQ(output.rows.invocations[1].attempt, 2);
  EXPECT_EQ(output.rows.invocations[722].attempt, 255);
}

TEST(StreamFailure, ARecordThatExpiresBetweenTwoAttemptsLeavesAtThatMoment) {
  const OnePoisoned poisoned{0, 2};
  const auto output =
      run(stream_setup(plain_function(100ms), "kinesis",
                       polled(poisoned.share + ", batch_size: 1, maximum_record_age: 60 s"),
                       {500ms, 10s}),
          poisoned.key);
  EXPECT_THAT(batches(output),
              ElementsAre(Batch{1s, 1}, Batch{2100ms, 1}, Batch{4200ms, 1}, Batch{8300ms, 1},
                          Batch{16'400ms, 1}, Batch{32'500ms, 1}, Batch{60'500ms, 1}));
  EXPECT_EQ(output.result.sources[0].expired, 1U);
  EXPECT_EQ(output.result.sources[0].handled, 1U);
}

TEST(StreamFailure, TheRestOfABatchGoesOnWhenItsOldestRecordExpires) {
  // The first record, poisoned, leaves at 60.2 s; the second keeps to the time of the next attempt.
  const OnePoisoned poisoned{0, 2};
  const auto output =
      run(stream_setup(plain_function(100ms), "kinesis",
                       polled(poisoned.share + ", maximum_record_age: 60 s"), {200ms, 900ms}),
          poisoned.key);
  EXPECT_EQ(output.result.sources[0].expired, 2U);
  EXPECT_EQ(batches(output).back(), (Batch{32'500ms, 2}));

  const auto faster =
      run(stream_setup(plain_function(100ms), "kinesis",
                       polled(poisoned.share + ", maximum_record_age: 60 s, backoff: {most: 4 s}"),
                       {200ms, 900ms}),
          poisoned.key);
  // 1, 2.1, 4.2, 8.3, then every 4.1 s: 57.5, 61.6 without the one of 0.2 s, too late for 60.9 s.
  EXPECT_EQ(batches(faster).back(), (Batch{57'500ms, 2}));
  EXPECT_EQ(faster.result.sources[0].expired, 2U);

  const auto every_second =
      run(stream_setup(plain_function(100ms), "kinesis",
                       polled(poisoned.share +
                              ", maximum_record_age: 60 s, backoff: {first: 500 ms, most: 500 ms}"),
                       {200ms, 900ms}),
          poisoned.key);
  // 1 s, then every 0.6 s: the attempt of 59.8 s fails, that of 60.4 s has the second record alone.
  EXPECT_EQ(batches(every_second).back(), (Batch{60'400ms, 1}));
  EXPECT_EQ(every_second.result.sources[0].expired, 1U);
  EXPECT_EQ(every_second.result.sources[0].handled, 1U);
}

TEST(StreamFailure, ABatchIsGivenUpAfterItsRetries) {
  const OnePoisoned poisoned{1, 4};
  const std::string parameters = poisoned.share + ", maximum_retries: 2, batch_size: 3";
  const std::vector<Duration> times{100ms, 200ms, 300ms, 1500ms};
  const auto lost =
      run(stream_setup(plain_function(100ms), "kinesis", polled(parameters), times), poisoned.key);
  EXPECT_THAT(batches(lost),
              ElementsAre(Batch{1s, 3}, Batch{2100ms, 3}, Batch{4200ms, 3}, Batch{4300ms, 1}));
  EXPECT_EQ(lost.result.sources[0].discarded, 3U);
  EXPECT_EQ(lost.result.sources[0].handled, 1U);
  EXPECT_EQ(lost.result.sources[0].failed, 9U);
  EXPECT_EQ(lost.result.sources[0].retries, 6U);

  const auto kept = run(stream_setup(plain_function(100ms), "kinesis",
                                     polled(parameters + ", on_failure: destination"), times),
                        poisoned.key);
  EXPECT_EQ(kept.result.sources[0].dead_lettered, 3U);
  EXPECT_EQ(kept.result.sources[0].discarded, 0U);
}

TEST(StreamFailure, BisectingFindsThePoisonedRecordInAsManySplitsAsItsBatchHasDoublings) {
  for (const std::uint64_t where : {0U, 1U, 31U, 32U, 63U}) {
    const OnePoisoned poisoned{where, 64};
    const auto output = run(stream_setup(plain_function(10ms), "kinesis",
                                         polled(poisoned.share + ", bisect: true, "
                                                                 "maximum_retries: 0"),
                                         std::vector<Duration>(64, 500ms)),
                            poisoned.key);
    int splits = 0;
    for (const engine::InvocationRecord& row : output.rows.invocations) {
      splits += row.outcome == engine::Outcome::kError && row.items > 1 ? 1 : 0;
    }
    EXPECT_EQ(splits, 6) << where;
    EXPECT_EQ(output.result.sources[0].handled, 63U) << where;
    EXPECT_EQ(output.result.sources[0].discarded, 1U) << where;
    EXPECT_EQ(output.result.sources[0].invocations, 13U) << where;
  }
}

TEST(StreamFailure, HalvesAreTriedInOrderAndWaitOnlyAfterAFailure) {
  const OnePoisoned poisoned{2, 4};
  const auto output = run(stream_setup(plain_function(100ms), "kinesis",
                                       polled(poisoned.share + ", bisect: true, "
                                                               "maximum_retries: 1"),
                                       std::vector<Duration>(4, 500ms)),
                          poisoned.key);
  // All four fail; two succeed; two fail; the third record fails, fails again; the fourth.
  EXPECT_THAT(batches(output), ElementsAre(Batch{1s, 4}, Batch{2100ms, 2}, Batch{2200ms, 2},
                                           Batch{3300ms, 1}, Batch{5400ms, 1}, Batch{5500ms, 1}));
  EXPECT_EQ(output.result.sources[0].discarded, 1U);
  EXPECT_EQ(output.result.sources[0].handled, 3U);
}

TEST(StreamFailure, AReportedFailureIsRetriedFromThatRecordOn) {
  const OnePoisoned poisoned{2, 5};
  const std::string reported =
      polled(poisoned.share + ", report_batch_item_failures: true, maximum_retries: 1");
  const auto output =
      run(stream_setup(plain_function(100ms), "kinesis", reported, std::vector<Duration>(5, 500ms)),
          poisoned.key);
  EXPECT_THAT(batches(output), ElementsAre(Batch{1s, 5}, Batch{2100ms, 3}));
  EXPECT_EQ(output.rows.invocations[0].outcome, engine::Outcome::kOk);
  EXPECT_EQ(output.rows.invocations[1].event, 2U);
  const engine::SourceTotals& totals = output.result.sources[0];
  EXPECT_EQ(totals.handled, 2U);
  EXPECT_EQ(totals.discarded, 3U);
  EXPECT_EQ(totals.attempts, 8U);
  EXPECT_EQ(totals.failed, 6U);
  EXPECT_EQ(totals.retries, 3U);
}

TEST(StreamFailure, AReportedFailureSplitsTheBatchThereWhenBisecting) {
  const OnePoisoned poisoned{2, 5};
  const auto output =
      run(stream_setup(plain_function(100ms), "kinesis",
                       polled(poisoned.share + ", report_batch_item_failures: true, bisect: true, "
                                               "maximum_retries: 0"),
                       std::vector<Duration>(5, 500ms)),
          poisoned.key);
  EXPECT_THAT(batches(output),
              ElementsAre(Batch{1s, 5}, Batch{2100ms, 3}, Batch{4200ms, 1}, Batch{4300ms, 2}));
  EXPECT_EQ(output.result.sources[0].handled, 4U);
  EXPECT_EQ(output.result.sources[0].discarded, 1U);
}

TEST(StreamFailure, RefusalsUseUpNoRetry) {
  engine::FunctionSetup function = plain_function(100ms);
  function.reserved_concurrency = 0;
  const auto output = run(stream_setup(
      function, "kinesis", polled("maximum_retries: 0, maximum_record_age: 60 s"), {500ms}));
  EXPECT_THAT(batches(output), ElementsAre(Batch{1s, 1}, Batch{2s, 1}, Batch{4s, 1}, Batch{8s, 1},
                                           Batch{16s, 1}, Batch{32s, 1}));
  const engine::SourceTotals& totals = output.result.sources[0];
  EXPECT_EQ(totals.throttled, 6U);
  EXPECT_EQ(totals.attempts, 6U);
  EXPECT_EQ(totals.retries, 5U);
  EXPECT_EQ(totals.invocations, 6U);
  EXPECT_EQ(totals.failed, 0U);
  EXPECT_EQ(totals.expired, 1U);
}

TEST(StreamFailure, LanesThatFindNoConcurrencyComeBack) {
  engine::FunctionSetup function = plain_function(300ms);
  function.reserved_concurrency = 1;
  const auto output =
      run(stream_setup(function, "kinesis", polled("shards: 4, maximum_retries: 0, keys: 1000"),
                       std::vector<Duration>(40, 500ms)));
  const engine::SourceTotals& totals = output.result.sources[0];
  EXPECT_EQ(output.result.peaks[0].in_flight, 1U);
  EXPECT_EQ(totals.handled, 40U);
  EXPECT_GT(totals.throttled, 0U);
}

TEST(StreamFailure, ATimeoutIsAFailure) {
  engine::FunctionSetup function = plain_function(10s);
  function.timeout = 3s;
  const auto output =
      run(stream_setup(function, "dynamodb_stream", polled("maximum_retries: 1"), {500ms}));
  EXPECT_EQ(output.result.sources[0].failed, 2U);
  EXPECT_EQ(output.result.sources[0].discarded, 1U);
}

TEST(StreamFailure, WhatTheEndOfTheRunFindsIsCounted) {
  const auto totals_at = [](Duration handler, const std::string& parameters, Duration horizon) {
    return run(stream_setup(patient_function(handler), "kinesis", polled(parameters), {500ms},
                            horizon))
        .result.sources[0];
  };
  // In flight, and ends well; ends in a failure that is retried, or the last one.
  EXPECT_EQ(totals_at(10s, "batch_size: 1", 5s).handled, 1U);
  EXPECT_EQ(totals_at(10s, "batch_size: 1, poison: 1", 5s).left, 1U);
  EXPECT_EQ(totals_at(10s, "poison: 1, maximum_retries: 0", 5s).discarded, 1U);
  // Between two attempts; waiting for its first poll; waiting for a window.
  EXPECT_EQ(totals_at(100ms, "poison: 1", 90s).left, 1U);
  EXPECT_EQ(totals_at(100ms, "poison: 1", 90s).attempts, 7U);
  EXPECT_EQ(totals_at(100ms, "batch_size: 1", 1s).left, 1U);
  EXPECT_EQ(totals_at(100ms, "batch_window: 300 s", 30s).left, 1U);
}

TEST(StreamFailure, WhatBecameTooOldBehindAnInvocationHasExpiredAtTheEnd) {
  // Attempts begin every 2.001 s; the one of 59.029 s is in flight at the end, with the record of
  // 0.5 s. Those of 0.6 and 0.7 s are older than 60 s, that of 50 s is not.
  const auto output = run(stream_setup(plain_function(2s), "kinesis",
                                       polled("batch_size: 1, maximum_record_age: 60 s, poison: 1, "
                                              "backoff: {first: 1 ms, most: 1 ms}"),
                                       {500ms, 600ms, 700ms, 50s}, 61s));
  EXPECT_EQ(output.result.sources[0].expired, 2U);
  EXPECT_EQ(output.result.sources[0].left, 2U);
  EXPECT_EQ(output.result.sources[0].attempts, 30U);
}

}  // namespace
}  // namespace lambdasim::test
