// Streams when nothing fails: polls, batches, windows, lanes, keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>

#include "models/source/stream_keys.h"
#include "tests/support/streams.h"

namespace lambdasim::test {
namespace {

using testing::ElementsAre;

TEST(Stream, AShardIsPolledOnceASecondAndSeesWhatArrivedBefore) {
  // The record of 1 s comes just after that poll, and is there when the first batch ends.
  const auto output = run(stream_setup(plain_function(100ms), "kinesis", "{poll_phase: 0 s}",
                                       {300ms, 900ms, 1s, 1500ms}));
  EXPECT_THAT(batches(output), ElementsAre(Batch{1s, 2}, Batch{1100ms, 1}, Batch{2s, 1}));
  const engine::SourceTotals& totals = output.result.sources[0];
  EXPECT_EQ(totals.events, 4U);
  EXPECT_EQ(totals.handled, 4U);
  EXPECT_EQ(totals.attempts, 4U);
  EXPECT_EQ(totals.invocations, 3U);
  EXPECT_EQ(totals.retries, 0U);
  EXPECT_EQ(totals.peak_backlog, 3U);
  EXPECT_EQ(totals.oldest, 800ms);
}

TEST(Stream, PollsOfADynamoDbStreamAre250MillisecondsApart) {
  const auto output = run(stream_setup(plain_function(1ms), "dynamodb_stream",
                                       "{poll_phase: 60 ms}", {10ms, 60ms, 309'999'999ns, 310ms}));
  EXPECT_THAT(batches(output),
              ElementsAre(Batch{60ms, 1}, Batch{61ms, 1}, Batch{310ms, 1}, Batch{311ms, 1}));
}

TEST(Stream, ShardsArePolledAtMomentsOfTheirOwn) {
  const std::vector<Duration> times(200, 10s);
  const auto output = run(stream_setup(plain_function(1ms), "kinesis", "{shards: 20}", times));
  std::set<Duration> moments;
  for (const Batch& batch : batches(output)) {
    EXPECT_GT(batch.time, 10s);
    EXPECT_LE(batch.time, 11s);
    moments.insert(batch.time);
  }
  EXPECT_EQ(moments.size(), batches(output).size());
  EXPECT_GE(moments.size(), 15U);
}

TEST(Stream, AWindowBeginsWithTheFirstRecordThatIsSeenOrWhenABatchEnds) {
  const auto output =
      run(stream_setup(plain_function(10ms), "kafka", "{}", {5ms, 300ms, 505ms, 510ms, 600ms, 2s}));
  EXPECT_THAT(batches(output), ElementsAre(Batch{505ms, 2}, Batch{1015ms, 3}, Batch{2500ms, 1}));
}

TEST(Stream, ABatchThatIsFullDoesNotWaitForItsWindow) {
  // Full at 3.2 s, seen at 4 s. The third record then waits alone for a whole window.
  const auto output = run(stream_setup(plain_function(100ms), "kinesis",
                                       "{poll_phase: 0 s, batch_size: 2, batch_window: 10 s}",
                                       {100ms, 3200ms, 3300ms}));
  EXPECT_THAT(batches(output), ElementsAre(Batch{4s, 2}, Batch{14100ms, 1}));
}

TEST(Stream, ABatchHoldsSixMegabytes) {
  const auto output =
      run(stream_setup(plain_function(100ms), "kinesis", "{poll_phase: 0 s, record_size: 2 MB}",
                       std::vector<Duration>(4, 500ms)));
  EXPECT_THAT(batches(output), ElementsAre(Batch{1s, 3}, Batch{1100ms, 1}));
}

TEST(Stream, AShardHasAsManyInvocationsAtOnceAsItHasLanes) {
  for (const std::uint32_t lanes : {1U, 3U, 10U}) {
    const auto output = run(
        stream_setup(plain_function(1s), "kinesis",
                     fmt::format("{{poll_phase: 0 s, batch_size: 10, parallelization: {}}}", lanes),
                     std::vector<Duration>(1000, 500ms)));
    EXPECT_EQ(output.result.peaks[0].in_flight, lanes);
    EXPECT_EQ(output.result.sources[0].handled, 1000U);
    EXPECT_EQ(output.result.sources[0].peak_backlog, 1000U);
  }
}

TEST(Stream, OneKeyStaysInOneLane) {
  const auto output = run(stream_setup(plain_function(1s), "kinesis",
                                       "{shards: 4, parallelization: 10, keys: 1, batch_size: 10}",
                                       std::vector<Duration>(100, 500ms)));
  EXPECT_EQ(output.result.peaks[0].in_flight, 1U);
  EXPECT_EQ(output.result.sources[0].invocations, 10U);
}

TEST(Stream, DesignsAndReplicationsPlaceKeysAlike) {
  models::StreamRules rules;
  rules.shards = 8;
  rules.keys = 1;
  const models::StreamKeys keys{rules, 5};
  const std::uint32_t lane = keys.lane(numbers_of_record({1, 0}, 0));
  for (std::uint32_t replication = 0; replication < 100; ++replication) {
    ASSERT_EQ(keys.lane(numbers_of_record({replication, replication}, replication)), lane);
  }
}

TEST(Stream, RecordsWithoutKeysSpreadEvenly) {
  models::StreamRules rules;
  rules.shards = 4;
  rules.lanes_per_shard = 5;
  const models::StreamKeys keys{rules, 5};
  std::vector<int> counts(20);
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    ++counts[keys.lane(numbers_of_record({}, i))];
  }
  for (const int count : counts) {
    EXPECT_NEAR(count, 10'000, 600);  // 6 standard deviations
  }
}

TEST(Stream, KeysAreDrawnByZipfsLaw) {
  for (const double exponent : {0.0, 0.5, 1.0, 2.5}) {
    constexpr int kKeys = 8;
    constexpr int kDraws = 200'000;
    const models::Zipf zipf{kKeys, exponent};
    std::array<int, kKeys + 1> counts{};
    double sum = 0;
    for (int k = 1; k <= kKeys; ++k) {
      sum += std::pow(k, -exponent);
    }
    for (std::uint64_t i = 0; i < kDraws; ++i) {
      auto engine = numbers_of_record({}, i).engine(core::Purpose::kRoute);
      ++counts.at(zipf.sample(engine));
    }
    for (int k = 1; k <= kKeys; ++k) {
      const double share = std::pow(k, -exponent) / sum;
      EXPECT_NEAR(counts.at(static_cast<std::size_t>(k)), kDraws * share,
                  6 * std::sqrt(kDraws * share * (1 - share)))
          << "key " << k << ", exponent " << exponent;
    }
  }
}

TEST(Stream, ABatchTakesTheSumOfTheDurationsThatWereRecorded) {
  engine::FunctionSetup function = plain_function(0s);
  function.handler = {{engine::StepKind::kWaitRecorded, {}, 64, {}}};
  engine::Setup setup = stream_setup(function, "kinesis", "{poll_phase: 0 s}", {});
  setup.arrivals = {std::make_shared<ScriptedArrivals>(
      std::vector<ScriptedArrival>{{100ms, 0, 20ms}, {200ms, 0, 30ms}})};
  EXPECT_EQ(run(setup).rows.invocations.at(0).duration, 50ms);
}

TEST(Stream, ABatchGoesToTheVersionOfItsFirstRecord) {
  engine::Setup setup = stream_setup(plain_function(100ms), "kinesis", "{poll_phase: 0 s}", {});
  setup.functions.push_back(plain_function(100ms));
  setup.arrivals = {std::make_shared<ScriptedArrivals>(
      std::vector<ScriptedArrival>{{100ms, 1}, {200ms, 0}, {1500ms, 0}, {1600ms, 1}})};
  const auto output = run(setup);
  EXPECT_EQ(output.rows.invocations.at(0).function.value, 1U);
  EXPECT_EQ(output.rows.invocations.at(1).function.value, 0U);
  EXPECT_EQ(output.result.sources[0].handled, 4U);
}

TEST(Stream, CannotServeATraceThatNamesFunctions) {
  models::SourceContext context;
  context.is_for_many = true;
  for (const char* kind : {"kinesis", "dynamodb_stream", "kafka"}) {
    try {
      model_from_yaml(models::source_models(), kind, "{}", context);
      ADD_FAILURE() << kind;
    } catch (const config::InvalidInput& error) {
      EXPECT_EQ(error.diagnostics().front().message,
                "a stream invokes one function; name it with 'invoke'");
    }
  }
}

TEST(Stream, ProvisionedPollersOfKafkaAreBilledInUnits) {
  engine::Setup setup = stream_setup(plain_function(1ms), "kafka",
                                     "{partitions: 8, provisioned: {pollers: 5}}", {1s}, 1h);
  EXPECT_EQ(run(setup).result.sources[0].poller_s, 2 * 3600U);
  setup.warm_up = 10min;
  EXPECT_EQ(run(setup).result.sources[0].poller_s, 2 * 3000U);
}

}  // namespace
}  // namespace lambdasim::test
