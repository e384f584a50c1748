// What the commands show and leave behind of workflows.
#include <nlohmann/json.hpp>

#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

/// One execution a second: 100 ms, then four times 200 ms two at a time. The last two are not over
/// when the run ends in the other design, where they wait for 2 s.
constexpr const char* kWorkflow = R"(name: flow
duration: 100 s
replications: 2
functions:
  first:
    runtime: python3.13
    memory: 512 MB
    warm_contexts: 10
    first_call: []
    call_overhead: 0 ms
    handler: [{wait: 100 ms}]
  second:
    runtime: python3.13
    memory: 512 MB
    warm_contexts: 10
    first_call: []
    call_overhead: 0 ms
    handler: [{wait: 200 ms}]
workflows:
  order:
    states:
      begin: {invoke: first, next: all}
      all: {map: {invoke: second, items: 4, concurrency: 2}, next: pause}
      pause: {wait: 0 ms}
workload:
  - {start: order, arrivals: {constant: {rate: 1 /s, phase: 250 ms}}}
designs:
  plain: {}
  slow: {workflows.order.states.pause.wait: 2 s}
)";

class Workflows : public CommandLine {
 protected:
  void SetUp() override {
    CommandLine::SetUp();
    folder_.write("flow.yaml", kWorkflow);
  }
};

TEST_F(Workflows, StandInABlockOfTheResultWithTheSharesOfTheirParts) {
  const Finished finished = run({"run", "flow.yaml"});
  EXPECT_EQ(finished.err, "");
  const std::vector<std::string> lines = lines_of(finished.out);
  EXPECT_THAT(lines, Contains(ContainsRegex("^workflow order +plain +slow$")));
  EXPECT_THAT(lines, Contains(ContainsRegex("^executions +100 +100$")));
  EXPECT_THAT(lines, Contains(ContainsRegex("^share of duration: first +11.11 % +11.11 %")));
  EXPECT_THAT(lines, Contains(ContainsRegex("^share of duration: second +88.89 % +88.89 %")));
  EXPECT_THAT(lines, Contains(ContainsRegex("^share of cost: \\(transitions\\) +9")));
}

TEST_F(Workflows, AreComparedByTheirExecutions) {
  const Finished finished = run({"compare", "flow.yaml"});
  EXPECT_THAT(finished.out, HasSubstr("plain wins over slow: with slow, p99 latency of executions "
                                      "is 2,0"));
}

TEST_F(Workflows, LeaveARowOfEachExecutionAndOfEachPart) {
  run({"run", "flow.yaml", "-o", "flow.h5"});
  const std::vector<std::string> executions =
      lines_of(run({"export", "flow.h5", "--table", "executions", "--columns",
                    "design,replication,event,outcome,invocations,transitions"})
                   .out);
  ASSERT_EQ(executions.size(), 401U);
  EXPECT_EQ(executions[1], "0,0,0,finished,5,7");
  EXPECT_THAT(executions, Contains("1,1,99,in_flight,5,7"));
  const std::vector<std::string> parts =
      lines_of(run({"export", "flow.h5", "--table", "workflows", "--columns",
                    "design,replication,name,part,function,executions,in_flight,invocations,"
                    "transitions,billed_ms"})
                   .out);
  ASSERT_EQ(parts.size(), 17U);
  EXPECT_EQ(parts[1], "0,0,order,(all),-1,100,0,500,700,90000");
  EXPECT_EQ(parts[2], "0,0,order,first,0,0,0,100,0,10000");
  EXPECT_EQ(parts[3], "0,0,order,second,1,0,0,400,0,80000");
  EXPECT_EQ(parts[4], "0,0,order,(transitions),-1,0,0,0,700,0");
}

TEST_F(Workflows, AreInTheJsonOfTheResult) {
  const json root = json::parse(run({"run", "flow.yaml", "--json"}).out);
  const json& order = root["designs"][0]["workflows"]["order"];
  EXPECT_EQ(order["executions"]["mean"], 100);
  EXPECT_NEAR(order["latency_p50_ms"]["mean"].get<double>(), 500, 2);
  double shares = 0;
  for (const auto& [part, share] : order["cost_share"].items()) {
    shares += share.get<double>();
  }
  EXPECT_NEAR(shares, 1, 1e-9);
}

TEST_F(Workflows, AreExplained) {
  const Finished finished = run({"models", "explain", "workflow"});
  EXPECT_THAT(finished.out, StartsWith("workflow (workflows): "));
  EXPECT_THAT(finished.out, HasSubstr("states.NAME.parallel"));
}

TEST_F(Workflows, LeaveNoTablesWhereThereAreNone) {
  folder_.write("calls.yaml",
                "duration: 10 s\nfunctions: {f: {runtime: python3.13, handler: [{wait: 1 ms}]}}\n"
                "workload: [{invoke: f, arrivals: {constant: {rate: 1 /s, phase: 250 ms}}}]\n");
  run({"run", "calls.yaml", "-o", "calls.h5"});
  const Finished finished = run({"export", "calls.h5", "--table", "executions"});
  EXPECT_NE(finished.exit_code, app::kExitOk);
}

}  // namespace
}  // namespace lambdasim::test
