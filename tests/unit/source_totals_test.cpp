// From the counts of event sources to the rows of /sources and to the bill.
#include "sim/app/source_totals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted.h"

namespace lambdasim::app {
namespace {

using engine::SourceTotals;
using models::SourceCharge;
using models::Usage;
using namespace std::chrono_literals;

class AnySource : public engine::EventSourceModel {
 public:
  std::unique_ptr<engine::EventSource> start(const engine::SourceRun&) const override {
    return nullptr;
  }
};

/// A direct entry, then one of each charge; the last one names its functions itself.
Design design_of_sources() {
  Design design;
  design.setup.functions = {test::plain_function(1s), test::plain_function(1s)};
  design.setup.functions[1].name = "second";
  const auto source = std::make_shared<const AnySource>();
  design.setup.sources = {nullptr, source, source, source, source};
  constexpr core::FunctionId kFirst{0};
  constexpr core::FunctionId kSecond{1};
  design.sources = {{"http", SourceCharge::kNone, kFirst, kFirst},
                    {"sqs", SourceCharge::kSqsPollers, kSecond, kSecond},
                    {"kafka", SourceCharge::kKafkaPollers, kSecond, kSecond},
                    {"async", SourceCharge::kPayload, kFirst, kFirst},
                    {"async", SourceCharge::kPayload, std::nullopt, kFirst}};
  return design;
}

TEST(SourceRows, NameEachEventSourceAndSumThemInOneMore) {
  std::vector<SourceTotals> totals(5);
  totals[1].events = 5;
  totals[1].handled = 3;
  totals[1].left = 2;
  totals[1].peak_backlog = 4;
  totals[1].oldest = 3s;
  totals[1].delay.add(2s);
  totals[4].events = 7;
  totals[4].handled = 7;
  totals[4].peak_backlog = 1;
  totals[4].oldest = 5s;
  totals[1].operations = 8;
  totals[1].written_bytes = 900;
  totals[1].starts_refused = 1;
  totals[4].operations = 20;
  totals[4].written_bytes = 80;
  totals[4].starts_refused = 2;
  totals[4].delay.add(4s);
  const std::vector<io::SourceRow> rows = source_rows(design_of_sources(), 2, 3, totals);
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows[0].name, "sqs/second");
  EXPECT_EQ(rows[0].source, 1);
  EXPECT_EQ(rows[0].function, 1);
  EXPECT_EQ(rows[0].left, 2U);
  EXPECT_EQ(rows[0].oldest_ms, 3000.0);
  EXPECT_NEAR(rows[0].delay_p99_ms, 2000.0, 2.0);
  EXPECT_EQ(rows[3].name, "async/*");
  EXPECT_EQ(rows[3].function, io::kAllFunctions);
  EXPECT_EQ(rows[4].name, "*");
  EXPECT_EQ(rows[4].source, io::kAllSources);
  EXPECT_EQ(rows[4].events, 12U);
  EXPECT_EQ(rows[4].handled, 10U);
  EXPECT_EQ(rows[4].peak_backlog, 5U);
  EXPECT_EQ(rows[4].oldest_ms, 5000.0);
  EXPECT_NEAR(rows[4].delay_p50_ms, 2000.0, 2.0);
  EXPECT_NEAR(rows[4].delay_max_ms, 4000.0, 4.0);
  EXPECT_EQ(rows[0].operations, 8U);
  EXPECT_EQ(rows[4].operations, 28U);
  EXPECT_EQ(rows[4].written_bytes, 980U);
  EXPECT_EQ(rows[4].starts_refused, 3U);
  EXPECT_EQ(rows[4].design, 2);
  EXPECT_EQ(rows[4].replication, 3U);
}

TEST(SourceRows, AreNoneWhereEverythingIsDirect) {
  Design design = design_of_sources();
  design.setup.sources.clear();
  EXPECT_TRUE(source_rows(design, 0, 0, std::vector<SourceTotals>(5)).empty());
}

TEST(ChargedEvents, AreCountedTowardsTheFunctionThatTheyInvoke) {
  std::vector<SourceTotals> totals(5);
  totals[1].poller_s = 60;
  totals[2].poller_s = 120;
  totals[3].charged = {30};
  totals[4].charged = {1, 2};
  Usage first;
  add_charged_events(design_of_sources(), 0, totals, first);
  EXPECT_EQ(first.events, 31U);
  EXPECT_EQ(first.sqs_poller_s + first.kafka_poller_s, 0U);
  Usage second;
  add_charged_events(design_of_sources(), 1, totals, second);
  EXPECT_EQ(second.events, 2U);
  EXPECT_EQ(second.sqs_poller_s, 60U);
  EXPECT_EQ(second.kafka_poller_s, 120U);
}

TEST(ChargedEvents, OfPollersThatSeveralFunctionsShareAreTheFirstOnes) {
  Design design = design_of_sources();
  design.sources[1].function = std::nullopt;
  design.sources[1].payer = core::FunctionId{0};
  std::vector<SourceTotals> totals(5);
  totals[1].poller_s = 60;
  Usage first;
  add_charged_events(design, 0, totals, first);
  EXPECT_EQ(first.sqs_poller_s, 60U);
  Usage second;
  add_charged_events(design, 1, totals, second);
  EXPECT_EQ(second.sqs_poller_s, 0U);
}

/// KB are begun ones.
TEST(ChargedEvents, OfDurableExecutionsAreTheirOperationsAndTheDataThatTheyWriteAndKeep) {
  Design design = design_of_sources();
  engine::Durable durable;
  durable.retention = 240h;
  design.setup.functions[0].durable = std::make_shared<const engine::Durable>(durable);
  design.sources[3] = {"durable", SourceCharge::kDurable, core::FunctionId{0}, core::FunctionId{0}};
  std::vector<SourceTotals> totals(5);
  totals[3].charged = {30};
  totals[3].operations = 3;
  totals[3].written_bytes = 3'145'728;
  Usage usage;
  add_charged_events(design, 0, totals, usage);
  EXPECT_EQ(usage.events, 30U);
  EXPECT_EQ(usage.durable_operations, 3U);
  EXPECT_EQ(usage.durable_written_bytes, 3'145'728U);
  EXPECT_EQ(usage.durable_kb_s, 3072U * 864'000U);
  totals[3].written_bytes = 1025;
  Usage begun;
  add_charged_events(design, 0, totals, begun);
  EXPECT_EQ(begun.durable_kb_s, 2U * 864'000U);
}

}  // namespace
}  // namespace lambdasim::app
