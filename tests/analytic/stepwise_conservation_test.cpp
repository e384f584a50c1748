// What must add up in a run with backends, keys, files and calls, whatever happened in it.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "sim/engine/step_graph.h"
#include "tests/support/stepwise.h"

namespace lambdasim::engine {
namespace {

using namespace test;

constexpr std::int64_t kMb = 1 << 20;
constexpr std::uint32_t kConnections = 12;

Step step_of(StepKind kind, std::uint32_t purpose) {
  Step step;
  step.kind = kind;
  step.purpose = purpose;
  return step;
}

/// Uses its own key, one of many files, a connection of a database that is too small, and calls.
FunctionSetup busy_function() {
  FunctionSetup function = connected_function(Where::kFirstUse, 20s);
  function.timeout = 900s;
  function.resources[0].valid.idle = 5s;
  function.resources[0].making = {.fails = 0.05, .attempts = 3, .delay = constant(50ms)};
  Resource key{Where::kFirstUse, false, {request_step(10ms, 1)}};
  key.valid.uses = 7;
  function.resources.push_back(key);
  function.storage.bytes = 1000 * kMb;
  function.storage.read_bytes_per_s = function.storage.write_bytes_per_s = 1000.0 * kMb;
  function.storage.network = {500.0 * kMb, 1000.0 * kMb, 0, 0};
  function.storage.when_full = WhenFull::kLeastRecentlyUsed;
  function.storage.files = {
      {"tenant", 170 * kMb, constant(20ms), {0.3, 0.5, 0.7, 0.8, 0.9, 1.0}, 98}};
  Step query = request_step(0ms);
  query.time = Distribution::exponential(3e7);
  Step scratch = step_of(StepKind::kWrite, 101);
  scratch.bytes = 150 * kMb;
  Step work = step_of(StepKind::kWait, 102);
  work.time = Distribution::exponential(2e8);
  function.handler = {use_step(1, 100),
                      step_of(StepKind::kFetch, 103),
                      use_step(0),
                      query,
                      scratch,
                      work,
                      step_of(StepKind::kCall, 104)};
  function.calls = {{.function = core::FunctionId{1},
                     .times = 2,
                     .probability = 0.5,
                     .attempts = 4,
                     .backoff = constant(20ms)}};
  return function;
}

/// The same, but all of it at once as far as it goes: the key, the file and the connection, then
/// the query beside the scratch file and the work, then the call.
FunctionSetup busy_graph() {
  FunctionSetup function = busy_function();
  function.graphs.handler = std::make_shared<const StepGraph>(
      compile_graph(std::vector<std::vector<std::size_t>>{{}, {}, {}, {2}, {1}, {0}, {3, 4, 5}}));
  return function;
}

/// What was ever open was closed, and never more at once than there may be.
void expect_within_limit(const std::vector<IdleSpan>& connections) {
  std::vector<std::pair<SimTime, int>> changes;
  for (const IdleSpan& span : connections) {
    changes.emplace_back(span.from, 1);
    changes.emplace_back(span.to, -1);
  }
  std::sort(changes.begin(), changes.end());
  int open = 0;
  for (const auto& [time, change] : changes) {
    open += change;
    ASSERT_LE(open, static_cast<int>(kConnections));
  }
  EXPECT_EQ(open, 0);
}

class ABusyRun : public testing::Test {
 protected:
  explicit ABusyRun(const FunctionSetup& busy = busy_function()) {
    std::vector<ScriptedArrival> calls;
    core::KeyedEngine engine{11};
    for (Duration time{0}; time < 20min;) {
      calls.push_back({time, 0});
      // Quiet and busy minutes in turn.
      const double mean = (time / 60s) % 2 == 0 ? 4e7 : 9e8;
      time += Duration{1 + static_cast<std::int64_t>(mean * 2 * engine.uniform())};
    }
    calls_ = calls.size();
    FunctionSetup callee = plain_function(80ms, 10s);
    auto setup = with_backends(setup_of({busy, callee}, std::move(calls), 1h),
                               {backend_of(kConnections, 2s), backend_of(kUnlimited)});
    setup.backends[0].parallel = 3;
    setup.backends[1].per_second = 5;
    setup.backends[1].burst = 1;
    setup.backends[1].attempts = 6;
    setup.account_concurrency = 400;
    output_ = run(setup);
  }

  std::size_t calls_ = 0;
  RunOutput output_;
};

TEST_F(ABusyRun, NeverExceedsALimitAndCountsWhatItMeant) {
  const BackendTotals& database = output_.result.backends.at(0);
  EXPECT_EQ(database.peak_connections, kConnections);
  EXPECT_GT(database.at_limit, 0s);
  EXPECT_GT(database.connects_waited, 0U);
  EXPECT_GT(database.connects_refused, 0U);
  const ResourceTotals& connection = output_.result.resources.at(0).at(0);
  EXPECT_EQ(database.connects, connection.made + connection.failed);
  EXPECT_GT(connection.stale, 0U);
  EXPECT_EQ(database.requests, database.served_of.at(0) + database.gave_up);
  expect_within_limit(output_.rows.connections);
  EXPECT_EQ(output_.rows.connections.size(), database.connects - database.connects_refused);
}

TEST_F(ABusyRun, AsksForAsManyKeysAsItMakes) {
  const BackendTotals& kms = output_.result.backends.at(1);
  const ResourceTotals& key = output_.result.resources.at(0).at(1);
  EXPECT_EQ(kms.served_of.at(0), key.made);
  EXPECT_GT(kms.throttled, 0U);
  EXPECT_EQ(kms.requests, key.made + kms.throttled_out);
  const auto refused =
      std::count_if(output_.rows.invocations.begin(), output_.rows.invocations.end(),
                    [](const InvocationRecord& row) {
                      return row.function.value == 0 && row.outcome == Outcome::kThrottled;
                    });
  EXPECT_EQ(key.made + key.reused + kms.throttled_out + static_cast<std::size_t>(refused), calls_);
}

TEST_F(ABusyRun, KeepsWithinTmp) {
  const StorageTotals& storage = output_.result.storage.at(0);
  EXPECT_LE(storage.peak_bytes, 1000 * kMb);
  EXPECT_GT(storage.peak_bytes, 830 * kMb);
  EXPECT_GT(storage.evicted, 0U);
  EXPECT_EQ(storage.fetched_bytes, storage.misses * 170U * kMb);
  EXPECT_EQ(storage.full, 0U);
}

TEST_F(ABusyRun, AnswersEveryCall) {
  const CallTotals& calls = output_.result.calls.at(0);
  const auto called =
      std::count_if(output_.rows.invocations.begin(), output_.rows.invocations.end(),
                    [](const InvocationRecord& row) { return row.function.value == 1; });
  EXPECT_EQ(static_cast<std::size_t>(called), calls.calls);
  EXPECT_EQ(output_.rows.invocations.size(), calls_ + calls.calls);
}

class ABusyRunOfGraphs : public ABusyRun {
 protected:
  ABusyRunOfGraphs() : ABusyRun(busy_graph()) {}
};

TEST_F(ABusyRunOfGraphs, NeverExceedsALimitAndClosesWhatAFailureLeavesOpen) {
  const BackendTotals& database = output_.result.backends.at(0);
  EXPECT_EQ(database.peak_connections, kConnections);
  EXPECT_GT(database.connects_refused, 0U);
  expect_within_limit(output_.rows.connections);
  // A handler that fails elsewhere gives up what it waits for, is connecting or asking.
  const auto failed = static_cast<std::uint64_t>(
      std::count_if(output_.rows.invocations.begin(), output_.rows.invocations.end(),
                    [](const InvocationRecord& row) { return row.outcome == Outcome::kError; }));
  EXPECT_GT(failed, 0U);
  const ResourceTotals& connection = output_.result.resources.at(0).at(0);
  const std::uint64_t opened = output_.rows.connections.size();
  EXPECT_GE(database.connects, opened + database.connects_refused);
  EXPECT_LE(database.connects, opened + database.connects_refused + failed);
  EXPECT_GE(database.connects, connection.made + connection.failed);
  EXPECT_LE(database.connects, connection.made + connection.failed + failed);
  const std::uint64_t answered = database.served_of.at(0) + database.gave_up;
  EXPECT_GE(database.requests, answered);
  EXPECT_LE(database.requests, answered + failed);
}

TEST_F(ABusyRunOfGraphs, AnswersEveryCall) {
  const CallTotals& calls = output_.result.calls.at(0);
  EXPECT_GT(calls.calls, 0U);
  EXPECT_EQ(output_.rows.invocations.size(), calls_ + calls.calls);
  EXPECT_LE(output_.result.storage.at(0).peak_bytes, 1000 * kMb);
}

}  // namespace
}  // namespace lambdasim::engine
