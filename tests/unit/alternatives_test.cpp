// What work costs elsewhere than on Lambda, against prices and rates worked by hand.
#include "models/pricing/alternatives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lambdasim::models {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr double kMonth = 720 * 3600.0;
constexpr double kExact = 1e-9;

// Half of a machine is planned for, nothing is reserved, one size of a task: 1 vCPU with 2 GB.
Sizing half_used() {
  Sizing sizing;
  sizing.month_s = kMonth;
  sizing.utilisation = 0.5;
  sizing.calls_at_once = 1;
  sizing.fargate_start_s = 45;
  sizing.fargate_least_s = 60;
  sizing.fargate_free_storage_mb = 20 * 1024;
  sizing.fargate_most_storage_mb = 200 * 1024;
  sizing.fargate_sizes = {{1, 2048}};
  sizing.ec2_reserved_mb = 512;
  sizing.ecs_reserved_mb = 768;
  sizing.managed_reserved_mb = 512;
  sizing.managed_surcharge = 0.15;
  sizing.managed_usd_per_call = 0.2e-6;
  sizing.managed_least = 3;
  sizing.managed_least_mb = 2048;
  sizing.managed_most_mb = 32 * 1024;
  sizing.managed_least_vcpu = 1;
  sizing.managed_most_vcpu = 16;
  sizing.managed_gb_per_vcpu = {2, 4, 8};
  sizing.managed_calls_per_vcpu = 64;
  sizing.managed_most_storage_mb = 10240;
  sizing.managed_longest_s = 5400;
  return sizing;
}

// A task of 1 vCPU and 2 GB costs 0.04 + 2 x 0.005 = 0.05 an hour.
RegionPrices round_prices() {
  RegionPrices prices;
  prices.region = "somewhere";
  prices.effective = "2026-01-01";
  prices.fargate_x86_64 = FargatePrice{0.04, 0.005, 0.001};
  prices.instances = {{"box.xlarge", false, {4, 8192}, 0.16}};
  return prices;
}

Work work(double calls_per_s, double wait_s, double cpu_s, std::int64_t memory_mb = 1024) {
  Work made;
  made.calls_per_s = calls_per_s;
  made.wait_s = wait_s;
  made.cpu_s = cpu_s;
  made.longest_s = 60;
  made.least_vcpu = 0.5;
  made.memory_mb = memory_mb;
  return made;
}

Alternative find(Host host, Operation operation, const Work& of, const Sizing& sizing = half_used(),
                 const RegionPrices& prices = round_prices()) {
  for (const Alternative& alternative : alternatives(sizing, prices, of)) {
    if (alternative.host == host && alternative.operation == operation) {
      return alternative;
    }
  }
  ADD_FAILURE() << "there is no such alternative";
  return {};
}

// One second of CPU a call: a core does 1 /s, half of which is planned for. 1.2 /s need 2.4 tasks.
TEST(Alternatives, AlwaysOnTakesWholeMachinesAndScaledTakesPartsOfThem) {
  const Work busy = work(1.2, 0, 1);
  const Alternative on = find(Host::kFargate, Operation::kAlwaysOn, busy);
  EXPECT_EQ(on.why_not, "");
  EXPECT_EQ(on.fleet.machine, "1 vCPU, 2 GB");
  EXPECT_EQ(on.fleet.calls_at_once, 2);
  EXPECT_NEAR(on.fleet.calls_per_s, 0.5, kExact);
  EXPECT_EQ(on.machines, 3);
  EXPECT_NEAR(on.usd_per_month, 3 * 0.05 * 720, kExact);
  const Alternative scaled = find(Host::kFargate, Operation::kScaled, busy);
  EXPECT_NEAR(scaled.machines, 2.4, kExact);
  EXPECT_NEAR(scaled.usd_per_month, 2.4 * 0.05 * 720, kExact);
}

TEST(Alternatives, AlwaysOnIsSizedForThePeakAndScaledForTheMean) {
  Work peaking = work(1, 0, 1);
  peaking.peak_factor = 3;
  EXPECT_EQ(find(Host::kFargate, Operation::kAlwaysOn, peaking).machines, 6);
  EXPECT_NEAR(find(Host::kFargate, Operation::kScaled, peaking).machines, 2, kExact);
}

TEST(Alternatives, OneMachineIsTheLeastEvenWithoutCalls) {
  for (const Operation operation : {Operation::kAlwaysOn, Operation::kScaled}) {
    EXPECT_EQ(find(Host::kFargate, operation, work(0, 0, 1)).machines, 1);
    EXPECT_EQ(find(Host::kManaged, operation, work(0, 0, 1)).machines, 3);
  }
  EXPECT_EQ(find(Host::kFargate, Operation::kEachCall, work(0, 0, 1)).usd_per_month, 0);
}

// 45 s of start and 1 s of work are billed as a minute; 45 and 75 s as 2 min.
TEST(Alternatives, ATaskACallIsBilledFromItsStartAndAMinuteAtLeast) {
  const Alternative brief = find(Host::kFargate, Operation::kEachCall, work(1.2, 0, 1));
  EXPECT_NEAR(brief.usd_per_month, 1.2 * kMonth * 0.05 / 60, kExact);
  EXPECT_NEAR(brief.fleet.call_s, 46, kExact);
  const Alternative longer = find(Host::kFargate, Operation::kEachCall, work(1.2, 0, 75));
  EXPECT_NEAR(longer.fleet.usd_per_call, 0.05 / 30, kExact);
  EXPECT_NEAR(longer.machines, 1.2 * 120, kExact);
}

// 8 GB less half a GB hold 7 workers of 1 GB, each busy 1 s a call: 7 /s, half planned for.
TEST(Alternatives, AnInstanceHoldsTheWorkersThatItsMemoryHolds) {
  const Alternative ec2 = find(Host::kEc2, Operation::kScaled, work(7, 0.9, 0.1));
  EXPECT_EQ(ec2.fleet.machine, "box.xlarge");
  EXPECT_EQ(ec2.fleet.calls_at_once, 7);
  EXPECT_NEAR(ec2.fleet.calls_per_s, 3.5, kExact);
  EXPECT_NEAR(ec2.usd_per_month, 2 * 0.16 * 720, kExact);
}

// A task reserves its share of half a vCPU, so 4 vCPUs hold 8 by CPU and 7 by memory; with a whole
// vCPU they hold 4.
TEST(Alternatives, EcsPacksWholeTasksByMemoryAndByVcpu) {
  Work waiting = work(1, 0.9, 0.1);
  EXPECT_EQ(find(Host::kEcs, Operation::kAlwaysOn, waiting).fleet.calls_at_once, 7);
  waiting.least_vcpu = 1;
  EXPECT_EQ(find(Host::kEcs, Operation::kAlwaysOn, waiting).fleet.calls_at_once, 4);
  EXPECT_EQ(find(Host::kEcs, Operation::kAlwaysOn, work(1, 0, 1)).fleet.calls_at_once, 4);
}

// 2:1 is an environment of 2 GB and 1 vCPU: two workers; an instance holds three of them.
TEST(Alternatives, ManagedInstancesCostASurchargeAndAFeeACall) {
  const Alternative managed = find(Host::kManaged, Operation::kScaled, work(1, 0.9, 0.1));
  EXPECT_EQ(managed.fleet.machine, "box.xlarge, 2:1");
  EXPECT_EQ(managed.fleet.calls_at_once, 6);
  EXPECT_NEAR(managed.fleet.calls_per_s, 3, kExact);
  EXPECT_EQ(managed.machines, 3);
  EXPECT_NEAR(managed.usd_per_month, 3 * 0.16 * 1.15 * 720 + kMonth * 0.2e-6, kExact);
}

TEST(Alternatives, ManagedInstancesHaveLimitsOfTheirOwn) {
  Work large = work(1, 0, 1, 33 * 1024);
  EXPECT_EQ(find(Host::kManaged, Operation::kScaled, large).why_not, "at most 32 GB of memory");
  Work lengthy = work(1, 0, 1);
  lengthy.longest_s = 5401;
  EXPECT_EQ(find(Host::kManaged, Operation::kScaled, lengthy).why_not,
            "a call may take at most 90 min");
  Work stored = work(1, 0, 1);
  stored.storage_mb = 10241;
  EXPECT_EQ(find(Host::kManaged, Operation::kScaled, stored).why_not,
            "no more than 10 GB of /tmp are known to be allowed");
}

TEST(Alternatives, SharingAWorkersMemoryMakesWaitingCheaper) {
  Sizing sizing = half_used();
  sizing.calls_at_once = 10;
  const Alternative shared = find(Host::kEc2, Operation::kScaled, work(7, 0.9, 0.1), sizing);
  EXPECT_EQ(shared.fleet.calls_at_once, 70);
  EXPECT_NEAR(shared.fleet.calls_per_s, 0.5 * 4 / 0.1, kExact);  // now the CPU is what limits it
}

TEST(Alternatives, AFractionOfAVcpuStretchesTheCpuTimeAlone) {
  Sizing sizing = half_used();
  sizing.fargate_sizes = {{0.25, 1024}};
  Work small = work(1, 1, 0.5);
  small.least_vcpu = 0.25;
  EXPECT_NEAR(find(Host::kFargate, Operation::kScaled, small, sizing).fleet.call_s, 3, kExact);
  small.least_vcpu = 0.26;
  EXPECT_EQ(find(Host::kFargate, Operation::kScaled, small, sizing).why_not,
            "no task is large enough");
}

// Two workers of 20 GB would pay for 20 GB (0.02 an hour); one has all of it free.
TEST(Alternatives, StorageOfATaskIsPaidAboveTheFreeOne) {
  Work stored = work(0.1, 0, 1);
  stored.storage_mb = 20 * 1024;
  const Alternative one = find(Host::kFargate, Operation::kAlwaysOn, stored);
  EXPECT_EQ(one.fleet.calls_at_once, 1);
  EXPECT_NEAR(one.fleet.usd_per_h, 0.05, kExact);
  stored.storage_mb = 50 * 1024;
  EXPECT_NEAR(find(Host::kFargate, Operation::kAlwaysOn, stored).fleet.usd_per_h, 0.05 + 0.03,
              kExact);
  stored.storage_mb = 201 * 1024;
  EXPECT_EQ(find(Host::kFargate, Operation::kAlwaysOn, stored).why_not, "no task is large enough");
}

TEST(Alternatives, TheCheapestMachineForTheLoadIsTaken) {
  RegionPrices prices = round_prices();
  prices.instances.push_back({"big.8xlarge", false, {32, 65536}, 1.0});
  EXPECT_EQ(
      find(Host::kEc2, Operation::kAlwaysOn, work(1, 0, 1), half_used(), prices).fleet.machine,
      "box.xlarge");
  EXPECT_EQ(
      find(Host::kEc2, Operation::kAlwaysOn, work(16, 0, 1), half_used(), prices).fleet.machine,
      "big.8xlarge");
}

TEST(Alternatives, WhatIsNotKnownIsSaid) {
  Work arm = work(1, 0, 1);
  arm.arm64 = true;
  EXPECT_EQ(find(Host::kFargate, Operation::kScaled, arm).why_not,
            "no figure known for somewhere (Fargate arm64)");
  EXPECT_EQ(find(Host::kEc2, Operation::kScaled, arm).why_not,
            "no figure known for somewhere (EC2 arm64)");
  EXPECT_EQ(find(Host::kEc2, Operation::kScaled, work(1, 0, 1, 8192)).why_not,
            "no instance that is known is large enough");
  RegionPrices no_storage = round_prices();
  no_storage.fargate_x86_64->usd_per_storage_gb_h.reset();
  Work stored = work(1, 0, 1);
  stored.storage_mb = 20 * 1024 + 1;
  EXPECT_EQ(find(Host::kFargate, Operation::kScaled, stored, half_used(), no_storage).why_not,
            "no figure known for somewhere (storage of Fargate x86_64)");
}

// A machine is paid by 0.05 / 3600 / 0.00005 = 0.27778 calls a second and serves 0.5. Two machines
// (above 0.5) are paid at 0.55556, three (above 1) at 0.83333: already paid when they are needed.
TEST(BreakEven, AlwaysOnLosesAgainWhereTheNextMachineIsNotPaidYet) {
  const auto found =
      break_even(find(Host::kFargate, Operation::kAlwaysOn, work(1, 0, 1)), 1, 0.00005);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->from, 0.25 / 0.9, kExact);
  EXPECT_NEAR(found->always, 0.5 / 0.9, kExact);
}

TEST(BreakEven, ScaledWinsAtEveryRateThatPaysTheFirstMachine) {
  const auto found =
      break_even(find(Host::kFargate, Operation::kScaled, work(1, 0, 1)), 1, 0.00005);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->from, 0.25 / 0.9, kExact);
  EXPECT_EQ(found->always, found->from);
}

// Fee a call 0.2e-6; 3 machines of 0.184 an hour: 3 x 0.184 / 3600 / 9.8e-6.
TEST(BreakEven, FeesACallAndTheLeastMachinesCount) {
  const Alternative managed = find(Host::kManaged, Operation::kScaled, work(1, 0.09, 0.01));
  const auto found = break_even(managed, 1, 10e-6);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->from, 3 * 0.184 / 3600 / 9.8e-6, kExact);
  EXPECT_FALSE(break_even(managed, 1, 0.2e-6));
}

TEST(BreakEven, AMachineThatLambdaUndercutsAtFullLoadNeverWins) {
  const Alternative on = find(Host::kFargate, Operation::kAlwaysOn, work(1, 0, 1));
  const double at_full_load = 0.05 / 3600 / 0.5;
  EXPECT_FALSE(break_even(on, 1, at_full_load * 0.999));
  EXPECT_TRUE(break_even(on, 1, at_full_load * 1.001));
  EXPECT_FALSE(break_even(on, 1.01, at_full_load * 1.001)) << "a peak takes more machines";
}

TEST(BreakEven, AtExactlyThePriceOfFullLoadThereIsNoRateAboveWhichItAlwaysWins) {
  Alternative on;
  on.fleet.usd_per_h = 3600;
  on.fleet.calls_per_s = 0.5;
  const auto found = break_even(on, 1, 2);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->from, 0.5);
  EXPECT_TRUE(std::isinf(found->always));
}

TEST(BreakEven, ATaskACallWinsAtAnyRateOrAtNone) {
  const Alternative each = find(Host::kFargate, Operation::kEachCall, work(1, 0, 75));
  const auto found = break_even(each, 1, 0.0017);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->from, 0);
  EXPECT_EQ(found->always, 0);
  EXPECT_FALSE(break_even(each, 1, 0.0016));
}

// The closed form against the costs themselves, on a grid of rates.
TEST(BreakEven, AgreesWithTheCostsAtEveryRate) {
  for (const double peak : {1.0, 1.7}) {
    for (const double usd_per_call : {0.00004, 0.00005, 0.0000613, 0.0002}) {
      Work busy = work(1, 0, 1);
      busy.peak_factor = peak;
      const Alternative on = find(Host::kFargate, Operation::kAlwaysOn, busy);
      const auto found = break_even(on, peak, usd_per_call);
      double first = std::numeric_limits<double>::infinity();
      double last_dearer = 0;
      constexpr double kStep = 1e-4;
      for (double rate = kStep; rate < 20; rate += kStep) {
        const bool wins = usd_per_month(on.fleet, on.operation, rate, peak, kMonth) <=
                          usd_per_call * rate * kMonth;
        first = wins ? std::min(first, rate) : first;
        last_dearer = wins ? last_dearer : rate;
      }
      SCOPED_TRACE(testing::Message() << "peak " << peak << ", a call " << usd_per_call);
      if (!found) {
        EXPECT_TRUE(std::isinf(first));
        continue;
      }
      EXPECT_NEAR(found->from, first, 2 * kStep);
      EXPECT_NEAR(found->always, last_dearer, 2 * kStep);
    }
  }
}

TEST(ShippedAlternatives, HaveTheSizesAndPricesOfVirginia) {
  const Sizing sizing = default_sizing();
  const RegionPrices prices = alternative_prices("us-east-1");
  EXPECT_EQ(sizing.fargate_sizes.size(), 3U + 4 + 7 + 13 + 23 + 12 + 12);
  ASSERT_TRUE(prices.fargate_arm64);
  Work arm = work(0.01, 0, 1, 2048);
  arm.arm64 = true;
  EXPECT_NEAR(find(Host::kFargate, Operation::kAlwaysOn, work(0.01, 0, 1, 2048), sizing, prices)
                  .usd_per_month,
              0.5 * 0.04048 * 720 + 2 * 0.004445 * 720, kExact);
  EXPECT_NEAR(find(Host::kFargate, Operation::kAlwaysOn, arm, sizing, prices).usd_per_month,
              0.5 * 0.03238 * 720 + 2 * 0.00356 * 720, kExact);
  EXPECT_NEAR(find(Host::kEc2, Operation::kAlwaysOn, arm, sizing, prices).usd_per_month,
              0.1632 / 4 * 720, kExact);
  EXPECT_EQ(
      find(Host::kEc2, Operation::kAlwaysOn, work(0.01, 0, 1, 10241), sizing, prices).fleet.machine,
      "c7i.2xlarge");
}

TEST(ShippedAlternatives, SayWhichRegionHasNoFigures) {
  const RegionPrices none = alternative_prices("eu-west-2");
  EXPECT_EQ(none.region, "eu-west-2");
  for (const Alternative& alternative : alternatives(default_sizing(), none, work(1, 0, 1))) {
    EXPECT_THAT(alternative.why_not, HasSubstr("no figure known for eu-west-2"));
  }
  const RegionPrices ireland = alternative_prices("eu-west-1");
  EXPECT_THAT(
      find(Host::kFargate, Operation::kScaled, work(1, 0, 1), default_sizing(), ireland).why_not,
      IsEmpty());
  EXPECT_EQ(find(Host::kEc2, Operation::kScaled, work(1, 0, 1), default_sizing(), ireland).why_not,
            "no figure known for eu-west-1 (EC2 x86_64)");
}

}  // namespace
}  // namespace lambdasim::models
