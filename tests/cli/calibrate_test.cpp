// `lambdasim fit`: logs in, a scenario that runs out, and the check of one against the other.
#include <fmt/format.h>

#include <cmath>
#include <cstdint>

#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using app::kExitBadData;
using app::kExitDiffers;
using app::kExitNoInput;
using app::kExitOk;
using app::kExitUsage;
using testing::HasSubstr;
using testing::Not;

/// A made-up log: even calls to two contexts, one of them started cold; some time out.
std::string log_text(const std::string& stream, int memory_mb, int calls, int timeouts) {
  std::string text;
  for (int i = 0; i < calls; ++i) {
    const std::int64_t at = 1'791'417'600'000 + 500 * i;
    const bool is_late = i > 0 && i <= timeouts;
    const double ms = is_late ? 3000 : 20 + 10 * std::sin(i) + 0.01 * i;
    text += fmt::format(
        "{} {} REPORT RequestId: r{}\tDuration: {:.2f} ms\tBilled Duration: {:.0f} ms\tMemory "
        "Size: "
        "{} MB\tMax Memory Used: 50 MB\t{}{}\n",
        at, fmt::format("2026/10/08/[$LATEST]{}{:028x}", stream, is_late ? i + 1 : 0), i, ms,
        std::ceil(ms), memory_mb, i == 0 ? "Init Duration: 200.00 ms\t" : "",
        is_late ? "Status: timeout" : "");
  }
  return text;
}

class FitToLogs : public CommandLine {
 protected:
  void SetUp() override {
    CommandLine::SetUp();
    folder_.write("f.log", log_text("aaaa", 512, 200, 0));
  }
};

TEST_F(FitToLogs, WritesAScenarioThatIsValidAndRuns) {
  const Finished fitted = run({"fit", "f.log", "-o", "f.yaml", "--function", "get_user"});
  EXPECT_EQ(fitted.exit_code, kExitOk);
  EXPECT_EQ(fitted.err, "");
  EXPECT_THAT(fitted.out, HasSubstr("Duration of warm calls (199 values): "));
  EXPECT_THAT(fitted.out, HasSubstr("\nnot known from the log:\n"));
  EXPECT_THAT(fitted.out, HasSubstr("\nwrote f.yaml\nnext: lambdasim run f.yaml\n"));
  const std::string yaml = contents(folder_ / "f.yaml");
  EXPECT_THAT(yaml, HasSubstr("\n  get_user:\n"));
  EXPECT_THAT(yaml, HasSubstr("\n    memory: 512 MB\n"));
  EXPECT_THAT(yaml, HasSubstr("\n    runtime_init: 200 ms\n"));
  EXPECT_THAT(yaml, HasSubstr("constant: {rate: 1.99"));
  EXPECT_EQ(run({"validate", "f.yaml"}).err, "");
  const Finished ran = run({"run", "f.yaml", "-o", "f.h5"});
  EXPECT_EQ(ran.exit_code, kExitOk) << ran.err;
}

TEST_F(FitToLogs, ReplaysTheCallsOfATraceBesideTheScenario) {
  fs::create_directory(folder_ / "out");
  const Finished fitted = run({"fit", "f.log", "-o", "out/f.yaml", "--trace", "calls.csv"});
  ASSERT_EQ(fitted.exit_code, kExitOk) << fitted.err;
  EXPECT_THAT(contents(folder_ / "out/f.yaml"), HasSubstr("trace: {file: \"../calls.csv\"}"));
  EXPECT_EQ(lines_of(contents(folder_ / "calls.csv")).size(), 201U);
  ASSERT_EQ(run({"run", "out/f.yaml", "-o", "f.h5", "--replications", "1"}).exit_code, kExitOk);
  EXPECT_EQ(lines_of(exported("f.h5").out).size(), 201U);
}

TEST_F(FitToLogs, ChecksMeasuredAgainstSimulated) {
  const Finished checked = run({"fit", "--check", "f.log", "--within", "10"});
  EXPECT_EQ(checked.exit_code, kExitOk) << checked.out;
  EXPECT_THAT(checked.out, HasSubstr("Duration p95"));
  EXPECT_THAT(checked.out, HasSubstr("Kolmogorov-Smirnov"));
  EXPECT_THAT(checked.out, HasSubstr("\nall within 10 %: "));
  ASSERT_EQ(run({"fit", "f.log", "-o", "f.yaml"}).exit_code, kExitOk);
  folder_.write("slow.yaml", contents(folder_ / "f.yaml") +
                                 "designs: {slow: {functions.function.handler: "
                                 "[{wait: 60 ms}]}}\n");
  const Finished off =
      run({"fit", "--check", "f.log", "--scenario", "slow.yaml", "--within", "10"});
  EXPECT_EQ(off.exit_code, kExitDiffers);
  EXPECT_THAT(off.out, HasSubstr("beyond 10 %: Duration p50: measured "));
  EXPECT_EQ(run({"fit", "--check", "f.log", "--scenario", "slow.yaml"}).exit_code, kExitOk);
}

TEST_F(FitToLogs, CountsTimeoutsAndWritesThem) {
  folder_.write("late.log", log_text("aaaa", 512, 200, 10));
  ASSERT_EQ(run({"fit", "late.log", "-o", "late.yaml"}).exit_code, kExitOk);
  const std::string yaml = contents(folder_ / "late.yaml");
  EXPECT_THAT(yaml, HasSubstr("\n    timeout: 3 s\n"));
  EXPECT_THAT(yaml, HasSubstr("{mixture: [{weight: 190, of: "));
  EXPECT_EQ(run({"validate", "late.yaml"}).err, "");
}

TEST_F(FitToLogs, SplitsCpuFromWaitingWithTwoMemorySizesOrPowerTuning) {
  folder_.write("large.log", log_text("bbbb", 1024, 100, 0));
  const Finished two = run({"fit", "f.log", "large.log", "-o", "two.yaml"});
  EXPECT_THAT(two.out, HasSubstr("CPU and waiting, least squares: "));
  EXPECT_THAT(contents(folder_ / "two.yaml"), HasSubstr("\n      - cpu: "));
  EXPECT_EQ(run({"validate", "two.yaml"}).err, "");
  folder_.write("tuning.json", R"({"power": 512, "stats": [{"value": 128, "averageDuration": 150},
                                  {"value": 512, "averageDuration": 40},
                                  {"value": 1792, "averageDuration": 12}]})");
  const Finished tuned = run({"fit", "f.log", "--power-tuning", "tuning.json", "-o", "t.yaml"});
  EXPECT_THAT(tuned.out, HasSubstr("warning: Power Tuning keeps means only"));
  EXPECT_EQ(run({"validate", "t.yaml"}).err, "");
}

TEST_F(FitToLogs, BrokenLinesStopItUnlessTheyAreSkipped) {
  folder_.write("cut.log", log_text("aaaa", 512, 50, 0) + "REPORT RequestId: x\tDuration: 1.0");
  const Finished stopped = run({"fit", "cut.log"});
  EXPECT_EQ(stopped.exit_code, kExitBadData);
  EXPECT_EQ(
      stopped.err,
      "cut.log:51:1: the line is cut off after 'Duration:'\n1 error; nothing was simulated\n");
  const Finished skipped = run({"fit", "cut.log", "--skip-bad"});
  EXPECT_EQ(skipped.exit_code, kExitOk);
  EXPECT_EQ(
      skipped.err,
      "warning: skipped cut.log:51:1: the line is cut off after 'Duration:'\nwarning: 1 of 51 "
      "lines of the platform could not be read and were skipped\n");
}

TEST_F(FitToLogs, GivesTheSameAsJson) {
  const Finished done = run({"fit", "f.log", "--json"});
  EXPECT_THAT(done.out, HasSubstr(R"("memory_mb": 512)"));
  EXPECT_THAT(done.out, HasSubstr(R"("skipped": 0)"));
  EXPECT_THAT(run({"fit", "--check", "f.log", "--json"}).out,
              HasSubstr(R"("kolmogorov_smirnov": )"));
}

TEST_F(FitToLogs, RefusesWrongUse) {
  folder_.write("empty.log", "nothing of Lambda\n");
  const std::vector<std::tuple<std::vector<std::string>, int, std::string>> cases{
      {{"fit"}, kExitUsage, "logs is required"},
      {{"fit", "none.log"}, kExitNoInput, "cannot read none.log: No such file or directory"},
      {{"fit", "empty.log"}, kExitBadData, "empty.log: no REPORT line; is it the log of a Lambda"},
      {{"fit", "f.log", "--within", "3"}, kExitUsage, "--within and --scenario belong to --check"},
      {{"fit", "f.log", "-o", "f.log"}, kExitUsage, "f.log would overwrite a log that is read"},
      {{"fit", "f.log", "--runtime", "pyton3.13"}, kExitUsage, "did you mean 'python3.13'?"},
      {{"fit", "f.log", "--power-tuning", "f.log"}, kExitBadData, "f.log: the link has"},
  };
  for (const auto& [arguments, code, message] : cases) {
    const Finished done = run(arguments);
    EXPECT_EQ(done.exit_code, code) << message;
    EXPECT_THAT(done.err, HasSubstr(message));
    EXPECT_EQ(done.out, "");
  }
}

}  // namespace
}  // namespace lambdasim::test
