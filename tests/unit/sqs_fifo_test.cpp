// Order in FIFO queues, and what always adds up in both kinds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "models/source/sqs.h"
#include "tests/support/sqs.h"

namespace lambdasim::models {
namespace {

using namespace lambdasim::test;
using engine::InvocationRecord;
using engine::Outcome;
using engine::SourceTotals;
using testing::ElementsAre;

constexpr engine::RunKey kRun{.seed = 5, .replication = 0};

/// The group that message `event` of the scripted stream draws, of equal ones.
std::uint32_t group_of(std::uint32_t event, double groups) {
  const core::RandomStream stream{kRun.seed, kRun.replication, 77};
  const double at = stream.invocation(event).engine(core::Purpose::kBatch).uniform();
  return static_cast<std::uint32_t>(at * groups);
}

std::vector<ScriptedArrival> one_every(Duration gap, std::size_t count) {
  std::vector<ScriptedArrival> arrivals;
  for (std::size_t i = 0; i < count; ++i) {
    arrivals.push_back({gap * static_cast<std::int64_t>(i + 1)});
  }
  return arrivals;
}

TEST(SqsFifo, KeepsTheOrderOfEveryGroupUnderFailures) {
  constexpr std::size_t kMessages = 300;
  constexpr std::uint32_t kGroups = 7;
  engine::FunctionSetup function = plain_function(1s);
  function.failures.error = 0.3;
  const auto output =
      run(queue_of(function, "{batch_size: 1, fifo: {groups: 7}, visibility_timeout: 5 s}",
                   one_every(100ms, kMessages)),
          kRun);
  struct Group {
    SimTime busy_until;
    std::int64_t handled = -1;  // last
    std::int64_t failed = -1;   // last, and not handled yet
  };
  std::map<std::uint32_t, Group> groups;
  std::size_t failures = 0;
  for (const InvocationRecord& record : output.rows.invocations) {
    Group& group = groups[group_of(record.event, kGroups)];
    EXPECT_GE(record.arrival, group.busy_until);
    EXPECT_GT(record.event, group.handled);
    if (group.failed >= 0) {
      EXPECT_EQ(record.event, group.failed);
    }
    const bool is_ok = record.outcome == Outcome::kOk;
    failures += is_ok ? 0 : 1;
    group.busy_until = record.arrival + (is_ok ? Duration{1s} : Duration{5s});
    group.failed = is_ok ? -1 : static_cast<std::int64_t>(record.event);
    group.handled = is_ok ? record.event : group.handled;
  }
  EXPECT_GT(failures, 50U);
  EXPECT_EQ(groups.size(), kGroups);
  EXPECT_EQ(output.result.sources[0].handled, kMessages);
  EXPECT_EQ(output.result.sources[0].duplicates, 0U);
}

TEST(SqsFifo, HasOneBatchAGroupInHand) {
  const auto output =
      run(queue_of(plain_function(1s), "{fifo: {groups: 1}}", messages(25, 1s)), kRun);
  EXPECT_THAT(invoked_at(output), ElementsAre(1s, 2s, 3s, 4s));
  EXPECT_EQ(output.rows.invocations[1].items, 10);
  EXPECT_EQ(output.rows.invocations[3].items, 4);
}

TEST(SqsFifo, TakesMessagesOfSeveralGroupsInOneBatch) {
  // All groups of the first message's batch are locked; what came meanwhile goes together.
  const auto output =
      run(queue_of(plain_function(1s), "{fifo: {groups: 1000}, scaling: {minimum: 1, quota: 1}}",
                   messages(9, 1s)),
          kRun);
  EXPECT_THAT(invoked_at(output), ElementsAre(1s, 2s));
  EXPECT_EQ(output.rows.invocations[1].items, 8);
}

TEST(SqsFifo, BlocksAGroupBehindAFailingMessageUntilItIsGivenUp) {
  // Every message is poisoned: each is tried at t, t + 20 s, and given up at t + 40 s.
  const auto output = run(queue_of(plain_function(1s),
                                   "{batch_size: 1, fifo: {groups: 1}, poison: 1, "
                                   "visibility_timeout: 20 s, maximum_receives: 2}",
                                   messages(2, 1s)),
                          kRun);
  EXPECT_THAT(invoked_at(output), ElementsAre(1s, 21s, 41s, 61s));
  EXPECT_EQ(output.result.sources[0].dead_lettered, 2U);
}

TEST(SqsFifo, StopsABatchAtItsFirstFailureWhenItReportsThem) {
  // 40 messages of one group: whatever stands behind a poisoned one waits for it.
  const auto output = run(queue_of(plain_function(1s),
                                   "{fifo: {groups: 1}, poison: 0.1, visibility_timeout: 20 s, "
                                   "maximum_receives: 2, report_batch_item_failures: true}",
                                   messages(40, 1s)),
                          kRun);
  const SourceTotals& totals = output.result.sources[0];
  EXPECT_GT(totals.dead_lettered, 0U);
  EXPECT_GT(totals.failed, 2 * totals.dead_lettered);
  EXPECT_EQ(accounted_for(totals), 40U);
}

TEST(SqsFifo, DoesNotDeleteWithAReceiptThatHasEnded) {
  engine::FunctionSetup function = plain_function(1s);
  function.sandbox = constant(25s);
  const auto output = run(queue_of(function,
                                   "{visibility_timeout: 10 s, fifo: {groups: 1}, "
                                   "scaling: {minimum: 1, quota: 1}}",
                                   {{1s}}),
                          kRun);
  EXPECT_THAT(invoked_at(output), ElementsAre(1s, 27s));
  EXPECT_EQ(output.result.sources[0].handled, 1U);
  EXPECT_EQ(output.result.sources[0].duplicates, 1U);
}

TEST(SqsGroups, FollowZipfsLaw) {
  const std::vector<double> equal = group_shares(4, 0);
  EXPECT_THAT(equal, ElementsAre(0.25, 0.5, 0.75, 1.0));
  const std::vector<double> skewed = group_shares(3, 1);  // 1, 1/2, 1/3 of 11/6
  EXPECT_DOUBLE_EQ(skewed[0], 6.0 / 11.0);
  EXPECT_DOUBLE_EQ(skewed[1], 9.0 / 11.0);
}

/// Every mishap at once: errors, timeouts, poison, refusals, slow starts, late successes.
TEST(Sqs, AccountsForEveryMessageWhateverHappens) {
  engine::FunctionSetup function = plain_function(1s);
  function.sandbox = Distribution::exponential(2e9);
  function.handler[0].time = Distribution::exponential(1e9);
  function.timeout = 4s;
  function.failures.error = 0.2;
  function.reserved_concurrency = 6;
  const std::string common = "poison: 0.05, visibility_timeout: 4 s, throttle_backoff: 500 ms, ";
  for (const std::string& parameters :
       {"{" + common + "maximum_receives: 3, duplicates: 0.1}",
        "{" + common + "batch_size: 100, batch_window: 6 s, report_batch_item_failures: true}",
        "{" + common + "retention: 60 s, batch_size: 1, in_flight_limit: 20}",
        "{" + common + "fifo: {groups: 20, skew: 1}, maximum_receives: 4}",
        "{" + common + "fifo: {groups: 12}, retention: 60 s, report_batch_item_failures: true}",
        "{" + common + "provisioned: {}, maximum_receives: 2, poll_latency: 50 ms}"}) {
    SCOPED_TRACE(parameters);
    engine::Setup setup = queue_of(function, parameters, one_every(30ms, 20'000), 12min);
    setup.warm_up = 1min;
    const SourceTotals totals = run(setup, kRun).result.sources[0];
    EXPECT_EQ(totals.events, 18'001U);
    EXPECT_EQ(accounted_for(totals), totals.events);
    EXPECT_EQ(totals.delay.count(), totals.handled);
    EXPECT_GT(totals.handled, 0U);
    EXPECT_GT(totals.failed, 0U);
    EXPECT_GT(totals.throttled, 0U);
    EXPECT_GE(totals.attempts, totals.failed + totals.throttled);
  }
}

}  // namespace
}  // namespace lambdasim::models
