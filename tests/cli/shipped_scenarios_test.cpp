// Every scenario that is shipped is valid and runs, here over a shorter time, from wherever the
// program is started.
#include <map>

#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using app::kExitOk;
using testing::HasSubstr;

/// What to say to shorten a scenario; others are short enough.
const std::vector<std::string>& shortening(const std::string& scenario) {
  static const std::map<std::string, std::vector<std::string>> kShorter{
      {"get_user", {"--set", "duration=2 d"}},
      {"many_functions", {"--set", "duration=2 h"}},
      {"deployment", {"--set", "workload.0.arrivals.poisson.rate=5 /s"}},
      {"durable",
       {"--set", "workload.0.arrivals.poisson.rate=50 /d", "--set",
        "workload.2.arrivals.poisson.rate=50 /h"}},
      {"memory_sizes", {"--set", "duration=2 d"}},
      {"reserved_limit", {"--set", "duration=20 min"}},
      {"sqs_backlog", {"--set", "duration=2 min"}},
  };
  static const std::vector<std::string> kNothing;
  const auto found = kShorter.find(scenario);
  return found == kShorter.end() ? kNothing : found->second;
}

std::set<fs::path> shipped_scenarios() {
  std::set<fs::path> scenarios;
  for (const auto& entry : fs::directory_iterator(fs::path{LAMBDASIM_SOURCE_DIR} / "scenarios")) {
    if (entry.path().extension() == ".yaml") {
      scenarios.insert(entry.path());
    }
  }
  return scenarios;
}

class ShippedScenario : public CommandLine, public testing::WithParamInterface<fs::path> {};

TEST_P(ShippedScenario, IsValidAsItIs) {
  const Finished finished = run({"validate", GetParam().string()});
  EXPECT_EQ(finished.exit_code, kExitOk);
  EXPECT_EQ(finished.err, "");
  EXPECT_THAT(finished.out, HasSubstr(" is valid: "));
}

TEST_P(ShippedScenario, RunsAndComparesTheDesignsThatItHas) {
  const bool has_designs = contents(GetParam()).find("\ndesigns:") != std::string::npos;
  std::vector<std::string> arguments{
      has_designs ? "compare" : "run", GetParam().string(), "-o", "out.h5", "--replications", "2"};
  const std::vector<std::string>& shorter = shortening(GetParam().stem().string());
  arguments.insert(arguments.end(), shorter.begin(), shorter.end());
  const Finished finished = run(arguments);
  EXPECT_EQ(finished.exit_code, kExitOk);
  EXPECT_EQ(finished.err, "");
  EXPECT_THAT(finished.out, HasSubstr("\nwrote out.h5 ("));
  const Finished rows = run({"export", "out.h5", "--columns", "arrivals"});
  EXPECT_EQ(rows.exit_code, kExitOk);
  EXPECT_GE(lines_of(rows.out).size(), has_designs ? 5U : 3U);
}

std::string stem(const testing::TestParamInfo<fs::path>& scenario) {
  return scenario.param.stem().string();
}

INSTANTIATE_TEST_SUITE_P(All, ShippedScenario, testing::ValuesIn(shipped_scenarios()), stem);

}  // namespace
}  // namespace lambdasim::test
