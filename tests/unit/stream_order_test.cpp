// What holds of a stream whatever goes wrong: records of one lane are handled in the order in which
// they arrived, one invocation at a time, and every record is accounted for once.
#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "models/source/stream_keys.h"
#include "tests/support/streams.h"

namespace lambdasim::test {
namespace {

constexpr std::uint32_t kShards = 3;
constexpr std::uint32_t kLanes = 4;
constexpr std::uint64_t kKeys = 40;
constexpr double kPoison = 0.01;
constexpr std::uint64_t kRetries = 2;

struct Case {
  bool bisect;
  bool reports;
  std::string more;  ///< parameters
};

std::ostream& operator<<(std::ostream& out, const Case& test) {
  return out << (test.bisect ? "bisect " : "") << (test.reports ? "reports " : "") << test.more;
}

std::vector<Duration> random_times(std::uint64_t seed, std::size_t count, Duration until) {
  core::KeyedEngine engine{core::mix64(seed)};
  std::vector<Duration> times;
  for (std::size_t i = 0; i < count; ++i) {
    times.emplace_back(
        static_cast<std::int64_t>(engine() % static_cast<std::uint64_t>(until.count())));
  }
  std::sort(times.begin(), times.end());
  return times;
}

engine::Setup failing_setup(const Case& test, std::uint64_t seed, Duration horizon) {
  engine::FunctionSetup function = plain_function(0s);
  function.handler[0].time = Distribution::exponential(400e6);
  function.timeout = 1s;
  function.failures.error = 0.2;
  function.reserved_concurrency = 3;
  return stream_setup(
      std::move(function), "kinesis",
      fmt::format("{{shards: {}, parallelization: {}, keys: {}, skew: 0.8, batch_size: 20, "
                  "poison: {}, maximum_retries: {}, backoff: {{most: 4 s}}, bisect: {}, "
                  "report_batch_item_failures: {}, {}}}",
                  kShards, kLanes, kKeys, kPoison, kRetries, test.bisect, test.reports, test.more),
      random_times(seed, 3000, horizon), horizon);
}

/// Follows the rows of a run through the lanes of its stream.
class Follower {
 public:
  Follower(engine::RunKey key, std::size_t events) : key_(key) {
    models::StreamRules rules;
    rules.shards = kShards;
    rules.lanes_per_shard = kLanes;
    rules.keys = kKeys;
    rules.skew = 0.8;
    const models::StreamKeys keys{rules, kScriptedStream};
    for (std::uint32_t event = 0; event < events; ++event) {
      Lane& lane = lanes_[keys.lane(numbers_of_record(key, event))];
      place_.emplace_back(&lane, lane.events.size());
      lane.events.push_back(event);
    }
  }

  void follow(const engine::InvocationRecord& row, bool reports) {
    auto& [lane, place] = place_.at(row.event);
    ASSERT_LE(place + row.items, lane->events.size());
    ASSERT_GE(row.arrival, lane->free) << "two invocations of one lane at once";
    ASSERT_GE(place, lane->next) << "a record is delivered after it or a later one was handled";
    lane->free = row.arrival + row.latency();
    for (; row.outcome == engine::Outcome::kOk && lane->next < place + row.items; ++lane->next) {
      if (lane->next < place) {
        ++skipped_;
      } else if (!is_poisoned(lane->events[lane->next])) {
        ++handled_;
      } else {
        ASSERT_TRUE(reports) << "a poisoned record was handled";
        break;
      }
    }
  }

  std::size_t lanes() const { return lanes_.size(); }
  std::uint64_t handled() const { return handled_; }
  std::uint64_t skipped() const { return skipped_; }

 private:
  struct Lane {
    std::vector<std::uint32_t> events;
    std::size_t next = 0;  // the first one that may still be handled
    SimTime free;
  };

  bool is_poisoned(std::uint32_t event) const {
    return numbers_of_record(key_, event).engine(core::Purpose::kPoison).uniform() < kPoison;
  }

  engine::RunKey key_;
  std::map<std::uint32_t, Lane> lanes_;
  std::vector<std::tuple<Lane*, std::size_t>> place_;  // of each event
  std::uint64_t handled_ = 0;
  std::uint64_t skipped_ = 0;
};

class StreamOrder : public testing::TestWithParam<Case> {};

TEST_P(StreamOrder, IsNeverBrokenByFailures) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const engine::Setup setup = failing_setup(GetParam(), seed, 10min);
    const engine::RunKey key{seed, 0};
    RunOutput output = run(setup, key);
    std::vector<engine::InvocationRecord>& rows = output.rows.invocations;
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.arrival < b.arrival; });
    Follower follower{key, 3000};
    for (const engine::InvocationRecord& row : rows) {
      ASSERT_NO_FATAL_FAILURE(follower.follow(row, GetParam().reports)) << "seed " << seed;
    }
    const engine::SourceTotals& totals = output.result.sources[0];
    EXPECT_GT(follower.lanes(), 8U);
    EXPECT_EQ(follower.handled(), totals.handled);
    EXPECT_LE(follower.skipped(), totals.discarded + totals.dead_lettered + totals.expired);
    EXPECT_GT(totals.handled, 500U);
    EXPECT_GT(totals.discarded + totals.dead_lettered, 5U);
    EXPECT_GT(totals.throttled, 0U);
  }
}

TEST_P(StreamOrder, EveryRecordAfterTheWarmUpIsAccountedForOnce) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    engine::Setup setup = failing_setup(GetParam(), seed, 4min);
    setup.warm_up = 90s;
    const auto times = random_times(seed, 3000, 4min);
    const auto counted = static_cast<std::uint64_t>(
        std::count_if(times.begin(), times.end(), [](Duration time) { return time >= 90s; }));
    const engine::SourceTotals totals = run(setup, {seed, 0}).result.sources[0];
    EXPECT_EQ(totals.events, counted);
    EXPECT_EQ(accounted(totals), counted);
    EXPECT_EQ(totals.delay.count(), totals.handled);
    EXPECT_GE(totals.attempts, totals.failed + totals.throttled);
    EXPECT_GT(totals.left, 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Stream, StreamOrder,
    testing::Values(Case{false, false, "poll_phase: 0 s"}, Case{true, false, "poll_phase: 0 s"},
                    Case{false, true, "batch_window: 3 s"}, Case{true, true, "poll_interval: 0 s"},
                    Case{false, false, "maximum_record_age: 60 s, batch_window: 5 s"},
                    Case{true, true, "maximum_record_age: 60 s, on_failure: destination"}));

}  // namespace
}  // namespace lambdasim::test
