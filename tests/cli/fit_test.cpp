// "Does it fit?" as users meet it: what is printed for work that Lambda cannot do, and what the
// same work costs elsewhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/run_program.h"

namespace lambdasim::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr int kUsage = 64;
constexpr int kBadData = 65;

/// One call a second of 1 s, waiting, with 1 GB: every figure can be worked by hand.
std::string scenario(const std::string& of_function, const std::string& at_top = "") {
  return "name: fit\nduration: 1 h\nreplications: 1\n" + at_top +
         "functions:\n  job:\n    runtime: python3.13\n" + of_function +
         "workload:\n  - {invoke: job, arrivals: {constant: {rate: 1 /s}}}\n";
}

const std::string kTooLarge =
    scenario("    memory: 16 GB\n    timeout: 2 h\n    handler: [{wait: 10 min}, {cpu: 20 min}]\n");
const std::string kFits = scenario("    memory: 1 GB\n    handler: [{wait: 1 s}]\n",
                                   "lifecycle: {call_overhead: 0 ms}\n");
const std::string kCanPass = scenario(
    "    memory: 1 GB\n    timeout: 15 min\n    handler: [{wait: {uniform: {from: 0 s, to: 20 "
    "min}}}]\n",
    "account: {concurrency: 5000}\n");

class Fit : public testing::Test {
 protected:
  Finished run(std::vector<std::string> arguments, const std::string& yaml) {
    folder_.write("fit.yaml", yaml);
    return run_program(folder_.path(), std::move(arguments));
  }

  nlohmann::json alternatives(const std::string& yaml) {
    const Finished done = run({"validate", "fit.yaml", "--alternatives", "--json"}, yaml);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return nlohmann::json::parse(done.out);
  }

  TemporaryFolder folder_;
};

TEST_F(Fit, WhatIsTooLargeForLambdaIsAnErrorAtItsLineWithPricesElsewhere) {
  for (const char* command : {"validate", "run"}) {
    const Finished done = run({command, "fit.yaml"}, kTooLarge);
    EXPECT_EQ(done.exit_code, kBadData);
    EXPECT_THAT(done.out, IsEmpty());
    EXPECT_THAT(
        done.err,
        StartsWith("fit.yaml:7:13: functions.job.memory: must be between 128 MB and 10240 MB in "
                   "steps of 1 MB, got 16 GB\n"
                   "fit.yaml:8:14: functions.job.timeout: must be between 1 s and 15 min, got 2 h\n"
                   "2 errors; nothing was simulated\n\n"
                   "job does not fit Lambda: memory 16384 MB, at most 10240 MB; timeout 2 h, at "
                   "most 15 min; its mean call takes longer than 15 min\n"
                   "calls: 1 /s, at the peak 1 /s; a call waits 10 min and needs 20 min of one "
                   "core\n"));
    EXPECT_THAT(done.err, AllOf(HasSubstr("does not fit"), HasSubstr("Fargate, a task a call"),
                                HasSubstr("not on Managed Instances: a call may take at most 90 "
                                          "min\n")));
    EXPECT_FALSE(fs::exists(folder_ / "fit.h5"));
  }
}

TEST_F(Fit, OtherMistakesComeFirst) {
  const Finished done = run({"validate", "fit.yaml"}, kTooLarge + "tiemline: 5\n");
  EXPECT_EQ(done.exit_code, kBadData);
  EXPECT_THAT(done.err, AllOf(HasSubstr("3 errors"), Not(HasSubstr("Fargate"))));
}

TEST_F(Fit, ATimeoutThatIsNeedlesslyLongIsTold) {
  const Finished done =
      run({"validate", "fit.yaml"}, scenario("    timeout: 20 min\n    handler: [{wait: 1 s}]\n"));
  EXPECT_EQ(done.exit_code, kBadData);
  EXPECT_THAT(done.err, HasSubstr("with 'timeout: 15 min' it fits\n"));
}

// 1,000 ms x 1 GB x 0.0000166667 + 0.0000002 a call; 2,592,000 calls in 30 days.
TEST_F(Fit, AlternativesToWhatFitsHaveHandWorkedPrices) {
  const nlohmann::json job = alternatives(kFits)["functions"][0];
  EXPECT_TRUE(job["fits"]);
  EXPECT_EQ(job["calls_per_s"], 1.0);
  EXPECT_NEAR(job["lambda"]["call_usd"], 0.0000168667, 1e-15);
  EXPECT_NEAR(job["lambda"]["month_usd"], 43.7184864, 1e-9);
  // 1 /s of 1 s at 70 % are 1.43 workers. Lambda's share at 1 GB is 0.571, so a task has 1 vCPU;
  // with its 2 GB it holds two workers: 30 days x 24 h x (0.04048 + 2 x 0.004445).
  const nlohmann::json& on = job["alternatives"][0];
  EXPECT_EQ(on["host"], "Fargate");
  EXPECT_EQ(on["operation"], "always on");
  EXPECT_EQ(on["machine"], "1 vCPU, 2 GB");
  EXPECT_EQ(on["machines"], 1.0);
  EXPECT_NEAR(on["month_usd"], 35.5464, 1e-9);
  // Paid by 0.04937 / 3600 / 0.0000168667 calls a second; the second machine, needed above 1.4 /s,
  // is paid at twice that rate, the third (2.44 /s) before it is needed (2.8 /s).
  EXPECT_NEAR(on["break_even"]["from_per_s"], 0.04937 / 3600 / 0.0000168667, 1e-9);
  EXPECT_NEAR(on["break_even"]["always_from_per_s"], 2 * 0.04937 / 3600 / 0.0000168667, 1e-9);
}

TEST_F(Fit, AlternativesAreAlsoPrintedAsATable) {
  const Finished done = run({"validate", "fit.yaml", "--alternatives"}, kFits);
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.err, IsEmpty());
  EXPECT_THAT(done.out, AllOf(StartsWith("job fits Lambda\n"), HasSubstr("cheaper from"),
                              HasSubstr("without free tier"), HasSubstr("us-east-1")));
}

TEST_F(Fit, AlternativesToWhatDoesNotFitGoToStdoutAndTheErrorRemains) {
  const Finished done = run({"validate", "fit.yaml", "--alternatives", "--json"}, kTooLarge);
  EXPECT_EQ(done.exit_code, kBadData);
  const nlohmann::json job = nlohmann::json::parse(done.out)["functions"][0];
  EXPECT_FALSE(job["fits"]);
  EXPECT_EQ(job["beyond"].size(), 3U);
  EXPECT_TRUE(job["lambda"].is_null());
  EXPECT_FALSE(job["alternatives"][0].contains("break_even"));
  EXPECT_THAT(done.err, AllOf(HasSubstr("2 errors"), Not(HasSubstr("Fargate"))));
}

// One call under way at 20 % of what machines can do takes five workers, or half as many that serve
// two calls: memory for three.
TEST_F(Fit, TheSectionOfAlternativesChangesTheSizing) {
  const auto machine = [&](const std::string& section) {
    return alternatives(scenario("    memory: 1 GB\n    handler: [{wait: 1 s}]\n",
                                 section))["functions"][0]["alternatives"][0]["machine"];
  };
  EXPECT_EQ(machine("alternatives: {utilisation: 20 %}\n"), "1 vCPU, 5 GB");
  EXPECT_EQ(machine("alternatives: {utilisation: 20 %, calls_at_once: 2}\n"), "1 vCPU, 3 GB");
}

TEST_F(Fit, CallsThatCanPassTheLongestTimeoutAreAWarning) {
  const Finished checked = run({"validate", "fit.yaml"}, kCanPass);
  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_THAT(
      checked.err,
      StartsWith("warning: fit.yaml:9:14: functions.job.timeout: calls can take longer than "
                 "15 min, the most that Lambda allows: mean 10 min, 99 % quantile "));
  EXPECT_THAT(checked.err, AllOf(HasSubstr("of 2000 drawn calls do\n"),
                                 HasSubstr("on Managed Instances only asynchronous calls")));
  const Finished simulated = run({"run", "fit.yaml", "--json"}, kCanPass);
  EXPECT_EQ(simulated.exit_code, 0);
  EXPECT_THAT(simulated.err, HasSubstr("Fargate, always on"));
  EXPECT_TRUE(nlohmann::json::accept(simulated.out));
  EXPECT_THAT(run({"run", "fit.yaml", "-q"}, kCanPass).err, IsEmpty());
}

TEST_F(Fit, ARegionWithoutFiguresIsSaidToHaveNone) {
  const Finished done =
      run({"validate", "fit.yaml", "--alternatives", "--set", "region=eu-west-2"}, kFits);
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.out, AllOf(HasSubstr("not on Fargate: no figure known for eu-west-2"),
                              HasSubstr("not on EC2: no figure known for eu-west-2"),
                              Not(HasSubstr("Fargate, always on"))));
}

TEST_F(Fit, DesignsWithTheSameTableShareIt) {
  const std::string designs =
      "designs:\n  a: {}\n  b: {lifecycle.sandbox: 1 s}\n  c: {functions.job.memory: 2 GB}\n";
  const Finished done = run({"validate", "fit.yaml", "--alternatives"}, kFits + designs);
  EXPECT_THAT(done.out, AllOf(HasSubstr("job (a, b) fits Lambda"), HasSubstr("job (c) fits")));
}

TEST_F(Fit, ACallWithoutAMeanCannotBePriced) {
  const Finished done =
      run({"validate", "fit.yaml", "--alternatives"},
          scenario("    handler: [{wait: {pareto: {shape: 0.9, minimum: 1 ms}}}]\n"));
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.out, HasSubstr("a call has no finite mean, so nothing can be priced\n"));
}

TEST_F(Fit, JsonIsOfTheAlternativesOnly) {
  EXPECT_EQ(run({"validate", "fit.yaml", "--json"}, kFits).exit_code, kUsage);
  EXPECT_EQ(run({"validate", "fit.yaml", "--alternatives", "--resolved", "base"}, kFits).exit_code,
            kUsage);
}

TEST_F(Fit, TheRulesOfSizingCanBeRead) {
  const Finished rules = run({"models", "explain", "sizing"}, "");
  EXPECT_EQ(rules.exit_code, 0);
  EXPECT_THAT(rules.out, HasSubstr("utilisation: 0.7"));
  const Finished prices = run({"models", "explain", "us-east-1"}, "");
  EXPECT_THAT(prices.out, AllOf(HasSubstr("request: 0.00000020"), HasSubstr("family: c7g")));
}

}  // namespace
}  // namespace lambdasim::test
