// What the commands show and leave behind of events that handlers send.
#include <nlohmann/json.hpp>

#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// 100 calls a second apart. Each sends two events, which fail for good in the other design; ten
/// more come from outside.
constexpr const char* kSends = R"(name: sends
duration: 100 s
replications: 2
functions:
  front:
    runtime: python3.13
    memory: 256 MB
    warm_contexts: 5
    first_call: []
    call_overhead: 0 ms
    handler: [{wait: 10 ms}, {send: jobs, events: 2, takes: 5 ms}]
  worker:
    runtime: python3.13
    memory: 256 MB
    warm_contexts: 5
    first_call: []
    call_overhead: 0 ms
    handler: [{wait: 40 ms}]
workload:
  - {invoke: front, arrivals: {constant: {rate: 1 /s}}}
  - {name: jobs, invoke: worker, source: {async: {maximum_retries: 0}}, arrivals: {constant: {rate: 0.1 /s}}}
designs:
  well: {}
  failing: {functions.worker.failures.error: 1}
)";

class Sends : public CommandLine {
 protected:
  void SetUp() override {
    CommandLine::SetUp();
    folder_.write("sends.yaml", kSends);
  }
};

TEST_F(Sends, AreCountedAmongWhatArrives) {
  const Finished finished = run({"run", "sends.yaml"});
  EXPECT_EQ(finished.err, "");
  const std::vector<std::string> lines = lines_of(finished.out);
  EXPECT_THAT(lines, Contains(ContainsRegex("^arrived +210 +210$")));
  EXPECT_THAT(lines, Contains(ContainsRegex("^of them sent by handlers +200 +200$")));
  EXPECT_THAT(lines, Contains(ContainsRegex("^handled +210 +0$")));
  EXPECT_THAT(lines, Contains(ContainsRegex("^discarded +0 +210$")));
  EXPECT_THAT(run({"run", "small.yaml"}).out, Not(HasSubstr("sent by handlers")));
}

TEST_F(Sends, StandInTheJsonOfEachDesign) {
  const json root = json::parse(run({"compare", "sends.yaml", "--json"}).out);
  EXPECT_EQ(root["designs"][1]["events"]["sent"]["mean"], 200.0);
  EXPECT_EQ(root["designs"][1]["events"]["events"]["mean"], 210.0);
}

TEST_F(Sends, HaveACountInTheTableOfSourcesAndARowEachInTheTableOfParents) {
  run({"run", "sends.yaml"});
  EXPECT_THAT(exported("sends.h5", "sources").out, HasSubstr("\n1,0,1,async/jobs,1,210,200,0,"));
  const Finished parents = exported("sends.h5", "parents");
  EXPECT_EQ(parents.err, "");
  const std::vector<std::string> rows = lines_of(parents.out);
  ASSERT_EQ(rows.size(), 1U + 2 * 2 * 200U);
  EXPECT_EQ(rows[0],
            "design,replication,kind,time_ns,function,event,source,parent_function,parent_context,"
            "parent_arrival_ns");
  // The second event of the first call, which arrived after half a second.
  EXPECT_THAT(rows[2],
              testing::MatchesRegex("0,0,send,515000000,1,2147483649,1,0,[0-9]+,500000000"));
  run({"run", "small.yaml"});
  EXPECT_THAT(exported("small.h5", "parents").err, HasSubstr("parents"));
}

TEST_F(Sends, CostTheCallerWhatTheyTakeAndTheirFunctionsWhatTheyAre) {
  run({"run", "sends.yaml"});
  const Finished rows = run({"export", "sends.h5", "--table", "invocations", "--columns",
                             "design,replication,function,billed_ms"});
  const std::vector<std::string> lines = lines_of(rows.out);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "0,0,0,15"), 100);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "0,0,1,40"), 210);
}

}  // namespace
}  // namespace lambdasim::test
