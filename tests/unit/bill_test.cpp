// Bills and usages as sums: no line and no count is forgotten.
#include "models/pricing/bill.h"

#include <gtest/gtest.h>

#include "sim/config/reader.h"

namespace lambdasim::models {
namespace {

TEST(Bill, TheShippedTableOfVirginiaHasAPriceOfEverything) {
  config::Diagnostics diagnostics;
  config::Node resolved;
  config::ObjectReader nothing{nullptr, "", diagnostics, resolved};
  const PriceTable shipped = read_prices(nothing, "region", "2026-01-01");
  for (const FrontDoor door :
       {FrontDoor::kHttpApi, FrontDoor::kRestApi, FrontDoor::kLoadBalancer}) {
    for (const bool arm64 : {false, true}) {
      const Usage everything{.requests = 1,
                             .billed_ms = 2,
                             .billed_init_ms = 1,
                             .storage_mb = 513,
                             .arm64 = arm64,
                             .events = 1,
                             .payload_bytes = 1,
                             .provisioned_ms = 1,
                             .provisioned_s = 1,
                             .snapshot_ms = 1,
                             .restores = 1,
                             .streamed_bytes = 1,
                             .isolated_contexts = 1,
                             .sqs_poller_s = 1,
                             .kafka_poller_s = 1,
                             .kms_requests = 1,
                             .kms_key_s = 1,
                             .durable_operations = 1,
                             .durable_written_bytes = 1,
                             .durable_kb_s = 1,
                             .transitions = 1,
                             .express_starts = 1,
                             .express_mb_ms = 1,
                             .instance_ms = 1,
                             .nano_usd_per_instance_h = 1,
                             .log_bytes = 1,
                             .front_door = door,
                             .front_door_calls = 1,
                             .balancer_ms = 1};
      EXPECT_EQ(missing_price(shipped, everything), std::nullopt);
      const Bill bill = marginal_bill(shipped, everything);
      for (const BillLine& line : bill_lines()) {
        EXPECT_GT(bill.*line.value, 0) << line.name;
      }
    }
  }
}

TEST(Bill, TheTotalIsTheSumOfEveryLine) {
  Bill bill;
  Money value = decimal("1");
  for (const BillLine& line : bill_lines()) {
    bill.*line.value += value;
    value *= 2;
  }
  EXPECT_EQ(bill.total(), (1 << 17) - 1);
  bill += Bill{bill};
  EXPECT_EQ(bill.total(), (1 << 18) - 2);
}

TEST(Bill, UsagesAddUpCountByCount) {
  Usage usage{.requests = 1,
              .billed_ms = 2,
              .billed_init_ms = 3,
              .events = 4,
              .provisioned_ms = 5,
              .provisioned_s = 6,
              .snapshot_ms = 7,
              .restores = 8,
              .streamed_bytes = 9,
              .isolated_contexts = 10,
              .sqs_poller_s = 11,
              .kafka_poller_s = 12,
              .kms_requests = 13,
              .kms_key_s = 14,
              .durable_operations = 15,
              .durable_written_bytes = 16,
              .durable_kb_s = 17,
              .transitions = 22,
              .express_starts = 23,
              .express_mb_ms = 24,
              .instance_ms = 21,
              .log_bytes = 18,
              .front_door_calls = 19,
              .balancer_ms = 20};
  usage += Usage{usage};
  EXPECT_EQ(usage.requests, 2U);
  EXPECT_EQ(usage.billed_ms, 4U);
  EXPECT_EQ(usage.billed_init_ms, 6U);
  EXPECT_EQ(usage.events, 8U);
  EXPECT_EQ(usage.provisioned_ms, 10U);
  EXPECT_EQ(usage.provisioned_s, 12U);
  EXPECT_EQ(usage.snapshot_ms, 14U);
  EXPECT_EQ(usage.restores, 16U);
  EXPECT_EQ(usage.streamed_bytes, 18U);
  EXPECT_EQ(usage.isolated_contexts, 20U);
  EXPECT_EQ(usage.sqs_poller_s, 22U);
  EXPECT_EQ(usage.kafka_poller_s, 24U);
  EXPECT_EQ(usage.kms_requests, 26U);
  EXPECT_EQ(usage.kms_key_s, 28U);
  EXPECT_EQ(usage.durable_operations, 30U);
  EXPECT_EQ(usage.durable_written_bytes, 32U);
  EXPECT_EQ(usage.durable_kb_s, 34U);
  EXPECT_EQ(usage.log_bytes, 36U);
  EXPECT_EQ(usage.front_door_calls, 38U);
  EXPECT_EQ(usage.balancer_ms, 40U);
  EXPECT_EQ(usage.instance_ms, 42U);
  EXPECT_EQ(usage.transitions, 44U);
  EXPECT_EQ(usage.express_starts, 46U);
  EXPECT_EQ(usage.express_mb_ms, 48U);
}

}  // namespace
}  // namespace lambdasim::models
