// What is drawn of a scenario, and of one function.
#include "sim/app/scenario_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/run_program.h"

namespace lambdasim::app {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kShop = R"(name: shop
duration: 1 h
account: {concurrency: 500}
backends:
  orders_db: {instance: db.t4g.micro, parallel: 8}
  orders_proxy: {proxy_of: orders_db}
  unasked: {}
functions:
  order:
    runtime: python3.13
    memory: 512 MB
    timeout: 10 s
    reserved_concurrency: 20
    provisioned: {concurrency: 2, schedule: [{at: 30 min, concurrency: 5}]}
    resources:
      db: {kind: postgres, where: first_use, connects_to: orders_proxy}
      model: {where: outside_handler, setup: [{cpu: 1 s}, {wait: 500 ms}]}
    init: [{cpu: 40 ms}]
    handler:
      - {use: model}
      - {request: db, takes: 3 ms}
      - {call: price, times: 10, probability: 20 %}
      - {request: kms, takes: 2 ms}
  price: {runtime: python3.13, handler: [{cpu: 5 ms, threads: 2}]}
  unused: {runtime: python3.13, handler: [{cpu: 5 ms}]}
  page:
    runtime: python3.13
    handler:
      - {cpu: 5 ms, id: parse}
      - {wait: {uniform: {from: 10 ms, to: 30 ms}}, id: users, needs: [parse]}
      - {wait: 9 ms, needs: [parse]}
      - {cpu: 1 ms, needs: [users]}
workflows:
  book:
    kind: express
    states:
      try: {invoke: order, retry: {attempts: 3}, catch: sorry, next: which}
      which: {choice: {both: 75 %, end: 25 %}}
      both: {parallel: [each, rest], next: end}
      each: {map: {invoke: price, items: 1000, concurrency: 40}}
      rest: {wait: 5 s}
      sorry: {end: fail}
      end: {end: succeed}
workload:
  - {start: book, arrivals: {poisson: {rate: 3 /s}}}
  - {invoke: {order: 90 %, price: 10 %}, source: {sqs: {batch_size: 5}}, starts: 10 min,
     arrivals: {constant: {rate: 2 /min}}}
  - {invoke: page, arrivals: {cron: {expression: "0 * * * ? *"}}}
designs:
  plain: {}
  large: {functions.order.memory: 2 GB}
)";

Scenario shop() {
  const test::TemporaryFolder folder;
  return read_scenario(folder.write("shop.yaml", kShop).string());
}

std::string edge(const std::string& from, const std::string& to, const std::string& attributes) {
  return "  \"" + from + "\" -> \"" + to + "\" [" + attributes + "]\n";
}

class ScenarioGraph : public testing::Test {
 protected:
  const Scenario scenario_ = shop();
  const std::string text_ = scenario_graph(scenario_, scenario_.designs.front());

  std::string inside(std::uint32_t function) const {
    return function_graph(scenario_, scenario_.designs.front(), core::FunctionId{function});
  }
};

TEST_F(ScenarioGraph, TellsWhatHoldsForAll) {
  EXPECT_THAT(text_, HasSubstr("label=\"shop, design plain\\naccount: 500 at once; 1,000 new "
                               "contexts and 100 /s more, each function\\n \""));
  EXPECT_THAT(scenario_graph(scenario_, scenario_.designs[1]),
              HasSubstr("[label=\"order\\n2048 MB, timeout 10 s\\n"));
}

TEST_F(ScenarioGraph, DrawsWhereEventsComeFromAndWhatTheyInvoke) {
  EXPECT_THAT(text_, HasSubstr("\"entry 0\" [label=\"start\\npoisson 3 /s\", class=\"source\""));
  EXPECT_THAT(text_, HasSubstr("\"entry 1\" [label=\"sqs, batches of 5\\nconstant 2 /min\\n"
                               "from 10 min\", class=\"source\""));
  EXPECT_THAT(text_, HasSubstr("\"entry 2\" [label=\"http\\ncron 0 * * * ? *\""));
  const std::string invoke = "class=\"invoke\", color=\"#b35c00\"";
  EXPECT_THAT(text_, HasSubstr(edge("entry 0", "state book.try", invoke)));
  EXPECT_THAT(text_, HasSubstr(edge("entry 1", "function order", invoke + ", label=\"90 %\"")));
  EXPECT_THAT(text_, HasSubstr(edge("entry 2", "function page", invoke)));
}

TEST(ScenarioGraphOfSends, LeadsThroughTheEntryThatIsSentTo) {
  const test::TemporaryFolder folder;
  const Scenario scenario = read_scenario(folder
                                              .write("mails.yaml", R"(name: mails
duration: 1 h
functions:
  order:
    runtime: python3.13
    handler: [{cpu: 5 ms}, {send: mails, events: 3, probability: 50 %}]
  mail: {runtime: python3.13, handler: [{wait: 5 ms}]}
workload:
  - {invoke: order, arrivals: {poisson: {rate: 1 /s}}}
  - {name: mails, invoke: mail, source: sqs}
)")
                                              .string());
  const std::string text = scenario_graph(scenario, scenario.designs.front());
  EXPECT_THAT(text, HasSubstr("\"function order\" -> \"entry 1\" [class=\"invoke\", "
                              "color=\"#b35c00\", label=\"send, 3 events, 50 %\"]"));
  EXPECT_THAT(text, HasSubstr("\"entry 1\" [label=\"mails\\nsqs"));
  EXPECT_THAT(function_graph(scenario, scenario.designs.front(), core::FunctionId{0}),
              HasSubstr("send mails\\n3 events\\n50 %"));
}

TEST_F(ScenarioGraph, DrawsFunctionsWithTheirLimitsAndCalls) {
  EXPECT_THAT(text_, HasSubstr("\"function order\" [label=\"order\\n512 MB, timeout 10 s\\n"
                               "reserved 20\\nprovisioned 2 to 5\\nholds model\", class=\"func"));
  EXPECT_THAT(text_, HasSubstr("nothing invokes it\", class=\"idle\""));
  EXPECT_THAT(text_, HasSubstr("\"function order\" -> \"function price\" [class=\"invoke\", "
                               "color=\"#b35c00\", label=\"call, 10 at once, 20 %\"]"));
}

TEST_F(ScenarioGraph, DrawsWhatStandsBehindFunctions) {
  const std::string use = "class=\"use\", color=\"#2a5db0\", label=";
  EXPECT_THAT(text_, HasSubstr(edge("function order", "backend orders_proxy", use + "\"db\"")));
  EXPECT_THAT(text_, HasSubstr(edge("function order", "backend kms", use + "\"request\"")));
  EXPECT_THAT(text_,
              HasSubstr(edge("backend orders_proxy", "backend orders_db", use + "\"proxy of\"")));
  EXPECT_THAT(text_, HasSubstr("[label=\"orders_db\\n71 connections\\n8 requests at once\""));
  EXPECT_THAT(text_, HasSubstr("[label=\"unasked\\nnothing asks it\", class=\"idle\""));
}

TEST_F(ScenarioGraph, DrawsWorkflowsStateByState) {
  EXPECT_THAT(text_, HasSubstr("subgraph \"cluster workflow book\" {\n"));
  EXPECT_THAT(text_, HasSubstr("[label=\"workflow book\\nexpress, timeout 5 min\""));
  EXPECT_THAT(text_, HasSubstr("\"state book.try\" [label=\"try\\ninvoke\\nup to 3 attempts\""));
  EXPECT_THAT(text_, HasSubstr("\"state book.rest\" [label=\"rest\\nwait 5 s\""));
  EXPECT_THAT(text_, HasSubstr("\"state book.end\" [label=\"end\\nsucceeds\""));
  EXPECT_THAT(text_, HasSubstr(edge("state book.which", "state book.both",
                                    "class=\"flow\", label=\"75 %\"")));
  EXPECT_THAT(text_, HasSubstr(edge("state book.both", "state book.end",
                                    "class=\"flow\", label=\"when all have ended\"")));
  EXPECT_THAT(text_, HasSubstr("\"state book.try\" -> \"state book.sorry\" [class=\"failure\""));
  EXPECT_THAT(text_, HasSubstr("label=\"1,000 items, 40 at once\""));
  EXPECT_THAT(text_, HasSubstr("    subgraph \"cluster branch book.both.2\" {\n      graph "
                               "[label=\"branch 2 of both\""));
}

TEST_F(ScenarioGraph, IsTheSameEveryTime) {
  EXPECT_EQ(text_, scenario_graph(shop(), shop().designs.front()));
}

TEST_F(ScenarioGraph, OfAFunctionHasItsStepsInARow) {
  const std::string order = inside(0);
  EXPECT_THAT(order, HasSubstr("label=\"function order of shop, design plain\\npython3.13, "
                               "x86_64, 512 MB, timeout 10 s\\nreserved 20"));
  EXPECT_THAT(order, HasSubstr("\"handler 2\" [label=\"call price\\n10 at once\\n20 %\""));
  EXPECT_THAT(order, HasSubstr(edge("handler 0", "handler 1", "class=\"flow\"")));
  EXPECT_THAT(order, HasSubstr(edge("init 0", "resource model", "class=\"flow\"")));
  EXPECT_THAT(order, HasSubstr(edge("resource model", "handler 0",
                                    "class=\"flow\", label=\"cold start\"")));
  EXPECT_THAT(order, HasSubstr("[label=\"model\\nmade in INIT\\nsetup 1,500 ms in the mean\""));
  EXPECT_THAT(order, HasSubstr("\"handler 1\" -> \"resource db\" [class=\"use\""));
  EXPECT_THAT(order, HasSubstr("\"backend orders_db\" [label="));
  EXPECT_THAT(order, HasSubstr("\"handler 3\" -> \"backend kms\" [class=\"use\""));
  EXPECT_THAT(order, HasSubstr("\"handler 2\" -> \"function price\" [class=\"invoke\""));
  EXPECT_THAT(order, Not(HasSubstr("class=\"critical\"")));
  EXPECT_THAT(inside(1), HasSubstr("\"handler 0\" [label=\"cpu 5 ms\\n2 threads\""));
}

TEST_F(ScenarioGraph, OfAFunctionShowsTheCriticalPath) {
  const std::string page = inside(3);
  EXPECT_THAT(page, HasSubstr("label=\"handler, critical path 26 ms of 35 ms of work\""));
  EXPECT_THAT(page, HasSubstr("\"handler 1\" [label=\"users\\nwait uniform from 10 ms, to 30 ms"
                              "\\nmean 20 ms\", class=\"critical\""));
  EXPECT_THAT(page, HasSubstr("\"handler 2\" [label=\"step 3\\nwait 9 ms\", class=\"step\""));
  EXPECT_THAT(page, HasSubstr("\"handler 1\" -> \"handler 3\" [class=\"critical\""));
  EXPECT_THAT(page, HasSubstr(edge("handler 0", "handler 2", "class=\"flow\"")));
}

}  // namespace
}  // namespace lambdasim::app
