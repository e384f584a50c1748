// Bills in exact arithmetic against examples worked by hand.
#include "models/pricing/bill.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/config/reader.h"
#include "sim/core/check.h"
#include "sim/core/random.h"
#include "sim/engine/records.h"

namespace lambdasim::models {
namespace {

using core::Duration;

PriceTable virginia() {
  PriceTable table;
  table.region = "us-east-1";
  table.effective = "2022-08-01";
  table.usd_per_request = decimal("0.00000020");
  table.x86_64 = {{decimal("0.0000166667"), 6'000'000'000},
                  {decimal("0.0000150000"), 15'000'000'000},
                  {decimal("0.0000133334"), 0}};
  table.arm64 = {{decimal("0.0000133334"), 7'500'000'000},
                 {decimal("0.0000120001"), 18'750'000'000},
                 {decimal("0.0000106667"), 0}};
  table.usd_per_storage_gb_s = decimal("0.0000000309");
  table.free_requests = 1'000'000;
  table.free_gb_s = 400'000;
  return table;
}

Duration hundredths_of_ms(std::int64_t count) {
  return Duration{count * 10'000};
}

PriceTable read(std::string_view yaml, std::string_view date, config::Diagnostics& diagnostics) {
  config::Node resolved;
  const config::Node tree = config::load_text(yaml, "test.yaml", diagnostics);
  config::ObjectReader reader{&tree, "", diagnostics, resolved};
  return read_prices(reader, "region", date);
}

TEST(Pricing, DecimalsAreReadExactly) {
  EXPECT_EQ(decimal("0.0000166667"), Money(166667, 10'000'000'000));
  EXPECT_EQ(decimal("12"), Money(12));
  EXPECT_EQ(decimal(".5"), Money(1, 2));
  EXPECT_EQ(to_double(decimal("0.1")), 0.1);
  for (const char* wrong : {"", ".", "1e3", "-1", "1.2.3", "0x1", "1 "}) {
    EXPECT_THROW(decimal(wrong), std::invalid_argument) << wrong;
  }
}

// AWS Compute Blog of 2025-04-29 and REPORT lines: one ceiling over Init and Duration.
TEST(Pricing, InitAndDurationAreRoundedUpTogether) {
  EXPECT_EQ(engine::billed_milliseconds(hundredths_of_ms(25006)), 251U);
  EXPECT_EQ(engine::billed_milliseconds(hundredths_of_ms(25006 + 10077)), 351U);
  EXPECT_EQ(engine::billed_milliseconds(hundredths_of_ms(144 + 1845)), 20U);
  EXPECT_EQ(engine::billed_milliseconds(hundredths_of_ms(149 + 1891)), 21U);
  EXPECT_EQ(engine::billed_milliseconds(hundredths_of_ms(123396) + Duration{463'512'000}), 1698U);
}

TEST(Pricing, OneColdCallOfTheDocumentedExampleCostsThis) {
  const Usage usage{.requests = 1, .billed_ms = 351, .billed_init_ms = 100, .memory_mb = 1024};
  const Bill bill = marginal_bill(virginia(), usage);
  EXPECT_EQ(bill.requests, decimal("0.0000002"));
  EXPECT_EQ(bill.duration, decimal("0.0000041833417"));  // 0.251 GB-s
  EXPECT_EQ(bill.init, decimal("0.00000166667"));        // 0.1 GB-s
  EXPECT_EQ(bill.storage, 0);
  EXPECT_EQ(bill.total(), decimal("0.0000060500117"));
}

TEST(Pricing, TheRequestFeeEqualsNinetySixMillisecondsAtTheSmallestMemory) {
  const Usage usage{.requests = 1, .billed_ms = 96, .memory_mb = 128};
  const Bill bill = marginal_bill(virginia(), usage);
  EXPECT_NEAR(to_double(bill.duration / bill.requests), 1.0, 1e-4);
}

TEST(Pricing, OnlyStorageAboveTheFreePartIsBilled) {
  Usage usage{.requests = 1, .billed_ms = 1000, .memory_mb = 128, .storage_mb = 512};
  EXPECT_EQ(marginal_bill(virginia(), usage).storage, 0);
  usage.storage_mb = 512 + 1024;
  EXPECT_EQ(marginal_bill(virginia(), usage).storage, decimal("0.0000000309"));
}

TEST(Pricing, Arm64HasItsOwnPrice) {
  const Usage usage{.requests = 0, .billed_ms = 1000, .memory_mb = 1024, .arm64 = true};
  EXPECT_EQ(marginal_bill(virginia(), usage).total(), decimal("0.0000133334"));
}

// 3 million calls of 120 ms at 1,536 MB, the worked example of AWS's pricing page: 540,000 GB-s, of
// which 400,000 are free: 2.33 USD; 2 million requests above the free tier: 0.40 USD.
TEST(Pricing, AMonthWithFreeTierMatchesTheWorkedExample) {
  const Usage usage{.requests = 3'000'000, .billed_ms = 360'000'000, .memory_mb = 1536};
  const Bill bill = monthly_bills(virginia(), {usage}, 1).front();
  EXPECT_EQ(bill.requests, decimal("0.4"));
  EXPECT_EQ(bill.duration, decimal("2.333338"));  // 140,000 x 0.0000166667
}

TEST(Pricing, TheWindowIsScaledToTheMonth) {
  const Usage usage{.requests = 100'000, .billed_ms = 12'000'000, .memory_mb = 1536};
  const Bill bill = monthly_bills(virginia(), {usage}, 30).front();
  EXPECT_EQ(bill.requests, decimal("0.4"));
  EXPECT_EQ(bill.duration, decimal("2.333338"));
}

TEST(Pricing, UsageWithinTheFreeTierCostsNothing) {
  const Usage usage{.requests = 1'000'000, .billed_ms = 400'000'000, .memory_mb = 1024};
  EXPECT_EQ(monthly_bills(virginia(), {usage}, 1).front().total(), 0);
}

// 20,000,400,000 GB-s: 400,000 free, 6 G at the first price, 9 G at the second, 5 G at the third.
TEST(Pricing, TiersAreChargedPieceByPiece) {
  const Usage usage{.requests = 0, .billed_ms = 20'000'400'000'000, .memory_mb = 1024};
  EXPECT_EQ(monthly_bills(virginia(), {usage}, 1).front().total(),
            decimal("100000.2") + decimal("135000") + decimal("66667"));
}

TEST(Pricing, FunctionsShareTiersAndFreeTierInProportion) {
  const PriceTable prices = virginia();
  const Usage large{.requests = 3'000'000, .billed_ms = 900'000'000, .memory_mb = 1024};
  const Usage small{.requests = 1'000'000, .billed_ms = 100'000'000, .memory_mb = 1024};
  const auto bills = monthly_bills(prices, {large, small}, 1);
  EXPECT_EQ(bills[0].duration, bills[1].duration * 9);
  EXPECT_EQ(bills[0].requests, bills[1].requests * 3);
  EXPECT_EQ(bills[0].duration + bills[1].duration, prices.x86_64[0].usd_per_gb_s * 600'000);
  EXPECT_EQ(bills[0].requests + bills[1].requests, decimal("0.6"));
}

TEST(Pricing, TheFreeTierIsCommonToBothArchitectures) {
  const PriceTable prices = virginia();
  const Usage x86{.requests = 0, .billed_ms = 600'000'000, .memory_mb = 1024};
  const Usage arm{.requests = 0, .billed_ms = 200'000'000, .memory_mb = 1024, .arm64 = true};
  const auto bills = monthly_bills(prices, {x86, arm}, 1);
  EXPECT_EQ(bills[0].duration, prices.x86_64[0].usd_per_gb_s * 300'000);
  EXPECT_EQ(bills[1].duration, prices.arm64[0].usd_per_gb_s * 100'000);
}

TEST(Pricing, PartsSumToTheWholeExactly) {
  const PriceTable prices = virginia();
  core::KeyedEngine engine{17};
  std::vector<Usage> parts;
  Usage whole{.memory_mb = 1769};
  for (int i = 0; i < 50; ++i) {
    const std::uint64_t ms = engine() % 1'000'000'000'000;
    parts.push_back({.requests = engine() % 1'000'000'000,
                     .billed_ms = ms,
                     .billed_init_ms = ms / 7,
                     .memory_mb = 1769,
                     .storage_mb = 512});
    whole.requests += parts.back().requests;
    whole.billed_ms += ms;
    whole.billed_init_ms += ms / 7;
  }
  const Money scale{2'592'000, 86'399};
  Money sum = 0;
  for (const Bill& bill : monthly_bills(prices, parts, scale)) {
    sum += bill.total();
  }
  EXPECT_EQ(sum, monthly_bills(prices, {whole}, scale).front().total());
}

TEST(Pricing, TheShippedTableOfVirginiaHoldsThePublishedFigures) {
  config::Diagnostics diagnostics;
  const PriceTable shipped = read("region: us-east-1", "2026-01-01", diagnostics);
  ASSERT_TRUE(diagnostics.empty());
  const PriceTable expected = virginia();
  EXPECT_EQ(shipped.effective, "2022-08-01");
  EXPECT_EQ(shipped.usd_per_request, expected.usd_per_request);
  ASSERT_EQ(shipped.x86_64.size(), 3U);
  ASSERT_EQ(shipped.arm64.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(shipped.x86_64[i].usd_per_gb_s, expected.x86_64[i].usd_per_gb_s);
    EXPECT_EQ(shipped.x86_64[i].up_to_gb_s, expected.x86_64[i].up_to_gb_s);
    EXPECT_EQ(shipped.arm64[i].usd_per_gb_s, expected.arm64[i].usd_per_gb_s);
    EXPECT_EQ(shipped.arm64[i].up_to_gb_s, expected.arm64[i].up_to_gb_s);
  }
  EXPECT_EQ(shipped.usd_per_storage_gb_s, expected.usd_per_storage_gb_s);
  EXPECT_EQ(shipped.free_requests, expected.free_requests);
  EXPECT_EQ(shipped.free_gb_s, expected.free_gb_s);
}

TEST(Pricing, ARegionWithoutAPriceOfRequestsIsReportedAtItsKey) {
  for (const char* region : {"af-south-1", "ap-east-1", "eu-south-1", "me-south-1",
                             "ap-northeast-2", "ap-northeast-3"}) {
    config::Diagnostics diagnostics;
    read(fmt::format("region: {}", region), "2026-01-01", diagnostics);
    const auto found = diagnostics.sorted();
    ASSERT_EQ(found.size(), 1U) << region;
    EXPECT_EQ(found[0].path, "region");
    EXPECT_EQ(found[0].message,
              fmt::format("no price of requests in {} is known for 2022-08-01", region));
  }
}

TEST(Pricing, LogsHaveThePriceOfTheirRegion) {
  config::Diagnostics diagnostics;
  EXPECT_EQ(read("region: eu-central-1", "2026-01-01", diagnostics).usd_per_logs_gb,
            decimal("0.63"));
  EXPECT_EQ(read("region: ap-northeast-1", "2026-01-01", diagnostics).usd_per_logs_gb,
            decimal("0.76"));
}

TEST(Pricing, TheDateChoosesTheTable) {
  config::Diagnostics diagnostics;
  EXPECT_EQ(read("region: us-east-1", "2021-06-30", diagnostics).effective, "2020-01-01");
  EXPECT_EQ(read("region: us-east-1", "2022-08-01", diagnostics).effective, "2022-08-01");
  EXPECT_TRUE(diagnostics.empty());
}

TEST(Pricing, AMissingRegionOrDateIsReportedWithWhatThereIs) {
  config::Diagnostics diagnostics;
  read("region: eu-west1", "2026-01-01", diagnostics);
  read("region: eu-west-2", "2020-01-01", diagnostics);
  const auto found = diagnostics.sorted();
  ASSERT_EQ(found.size(), 2U);
  const std::string both = found[0].message + found[1].message;
  EXPECT_NE(both.find("no prices of region 'eu-west1' are known; those of ap-northeast-1, "),
            std::string::npos)
      << both;
  EXPECT_NE(both.find("did you mean 'eu-west-1'?"), std::string::npos) << both;
  EXPECT_NE(both.find("no prices of eu-west-2 are known for 2020-01-01; they begin on 2022-08-01"),
            std::string::npos)
      << both;
}

TEST(Pricing, APriceThatIsNotKnownIsSaidToBeMissingAndNeverGuessed) {
  config::Diagnostics diagnostics;
  const PriceTable ireland = read("region: eu-west-1", "2026-01-01", diagnostics);
  EXPECT_EQ(missing_price(ireland, {.requests = 1, .billed_ms = 1, .arm64 = true}), std::nullopt);
  EXPECT_EQ(missing_price(ireland, {.billed_ms = 1, .storage_mb = 600}),
            "no price of storage above 512 MB in eu-west-1 is known for 2022-08-01");
  const Usage usage{.requests = 1, .billed_ms = 1, .storage_mb = 600};
  EXPECT_THROW(marginal_bill(ireland, usage), core::InvariantViolation);
  const PriceTable early = read("region: us-east-1", "2020-06-01", diagnostics);
  EXPECT_EQ(missing_price(early, {.billed_ms = 1, .arm64 = true}),
            "no price of arm64 in us-east-1 is known for 2020-01-01");
}

}  // namespace
}  // namespace lambdasim::models
