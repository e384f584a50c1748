// What the commands print and leave behind when all is well: exit code 0, results on stdout, and
// nothing on stderr that is no message.
#include <nlohmann/json.hpp>

#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using app::kExitOk;
using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

void expect_fine(const Finished& finished) {
  EXPECT_EQ(finished.exit_code, kExitOk) << finished.err;
  EXPECT_EQ(finished.err, "");
}

class Results : public CommandLine {};

TEST_F(Results, OfRunAreATableOfAllDesignsAndTheFile) {
  const Finished finished = run({"run", "small.yaml"});
  expect_fine(finished);
  EXPECT_THAT(finished.out, StartsWith("small: 2 designs x 2 replications of 10 min"));
  EXPECT_THAT(lines_of(finished.out), Contains(testing::ContainsRegex("^ +outside +bigger$")));
  EXPECT_THAT(finished.out, HasSubstr("\nlatency p99 "));
  EXPECT_THAT(finished.out, HasSubstr("\nbill of a month "));
  EXPECT_THAT(finished.out, HasSubstr("\nwrote small.h5 ("));
  EXPECT_THAT(files(), ElementsAre("small.h5", "small.yaml"));
}

TEST_F(Results, OfCompareEndWithTheVerdictTheFileAndWhatToLookAtNext) {
  const Finished finished = run({"compare", "small.yaml", "-o", "pair.h5"});
  expect_fine(finished);
  EXPECT_THAT(finished.out, HasSubstr("bigger - outside [95 %]"));
  std::vector<std::string> lines = lines_of(finished.out);
  ASSERT_GT(lines.size(), 5U);
  lines.erase(lines.begin(), lines.end() - 5);
  EXPECT_THAT(lines, ElementsAre(StartsWith("outside wins over bigger: "), "",
                                 StartsWith("wrote pair.h5 ("),
                                 "next: lambdasim export pair.h5 --table comparison",
                                 HasSubstr("lambdasim.read(\"pair.h5\")")));
  EXPECT_THAT(files(), ElementsAre("pair.h5", "small.yaml"));
}

TEST_F(Results, NextStepThatCompareNamesWorks) {
  run({"compare", "small.yaml"});
  const Finished next = run({"export", "small.h5", "--table", "comparison"});
  expect_fine(next);
  EXPECT_THAT(next.out, StartsWith("baseline,design,function,"));
}

TEST_F(Results, AsJsonParseAndNameEveryDesignAndTheFile) {
  const Finished finished = run({"compare", "small.yaml", "--json", "--seed", "7"});
  expect_fine(finished);
  const json root = json::parse(finished.out);
  EXPECT_EQ(root["scenario"], "small");
  EXPECT_EQ(root["file"], "small.h5");
  EXPECT_EQ(root["seed"], 7);
  EXPECT_EQ(root["replications"], 2);
  EXPECT_GT(root["invocations"], 2000);
  ASSERT_EQ(root["designs"].size(), 2U);
  EXPECT_EQ(root["designs"][0]["name"], "outside");
  EXPECT_EQ(root["designs"][1]["name"], "bigger");
  EXPECT_GT(root["designs"][0]["metrics"]["latency_p99"]["mean"], 20.0);
  EXPECT_EQ(root["comparisons"][0]["baseline"], "outside");
  EXPECT_EQ(root["comparisons"][0]["n"], 2);
  expect_fine(run({"run", "small.yaml", "--json"}));
}

TEST_F(Results, FollowWhatIsSetOnTheCommandLine) {
  const Finished finished =
      run({"run", "small.yaml", "--set", "duration=5 min", "--set", "functions.f.timeout=7 s",
           "--replications", "3", "--design", "bigger", "--json"});
  expect_fine(finished);
  const json root = json::parse(finished.out);
  EXPECT_EQ(root["replications"], 3);
  ASSERT_EQ(root["designs"].size(), 1U);
  EXPECT_EQ(root["designs"][0]["name"], "bigger");
  const Finished functions = exported("small.h5", "functions");
  expect_fine(functions);
  EXPECT_THAT(functions.out, HasSubstr(",1024,"));
  EXPECT_THAT(functions.out, HasSubstr("7000000000"));
}

TEST_F(Results, OfADesignNamedTwiceAreThoseOfOne) {
  const Finished finished =
      run({"run", "small.yaml", "--design", "bigger", "--design", "bigger", "--json"});
  expect_fine(finished);
  EXPECT_EQ(json::parse(finished.out)["designs"].size(), 1U);
}

TEST_F(Results, AreAboutTheFunctionThatIsNamed) {
  const fs::path shipped = fs::path{LAMBDASIM_SOURCE_DIR} / "scenarios/many_functions.yaml";
  std::vector<std::string> arguments{"run",   shipped.string(), "--set",          "duration=2 h",
                                     "--set", "warm_up=0 s",    "--replications", "1"};
  const Finished all = run(arguments);
  arguments.insert(arguments.end(), {"--function", "health"});
  const Finished one = run(arguments);
  expect_fine(all);
  expect_fine(one);
  EXPECT_NE(all.out, one.out);
}

TEST_F(Results, ComeWithoutWarningsWhenQuiet) {
  std::string text = kSmallScenario;
  text.insert(text.find("workload:"), "  g: {runtime: python3.13, handler: [{cpu: 1 ms}]}\n");
  folder_.write("idle.yaml", text);
  const std::vector<std::string> idle{"run", "idle.yaml"};
  const Finished loud = run(idle);
  EXPECT_EQ(loud.exit_code, kExitOk);
  EXPECT_THAT(loud.err, StartsWith("warning: idle.yaml:"));
  EXPECT_THAT(loud.err, HasSubstr("functions.g: nothing invokes it"));
  std::vector<std::string> quietly = idle;
  quietly.emplace_back("--quiet");
  const Finished quiet = run(quietly);
  expect_fine(quiet);
  EXPECT_EQ(quiet.out, loud.out);
}

TEST_F(Results, OfValidateSayThatAScenarioIsValidAndWriteNothing) {
  const Finished finished = run({"validate", "small.yaml"});
  expect_fine(finished);
  EXPECT_EQ(finished.out, "small.yaml is valid: 1 function, 1 source of arrivals, 2 designs\n");
  const Finished quiet = run({"validate", "small.yaml", "--quiet"});
  expect_fine(quiet);
  EXPECT_EQ(quiet.out, "");
  EXPECT_THAT(files(), ElementsAre("small.yaml"));
}

TEST_F(Results, OfValidateResolvedAreAScenarioThatRunsTheSame) {
  const Finished resolved = run({"validate", "small.yaml", "--resolved", "bigger"});
  expect_fine(resolved);
  EXPECT_THAT(resolved.out, HasSubstr("memory: 1024 MB"));
  folder_.write("resolved.yaml", resolved.out);
  expect_fine(run({"run", "resolved.yaml", "-o", "resolved.h5"}));
  expect_fine(run({"run", "small.yaml", "--design", "bigger"}));
  EXPECT_EQ(exported("resolved.h5").out, exported("small.h5").out);
}

TEST_F(Results, OfExportAreCsvOnStdoutOrInAFile) {
  run({"run", "small.yaml"});
  const Finished summary = run({"export", "small.h5"});
  expect_fine(summary);
  EXPECT_THAT(summary.out, StartsWith("design,replication,function,arrivals,"));
  EXPECT_EQ(lines_of(summary.out).size(), 1U + 2U * 2U);
  const std::vector<std::string> chosen{"export",      "small.h5",  "--table",
                                        "invocations", "--columns", "latency_ns,start"};
  const Finished columns = run(chosen);
  expect_fine(columns);
  EXPECT_THAT(columns.out, StartsWith("latency_ns,start\n"));
  EXPECT_THAT(columns.out, HasSubstr(",cold\n"));
  std::vector<std::string> to_file = chosen;
  to_file.insert(to_file.end(), {"-o", "latency.csv"});
  const Finished nothing = run(to_file);
  expect_fine(nothing);
  EXPECT_EQ(nothing.out, "");
  EXPECT_EQ(contents(folder_ / "latency.csv"), columns.out);
  EXPECT_THAT(files(), ElementsAre("latency.csv", "small.h5", "small.yaml"));
}

TEST_F(Results, OfModelsNameEachModelAndExplainIt) {
  const Finished list = run({"models", "list"});
  expect_fine(list);
  const Finished as_json = run({"models", "list", "--json"});
  expect_fine(as_json);
  const json root = json::parse(as_json.out);
  std::vector<std::string> names = root["platforms"];
  names.insert(names.end(), root["runtimes"].begin(), root["runtimes"].end());
  for (const char* seam : {"arrivals", "keep_alive", "cpu", "placement", "evict"}) {
    for (const json& model : root[seam]) {
      names.push_back(model["name"]);
    }
  }
  EXPECT_GT(names.size(), 15U);
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    EXPECT_THAT(list.out, HasSubstr(name));
    const Finished explained = run({"models", "explain", name});
    expect_fine(explained);
    EXPECT_THAT(explained.out, testing::AnyOf(HasSubstr("source: "), HasSubstr("[documented]")));
  }
}

TEST_F(Results, OfModelsExplainEveryModelOfAName) {
  const Finished explained = run({"models", "explain", "oracle"});
  expect_fine(explained);
  EXPECT_THAT(explained.out, HasSubstr("oracle (keep_alive): "));
  EXPECT_THAT(explained.out, HasSubstr("oracle (evict): "));
}

}  // namespace
}  // namespace lambdasim::test
