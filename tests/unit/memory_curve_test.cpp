#include "sim/app/memory_curve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace lambdasim::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// One replication in which 1,000 calls were served at `usd_per_million`.
io::SummaryRow row(std::uint8_t design, std::uint32_t replication, double usd_per_million,
                   double duration_ms, std::uint64_t timeouts = 0) {
  io::SummaryRow made;
  made.design = design;
  made.replication = replication;
  made.function = 0;
  made.arrivals = 1000;
  made.ok = 1000 - timeouts;
  made.timeouts = timeouts;
  made.cost_usd = usd_per_million / 1000;
  made.duration_mean_ms = duration_ms;
  return made;
}

const std::vector<std::int64_t> kSizes{128, 256, 512};

// Normalised by 4 USD and 100 ms:
//   128 MB: cost 0.25, duration 1.00;  256 MB: 0.30, 0.40;  512 MB: 1.00, 0.20.
std::vector<io::SummaryRow> one_replication() {
  return {row(0, 0, 1, 100), row(1, 0, 1.2, 40), row(2, 0, 4, 20)};
}

std::size_t balanced_at(double balance) {
  return memory_curve(one_replication(), 0, kSizes, balance).balanced->point;
}

TEST(MemoryCurve, FindsTheCheapestAndTheFastestSize) {
  const MemoryCurve curve = memory_curve(one_replication(), 0, kSizes, 0.5);
  EXPECT_EQ(curve.cheapest->point, 0U);
  EXPECT_EQ(curve.fastest->point, 2U);
}

// Scores w x cost + (1 - w) x duration of 128, 256, 512 MB:
//   w 0.5:  0.625, 0.35, 0.6;  w 0.1: 0.925, 0.39, 0.28;  w 0.95: 0.2875, 0.305, 0.96.
TEST(MemoryCurve, BalancesCostAndDurationEachByItsLargest) {
  EXPECT_EQ(balanced_at(0.5), 1U);
  EXPECT_EQ(balanced_at(0.1), 2U);
  EXPECT_EQ(balanced_at(0.95), 0U);
}

TEST(MemoryCurve, BalancesToTheFastestWithoutAndToTheCheapestWithAllWeightOnCost) {
  EXPECT_EQ(balanced_at(0), 2U);
  EXPECT_EQ(balanced_at(1), 0U);
}

TEST(MemoryCurve, TakesTheCheaperOfTwoEquallyFastSizes) {
  const std::vector<io::SummaryRow> rows{row(0, 0, 1, 100), row(1, 0, 2, 20), row(2, 0, 4, 20)};
  EXPECT_EQ(memory_curve(rows, 0, kSizes, 0.5).fastest->point, 1U);
}

// Paired differences of the cost from 128 MB: 256 MB +0.1, -0.1, +0.1: mean 0.0333, half
// width 4.303 x 0.1155 / sqrt 3 = 0.287; 512 MB +3, +3, +3.
TEST(MemoryCurve, NamesTheSizesThatCannotBeToldApartFromTheCheapest) {
  std::vector<io::SummaryRow> rows;
  for (std::uint32_t r = 0; r < 3; ++r) {
    rows.push_back(row(0, r, 1.0 + r, 100));
  }
  for (std::uint32_t r = 0; r < 3; ++r) {
    rows.push_back(row(1, r, 1.0 + r + (r == 1 ? -0.1 : 0.1), 50));
  }
  for (std::uint32_t r = 0; r < 3; ++r) {
    rows.push_back(row(2, r, 4.0 + r, 50));
  }
  const MemoryCurve curve = memory_curve(rows, 0, kSizes, 0.5);
  EXPECT_EQ(curve.cheapest->point, 0U);
  EXPECT_THAT(curve.cheapest->alike, ElementsAre(1));
  EXPECT_THAT(curve.fastest->alike, ElementsAre(2));
  EXPECT_THAT(curve.balanced->alike, IsEmpty());
}

TEST(MemoryCurve, TellsNothingApartByOneReplication) {
  const MemoryCurve curve = memory_curve(one_replication(), 0, kSizes, 0.5);
  EXPECT_THAT(curve.cheapest->alike, IsEmpty());
}

// 128 MB: 2 of 1,000 calls time out, 256 MB: 1, 512 MB: none; 1 in 1,000 is tolerated.
TEST(MemoryCurve, LeavesOutASizeAtWhichMoreThanOneCallInAThousandTimesOut) {
  const std::vector<io::SummaryRow> rows{row(0, 0, 1, 100, 2), row(1, 0, 1.2, 40, 1),
                                         row(2, 0, 4, 20, 0)};
  const MemoryCurve curve = memory_curve(rows, 0, kSizes, 0.5);
  EXPECT_TRUE(curve.points[0].is_left_out);
  EXPECT_FALSE(curve.points[1].is_left_out);
  EXPECT_EQ(curve.cheapest->point, 1U);
}

TEST(MemoryCurve, DoesNotLeaveOutASizeForTimeoutsThatEverySizeHas) {
  const std::vector<io::SummaryRow> rows{row(0, 0, 1, 100, 50), row(1, 0, 1.2, 40, 50),
                                         row(2, 0, 4, 20, 50)};
  EXPECT_EQ(memory_curve(rows, 0, kSizes, 0.5).cheapest->point, 0U);
}

TEST(MemoryCurve, ChoosesNothingWhereNoCallWasServed) {
  std::vector<io::SummaryRow> rows(3);
  for (std::uint8_t design = 0; design < 3; ++design) {
    rows[design].design = design;
    rows[design].function = 0;
  }
  const MemoryCurve curve = memory_curve(rows, 0, kSizes, 0.5);
  EXPECT_FALSE(curve.cheapest || curve.fastest || curve.balanced);
}

TEST(MemoryCurve, BecomesRowsWithSharesInsteadOfPercentages) {
  std::vector<io::SummaryRow> rows = one_replication();
  rows[0].cold_share = 0.25;
  rows[1].timeouts = 1;
  const auto made = memory_rows(memory_curve(rows, 0, kSizes, 0.5), 0);
  EXPECT_DOUBLE_EQ(made[0].cold_share.mean, 0.25);
  EXPECT_NEAR(made[1].timeout_share.mean, 0.001, 1e-12);
  EXPECT_EQ(made[2].design, 2);
  EXPECT_EQ(made[2].memory_mb, 512U);
  EXPECT_TRUE(made[0].is_cheapest && made[1].is_balanced && made[2].is_fastest);
  EXPECT_FALSE(made[1].is_cheapest || made[2].is_balanced || made[0].is_fastest);
}

TEST(MemorySizes, AreReadAscendingAndOnce) {
  EXPECT_THAT(memory_sizes("512,128,512", {}), ElementsAre(128, 512));
  EXPECT_THAT(memory_sizes("128..300/64,256", {}), ElementsAre(128, 192, 256));
  EXPECT_THAT(memory_sizes("10240", {}), ElementsAre(10240));
}

TEST(MemorySizes, HaveDefaultsThatCanBeRead) {
  const auto sizes = memory_sizes(std::nullopt, {});
  EXPECT_EQ(sizes.front(), 128);
  EXPECT_EQ(sizes.back(), 10240);
}

std::string message_of(const char* text) {
  try {
    memory_sizes(text, {});
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(MemorySizes, AreRefusedWithTheReason) {
  EXPECT_THAT(message_of("64"), HasSubstr("from 128 to 10240 and ranges FROM..TO/STEP"));
  EXPECT_THAT(message_of("64"), HasSubstr("got '64'"));
  EXPECT_THAT(message_of("10241"), HasSubstr("got '10241'"));
  EXPECT_THAT(message_of(""), HasSubstr("got ''"));
  EXPECT_THAT(message_of("128,"), HasSubstr("got ''"));
  EXPECT_THAT(message_of("1 GB"), HasSubstr("got '1 GB'"));
  EXPECT_THAT(message_of("128..256"), HasSubstr("'128..256' has no step"));
  EXPECT_THAT(message_of("128..256/0"), HasSubstr("got '128..256/0'"));
  EXPECT_THAT(message_of("256..128/64"), HasSubstr("ends before it begins"));
  EXPECT_THAT(message_of("128..10240/1"), HasSubstr("at most 255 sizes at once, got 10113"));
}

TEST(MemorySizes, OnManagedInstancesGoByVcpusAndUpTo32Gb) {
  engine::FunctionSetup function;
  function.memory_mb = 8192;
  function.managed.emplace().vcpus = 2;
  EXPECT_THAT(memory_sizes(std::nullopt, function), ElementsAre(4096, 8192, 16384, 32768));
  EXPECT_THAT(memory_sizes("20480", function), ElementsAre(20480));
}

}  // namespace
}  // namespace lambdasim::app
