// Hosts of finite memory: where contexts go, which make room for others, by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/eviction/greedy_dual.h"
#include "models/eviction/largest_first.h"
#include "models/eviction/lfu.h"
#include "models/eviction/lru.h"
#include "models/eviction/oracle.h"
#include "models/placement/best_fit.h"
#include "models/placement/first_fit.h"
#include "models/placement/hash_affinity.h"
#include "models/placement/least_loaded.h"
#include "models/placement/random.h"
#include "tests/support/eventful.h"
#include "tests/support/scripted.h"

namespace lambdasim::test {
namespace {

using engine::Refusal;
using engine::Retirement;
using testing::ElementsAre;

template <class Eviction>
engine::Fleet hosts(std::uint32_t count, std::int64_t memory_mb) {
  engine::Fleet fleet;
  fleet.hosts = count;
  fleet.memory_mb = memory_mb;
  fleet.placement = std::make_shared<models::FirstFit>();
  fleet.eviction = std::make_shared<Eviction>();
  return fleet;
}

/// A handler of a second, `cold_start` to make a sandbox.
engine::FunctionSetup sized(std::int64_t memory_mb, Duration cold_start = 2s,
                            Duration handler = 1s) {
  engine::FunctionSetup function = plain_function(handler, 24h);
  function.memory_mb = memory_mb;
  function.timeout = 15min;
  function.sandbox = constant(cold_start);
  return function;
}

RunOutput run_on(const engine::Fleet& fleet, std::vector<engine::FunctionSetup> functions,
                 std::vector<ScriptedArrival> arrivals) {
  engine::Setup setup = setup_of(std::move(functions), std::move(arrivals));
  setup.fleet = fleet;
  return run(setup);
}

/// Function and time of every eviction.
std::vector<std::pair<std::uint32_t, Duration>> evictions(const RunOutput& output) {
  std::vector<std::pair<std::uint32_t, Duration>> all;
  for (const auto& row : output.rows.contexts) {
    if (row.why == Retirement::kEvicted) {
      all.emplace_back(row.function.value, row.retired - core::kStartOfTime);
    }
  }
  return all;
}

using Evicted = std::pair<std::uint32_t, Duration>;

TEST(Fleet, NothingIsEvictedWhileThereIsRoom) {
  const auto output = run_on(hosts<models::LeastRecentlyUsed>(1, 2000), {sized(1000), sized(1000)},
                             {{0s, 0}, {10s, 1}, {20s, 0}});
  EXPECT_THAT(evictions(output), ElementsAre());
  EXPECT_EQ(output.rows.contexts.size(), 2U);
}

TEST(Fleet, TheContextThatWasUnusedForLongestMakesRoom) {
  const auto output =
      run_on(hosts<models::LeastRecentlyUsed>(1, 2000), {sized(1000), sized(1000), sized(1000)},
             {{0s, 0}, {10s, 1}, {20s, 2}, {30s, 0}});
  EXPECT_THAT(evictions(output), ElementsAre(Evicted{0, 20s}, Evicted{1, 30s}));
}

TEST(Fleet, AContextOfTheFunctionThatWasCalledLeastMakesRoom) {
  const std::vector<ScriptedArrival> calls{{0s, 0}, {5s, 0}, {10s, 1}, {20s, 2}};
  const std::vector<engine::FunctionSetup> functions{sized(1000), sized(1000), sized(1000)};
  EXPECT_THAT(evictions(run_on(hosts<models::LeastFrequentlyUsed>(1, 2000), functions, calls)),
              ElementsAre(Evicted{1, 20s}));
  EXPECT_THAT(evictions(run_on(hosts<models::LeastRecentlyUsed>(1, 2000), functions, calls)),
              ElementsAre(Evicted{0, 20s}));
}

TEST(Fleet, GreedyDualWeighsFrequencyAndCostAgainstSizeAndAges) {
  // Priorities in 1/1000: function 0 after three calls 3 x 2 = 6, function 1 after one 1 x 10 = 10.
  // Function 2 evicts 0 and sets the clock to 6; its own priority is 6 + 1 = 7. Function 3 evicts
  // it, with 7 + 20 = 27. Function 2 comes back with a count of 1 and evicts function 1.
  const auto output =
      run_on(hosts<models::GreedyDual>(1, 2000),
             {sized(1000, 2s), sized(1000, 10s), sized(1000, 1s), sized(1000, 20s)},
             {{0s, 1}, {20s, 0}, {30s, 0}, {40s, 0}, {50s, 2}, {60s, 3}, {100s, 2}});
  EXPECT_THAT(evictions(output), ElementsAre(Evicted{0, 50s}, Evicted{2, 60s}, Evicted{1, 100s}));
}

TEST(Fleet, TheLargestContextMakesRoom) {
  const auto output = run_on(hosts<models::LargestFirst>(1, 2000),
                             {sized(500), sized(1500), sized(1000)}, {{0s, 0}, {10s, 1}, {20s, 2}});
  EXPECT_THAT(evictions(output), ElementsAre(Evicted{1, 20s}));
}

TEST(Fleet, AnOracleEvictsWhatIsNeededLast) {
  const auto output =
      run_on(hosts<models::EvictionOracle>(1, 2000), {sized(1000), sized(1000), sized(1000)},
             {{0s, 1}, {10s, 0}, {20s, 2}, {50s, 1}, {100s, 0}});
  EXPECT_THAT(evictions(output), testing::Contains(Evicted{0, 20s}));
  EXPECT_EQ(output.rows.invocations[3].start, engine::Start::kWarm);
}

TEST(Fleet, SeveralSmallContextsMakeRoomForALargeOne) {
  const auto output = run_on(hosts<models::LeastRecentlyUsed>(1, 2000),
                             {sized(500), sized(500), sized(500), sized(1400)},
                             {{0s, 0}, {10s, 1}, {20s, 2}, {30s, 3}});
  EXPECT_THAT(evictions(output), ElementsAre(Evicted{0, 30s}, Evicted{1, 30s}));
}

TEST(Fleet, ARequestIsRefusedWhenAllContextsAreBusy) {
  const auto output =
      run_on(hosts<models::LeastRecentlyUsed>(1, 2000), {sized(1000, 2s, 60s), sized(1000)},
             {{0s, 0}, {1s, 0}, {1500ms, 1}, {63s, 1}});
  EXPECT_EQ(output.rows.invocations[0].refusal, Refusal::kNoCapacity);
  EXPECT_EQ(output.rows.invocations[0].outcome, engine::Outcome::kThrottled);
  EXPECT_THAT(evictions(output), ElementsAre(Evicted{0, 63s}));
}

TEST(Fleet, EvictionsHappenOnOneHostOnly) {
  // Function 0 fills the first host, functions 1 and 2 the second one. Function 3 has room on the
  // first one after one eviction.
  const auto output = run_on(hosts<models::LeastRecentlyUsed>(2, 1000),
                             {sized(900), sized(500), sized(500), sized(800)},
                             {{0s, 0}, {10s, 1}, {20s, 2}, {30s, 3}});
  EXPECT_THAT(evictions(output), ElementsAre(Evicted{0, 30s}));
}

TEST(Fleet, AContextWhoseKeepAliveHasPassedMakesRoomByItself) {
  auto brief = sized(1000);
  brief.keep_alive = std::make_shared<FixedLimit>(5s);
  const auto output =
      run_on(hosts<models::LeastRecentlyUsed>(1, 1000), {brief, sized(1000)}, {{0s, 0}, {8s, 1}});
  EXPECT_THAT(evictions(output), ElementsAre());
  EXPECT_EQ(output.rows.contexts[0].why, Retirement::kIdle);
  EXPECT_EQ(output.rows.contexts[0].retired, at(8s));
}

TEST(Fleet, WarmContextsThatHaveNoRoomAreNotMade) {
  auto warm = sized(1000);
  warm.warm_contexts = 3;
  const auto output = run_on(hosts<models::LeastRecentlyUsed>(1, 2000), {warm}, {});
  EXPECT_EQ(output.rows.contexts.size(), 2U);
}

TEST(Fleet, BusyCoresSlowTheHandlersThatStartThen) {
  engine::Fleet fleet = hosts<models::LeastRecentlyUsed>(1, 8000);
  fleet.cores = 1;
  fleet.full_vcpu_mb = 1000;
  engine::FunctionSetup function = sized(1000, 0s);
  function.handler = {{engine::StepKind::kCpu, {}, 64, constant(1s)},
                      {engine::StepKind::kWait, {}, 65, constant(500ms)}};
  const auto output = run_on(fleet, {function}, {{0s}, {500ms}, {20s}});
  // The second call finds two busy vCPUs on one core; its wait is not slowed.
  EXPECT_EQ(output.rows.invocations[0].duration, 1500ms);
  EXPECT_EQ(output.rows.invocations[1].duration, 2500ms);
  EXPECT_EQ(output.rows.invocations[2].duration, 1500ms);
}

TEST(Fleet, AHostOfTheSizeOfOneContextHoldsOneAtATime) {
  engine::Setup setup = eventful_setup();
  setup.fleet = hosts<models::LeastRecentlyUsed>(1, 128);
  const auto output = run(setup);
  EXPECT_GT(output.rows.contexts.size(), 100U);
  for (std::size_t i = 1; i < output.rows.contexts.size(); ++i) {
    EXPECT_GE(output.rows.contexts[i].created, output.rows.contexts[i - 1].retired);
  }
}

// Room for one context: each call of the other tenant evicts it and starts one of its own.
TEST(Fleet, ATenantsContextMakesRoomForAnotherTenants) {
  engine::FunctionSetup function = sized(512);
  function.tenants = engine::TenantIsolation{{0.4, 0.7, 1.0}, 2.5};
  std::vector<ScriptedArrival> arrivals;
  for (int i = 0; i < 60; ++i) {
    arrivals.push_back({i * 30s});
  }
  const auto output = run_on(hosts<models::LeastRecentlyUsed>(1, 512), {function}, arrivals);
  const core::RandomStream tenants{1, 0, core::hash_name("tenants/plain")};
  const auto tenant_of = [&tenants](std::uint32_t event) {
    const double drawn = tenants.invocation(event).engine(core::Purpose::kTenant).uniform();
    return drawn < 0.4 ? 0 : drawn < 0.7 ? 1 : 2;
  };
  std::size_t changes = 0;
  for (std::uint32_t i = 1; i < 60; ++i) {
    changes += tenant_of(i) != tenant_of(i - 1) ? 1 : 0;
  }
  EXPECT_GT(changes, 20U);
  EXPECT_EQ(evictions(output).size(), changes);
  EXPECT_EQ(output.rows.contexts.size(), changes + 1);
}

TEST(Placement, EachPolicyByHand) {
  const std::vector<std::int64_t> room{500, 300, 1000, 300};
  const engine::WantedPlace wanted{core::FunctionId{7}, 300, core::InvocationNumbers{11}};
  EXPECT_EQ(models::FirstFit().choose(room, wanted), 0U);
  EXPECT_EQ(models::BestFit().choose(room, wanted), 1U);
  EXPECT_EQ(models::LeastLoaded().choose(room, wanted), 2U);
  const engine::WantedPlace large{core::FunctionId{7}, 600, core::InvocationNumbers{11}};
  EXPECT_EQ(models::FirstFit().choose(room, large), 2U);
  EXPECT_EQ(models::RandomPlacement().choose(room, large), 2U);
  EXPECT_EQ(models::HashAffinity().choose(room, large), 2U);
}

TEST(Placement, RandomUsesEveryHostWithRoomAlike) {
  const std::vector<std::int64_t> room{500, 100, 1000, 300};
  std::vector<int> chosen(room.size());
  for (std::uint64_t i = 0; i < 3000; ++i) {
    ++chosen[models::RandomPlacement().choose(
        room, {core::FunctionId{0}, 300, core::InvocationNumbers{core::mix64(i)}})];
  }
  EXPECT_EQ(chosen[1], 0);
  // Standard deviation sqrt(3000 x 1/3 x 2/3) = 25.8; 6 of them.
  EXPECT_NEAR(chosen[0], 1000, 155);
  EXPECT_NEAR(chosen[2], 1000, 155);
}

TEST(Placement, HashAffinityKeepsContextsOfOneFunctionTogether) {
  std::vector<std::int64_t> room(16, 1000);
  const engine::WantedPlace wanted{core::FunctionId{3}, 300, core::InvocationNumbers{1}};
  const engine::HostId home = models::HashAffinity().choose(room, wanted);
  EXPECT_EQ(
      models::HashAffinity().choose(room, {core::FunctionId{3}, 400, core::InvocationNumbers{2}}),
      home);
  room[home] = 0;
  EXPECT_EQ(models::HashAffinity().choose(room, wanted), (home + 1) % 16);
}

}  // namespace
}  // namespace lambdasim::test
