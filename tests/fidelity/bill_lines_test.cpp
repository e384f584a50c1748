// The lines of a bill against the price list of us-east-1 (models/data/prices), each worked by hand
// in exact fractions.
#include <gtest/gtest.h>

#include "models/pricing/bill.h"
#include "sim/config/reader.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kKb = 1024;
constexpr std::int64_t kMb = 1024 * kKb;

PriceTable virginia() {
  config::Diagnostics diagnostics;
  config::Node resolved;
  const config::Node tree = config::load_text("region: us-east-1", "test.yaml", diagnostics);
  config::ObjectReader reader{&tree, "", diagnostics, resolved};
  return read_prices(reader, "region", "2026-09-19");
}

TEST(BillLines, AnEventIsOneRequestForItsFirst256KbAndOneForEachFurther64Kb) {
  EXPECT_EQ(billing_rules().requests_of_event(0), 1U);
  EXPECT_EQ(billing_rules().requests_of_event(256 * kKb), 1U);
  EXPECT_EQ(billing_rules().requests_of_event(256 * kKb + 1), 2U);
  EXPECT_EQ(billing_rules().requests_of_event(320 * kKb), 2U);
  EXPECT_EQ(billing_rules().requests_of_event(1 * kMb), 13U);
  // 300 KB are two requests; the 400 synchronous calls are one each, whatever they carry.
  const Usage usage{.requests = 1'000, .events = 600, .payload_bytes = 300 * kKb};
  EXPECT_EQ(marginal_bill(virginia(), usage).total(), 1'600 * decimal("0.0000002"));
}

// 100 contexts configured for 12 minutes are billed for 15: 90,000 GB-s at 1,024 MB.
TEST(BillLines, ProvisionedConcurrencyIsBilledInStepsOfFiveMinutesAndForItsDuration) {
  EXPECT_EQ(billing_rules().provisioned_seconds(5min, 1), 300U);
  EXPECT_EQ(billing_rules().provisioned_seconds(5min + 1ns, 1), 600U);
  Usage usage{.requests = 10, .memory_mb = 1024, .provisioned_ms = 500'000};
  usage.provisioned_s = billing_rules().provisioned_seconds(12min, 100);
  const Bill bill = marginal_bill(virginia(), usage);
  EXPECT_EQ(bill.provisioned, decimal("0.375003"));            // 90,000 x 0.0000041667
  EXPECT_EQ(bill.provisioned_duration, decimal("0.0048611"));  // 500 x 0.0000097222
  EXPECT_EQ(bill.duration, 0);
  usage.arm64 = true;
  EXPECT_EQ(marginal_bill(virginia(), usage).provisioned, decimal("0.300006"));
  EXPECT_EQ(marginal_bill(virginia(), usage).provisioned_duration, decimal("0.0038889"));
}

TEST(BillLines, AFunctionWithProvisionedConcurrencyLeavesTheFreeTierToTheOthers) {
  const Usage plain{.requests = 1'000'000, .billed_ms = 400'000'000, .memory_mb = 1024};
  Usage provisioned{.requests = 1'000, .billed_ms = 1'000'000, .memory_mb = 1024};
  provisioned.provisioned_s = 300;
  const auto bills = monthly_bills(virginia(), {plain, provisioned}, 1);
  EXPECT_EQ(bills[0].total(), 0);
  EXPECT_EQ(bills[1].requests, decimal("0.0002"));
  EXPECT_EQ(bills[1].duration, decimal("0.0166667"));      // overflow: 1,000 GB-s on demand
  EXPECT_EQ(bills[1].provisioned, decimal("0.00125001"));  // 300 GB-s
}

TEST(BillLines, SnapshotsAreBilledForThreeHoursAtLeastAndRestoresByTheGb) {
  EXPECT_EQ(billing_rules().snapshot_milliseconds(1h), 10'800'000U);
  EXPECT_EQ(billing_rules().snapshot_milliseconds(3h + 1ns), 10'800'001U);
  Usage usage{.memory_mb = 2048};
  usage.snapshot_ms = billing_rules().snapshot_milliseconds(1h);
  usage.restores = 1'000;
  const Bill bill = marginal_bill(virginia(), usage);
  EXPECT_EQ(bill.snapshots, decimal("0.03249936"));  // 21,600 GB-s x 0.0000015046
  EXPECT_EQ(bill.restores, decimal("0.2795996"));    // 2,000 GB x 0.0001397998
  usage.snapshots_are_free = true;
  EXPECT_EQ(marginal_bill(virginia(), usage).total(), 0);
}

// 1,000 responses of 10 MB: 4 MB of each are beyond the free 6, together 3.90625 GB.
TEST(BillLines, StreamedResponsesAreFreeUpTo6MbEachAnd100GbAMonth) {
  EXPECT_EQ(billing_rules().billed_response_bytes(6 * kMb), 0);
  Usage usage;
  usage.streamed_bytes =
      1'000 * static_cast<std::uint64_t>(billing_rules().billed_response_bytes(10 * kMb));
  EXPECT_EQ(marginal_bill(virginia(), usage).streaming, decimal("0.03125"));
  EXPECT_EQ(monthly_bills(virginia(), {usage}, 1).front().streaming, 0);
  EXPECT_EQ(monthly_bills(virginia(), {usage}, 32).front().streaming, decimal("0.2"));  // 25 GB
}

TEST(BillLines, TenantIsolationIsPaidForEveryContextCreated) {
  Usage usage{.memory_mb = 512, .isolated_contexts = 1'000};
  EXPECT_EQ(marginal_bill(virginia(), usage).tenants, decimal("0.0833335"));
  usage.arm64 = true;
  EXPECT_EQ(marginal_bill(virginia(), usage).tenants, decimal("0.0666665"));
}

TEST(BillLines, PollersAreBilledByTheSecondForAMinuteAtLeast) {
  EXPECT_EQ(billing_rules().poller_seconds(10s), 60U);
  EXPECT_EQ(billing_rules().poller_seconds(90s + 1ns), 91U);
  EXPECT_EQ(marginal_bill(virginia(), {.sqs_poller_s = 7'200}).pollers, decimal("0.0185"));
  EXPECT_EQ(marginal_bill(virginia(), {.kafka_poller_s = 60}).pollers, decimal("0.185") / 60);
}

// 25 USD a million, 4,000 a month free; express: a million starts and 2 GB-s.
TEST(BillLines, WorkflowsAreBilledByTransitionsOrByExecutionsAndTheirTime) {
  EXPECT_EQ(marginal_bill(virginia(), {.transitions = 1'000'000}).workflows, decimal("25"));
  EXPECT_EQ(monthly_bills(virginia(), {{.transitions = 5'000}}, 1).front().workflows,
            decimal("0.025"));
  EXPECT_EQ(marginal_bill(virginia(), {.express_starts = 1'000'000}).workflows, decimal("1"));
  EXPECT_EQ(marginal_bill(virginia(), {.express_mb_ms = 2 * 1024 * 1000}).workflows,
            decimal("0.00003334"));
  EXPECT_EQ(billing_rules().express_milliseconds(100ms), 100U);
  EXPECT_EQ(billing_rules().express_milliseconds(100ms + 1ns), 200U);
  EXPECT_EQ(billing_rules().billed_express_mb(64), 64);
  EXPECT_EQ(billing_rules().billed_express_mb(65), 128);
}

// Two keys for a month of 2,592,000 s.
TEST(BillLines, KeysCostByTheCallAboveTheFreeOnesAndByTheMonth) {
  const Usage usage{.kms_requests = 1'020'000, .kms_key_s = 5'184'000};
  EXPECT_EQ(marginal_bill(virginia(), usage).kms, decimal("5.06"));
  EXPECT_EQ(monthly_bills(virginia(), {usage}, 1).front().kms, 5);
}

TEST(BillLines, DurableFunctionsPayForOperationsAndForDataWrittenAndKept) {
  EXPECT_EQ(marginal_bill(virginia(), {.durable_operations = 1'000'000}).durable, 8);
  EXPECT_EQ(marginal_bill(virginia(), {.durable_written_bytes = 4'294'967'296}).durable, 1);
  constexpr std::uint64_t kTenGbMonths = std::uint64_t{10} * 1024 * 1024 * 30 * 86'400;
  EXPECT_EQ(marginal_bill(virginia(), {.durable_kb_s = kTenGbMonths}).durable, decimal("1.5"));
}

// Three m7g.medium of $0.0408 an hour for an hour, with the 15 % of management on top.
TEST(BillLines, ManagedInstancesAreBilledByTheirTime) {
  const Usage usage{.instance_ms = 3 * 3'600'000, .nano_usd_per_instance_h = 46'920'000};
  EXPECT_EQ(marginal_bill(virginia(), usage).instances, decimal("0.14076"));
}

// A million calls of 2 KB are 1.9073486328125 GB.
TEST(BillLines, LogsAreBilledByTheGb) {
  EXPECT_EQ(marginal_bill(virginia(), {.log_bytes = 2'048'000'000}).logs,
            decimal("0.95367431640625"));
}

TEST(BillLines, EveryFrontDoorHasItsPrice) {
  const auto front = [](FrontDoor door) {
    return marginal_bill(virginia(), {.front_door = door, .front_door_calls = 1'000'000}).total();
  };
  EXPECT_EQ(front(FrontDoor::kNone), 0);
  EXPECT_EQ(front(FrontDoor::kFunctionUrl), 0);
  EXPECT_EQ(front(FrontDoor::kHttpApi), 1);
  EXPECT_EQ(front(FrontDoor::kRestApi), decimal("3.5"));
}

// 25 small calls a second, or 0.4 GB an hour, are one LCU; an hour of the load balancer 0.0225.
TEST(BillLines, ALoadBalancerCostsByTheHourAndByWhatIsUsedUpFirst) {
  Usage usage{.front_door = FrontDoor::kLoadBalancer, .front_door_bytes = 2 * kKb};
  usage.balancer_ms = std::uint64_t{720} * 3'600'000;
  EXPECT_EQ(marginal_bill(virginia(), usage).front_door, decimal("16.2"));
  usage.front_door_calls = 90'000;
  EXPECT_EQ(marginal_bill(virginia(), usage).front_door, decimal("16.208"));
  usage.front_door_calls = 1'024;
  usage.front_door_bytes = 1 * kMb;  // 1 GB: 2.5 LCU-hours
  EXPECT_EQ(marginal_bill(virginia(), usage).front_door, decimal("16.22"));
}

TEST(BillLines, ASavingsPlanLowersDurationAndNothingElse) {
  const Usage usage{.requests = 1'000, .billed_ms = 1'000'000, .memory_mb = 1024};
  const auto bill = [&usage](SavingsPlan plan) {
    PriceTable prices = virginia();
    EXPECT_TRUE(apply_savings_plan(prices, plan));
    return marginal_bill(prices, usage);
  };
  EXPECT_EQ(bill(SavingsPlan::kNone).duration, decimal("0.0166667"));
  EXPECT_EQ(bill(SavingsPlan::kNoUpfront).duration, decimal("0.0147"));
  EXPECT_EQ(bill(SavingsPlan::kAllUpfront).duration, decimal("0.0138"));
  EXPECT_EQ(bill(SavingsPlan::kAllUpfront).requests, decimal("0.0002"));
}

// Above 15 G GB-s a month the third tier is cheaper than either plan.
TEST(BillLines, ASavingsPlanNeverCostsMoreThanOnDemand) {
  PriceTable prices = virginia();
  apply_savings_plan(prices, SavingsPlan::kNoUpfront);
  EXPECT_EQ(prices.x86_64[1].usd_per_gb_s, decimal("0.0000147"));
  EXPECT_EQ(prices.x86_64[2].usd_per_gb_s, decimal("0.0000133334"));
  EXPECT_EQ(prices.arm64[0].usd_per_gb_s, decimal("0.0000117"));
}

}  // namespace
}  // namespace lambdasim::models
