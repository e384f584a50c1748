// What a scenario leaves unsaid and the reader fills in from measurements.
#include <gtest/gtest.h>

#include "sim/app/scenario.h"
#include "tests/support/run_program.h"

namespace lambdasim::app {
namespace {

engine::FunctionSetup function_of(const std::string& lines, const std::string& handler) {
  const test::TemporaryFolder folder;
  folder.write("calls.csv", "arrival,duration\n1,0.5\n");
  const auto file = folder.write(
      "scenario.yaml", "duration: 1 h\nfunctions:\n  f:\n    memory: 256 MB\n" + lines +
                           "    handler: [{" + handler +
                           "}]\nworkload: [{invoke: f, arrivals: {trace: {file: calls.csv}}}]\n");
  return read_scenario(file.string()).designs.front().setup.functions.front();
}

TEST(FirstCall, IsWhatWasMeasuredOfTheRuntimeUnlessTheFunctionSaysOtherwise) {
  const auto measured = function_of("    runtime: dotnet8\n", "wait: 5 ms").first_call;
  ASSERT_EQ(measured.size(), 1U);
  EXPECT_EQ(measured.front().kind, engine::StepKind::kCpu);
  EXPECT_EQ(measured.front().threads, 2U);
  EXPECT_NEAR(measured.front().time.mean(), 52.1e6, 0.1e6);
  const auto own =
      function_of("    runtime: dotnet8\n    first_call: [{wait: 7 ms}]\n", "wait: 5 ms")
          .first_call;
  ASSERT_EQ(own.size(), 1U);
  EXPECT_EQ(own.front().kind, engine::StepKind::kWait);
  EXPECT_TRUE(
      function_of("    runtime: dotnet8\n    first_call: []\n", "wait: 5 ms").first_call.empty());
}

TEST(RecordedDurations, HoldTheFirstCallAndTheOverheadAlready) {
  const auto replayed = function_of("    runtime: dotnet8\n", "wait: recorded");
  EXPECT_TRUE(replayed.first_call.empty());
  EXPECT_EQ(replayed.call_overhead.mean(), 0);
  EXPECT_GT(function_of("    runtime: dotnet8\n", "wait: 5 ms").call_overhead.mean(), 1e6);
}

}  // namespace
}  // namespace lambdasim::app
