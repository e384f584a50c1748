#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/run_program.h"

namespace lambdasim::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Runs `lambdasim memory small.yaml ARGUMENT...` in a terminal of 60 columns that knows no
/// Unicode.
class Memory : public testing::Test {
 protected:
  Finished memory(std::vector<std::string> arguments, const char* locale = "C") const {
    arguments.insert(arguments.begin(), {"memory", "small.yaml"});
    return run_program(folder_.path(), std::move(arguments), [locale] {
      ::setenv("COLUMNS", "60", 1);
      ::setenv("LC_ALL", locale, 1);
      ::setenv("TERM", "xterm", 1);
    });
  }

  std::string exported(const std::string& table, const std::string& columns,
                       const std::string& file = "small-memory.h5") const {
    return run_program(folder_.path(), {"export", file, "--table", table, "--columns", columns})
        .out;
  }

  TemporaryFolder folder_;
  std::filesystem::path scenario_ = folder_.write("small.yaml", kSmallScenario);
};

TEST_F(Memory, ComparesSizesInATableAPictureAndTheFile) {
  const Finished done = memory({"--sizes", "128,256..512/128"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("small: 4 designs x 2 replications of 10 min"));
  EXPECT_THAT(done.out, HasSubstr("memory of f in design 'outside'\n"));
  EXPECT_THAT(done.out, HasSubstr("C cheapest: 128 MB\n"));
  EXPECT_THAT(done.out, HasSubstr("B best balance (cost x 0.5, duration x 0.5): "));
  EXPECT_THAT(done.out, HasSubstr("wrote small-memory.h5"));
  EXPECT_EQ(exported("designs", "name"), "name\n128 MB\n256 MB\n384 MB\n512 MB\n");
  EXPECT_EQ(exported("memory", "memory_mb,is_cheapest,is_left_out"),
            "memory_mb,is_cheapest,is_left_out\n128,1,0\n256,0,0\n384,0,0\n512,0,0\n");
}

TEST_F(Memory, DrawsWithinTheTerminalInAscii) {
  const Finished done = memory({"--sizes", "128,256,512,1024"});
  bool is_picture = false;
  std::size_t lines = 0;
  for (const std::string& line : lines_of(done.out)) {
    is_picture = is_picture || line.starts_with("latency, ms");
    is_picture = is_picture && !line.starts_with("C cheapest");
    lines += is_picture ? 1 : 0;
    EXPECT_TRUE(!is_picture || line.size() <= 60) << line;
  }
  EXPECT_EQ(lines, 1U + 10U + 1U + 1U + 6U + 1U + 2U + 1U);
  for (const char c : done.out) {
    ASSERT_LT(static_cast<unsigned char>(c), 0x80U);
  }
}

TEST_F(Memory, DrawsInBrailleWhereTheLocaleIsOfUtf8) {
  EXPECT_THAT(memory({"--sizes", "128,256"}, "en_GB.utf8").out, HasSubstr("⠤⠤⠤"));
  EXPECT_THAT(memory({"--sizes", "128,256"}, "en_GB").out, Not(HasSubstr("│")));
}

TEST_F(Memory, VariesTheDesignThatIsNamedAndOverridesItsOwnMemory) {
  ASSERT_EQ(memory({"--sizes", "256,512", "--design", "bigger", "-o", "b.h5"}).exit_code, 0);
  EXPECT_EQ(exported("functions", "design,memory_mb", "b.h5"), "design,memory_mb\n0,256\n1,512\n");
}

TEST_F(Memory, MeetsTheArrivalsOfARunOfTheSameScenario) {
  ASSERT_EQ(memory({"--sizes", "256,512"}).exit_code, 0);
  run_program(folder_.path(), {"run", "small.yaml", "--design", "outside", "-o", "run.h5"});
  const std::string columns = "arrival_ns,latency_ns,start";
  const std::string alone = exported("invocations", columns, "run.h5");
  EXPECT_THAT(lines_of(alone), testing::SizeIs(testing::Gt(500U)));
  EXPECT_THAT(exported("invocations", columns), StartsWith(alone));
}

TEST_F(Memory, GivesTheSameAsJson) {
  const Finished done = memory({"--sizes", "128,256", "--json", "--balance", "1"});
  EXPECT_THAT(done.out, HasSubstr(R"("balance": 1.0)"));
  EXPECT_THAT(done.out, HasSubstr("\"balanced\": {\n    \"memory_mb\": 128,"));
  EXPECT_THAT(done.out, EndsWith("}\n"));
}

TEST_F(Memory, WarnsOfTimeoutsAndLeavesOutTheSizesThatHaveThem) {
  const std::vector<std::string> slow{"--sizes", "128,1769",
                                      "--set",   "functions.f.handler=[{cpu: 200 ms}]",
                                      "--set",   "functions.f.timeout=1 s"};
  const Finished done = memory(slow);
  EXPECT_THAT(done.err, HasSubstr("warning: calls time out at 128 MB (100 %)\n"));
  EXPECT_THAT(done.out, HasSubstr("C cheapest: 1769 MB\n"));
  EXPECT_THAT(done.out, HasSubstr("- left out of the choice, calls time out: 128 MB\n"));
}

TEST_F(Memory, SaysThatOneReplicationTellsNothingForSure) {
  EXPECT_THAT(memory({"--sizes", "128,256", "--replications", "1"}).out,
              HasSubstr("one replication does not tell how sure this is"));
}

TEST_F(Memory, AsksWhichOfSeveralFunctions) {
  const std::string two = std::string{kSmallScenario} + "\n";
  const std::size_t at = two.find("workload:");
  folder_.write("small.yaml",
                two.substr(0, at).replace(two.find("  f:"), 0,
                                          "  g: {runtime: python3.13, handler: [{cpu: 1 ms}]}\n") +
                    two.substr(at));
  const Finished unnamed = memory({});
  EXPECT_EQ(unnamed.exit_code, 64);
  EXPECT_EQ(unnamed.err, "lambdasim: small.yaml has 2 functions; name one with --function: g, f\n");
  EXPECT_EQ(memory({"--function", "f", "--sizes", "128,256"}).exit_code, 0);
  EXPECT_EQ(exported("memory", "function,memory_mb"), "function,memory_mb\n1,128\n1,256\n");
}

TEST_F(Memory, RefusesWrongUseOfItsOptions) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"--sizes", "64"}, "--sizes takes whole MB from 128 to 10240"},
      {{"--balance", "1.5"}, "--balance takes a weight from 0 (only duration counts) to 1"},
      {{"--balance", "nan"}, "--balance takes a weight from 0 (only duration counts) to 1"},
      {{"--design", "nope"}, "small.yaml has no design 'nope'; it has: outside, bigger"},
      {{"--function", "nope"}, "no function is called 'nope'; there are: f"},
      {{"-o", "small.yaml"}, "small.yaml would overwrite the scenario itself"},
  };
  for (const auto& [arguments, message] : cases) {
    const Finished done = memory(arguments);
    EXPECT_EQ(done.exit_code, 64) << message;
    EXPECT_THAT(done.err, HasSubstr(message));
    EXPECT_EQ(done.out, "");
  }
}

}  // namespace
}  // namespace lambdasim::test
