// What the commands show and leave behind of backends, resources and files.
#include <nlohmann/json.hpp>

#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using nlohmann::json;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// Ten calls at once every minute, each needing a connection; the small database has four.
constexpr const char* kStore = R"(name: store
duration: 10 min
replications: 2
backends: {users_db: {max_connections: 100}}
functions:
  f:
    runtime: python3.13
    memory: 512 MB
    files: {model: {size: 1 MB}}
    resources:
      db: {where: first_use, connects_to: users_db, setup: [{wait: 10 ms}]}
      key: {kind: data_key, where: first_use}
    handler:
      - {request: db, takes: 1 s}
      - fetch: model
      - {encrypt: 1 MB, with: key}
workload:
  - invoke: f
    arrivals: {every: {interval: 1 min, at_once: 10}}
designs:
  large: {}
  small: {backends.users_db.max_connections: 4}
)";

class BackendsShown : public CommandLine {
 protected:
  void SetUp() override {
    CommandLine::SetUp();
    folder_.write("store.yaml", kStore);
  }
};

TEST_F(BackendsShown, InTablesOfTheComparisonWithASentenceOnTheDatabaseThatRanOut) {
  const Finished compared = run({"compare", "store.yaml", "-q"});
  ASSERT_EQ(compared.exit_code, 0) << compared.err;
  EXPECT_THAT(compared.out, ContainsRegex("users_db \\(up to 100 connections\\) +large +small"));
  EXPECT_THAT(compared.out, ContainsRegex("connections, peak +10 +4"));
  EXPECT_THAT(compared.out, ContainsRegex("kms +large +small\n *requests +10 +4"));
  EXPECT_THAT(compared.out, ContainsRegex("db: made +10 +4"));
  EXPECT_THAT(compared.out, ContainsRegex("/tmp of f +large +small"));
  EXPECT_THAT(compared.out, ContainsRegex("small exhausts users_db: none of its 4 connections"));
  EXPECT_THAT(compared.out, Not(HasSubstr("large exhausts")));
}

TEST_F(BackendsShown, InJsonByName) {
  const Finished ran = run({"run", "store.yaml", "-q", "--json"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const json backends = json::parse(ran.out)["designs"][1]["backends"];
  EXPECT_EQ(backends["users_db"]["peak_connections"]["mean"], 4);
  EXPECT_EQ(backends["kms"]["requests"]["mean"], 4);
}

TEST_F(BackendsShown, InTablesOfTheFile) {
  ASSERT_EQ(run({"run", "store.yaml", "-q", "-o", "store.h5"}).exit_code, 0);
  const std::string backends = run({"export", "store.h5", "--table", "backends"}).out;
  EXPECT_THAT(backends, HasSubstr("design,replication,backend,name,limit,peak_connections"));
  EXPECT_THAT(backends, HasSubstr("0,0,0,users_db,100,10,8.99"));
  EXPECT_THAT(backends, HasSubstr("1,1,0,users_db,4,4,"));
  EXPECT_THAT(run({"export", "store.h5", "--table", "resources"}).out, HasSubstr("0,1,0,db,10,"));
  EXPECT_THAT(run({"export", "store.h5", "--table", "storage"}).out,
              HasSubstr("hits,misses,evicted,full,fetched_bytes,peak_bytes\n"));
}

TEST_F(BackendsShown, NotWhereAScenarioHasNone) {
  const Finished ran = run({"run", "small.yaml", "-q", "-o", "small.h5"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  for (const char* table : {"backends", "resources", "storage", "calls", "connections"}) {
    const std::string text = run({"export", "small.h5", "--table", table}).out;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << table;
  }
}

TEST_F(BackendsShown, AsKindsOfResourcesAmongTheModels) {
  EXPECT_THAT(run({"models", "list"}).out, HasSubstr("postgres         a connection to"));
  const std::string explained = run({"models", "explain", "data_key"}).out;
  EXPECT_THAT(explained, HasSubstr("data_key (kind of resource)"));
  EXPECT_THAT(explained, HasSubstr("request: kms"));
}

}  // namespace
}  // namespace lambdasim::test
