// What a scenario says of a durable function, and what an execution of it then costs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "models/pricing/bill.h"
#include "sim/app/scenario.h"
#include "sim/app/totals.h"
#include "tests/support/run_program.h"
#include "tests/support/scripted.h"

namespace lambdasim::app {
namespace {

using engine::Segment;
using models::Money;
using namespace std::chrono_literals;
using testing::HasSubstr;

Design design_of(const std::string& durable, const std::string& handler) {
  const test::TemporaryFolder folder;
  const auto file =
      folder.write("scenario.yaml",
                   "duration: 1 h\nfunctions:\n  f:\n    runtime: python3.13\n    memory: 1 GB\n"
                   "    runtime_init: 0 ms\n    first_call: []\n    call_overhead: 0 ms\n"
                   "    sandbox: 0 ms\n    durable: {" +
                       durable + "}\n    handler: [" + handler +
                       "]\nworkload: [{invoke: f, source: durable, arrivals: {constant: "
                       "{rate: 1 /h, phase: 1 min}}}]\n");
  return read_scenario(file.string()).designs.front();
}

std::string mistakes_of(const std::string& handler) {
  try {
    design_of("", handler);
  } catch (const config::InvalidInput& error) {
    return error.diagnostics().front().message;
  }
  return "";
}

std::string checkpoints(int count) {
  std::string steps = "{cpu: 1 ms}";
  for (int i = 0; i < count; ++i) {
    steps += ", {checkpoint: 1 B}";
  }
  return steps;
}

TEST(DurableFunction, IsCutWhereItSuspendsAndKnowsWhatWasCompletedBefore) {
  const Design design = design_of("suspend_size: 1 KB",
                                  "{wait: 1 s}, {checkpoint: 2 KB}, {wait: 2 s}, {suspend: 5 min}, "
                                  "{suspend: 1 h}, {wait: 3 s}, "
                                  "{checkpoint: 10 B}, {checkpoint: 20 B}");
  const engine::FunctionSetup& function = design.setup.functions.front();
  EXPECT_EQ(function.handler.size(), 3U);
  ASSERT_NE(function.durable, nullptr);
  const std::vector<Segment>& segments = function.durable->segments;
  ASSERT_EQ(segments.size(), 3U);
  EXPECT_EQ(segments[0].steps.size(), 2U);
  EXPECT_EQ(segments[0].completed, 0U);
  EXPECT_EQ(segments[0].operations, 2U);
  EXPECT_EQ(segments[0].written_bytes, 3072U);
  EXPECT_EQ(segments[0].pause, test::constant(5min));
  EXPECT_TRUE(segments[1].steps.empty());
  EXPECT_EQ(segments[1].completed, 2U);
  EXPECT_EQ(segments[1].operations, 1U);
  EXPECT_EQ(segments[1].written_bytes, 1024U);
  EXPECT_EQ(segments[1].pause, test::constant(1h));
  EXPECT_NE(segments[0].pause_purpose, segments[1].pause_purpose);
  ASSERT_EQ(segments[2].steps.size(), 1U);
  EXPECT_EQ(segments[2].steps[0].time, test::constant(3s));
  EXPECT_EQ(segments[2].completed, 3U);
  EXPECT_EQ(segments[2].operations, 2U);
  EXPECT_EQ(segments[2].written_bytes, 30U);
}

TEST(DurableFunction, HasTheStatedDefaults) {
  const Design design = design_of("", "{wait: 1 s}, {suspend: 5 min}");
  const engine::Durable& durable = *design.setup.functions.front().durable;
  EXPECT_EQ(durable.replay, test::constant(200us));
  EXPECT_EQ(durable.retention, 14 * 24h);
  EXPECT_EQ(durable.execution_timeout, 365 * 24h);
  EXPECT_EQ(durable.segments[0].written_bytes, 256U);
}

TEST(DurableFunction, MakesAtMostThreeThousandOperationsWithItsStart) {
  EXPECT_EQ(mistakes_of(checkpoints(2999)), "");
  EXPECT_THAT(mistakes_of(checkpoints(3000)),
              HasSubstr("makes 3001 operations with the start; the quota of a durable execution is "
                        "3000"));
}

/// One execution: 1 s, a checkpoint of 1 MB, 30 min of suspension, 2 s, a checkpoint of 1 MB; the
/// suspend writes nothing. A month of bills has 30 days.
TEST(DurableFunction, PaysForItsInvocationsItsOperationsAndItsDataButNotForWaiting) {
  const Design design = design_of(
      "replay: 0 ms, retention: 15 d, suspend_size: 0 B",
      "{wait: 1 s}, {checkpoint: 1 MB}, {suspend: 30 min}, {wait: 2 s}, {checkpoint: 1 MB}");
  const test::RunOutput out = test::run(design.setup);
  ASSERT_EQ(out.rows.invocations.size(), 2U);
  EXPECT_EQ(out.rows.invocations[1].arrival - out.rows.invocations[0].arrival, 1801s);
  TaskTotals task;
  task.functions.emplace_back(7);
  for (const engine::InvocationRecord& row : out.rows.invocations) {
    ++task.functions[0].ok;
    task.functions[0].billed_ms += row.billed_ms;
  }
  task.sources = out.result.sources;
  const models::Bill bill = models::marginal_bill(design.prices, usage_of(design, 0, task));
  EXPECT_EQ(bill.requests, Money(4, 10'000'000));                // 2 at 0.2 millionths
  EXPECT_EQ(bill.duration, Money(3 * 166'667, 10'000'000'000));  // 3 GB-s
  const Money operations{4 * 8, 1'000'000};                      // start, suspend, 2 checkpoints
  const Money written = Money{2, 1024} * Money{1, 4};            // 2 MB at 0.25 a GB
  const Money kept = Money{2, 1024} * Money{1, 2} * Money{15, 100};  // for half a month
  EXPECT_EQ(bill.durable, operations + written + kept);
  EXPECT_EQ(bill.total(), bill.requests + bill.duration + bill.durable);
}

}  // namespace
}  // namespace lambdasim::app
