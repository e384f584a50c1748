// From the counts of backends, resources and /tmp to the rows of their tables and to the bill.
#include "sim/app/backend_totals.h"

#include <gtest/gtest.h>

#include "tests/support/scripted.h"

namespace lambdasim::app {
namespace {

using engine::BackendTotals;
using engine::RunResult;
using namespace std::chrono_literals;

/// Two functions and a database with a limit before a KMS that the second function pays for.
Design design_of_two() {
  Design design;
  design.setup.functions = {test::plain_function(1s), test::plain_function(1s)};
  design.setup.functions[1].storage.files.emplace_back();
  engine::Resource resource;
  resource.name = "key";
  design.setup.functions[1].resources = {resource};
  design.setup.backends.resize(2);
  design.setup.backends[0].name = "db";
  design.setup.backends[0].max_connections = 70;
  design.setup.backends[0].for_proxies = 10;
  design.setup.backends[1].name = "kms";
  design.kms = KmsKeys{core::BackendId{1}, 3, core::FunctionId{1}};
  return design;
}

TEST(BackendRows, HoldEveryCountOfARun) {
  RunResult result;
  result.backends.resize(2);
  BackendTotals& totals = result.backends[0];
  totals.peak_connections = 60;
  totals.at_limit = 1500ms;
  totals.connects = 9;
  totals.connects_waited = 3;
  totals.connects_refused = 2;
  totals.connect_wait = 40ms;
  totals.requests = 100;
  totals.queued = 11;
  totals.gave_up = 4;
  totals.throttled_out = 5;
  totals.throttled = 17;
  totals.queue_wait = 250us;
  totals.service = 2s;
  totals.served_of = {50, 41};
  const auto rows = stepwise_rows(design_of_two(), 2, 3, result).backends;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].design, 2);
  EXPECT_EQ(rows[0].replication, 3U);
  EXPECT_EQ(rows[0].backend, 0U);
  EXPECT_EQ(rows[0].name, "db");
  EXPECT_EQ(rows[0].limit, 80U);
  EXPECT_EQ(rows[0].peak_connections, 60U);
  EXPECT_EQ(rows[0].at_limit_s, 1.5);
  EXPECT_EQ(rows[0].connects, 9U);
  EXPECT_EQ(rows[0].connects_waited, 3U);
  EXPECT_EQ(rows[0].connects_refused, 2U);
  EXPECT_EQ(rows[0].connect_wait_ms, 40);
  EXPECT_EQ(rows[0].requests, 100U);
  EXPECT_EQ(rows[0].served, 91U);
  EXPECT_EQ(rows[0].queued, 11U);
  EXPECT_EQ(rows[0].gave_up, 4U);
  EXPECT_EQ(rows[0].throttled_out, 5U);
  EXPECT_EQ(rows[0].throttled, 17U);
  EXPECT_EQ(rows[0].queue_wait_ms, 0.25);
  EXPECT_EQ(rows[0].service_ms, 2000);
  EXPECT_EQ(rows[1].backend, 1U);
  EXPECT_EQ(rows[1].name, "kms");
  EXPECT_EQ(rows[1].limit, 0U);
}

TEST(ResourceRows, AreOfFunctionsThatRunStepByStep) {
  RunResult result;
  result.resources = {{}, {{.made = 1, .reused = 2, .stale = 3, .renewed = 4, .failed = 5}}};
  const auto rows = stepwise_rows(design_of_two(), 1, 0, result).resources;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].design, 1);
  EXPECT_EQ(rows[0].function, 1U);
  EXPECT_EQ(rows[0].name, "key");
  EXPECT_EQ(rows[0].made, 1U);
  EXPECT_EQ(rows[0].reused, 2U);
  EXPECT_EQ(rows[0].stale, 3U);
  EXPECT_EQ(rows[0].renewed, 4U);
  EXPECT_EQ(rows[0].failed, 5U);
}

TEST(StorageRows, AreOfFunctionsWithFilesOrWrites) {
  RunResult result;
  result.storage.resize(2);
  result.storage[1] = {
      .hits = 1, .misses = 2, .evicted = 3, .full = 4, .fetched_bytes = 5, .peak_bytes = 6};
  Design design = design_of_two();
  const auto rows = stepwise_rows(design, 0, 0, result).storage;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].function, 1U);
  EXPECT_EQ(rows[0].hits, 1U);
  EXPECT_EQ(rows[0].misses, 2U);
  EXPECT_EQ(rows[0].evicted, 3U);
  EXPECT_EQ(rows[0].full, 4U);
  EXPECT_EQ(rows[0].fetched_bytes, 5U);
  EXPECT_EQ(rows[0].peak_bytes, 6U);
  engine::Step write;
  write.kind = engine::StepKind::kWrite;
  design.setup.functions[0].handler = {write};
  EXPECT_EQ(stepwise_rows(design, 0, 0, result).storage.size(), 2U);
}

TEST(StepwiseRows, AreNoneWhereThereIsNothingOfTheKind) {
  Design design;
  design.setup.functions = {test::plain_function(1s)};
  const StepwiseRows rows = stepwise_rows(design, 0, 0, {});
  EXPECT_TRUE(rows.backends.empty());
  EXPECT_TRUE(rows.resources.empty());
  EXPECT_TRUE(rows.storage.empty());
}

TEST(KmsUsage, IsWhatEachFunctionWasServedAndKeysOfTheirPayerAlone) {
  const Design design = design_of_two();
  std::vector<BackendTotals> totals(2);
  totals[0].served_of = {1000, 1000};
  totals[1].served_of = {7, 9};
  models::Usage first;
  add_kms(design, 0, totals, 90s, first);
  EXPECT_EQ(first.kms_requests, 7U);
  EXPECT_EQ(first.kms_key_s, 0U);
  models::Usage second;
  add_kms(design, 1, totals, 90s, second);
  EXPECT_EQ(second.kms_requests, 9U);
  EXPECT_EQ(second.kms_key_s, 270U);
}

}  // namespace
}  // namespace lambdasim::app
