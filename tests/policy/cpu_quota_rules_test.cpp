// Hand-worked cases of the CPU quota: what a tick finds, what a wait repays, what threads share.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/cpu/proportional.h"
#include "models/cpu/quota.h"
#include "tests/policy/catalogue_fixture.h"
#include "tests/policy/run_fresh.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;
using core::Duration;
using engine::CpuState;

TEST(CpuQuotaRules, WorkBelowTheQuotaIsNotThrottledAtAnyMoment) {
  const auto quota =
      read_yaml("{}", [](auto& reader) { return cpu_models()[0].read(reader, 128); });
  core::KeyedEngine engine{6};
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t random = engine();
    ASSERT_EQ(run_fresh(*quota, 1'428us, 1, random), 1'428us);
    ASSERT_EQ(run_fresh(*quota, 1'428us, 2, random), 714us);
    ASSERT_GT(run_fresh(*quota, 4ms + 1'429us, 1, random), 16ms);
  }
}

// 128 MB: 1.43 ms of quota. 3 ms of work are throttled when a tick finds more than that used, in
// 6 of 16 phases: those of 1.5 to 2.75 ms before the end of a tick.
TEST(CpuQuotaRules, WorkAboveTheQuotaIsThrottledIfATickHappensToFindIt) {
  const auto quota =
      read_yaml("{}", [](auto& reader) { return cpu_models()[0].read(reader, 128); });
  int throttled = 0;
  for (std::uint64_t phase = 0; phase < 16; ++phase) {
    throttled += run_fresh(*quota, 3ms, 1, phase << 60U) > 3ms ? 1 : 0;
  }
  EXPECT_EQ(throttled, 6);
}

// Half a vCPU, at a tick, slices of 5 ms a core. Two threads: 16 ms are used at the second tick, 6
// ms too many; the refill at 20 ms leaves 4, so the next tick finds 4 ms of debt; the refill at 40
// ms repays it and the last 6 ms take 3.
TEST(CpuQuotaRules, TwoThreadsUseUpOneQuotaTwiceAsFast) {
  const Quota quota{{.quota = 10ms, .period = 20ms, .tick = 4ms, .slice = 5ms}, 2};
  EXPECT_EQ(run_fresh(quota, 16ms, 2), 8ms);
  EXPECT_EQ(run_fresh(quota, 30ms, 2), 43ms);
  EXPECT_EQ(run_fresh(quota, 30ms, 1), 50ms);
}

// Half a vCPU, at a tick. 12 ms are used at the third tick, 2 too many. Stopped at 15 ms, work
// stands still; what comes then, on however many cores, waits for the refill at 20 ms as well.
TEST(CpuQuotaRules, WorkThatIsStoppedWhileItIsThrottledStaysThrottled) {
  const Quota quota{{.quota = 10ms, .period = 20ms, .tick = 4ms, .slice = 5ms}, 2};
  CpuState state;
  EXPECT_EQ(quota.run_until(state, 14ms, 1, 15ms), 12ms);
  EXPECT_EQ(state.elapsed, 15ms);
  EXPECT_EQ(quota.run_until(state, 2ms, 1, 18ms), 0ms);
  EXPECT_EQ(quota.run_until(state, 6ms, 2, 21ms), 2ms);
  EXPECT_EQ(quota.run(state, 4ms, 2), 2ms);
  EXPECT_EQ(state.elapsed, 23ms);
}

TEST(CpuQuotaRules, WhatTwoCoresKeptGoesBackToThePoolOfOne) {
  const Quota quota{{.quota = 15ms, .period = 20ms, .tick = 4ms, .slice = 5ms}, 2};
  CpuState state;
  quota.run(state, 2ms, 2);
  EXPECT_EQ(state.local, 8ms);
  EXPECT_EQ(state.pool, 5ms);
  quota.run(state, 1ms, 1);
  EXPECT_EQ(state.local, 4ms);
  EXPECT_EQ(state.pool, 8ms);
}

// 1 ms of 10 is used by others: 9 ms before the third tick, so it finds 12 used and 3 owed.
TEST(CpuQuotaRules, OverheadIsPaidFromTheFirstQuotaOrTheNext) {
  const QuotaRule rule{.quota = 12ms, .period = 20ms, .tick = 4ms, .slice = 5ms, .overhead = 1ms};
  EXPECT_EQ(run_fresh(Quota{{.quota = 12500us, .period = 20ms, .tick = 4ms, .slice = 5ms}}, 15ms),
            15ms);
  EXPECT_EQ(run_fresh(Quota{rule}, 15ms), 23ms);
  CpuState late;
  late.elapsed = 20ms;
  EXPECT_EQ(Quota{rule}.run(late, 11'900us, 1), 11'900us);
}

TEST(CpuQuotaRules, AWaitRepaysTheDebtOfTheBurstBeforeIt) {
  const auto quota =
      read_yaml("{}", [](auto& reader) { return cpu_models()[0].read(reader, 128); });
  CpuState state;
  quota->run(state, 3ms, 1);
  state.elapsed += 200ms;
  EXPECT_EQ(quota->run(state, 1ms, 1), 1ms);
  CpuState hurried;
  quota->run(hurried, 3ms, 1);
  hurried.elapsed += 2ms;
  EXPECT_GT(quota->run(hurried, 1ms, 1), 30ms);
}

TEST(CpuQuotaRules, TheTableOfVcpusIsReadByMemory) {
  const std::string table =
      "{visible_vcpus: [{up_to: 3584 MB, vcpus: 1}, {up_to: 10240 MB, vcpus: 4}]}";
  for (const auto& entry : cpu_models()) {
    const auto small = read_yaml(table, [&](auto& reader) { return entry.read(reader, 3584); });
    const auto large = read_yaml(table, [&](auto& reader) { return entry.read(reader, 10240); });
    EXPECT_EQ(run_fresh(*small, 12us, 100), 12us);
    EXPECT_EQ(run_fresh(*large, 12us, 100), 3us);
  }
}

TEST(CpuQuotaRules, ATableOfVcpusThatFallsOrEndsEarlyIsReported) {
  EXPECT_THAT(mistakes_in("{visible_vcpus: [{up_to: 3008 MB, vcpus: 2}, {up_to: 2 GB, vcpus: 6}]}",
                          [](auto& reader) { return cpu_models()[0].read(reader, 128); }),
              testing::ElementsAre("visible_vcpus: must reach to 10240 MB, ends at 3008 MB",
                                   testing::HasSubstr("must be above the 3008 MB")));
}

TEST(InitCpu, RunsAsManyThreadsAsItHasVcpus) {
  EXPECT_EQ(run_fresh(*init_cpu(1.0), 10ms, 4), 10ms);
  EXPECT_EQ(run_fresh(*init_cpu(2.0), 10ms, 4), 5ms);
  EXPECT_EQ(run_fresh(*init_cpu(2.0), 10ms, 1), 10ms);
  EXPECT_EQ(run_fresh(*init_cpu(1.5), 9ms, 2), 6ms);
  EXPECT_EQ(run_fresh(*init_cpu(0.5), 10ms, 1), 20ms);
}

TEST(CpuQuotaRules, ATickThatDoesNotDivideThePeriodIsReported) {
  EXPECT_THAT(
      mistakes_in("{tick: 3 ms}", [](auto& reader) { return cpu_models()[0].read(reader, 128); }),
      testing::ElementsAre(testing::HasSubstr("must divide the period")));
}

}  // namespace
}  // namespace lambdasim::models
