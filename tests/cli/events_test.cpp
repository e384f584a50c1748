// What the commands show and leave behind of event sources.
#include <nlohmann/json.hpp>

#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// 100 events, one a second, each a payload of two requests; all fail for good.
constexpr const char* kEvents = R"(name: events
duration: 100 s
replications: 2
functions:
  f:
    runtime: python3.13
    memory: 256 MB
    payload: 300 KB
    failures: {error: 1}
    handler: [{wait: 20 ms}]
workload:
  - invoke: f
    source: {async: {maximum_retries: 0}}
    arrivals: {constant: {rate: 1 /s}}
designs:
  lost: {}
  kept: {workload.0.source.async.on_failure: dead_letter_queue}
)";

class Events : public CommandLine {
 protected:
  void SetUp() override {
    CommandLine::SetUp();
    folder_.write("events.yaml", kEvents);
  }
};

TEST_F(Events, StandInABlockOfTheResult) {
  for (const char* command : {"run", "compare"}) {
    const Finished finished = run({command, "events.yaml"});
    EXPECT_EQ(finished.err, "");
    const std::vector<std::string> lines = lines_of(finished.out);
    EXPECT_THAT(lines, Contains(ContainsRegex("^events +lost +kept$")));
    EXPECT_THAT(lines, Contains(ContainsRegex("^arrived +100 +100$")));
    EXPECT_THAT(lines, Contains(ContainsRegex("^dead-lettered +0 +100$")));
    EXPECT_THAT(lines, Contains(ContainsRegex("^discarded +100 +0$")));
    EXPECT_THAT(finished.out, Not(HasSubstr("\nexpired")));
  }
}

TEST_F(Events, ThatAreLostDecideInsteadOfTheAttemptsThatFailed) {
  folder_.write("retried.yaml",
                std::string(kEvents) + "  retried: {workload.0.source.async.maximum_retries: 2}\n");
  const Finished finished = run({"compare", "retried.yaml", "--set",
                                 "functions.f.failures.error=0.5", "--set", "duration=1000 s"});
  EXPECT_THAT(finished.out, HasSubstr("share of events lost is "));
  EXPECT_THAT(finished.out, Not(HasSubstr("share of errors")));
}

TEST_F(Events, StandInTheJsonOfEachDesign) {
  const json root = json::parse(run({"compare", "events.yaml", "--json"}).out);
  EXPECT_EQ(root["designs"][1]["events"]["dead_lettered"]["mean"], 100.0);
}

TEST_F(Events, HaveATableAndColumnsOfTheInvocations) {
  run({"run", "events.yaml"});
  const Finished sources = exported("events.h5", "sources");
  EXPECT_EQ(sources.err, "");
  EXPECT_THAT(sources.out, HasSubstr("\n0,0,0,async/f,0,100,0,0,0,0,100,0,"));
  const Finished rows = run({"export", "events.h5", "--table", "invocations", "--columns",
                             "event,source,items,refusal,attempt"});
  EXPECT_THAT(lines_of(rows.out).at(2), "1,0,1,none,1");
}

TEST_F(Events, OfALargePayloadAreChargedAsTheRequestsThatTheyCountAs) {
  run({"run", "events.yaml"});
  const Finished summary =
      run({"export", "events.h5", "--table", "summary", "--columns", "cost_requests_usd"});
  EXPECT_THAT(std::stod(lines_of(summary.out).at(1)), testing::DoubleNear(200 * 2e-7, 1e-12));
}

TEST_F(Events, AreNotSpokenOfWhereNothingStandsBeforeAFunction) {
  const Finished finished = run({"run", "small.yaml"});
  EXPECT_THAT(lines_of(finished.out), Not(Contains(testing::StartsWith("events"))));
  EXPECT_EQ(lines_of(exported("small.h5", "sources").out).size(), 1U);
}

}  // namespace
}  // namespace lambdasim::test
