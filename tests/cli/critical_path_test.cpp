// What `validate` says of steps that need one another.
#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class CriticalPath : public CommandLine {};

constexpr const char* kGetUser = R"(duration: 1 h
functions:
  get_user:
    runtime: python3.13
    init:
      - {cpu: 40 ms, id: code, threads: 2}
      - {wait: 30 ms, id: model}
      - {cpu: 5 ms, needs: [code, model]}
    resources:
      db: {where: first_use, setup: [{cpu: 1 ms}, {wait: 4 ms}]}
      cache: {setup: [{wait: 9 ms}]}
    handler:
      - {cpu: 5 ms, id: parse}
      - {wait: 40 ms, id: users, needs: [parse]}
      - {wait: {uniform: {from: 50 ms, to: 70 ms}}, id: orders, needs: [parse]}
      - {cpu: 10 ms, needs: [users, orders]}
      - {use: db}
      - {use: cache}
workload:
  - {invoke: get_user, arrivals: {poisson: {rate: 1 /s}}}
)";

TEST_F(CriticalPath, IsToldByMeanTimesAtFullSpeed) {
  folder_.write("graph.yaml", kGetUser);
  const Finished done = run({"validate", "graph.yaml"});
  EXPECT_EQ(done.exit_code, app::kExitOk);
  EXPECT_THAT(done.out,
              HasSubstr("get_user init: critical path model -> step 3, 35 ms of 55 ms of work\n"
                        "get_user handler: critical path parse -> orders -> step 4, 75 ms of "
                        "120 ms of work\n"));
}

TEST_F(CriticalPath, IsNotToldOfStepsInARow) {
  EXPECT_THAT(run({"validate", "small.yaml"}).out, Not(HasSubstr("critical path")));
}

TEST_F(CriticalPath, NamesTheDesignsItHoldsFor) {
  folder_.write("graph.yaml", std::string{kGetUser} + R"(designs:
  as it is:
  larger: {functions.get_user.memory: 2 GB}
  one by one: {functions.get_user.handler.2.needs: [users]}
)");
  EXPECT_THAT(run({"validate", "graph.yaml"}).out,
              HasSubstr("get_user init: critical path model -> step 3, 35 ms of 55 ms of work\n"
                        "get_user handler (as it is, larger): critical path parse -> orders -> "
                        "step 4, 75 ms of 120 ms of work\n"
                        "get_user handler (one by one): critical path parse -> users -> orders -> "
                        "step 4, 115 ms of 120 ms of work\n"));
}

TEST_F(CriticalPath, LeavesOutWhatATraceRecorded) {
  folder_.write("calls.csv", "when,took\n0,5\n");
  folder_.write("graph.yaml", R"(duration: 1 h
functions:
  f:
    runtime: python3.13
    handler: [{cpu: recorded, id: work}, {wait: 3 ms, needs: [work]}]
workload:
  - {invoke: f, arrivals: {trace: {file: calls.csv, arrival: when, duration: took, unit: ms}}}
)");
  EXPECT_THAT(run({"validate", "graph.yaml"}).out,
              HasSubstr("f handler: critical path work -> step 2, 3 ms of 3 ms of work, without "
                        "what is recorded\n"));
}

}  // namespace
}  // namespace lambdasim::test
