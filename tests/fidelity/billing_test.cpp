// Bills against what AWS published: REPORT lines to the millisecond, the price list of us-east-1
// line by line in exact fractions, and the costs of single calls against the bill of all of them.
//
// REPORT lines: AWS Compute Blog of 2025-04-29 and public logs; prices: models/data/prices.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "sim/app/file_header.h"
#include "sim/app/totals.h"
#include "sim/engine/recorders/summary.h"
#include "sim/io/tables.h"
#include "tests/support/run_program.h"
#include "tests/support/scripted.h"

namespace lambdasim::app {
namespace {

using core::Duration;
using namespace std::chrono_literals;

/// A duration as REPORT prints it, in thousandths of a millisecond.
Duration us(std::int64_t count) {
  return std::chrono::microseconds{count};
}

Scenario scenario_of(const std::string& yaml) {
  const test::TemporaryFolder folder;
  return read_scenario(folder.write("bill.yaml", yaml).string());
}

/// The record of one cold call whose INIT and handler take so long.
engine::InvocationRecord cold_call(Duration init, Duration duration, bool init_is_billed = true,
                                   Duration timeout = 900s) {
  engine::FunctionSetup function = test::plain_function(duration);
  function.runtime_init = test::constant(init);
  function.init_is_billed = init_is_billed;
  function.timeout = timeout;
  return test::run(test::setup_of({function}, {{1s}})).rows.invocations.at(0);
}

struct ReportLine {
  std::int64_t duration_us;
  std::int64_t init_us;
  std::uint32_t billed_ms;
};

TEST(Billing, ColdCallsAreBilledAsTheirReportLinesSay) {
  constexpr std::array<ReportLine, 6> kLines{{{1'440, 18'450, 20},
                                              {1'490, 18'910, 21},
                                              {1'233'960, 463'512, 1698},
                                              {250'060, 100'770, 351},
                                              {3'100, 542'010, 546},
                                              {1'655'100, 322'040, 1978}}};
  for (const ReportLine& line : kLines) {
    const engine::InvocationRecord call = cold_call(us(line.init_us), us(line.duration_us));
    EXPECT_EQ(call.start, engine::Start::kCold);
    EXPECT_EQ(call.duration, us(line.duration_us));
    EXPECT_EQ(call.billed_ms, line.billed_ms);
  }
}

TEST(Billing, BeforeAugust2025TheSameCallWasBilledWithoutItsInit) {
  EXPECT_EQ(cold_call(us(100'770), us(250'060), false).billed_ms, 251U);
}

TEST(Billing, AColdCallThatTimesOutIsBilledItsInitAndItsWholeTimeout) {
  const engine::InvocationRecord call = cold_call(us(476'750), 700s, true, 600s);
  EXPECT_EQ(call.outcome, engine::Outcome::kTimeout);
  EXPECT_EQ(call.duration, 600s);
  EXPECT_EQ(call.billed_ms, 600'477U);
}

// Duration 3016.78 + Init 84.00, Status: timeout; Duration 133.61 + Init 80.00, Status: error.
TEST(Billing, FailedCallsInTheLogsFollowTheSameRule) {
  EXPECT_EQ(engine::billed_milliseconds(us(3'016'780) + us(84'000)), 3101U);
  EXPECT_EQ(engine::billed_milliseconds(us(133'610) + us(80'000)), 214U);
}

// Duration, Billed Restore Duration, Billed Duration of public SnapStart logs: two ceilings, since
// the restore is billed on its own.
TEST(Billing, RestoredCallsAreBilledTheirRestoreBesideTheirDuration) {
  constexpr std::array<std::array<std::int64_t, 3>, 4> kCalls{
      {{306'340, 303, 610}, {2'338'660, 182, 2521}, {127'100, 26, 154}, {159'870, 118, 278}}};
  for (const auto& [duration_us, restore_ms, billed_ms] : kCalls) {
    EXPECT_EQ(engine::billed_milliseconds(us(duration_us)) + restore_ms, billed_ms);
  }
}

TEST(Billing, InitWasFreeForZipPackagesOnManagedRuntimesOnly) {
  const Scenario scenario = scenario_of(R"(
platform: aws-2025-07
duration: 1 h
functions:
  zip: {runtime: python3.13, handler: [{cpu: 1 ms}]}
  image: {runtime: python3.13, package: image, handler: [{cpu: 1 ms}]}
  rust: {runtime: rust, handler: [{cpu: 1 ms}]}
  aot: {runtime: dotnet8-aot, handler: [{cpu: 1 ms}]}
  retired: {runtime: python3.8, runtime_init: 100 ms, handler: [{cpu: 1 ms}]}
  own: {runtime_init: 100 ms, handler: [{cpu: 1 ms}]}
workload: [{invoke: zip, arrivals: {constant: {rate: 1 /s}}}]
designs:
  of the platform:
  since August 2025: {platform: aws-2026}
  none: {billing.init: free}
)");
  const auto billed = [&scenario](std::size_t design) {
    std::string names;
    for (const engine::FunctionSetup& function : scenario.designs[design].setup.functions) {
      names += function.init_is_billed ? function.name + " " : "";
    }
    return names;
  };
  EXPECT_EQ(billed(0), "image rust aot own ");
  EXPECT_EQ(billed(1), "zip image rust aot retired own ");
  EXPECT_EQ(billed(2), "");
}

TEST(Billing, DesignsMayDifferInTheirSavingsPlan) {
  const Scenario scenario = scenario_of(R"(
duration: 1 h
functions: {f: {runtime: python3.13, handler: [{cpu: 1 ms}]}}
workload: [{invoke: f, arrivals: {constant: {rate: 1 /s}}}]
designs:
  on demand:
  plan: {billing.savings_plan: all_upfront}
)");
  EXPECT_EQ(scenario.designs[0].prices.x86_64[0].usd_per_gb_s, models::decimal("0.0000166667"));
  EXPECT_EQ(scenario.designs[1].prices.x86_64[0].usd_per_gb_s, models::decimal("0.0000138"));
  EXPECT_EQ(models::title(scenario.designs[1].prices),
            "us-east-1 as of 2022-08-01, savings plan paid upfront");
}

/// Calls that succeed, time out and are refused, through a front door, with every line that a
/// scenario can cause.
std::string busy_scenario(const std::string& front) {
  return R"(
duration: 20 min
seed: 3
functions:
  f:
    runtime: python3.13
    memory: 300 MB
    timeout: 1 s
    ephemeral_storage: 1 GB
    reserved_concurrency: 3
    payload: 300 KB
    response: {size: 8 MB, streamed: true}
    logs: 3 KB
    front: )" +
         front + R"(
    handler: [{wait: {lognormal: {median: 200 ms, p99: 2 s}}}]
workload: [{invoke: f, arrivals: {poisson: {rate: 10 /s}}}]
)";
}

struct Costs {
  double of_rows = 0;
  io::SummaryRow summary;
};

Costs costs_of(const Scenario& scenario) {
  const Design& design = scenario.designs.at(0);
  const engine::RunKey key{scenario.seed, 0};
  const test::RunOutput run = test::run(design.setup, key);
  engine::SummaryRecorder recorder(1, design.setup.warm_up, design.setup.horizon);
  engine::Progress progress;
  const engine::RunResult result = engine::simulate(design.setup, key, recorder, progress);
  const io::FileHeader header = file_header(scenario, {});
  const io::TaskContext task{0, 0, &header.rates.at(0)};
  std::vector<double> costs(run.rows.invocations.size());
  for (const auto& column : io::invocation_columns()) {
    if (column.spec.name == "cost_usd") {
      column.fill(run.rows.invocations.data(), costs.size(), task, costs.data());
    }
  }
  Costs found{0, summary_rows(design, 0, 0, {recorder.totals(), result.peaks}).at(0)};
  for (const double cost : costs) {
    found.of_rows += cost;
  }
  return found;
}

TEST(Billing, SnapshotsOfPythonArePaidForAndThoseOfJavaAreFree) {
  const auto costs = [](const std::string& runtime) {
    return costs_of(scenario_of("duration: 2 h\nfunctions:\n  f:\n    runtime: " + runtime + R"(
    memory: 1024 MB
    snap_start: true
    handler: [{wait: 20 ms}]
workload: [{invoke: f, arrivals: {poisson: {rate: 8 /h}}}]
)"));
  };
  const Costs python = costs("python3.12");
  ASSERT_GT(python.summary.restored, 0U);
  EXPECT_DOUBLE_EQ(python.summary.cost_snapstart_cache_usd, 7200 * 1.5046e-6);
  EXPECT_DOUBLE_EQ(python.summary.cost_snapstart_restore_usd,
                   static_cast<double>(python.summary.restored) * 1.397998e-4);
  EXPECT_NEAR(python.of_rows, python.summary.cost_usd - python.summary.cost_snapstart_cache_usd,
              1e-8 * python.summary.cost_usd);
  const Costs java = costs("java21");
  ASSERT_GT(java.summary.restored, 0U);
  EXPECT_EQ(java.summary.cost_snapstart_cache_usd, 0);
  EXPECT_EQ(java.summary.cost_snapstart_restore_usd, 0);
}

TEST(Billing, CostsOfSingleCallsAddUpToTheBill) {
  for (const std::string front : {"api_gateway_rest", "api_gateway_http", "function_url", "alb"}) {
    SCOPED_TRACE(front);
    const Costs costs = costs_of(scenario_of(busy_scenario(front)));
    ASSERT_GT(costs.summary.timeouts, 0U);
    ASSERT_GT(costs.summary.throttled, 0U);
    ASSERT_GT(costs.summary.cost_init_usd, 0);
    // The hours of a load balancer are no call's: a third of one.
    const double fixed = front == "alb" ? 0.0225 / 3 : 0.0;
    EXPECT_NEAR(costs.of_rows, costs.summary.cost_usd - fixed, 1e-8 * costs.summary.cost_usd);
  }
}

TEST(Billing, LinesOfASummaryAddUpToItsTotal) {
  const io::SummaryRow row = costs_of(scenario_of(busy_scenario("alb"))).summary;
  const double sum = row.cost_requests_usd + row.cost_duration_usd + row.cost_init_usd +
                     row.cost_storage_usd + row.cost_streaming_usd + row.cost_logs_usd +
                     row.cost_front_door_usd;
  EXPECT_NEAR(sum, row.cost_usd, 1e-15);
  const auto served = static_cast<double>(row.ok + row.timeouts);
  EXPECT_DOUBLE_EQ(row.cost_requests_usd, served * 2e-7);
  EXPECT_DOUBLE_EQ(row.cost_logs_usd, served * 3 / (1024 * 1024) * 0.5);
  EXPECT_DOUBLE_EQ(row.cost_streaming_usd, static_cast<double>(row.ok) * 2 / 1024 * 0.008);
}

TEST(Billing, ARefusedCallStillPaysForItsFrontDoor) {
  std::string yaml = busy_scenario("api_gateway_rest");
  yaml.replace(yaml.find("reserved_concurrency: 3"), 23, "reserved_concurrency: 0");
  const Costs costs = costs_of(scenario_of(yaml));
  EXPECT_EQ(costs.summary.throttled, costs.summary.arrivals);
  EXPECT_DOUBLE_EQ(costs.summary.cost_usd, static_cast<double>(costs.summary.arrivals) * 3.5e-6);
  EXPECT_NEAR(costs.of_rows, costs.summary.cost_usd, 1e-8 * costs.summary.cost_usd);
}

}  // namespace
}  // namespace lambdasim::app
