// What the engine relies on, for every placement and eviction policy of the catalogue.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "sim/engine/engine.h"
#include "sim/engine/future_arrivals.h"
#include "tests/policy/catalogue_fixture.h"
#include "tests/support/eventful.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;

std::vector<Example<engine::Placement>> all_placements() {
  std::vector<Example<engine::Placement>> all;
  for (const PlacementModel& entry : placement_models()) {
    all.push_back({std::string{entry.about.name}, read_yaml("{}", entry.read)});
  }
  return all;
}

std::vector<Example<engine::Eviction>> all_evictions() {
  std::vector<Example<engine::Eviction>> all;
  for (const EvictionModel& entry : eviction_models()) {
    all.push_back({std::string{entry.about.name}, read_yaml("{}", entry.read)});
  }
  return all;
}

core::InvocationNumbers numbers(std::uint64_t i) {
  return core::RandomStream{3, 1, core::hash_name("fleet")}.invocation(i);
}

TEST(PlacementContract, AHostHasRoomOrThereIsNone) {
  for (const auto& [name, placement] : all_placements()) {
    for (std::uint64_t i = 0; i < 5'000; ++i) {
      core::KeyedEngine engine = numbers(i).engine(core::Purpose::kFirstStep);
      std::vector<std::int64_t> room(1 + engine() % 8);
      std::int64_t most = 0;
      for (std::int64_t& mb : room) {
        mb = static_cast<std::int64_t>(engine() % 2000);
        most = std::max(most, mb);
      }
      const engine::WantedPlace wanted{core::FunctionId{static_cast<std::uint32_t>(i % 9)},
                                       static_cast<std::int64_t>(engine() % 2000), numbers(i)};
      const engine::HostId host = placement->choose(room, wanted);
      ASSERT_EQ(host == engine::kNoHost, most < wanted.memory_mb) << name;
      ASSERT_TRUE(host == engine::kNoHost || room[host] >= wanted.memory_mb) << name;
      ASSERT_EQ(host, placement->choose(room, wanted)) << name;
    }
  }
}

TEST(EvictionContract, EveryCandidateHasAPriorityThatOnlyDependsOnIt) {
  const engine::Setup setup = test::eventful_setup();
  const engine::FutureArrivals future(setup, {});
  for (const auto& [name, eviction] : all_evictions()) {
    for (std::uint64_t i = 0; i < 5'000; ++i) {
      core::KeyedEngine engine = numbers(i).engine(core::Purpose::kFirstStep);
      engine::EvictionCandidate candidate;
      candidate.function = core::FunctionId{static_cast<std::uint32_t>(i % 2)};
      candidate.now = core::SimTime{i * 1s};
      candidate.last_used = core::SimTime{(engine() % (i + 1)) * 1s};
      candidate.calls = engine() % 1000;
      candidate.cold_start = std::chrono::milliseconds{engine() % 5000};
      candidate.memory_mb = static_cast<std::int64_t>(128 + engine() % 10'000);
      candidate.clock = engine.uniform();
      const double priority = eviction->priority(candidate, future);
      ASSERT_FALSE(std::isnan(priority)) << name;
      ASSERT_EQ(priority, eviction->priority(candidate, future)) << name;
    }
  }
}

/// The eventful run of all seams on one host.
engine::Setup crowded_setup(std::shared_ptr<const engine::Placement> placement,
                            std::shared_ptr<const engine::Eviction> eviction) {
  engine::Setup setup = test::eventful_setup_with_return_delay();
  setup.horizon = 30min;
  setup.functions[1].memory_mb = 300;
  setup.functions[0].keep_alive =
      read_yaml("{bin: 1 s, range: 2 min}", keep_alive_models()[4].read);
  setup.functions[0].proactive = {0.8, 1min};
  setup.functions[0].deployments = {test::at(7min), test::at(21min)};
  setup.fleet = engine::Fleet{.hosts = 1,
                              .memory_mb = 1000,
                              .cores = 0.5,
                              .full_vcpu_mb = 1769,
                              .placement = std::move(placement),
                              .eviction = std::move(eviction)};
  return setup;
}

/// Greatest memory that contexts held at once, from their records.
std::int64_t peak_memory(const std::vector<engine::ContextRecord>& contexts,
                         const engine::Setup& setup) {
  std::vector<std::pair<core::SimTime, std::int64_t>> changes;
  for (const engine::ContextRecord& row : contexts) {
    const std::int64_t memory = setup.functions[row.function.value].memory_mb;
    changes.emplace_back(row.created, memory);
    changes.emplace_back(row.retired, -memory);
  }
  std::sort(changes.begin(), changes.end());
  std::int64_t held = 0;
  std::int64_t peak = 0;
  for (const auto& [time, change] : changes) {
    held += change;
    peak = std::max(peak, held);
  }
  return peak;
}

TEST(FleetContract, AHostNeverHoldsMoreThanItsMemoryAndNothingIsLost) {
  for (const auto& [name, eviction] : all_evictions()) {
    const engine::Setup setup = crowded_setup(all_placements().front().model, eviction);
    const test::RunOutput output = test::run(setup);
    EXPECT_EQ(output.rows.invocations.size(), output.result.arrivals) << name;
    EXPECT_EQ(output.rows.contexts.size(), output.rows.initialisations.size()) << name;
    EXPECT_LE(peak_memory(output.rows.contexts, setup), setup.fleet->memory_mb) << name;
    EXPECT_GT(peak_memory(output.rows.contexts, setup), 800) << name;
    std::map<engine::Retirement, int> ends;
    std::map<engine::Refusal, int> refusals;
    for (const auto& row : output.rows.contexts) {
      ++ends[row.why];
    }
    for (const auto& row : output.rows.invocations) {
      ++refusals[row.refusal];
    }
    EXPECT_GT(ends[engine::Retirement::kEvicted], 50) << name;
    EXPECT_GT(refusals[engine::Refusal::kNoCapacity], 50) << name;
  }
}

TEST(FleetContract, SameKeySameRun) {
  for (const auto& [name, placement] : all_placements()) {
    engine::Setup setup = crowded_setup(placement, all_evictions().front().model);
    setup.fleet->hosts = 3;
    setup.fleet->memory_mb = 400;
    const test::RunOutput first = test::run(setup, {5, 2});
    const test::RunOutput second = test::run(setup, {5, 2});
    ASSERT_EQ(first.rows.invocations.size(), second.rows.invocations.size()) << name;
    ASSERT_EQ(first.rows.contexts.size(), second.rows.contexts.size()) << name;
    for (std::size_t i = 0; i < first.rows.contexts.size(); ++i) {
      ASSERT_EQ(first.rows.contexts[i].retired, second.rows.contexts[i].retired) << name;
      ASSERT_EQ(first.rows.contexts[i].context, second.rows.contexts[i].context) << name;
    }
  }
}

TEST(FleetContract, AFleetThatIsLargeEnoughChangesNothing) {
  for (const auto& [name, placement] : all_placements()) {
    engine::Setup setup = crowded_setup(placement, all_evictions().front().model);
    setup.fleet->hosts = 4;
    setup.fleet->memory_mb = 100'000;
    setup.fleet->cores = 0;
    const test::RunOutput on_hosts = test::run(setup);
    setup.fleet.reset();
    const test::RunOutput elsewhere = test::run(setup);
    ASSERT_EQ(on_hosts.rows.invocations.size(), elsewhere.rows.invocations.size()) << name;
    // Contexts that ended long ago are noticed, and so replaced and numbered, in another order.
    EXPECT_EQ(on_hosts.rows.contexts.size(), elsewhere.rows.contexts.size()) << name;
    for (std::size_t i = 0; i < elsewhere.rows.invocations.size(); ++i) {
      ASSERT_EQ(on_hosts.rows.invocations[i].latency(), elsewhere.rows.invocations[i].latency());
      ASSERT_EQ(on_hosts.rows.invocations[i].start, elsewhere.rows.invocations[i].start);
    }
  }
}

}  // namespace
}  // namespace lambdasim::models
