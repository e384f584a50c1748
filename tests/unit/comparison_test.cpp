#include "sim/app/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace lambdasim::app {
namespace {

using testing::HasSubstr;

/// One replication in which 1,000 calls were served, `cold` of them cold.
io::SummaryRow row(std::uint8_t design, std::uint32_t replication, std::uint64_t cold = 0,
                   double cold_p50_ms = 0) {
  io::SummaryRow made;
  made.design = design;
  made.replication = replication;
  made.arrivals = 1000;
  made.ok = 1000;
  made.cold = cold;
  made.cold_p50_ms = cold_p50_ms;
  made.latency_p99_ms = 100.0 + replication;
  made.cost_usd = 0.001;
  return made;
}

io::ComparisonRow compared(const std::vector<io::SummaryRow>& rows, std::string_view name) {
  for (const io::ComparisonRow& candidate : compare_designs(rows, io::kAllFunctions)) {
    if (candidate.metric == name) {
      return candidate;
    }
  }
  return {};
}

TEST(Comparison, LeavesOutReplicationsWithoutAColdStartWhereColdLatencyIsCompared) {
  const io::ComparisonRow cold = compared({row(0, 0, 4, 300), row(0, 1, 4, 310), row(0, 2),
                                           row(1, 0, 4, 400), row(1, 1, 4, 420), row(1, 2, 4, 999)},
                                          "cold_p50");
  EXPECT_EQ(cold.n, 2U);
  EXPECT_DOUBLE_EQ(cold.baseline_mean, 305);
  EXPECT_DOUBLE_EQ(cold.design_mean, 410);
  EXPECT_DOUBLE_EQ(cold.difference, 105);
}

TEST(Comparison, HasNoColdLatencyWhenNothingStartsCold) {
  const io::ComparisonRow cold = compared({row(0, 0), row(0, 1), row(1, 0), row(1, 1)}, "cold_p50");
  EXPECT_EQ(cold.n, 0U);
  EXPECT_TRUE(std::isnan(cold.difference));
  EXPECT_FALSE(is_clear(cold));
}

TEST(Comparison, TakesWhatRoundingLeavesForNoDifference) {
  io::SummaryRow rounded = row(1, 0);
  rounded.latency_p99_ms *= 1 + 2 * std::numeric_limits<double>::epsilon();
  const io::ComparisonRow p99 = compared({row(0, 0), row(0, 1), rounded, row(1, 1)}, "latency_p99");
  EXPECT_EQ(p99.difference, 0);
  EXPECT_EQ(p99.low, 0);
  EXPECT_EQ(p99.high, 0);
}

std::string verdict_of(double p99_ratio) {
  std::vector<io::SummaryRow> rows{row(0, 0), row(0, 1), row(1, 0), row(1, 1)};
  rows[2].latency_p99_ms *= p99_ratio;
  rows[3].latency_p99_ms *= p99_ratio;
  return verdict(compare_designs(rows, io::kAllFunctions), {"plain", "other"});
}

TEST(Comparison, CallsDesignsAlikeThatDifferByLessThanAPercent) {
  EXPECT_THAT(verdict_of(0.995), HasSubstr("plain and other are alike"));
  EXPECT_THAT(verdict_of(0.98), HasSubstr("other wins over plain"));
  EXPECT_THAT(verdict_of(1.02), HasSubstr("plain wins over other"));
}

TEST(Comparison, CountsAnyClearDifferenceOfFailures) {
  std::vector<io::SummaryRow> rows{row(0, 0), row(0, 1), row(1, 0), row(1, 1)};
  rows[0].throttled = rows[1].throttled = 1000;
  rows[2].throttled = rows[3].throttled = 999;
  EXPECT_THAT(verdict(compare_designs(rows, io::kAllFunctions), {"plain", "other"}),
              HasSubstr("other wins over plain: with other, share refused"));
}

}  // namespace
}  // namespace lambdasim::app
