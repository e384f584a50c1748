// What a scenario says of events that handlers send: names of entries, defaults, who is invoked,
// and what goes round.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/app/scenario.h"
#include "sim/app/source_totals.h"
#include "sim/app/totals.h"
#include "tests/support/run_program.h"

namespace lambdasim::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

Scenario scenario_of(const std::string& text) {
  const test::TemporaryFolder folder;
  return read_scenario(folder.write("scenario.yaml", "duration: 1 h\n" + text).string());
}

std::string message_about(const std::string& text) {
  try {
    scenario_of(text);
  } catch (const config::InvalidInput& error) {
    return config::to_string(error.diagnostics().front());
  }
  return "";
}

constexpr const char* kOrders = R"(functions:
  order:
    runtime: python3.13
    handler: [{cpu: 5 ms}, {send: mails}, {send: parcels, events: 3, probability: 25 %, takes: 9 ms}]
  mail: {runtime: python3.13, handler: [{wait: 80 ms}]}
  pack: {runtime: python3.13, handler: [{wait: 30 ms}]}
  pack-v2: {runtime: python3.13, handler: [{wait: 30 ms}]}
workload:
  - {invoke: order, arrivals: {poisson: {rate: 10 /s}}}
  - {name: mails, invoke: mail, source: sqs}
  - {name: parcels, invoke: {pack: 75 %, pack-v2: 25 %}, source: async, arrivals: {poisson: {rate: 1 /s}}}
)";

TEST(Sends, AreReadWithTheirDefaults) {
  const Scenario scenario = scenario_of(kOrders);
  EXPECT_THAT(scenario.warnings, IsEmpty());
  const engine::Setup& setup = scenario.designs.front().setup;
  const engine::FunctionSetup& order = setup.functions[0];
  EXPECT_TRUE(order.is_stepwise);
  EXPECT_FALSE(setup.functions[1].is_stepwise);
  ASSERT_EQ(order.sends.size(), 2U);
  EXPECT_EQ(order.sends[0].entry, 1U);
  EXPECT_EQ(order.sends[0].events, 1U);
  EXPECT_EQ(order.sends[0].probability, 1);
  EXPECT_EQ(order.sends[1].entry, 2U);
  EXPECT_EQ(order.sends[1].events, 3U);
  EXPECT_EQ(order.sends[1].probability, 0.25);
  EXPECT_EQ(order.handler[1].kind, engine::StepKind::kSend);
  EXPECT_NEAR(order.handler[1].time.mean(), 12.7e6, 0.1e6);  // median 10 ms, p99 50 ms
  EXPECT_EQ(order.handler[2].time, core::Distribution::constant(9e6));
  EXPECT_EQ(order.handler[2].call, 1U);
  EXPECT_NE(order.handler[1].purpose, order.handler[2].purpose);
}

TEST(Entries, MayBeWithoutArrivalsOfTheirOwn) {
  const Design design = scenario_of(kOrders).designs.front();
  ASSERT_EQ(design.sources.size(), 3U);
  EXPECT_EQ(design.sources[1].name, "mails");
  EXPECT_FALSE(design.sources[1].has_arrivals);
  EXPECT_TRUE(design.sources[2].has_arrivals);
  ASSERT_EQ(design.setup.receivers.size(), 3U);
  EXPECT_EQ(design.setup.receivers[1].at(0).function.value, 1U);
  EXPECT_EQ(design.setup.receivers[2].at(1).function.value, 3U);
  EXPECT_EQ(design.setup.receivers[2].at(1).share, 0.25);
}

TEST(Entries, WithANameAreCalledByItInTheRowsOfSources) {
  const Design design = scenario_of(kOrders).designs.front();
  std::vector<engine::SourceTotals> totals(3);
  totals[1].events = totals[1].sent = 4;
  totals[2].events = 5;
  totals[2].sent = 2;
  const auto rows = source_rows(design, 0, 0, totals);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].name, "sqs/mails");
  EXPECT_EQ(rows[0].sent, 4U);
  EXPECT_EQ(rows[1].name, "async/parcels");
  EXPECT_EQ(rows[2].sent, 6U);
  EXPECT_EQ(rows[2].events, 9U);
}

TEST(Functions, BehindEntriesWithoutArrivalsAreNotWhatCallersSee) {
  const Design design = scenario_of(kOrders).designs.front();
  TaskTotals totals;
  for (std::uint64_t f = 0; f < 4; ++f) {
    totals.functions.emplace_back(5);
    totals.functions.back().arrivals = std::uint64_t{1} << f;
  }
  totals.peaks.resize(4);
  // The versions behind `parcels` get arrivals, too: whoever sends those is one of the callers.
  EXPECT_EQ(summary_rows(design, 0, 0, totals).back().arrivals, 1U + 4U + 8U);
}

TEST(Functions, ToWhichNothingIsSentInAnyDesignAreIdle) {
  const std::string idle = std::string(kOrders) +
                           "designs:\n  calls: {functions.order.handler: [{call: pack}]}\n"
                           "  fewer: {functions.order.handler: [{cpu: 1 ms}]}\n";
  EXPECT_THAT(scenario_of(idle).warnings,
              ElementsAre(HasSubstr("functions.mail: nothing invokes it")));
  const std::string used = idle + "  sends: {functions.order.handler: [{send: mails}]}\n";
  EXPECT_THAT(scenario_of(used).warnings, IsEmpty());
}

/// `front` sends `events` with this probability to itself.
std::string loop(const std::string& events, const std::string& probability) {
  return "functions:\n  front: {runtime: python3.13, handler: [{send: again, events: " + events +
         ", probability: " + probability +
         "}]}\n"
         "workload:\n  - {name: again, invoke: front, source: async, arrivals: {poisson: {rate: 1 "
         "/s}}}\n";
}

TEST(Loops, OfEventsThatDieOutAreWarnedOf) {
  EXPECT_THAT(scenario_of(loop("1", "99 %")).warnings,
              ElementsAre(HasSubstr("functions: events that cause events of their own kind: "
                                    "front -> again -> front")));
  EXPECT_THAT(scenario_of(loop("9", "11 %")).warnings, ElementsAre(HasSubstr("front -> again")));
  EXPECT_THAT(scenario_of(loop("9", "0 %")).warnings, IsEmpty());
}

TEST(Loops, OfEventsThatDoNotDieOutAreAnError) {
  for (const auto& [events, probability] :
       {std::pair{"1", "100 %"}, {"10", "10 %"}, {"9", "12 %"}}) {
    EXPECT_THAT(message_about(loop(events, probability)),
                HasSubstr("functions: events that cause at least as many events again: "
                          "front -> again -> front"));
  }
}

TEST(Loops, ThroughWorkflowsAreWarnedOf) {
  EXPECT_THAT(
      scenario_of("functions:\n"
                  "  front: {runtime: python3.13, handler: [{send: again}]}\n"
                  "workflows: {order: {states: {a: {choice: {b: 10 %, c: 90 %}}, b: {invoke: "
                  "front}, c: {end: succeed}}}}\n"
                  "workload:\n  - {name: again, start: order, arrivals: {poisson: {rate: 1 "
                  "/s}}}\n")
          .warnings,
      ElementsAre(HasSubstr("front -> again -> front")));
}

}  // namespace
}  // namespace lambdasim::app
