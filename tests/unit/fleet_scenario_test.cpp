// How a scenario says that hosts have finite memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/app/scenario.h"
#include "tests/support/run_program.h"

namespace lambdasim::app {
namespace {

Scenario scenario_with(const std::string& fleet, const std::string& of_function = "") {
  const test::TemporaryFolder folder;
  const auto file = folder.write(
      "scenario.yaml", "duration: 1 h\nfleet: " + fleet +
                           "\nfunctions: {f: {runtime: python3.13, memory: 512 MB, " + of_function +
                           "handler: [{wait: 5 ms}]}}\n"
                           "workload: [{invoke: f, arrivals: {poisson: {rate: 1 /s}}}]\n");
  return read_scenario(file.string());
}

TEST(FleetOfAScenario, HoldsWhatIsGivenAndDefaults) {
  const Scenario given = scenario_with(
      "{hosts: 3, memory: 64 GB, cores: 16, full_vcpu_at: 1769 MB, placement: best_fit, "
      "evict: lfu}");
  const engine::Fleet& fleet = *given.designs.front().setup.fleet;
  EXPECT_EQ(fleet.hosts, 3U);
  EXPECT_EQ(fleet.memory_mb, 65'536);
  EXPECT_EQ(fleet.cores, 16);
  EXPECT_EQ(fleet.full_vcpu_mb, 1769);
  const Scenario small = scenario_with("{hosts: 1, memory: 512 MB}");
  EXPECT_EQ(small.designs.front().setup.fleet->cores, 0);
  EXPECT_EQ(small.designs.front().setup.fleet->full_vcpu_mb, 1792);
  EXPECT_FALSE(scenario_with("").designs.front().setup.fleet.has_value());
}

TEST(FleetOfAScenario, HoldsNothingProvisioned) {
  try {
    scenario_with("{hosts: 1, memory: 8 GB}", "provisioned: {concurrency: 2}, ");
    FAIL() << "nothing was reported";
  } catch (const config::InvalidInput& error) {
    ASSERT_EQ(error.diagnostics().size(), 1U);
    EXPECT_EQ(error.diagnostics().front().path, "fleet");
    EXPECT_EQ(error.diagnostics().front().message,
              "functions.f has provisioned concurrency, which a fleet cannot hold");
  }
}

}  // namespace
}  // namespace lambdasim::app
