// What a scenario says of backends, resources, files and /tmp, against what the engine is given.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/app/scenario.h"
#include "tests/support/run_program.h"

namespace lambdasim::app {
namespace {

using core::Distribution;
using engine::Step;
using engine::StepKind;
using testing::ElementsAre;
using namespace std::chrono_literals;

constexpr std::int64_t kMb = std::int64_t{1} << 20;

Design design_of(const std::string& backends, const std::string& function,
                 const std::vector<Override>& overrides = {}) {
  const test::TemporaryFolder folder;
  const auto file =
      folder.write("scenario.yaml",
                   "duration: 1 h\n" + backends + "functions:\n  f:\n    runtime: python3.13\n" +
                       function + "workload: [{invoke: f, arrivals: {poisson: {rate: 1 /s}}}]\n");
  return read_scenario(file.string(), overrides).designs.front();
}

engine::FunctionSetup function_of(const std::string& lines) {
  return design_of("backends: {users: {}}\n", lines).setup.functions.front();
}

std::vector<StepKind> kinds_of(const engine::Program& program) {
  std::vector<StepKind> kinds;
  for (const Step& step : program) {
    kinds.push_back(step.kind);
  }
  return kinds;
}

constexpr const char* kWait = "    handler: [{wait: 1 ms}]\n";

TEST(Backends, AreUnlimitedUnlessTheySayOtherwise) {
  const Design design = design_of("backends: {users: {}}\n", kWait);
  ASSERT_EQ(design.setup.backends.size(), 1U);
  const engine::Backend& users = design.setup.backends.front();
  EXPECT_EQ(users.max_connections, engine::kUnlimited);
  EXPECT_EQ(users.parallel, engine::kUnlimited);
  EXPECT_EQ(users.per_second, 0);
  EXPECT_EQ(users.queue_wait, core::Duration::max());
  EXPECT_EQ(users.connect_wait, 0s);
  EXPECT_EQ(users.attempts, 3U);
  EXPECT_EQ(users.backoff, Distribution::constant(100e6));
  EXPECT_FALSE(design.kms);
}

TEST(Backends, TakeASecondsWorthOfRequestsAtOnceUnlessTheySayOtherwise) {
  const Design design = design_of(
      "backends: {a: {rate: 150 /min}, b: {rate: 0.1 /s}, c: {rate: 9 /s, burst: 2}}\n", kWait);
  EXPECT_EQ(design.setup.backends[0].per_second, 2.5);
  EXPECT_EQ(design.setup.backends[0].burst, 3);
  EXPECT_EQ(design.setup.backends[1].burst, 1);
  EXPECT_EQ(design.setup.backends[2].burst, 2);
}

TEST(Proxies, TakeTheirPoolFromTheDatabaseOnceSomethingConnectsToThem) {
  const std::string backends =
      "backends:\n"
      "  proxy: {proxy_of: db, pool: 25 %}\n"
      "  idle_proxy: {proxy_of: db, pool: 50 %}\n"
      "  db: {max_connections: 101}\n";
  const std::string resources = "    resources: {c: {connects_to: proxy, setup: [{wait: 1 ms}]}}\n";
  const Design design = design_of(backends, resources + "    handler: [{use: c}]\n");
  EXPECT_EQ(design.setup.backends[0].parallel, 25U);
  EXPECT_EQ(design.setup.backends[0].proxy_of, core::BackendId{2});
  EXPECT_EQ(design.setup.backends[0].queue_wait, 120s);
  EXPECT_EQ(design.setup.backends[1].parallel, 50U);
  EXPECT_EQ(design.setup.backends[2].max_connections, 76U);
  EXPECT_EQ(design.setup.backends[2].for_proxies, 25U);
}

TEST(Proxies, OpenAtLeastOneConnection) {
  const Design design =
      design_of("backends: {db: {max_connections: 5}, proxy: {proxy_of: db, pool: 1 %}}\n", kWait);
  EXPECT_EQ(design.setup.backends[1].parallel, 1U);
}

TEST(Kms, IsThereOnceSomebodyAsksItAndIsPaidByTheFirstWhoDoes) {
  const Design design = design_of("", "    handler: [{request: kms, takes: 10 ms}]\n");
  ASSERT_EQ(design.setup.backends.size(), 1U);
  EXPECT_EQ(design.setup.backends[0].name, "kms");
  EXPECT_EQ(design.setup.backends[0].per_second, 10'000);
  EXPECT_EQ(design.setup.backends[0].burst, 10'000);
  ASSERT_TRUE(design.kms);
  EXPECT_EQ(design.kms->keys, 1U);
  EXPECT_EQ(design.kms->payer, core::FunctionId{0});
}

TEST(Kms, OverridesItsQuotaKeyByKey) {
  const Design design = design_of("backends: {kms: {rate: 500 /s, keys: 3}}\n", kWait);
  EXPECT_EQ(design.setup.backends[0].per_second, 500);
  EXPECT_EQ(design.setup.backends[0].burst, 500);
  EXPECT_EQ(design.kms->keys, 3U);
  EXPECT_FALSE(design.kms->payer);
}

TEST(Requests, MakeTheResourceReadyBeforeTheyAskItsBackend) {
  const auto function = function_of(
      "    resources: {db: {connects_to: users, setup: [{wait: 1 ms}]}}\n"
      "    handler: [{request: db, takes: 4 ms}, {request: users, takes: 5 ms}]\n");
  EXPECT_THAT(kinds_of(function.handler),
              ElementsAre(StepKind::kUse, StepKind::kRequest, StepKind::kRequest));
  EXPECT_EQ(function.handler[1].backend, core::BackendId{0});
  EXPECT_EQ(function.handler[1].time, Distribution::constant(4e6));
  EXPECT_TRUE(function.resources[0].is_connection);
  EXPECT_TRUE(function.is_stepwise);
}

TEST(Encryption, UsesTheKeyForItsBytesAndTakesCpuTimeByTheMegabyte) {
  const auto function = function_of(
      "    resources: {key: {setup: [{wait: 1 ms}]}}\n"
      "    handler: [{encrypt: 4 MB, with: key}, {decrypt: 512 KB, with: key, cpu_per_mb: 3 "
      "ms}]\n");
  EXPECT_THAT(kinds_of(function.handler),
              ElementsAre(StepKind::kUse, StepKind::kCpu, StepKind::kUse, StepKind::kCpu));
  EXPECT_EQ(function.handler[0].bytes, 4 * kMb);
  EXPECT_EQ(function.handler[1].time, Distribution::constant(4e6));
  EXPECT_EQ(function.handler[1].bytes, 0);
  EXPECT_EQ(function.handler[2].bytes, kMb / 2);
  EXPECT_EQ(function.handler[3].time, Distribution::constant(1.5e6));
}

TEST(Resources, KeepToTheirKindButForWhatTheScenarioChanges) {
  const std::string function =
      "    resources: {c: {kind: https_client, setup: {3: {cpu: 20 ms}}, idle_timeout: 60 s}}\n"
      "    handler: [{use: c}]\n";
  const auto client = design_of("", function).setup.functions[0].resources[0];
  ASSERT_EQ(client.setup.size(), 4U);
  EXPECT_EQ(client.setup[0].time, Distribution::constant(7.3e6));
  EXPECT_EQ(client.setup[3].kind, StepKind::kCpu);
  EXPECT_EQ(client.setup[3].time, Distribution::constant(20e6));
  EXPECT_EQ(client.valid.idle, 60s);
  const auto changed = design_of("", function,
                                 {{"functions.f.resources.c.kind", "secret"},
                                  {"functions.f.resources.c.setup", "[{wait: 1 s}]"}})
                           .setup.functions[0]
                           .resources[0];
  EXPECT_EQ(changed.valid.age, 1h);
  ASSERT_EQ(changed.setup.size(), 1U);
  EXPECT_EQ(changed.setup[0].time, Distribution::constant(1e9));
}

TEST(Resources, NeedEachOtherInAnyOrderOfDeclaration) {
  const auto function = function_of(
      "    resources:\n"
      "      db: {setup: [{use: token}]}\n"
      "      token: {setup: [{wait: 1 ms}]}\n"
      "    handler: [{use: db}]\n");
  EXPECT_EQ(function.resources[0].setup[0].resource, core::ResourceId{1});
  EXPECT_TRUE(function.is_stepwise);
}

TEST(Files, ShareTheirPopularityByRank) {
  const auto function = function_of(
      "    files: {model: {size: 10 MB, count: 3, skew: 1}, words: {size: 1 KB}}\n"
      "    handler: [{fetch: words}]\n");
  const std::vector<engine::File>& files = function.storage.files;
  ASSERT_EQ(files.size(), 2U);
  // 1 + 1/2 + 1/3 = 11/6
  EXPECT_THAT(files[0].shares, ElementsAre(testing::DoubleEq(6.0 / 11), testing::DoubleEq(9.0 / 11),
                                           testing::DoubleEq(1.0)));
  EXPECT_THAT(files[1].shares, ElementsAre(1.0));
  EXPECT_EQ(files[0].bytes, 10 * kMb);
  EXPECT_NE(files[0].purpose, files[1].purpose);
  EXPECT_EQ(function.handler[0].file, core::FileId{1});
}

TEST(Storage, IsWhatWasMeasuredOfLambdaUnlessTheFunctionSaysOtherwise) {
  const auto usual = function_of(kWait).storage;
  EXPECT_EQ(usual.bytes, 512 * kMb);
  EXPECT_EQ(usual.network.bytes_per_s, 75.0 * kMb);
  EXPECT_EQ(usual.network.burst_bytes, 150 * kMb);
  const auto own = function_of(
                       "    ephemeral_storage: 2 GB\n"
                       "    tmp: {read: 1.5 GB/s, when_full: least_recently_used}\n"
                       "    network: {burst_once: 0 B}\n" +
                       std::string{kWait})
                       .storage;
  EXPECT_EQ(own.bytes, 2048 * kMb);
  EXPECT_EQ(own.read_bytes_per_s, 1536.0 * kMb);
  EXPECT_EQ(own.write_bytes_per_s, 500.0 * kMb);
  EXPECT_EQ(own.when_full, engine::WhenFull::kLeastRecentlyUsed);
  EXPECT_EQ(own.network.first_bytes, 0);
}

struct Stepwise {
  const char* function;
  bool expected;
};

class WhatRunsStepByStep : public testing::TestWithParam<Stepwise> {};

TEST_P(WhatRunsStepByStep, IsWhatDependsOnMoreThanTheInvocation) {
  EXPECT_EQ(function_of(GetParam().function).is_stepwise, GetParam().expected)
      << GetParam().function;
}

INSTANTIATE_TEST_SUITE_P(
    Functions, WhatRunsStepByStep,
    testing::Values(Stepwise{"    handler: [{cpu: 1 ms}, {wait: 1 ms}]\n", false},
                    Stepwise{"    resources: {a: {setup: [{wait: 1 ms}], attempts: 3}}\n"
                             "    handler: [{use: a}]\n",
                             false},
                    Stepwise{"    resources: {a: {setup: [{wait: 1 ms}], connects_to: users}}\n"
                             "    handler: [{use: a}]\n",
                             true},
                    Stepwise{
                        "    resources: {a: {setup: [{wait: 1 ms}], teardown: [{wait: 1 ms}]}}\n"
                        "    handler: [{use: a}]\n",
                        true},
                    Stepwise{"    resources: {a: {setup: [{wait: 1 ms}], maximum_uses: 5}}\n"
                             "    handler: [{use: a}]\n",
                             true},
                    Stepwise{"    resources: {a: {setup: [{wait: 1 ms}], fails: 1 %}}\n"
                             "    handler: [{use: a}]\n",
                             true},
                    Stepwise{"    init: [{transfer: 1 MB}]\n    handler: [{wait: 1 ms}]\n", true},
                    Stepwise{"    ping: [{read: 1 MB}]\n    handler: [{wait: 1 ms}]\n", true},
                    Stepwise{"    handler: [{write: 1 MB}]\n", true}));

TEST(Steps, OfSeveralActionsKeepTheRandomNumbersOfLaterOnes) {
  const auto one = function_of(
      "    resources: {db: {connects_to: users, setup: [{wait: 1 ms}]}}\n"
      "    handler: [{use: db}, {cpu: 5 ms}]\n");
  const auto two = function_of(
      "    resources: {db: {connects_to: users, setup: [{wait: 1 ms}]}}\n"
      "    handler: [{request: db, takes: 1 ms}, {cpu: 5 ms}]\n");
  EXPECT_EQ(one.handler.back().purpose, two.handler.back().purpose);
}

}  // namespace
}  // namespace lambdasim::app
