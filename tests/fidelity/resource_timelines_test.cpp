// Hand-worked timelines: every kind of resource, made in each place, cold and warm, at three memory
// sizes. Each prints what is expected, step by step, and what was simulated; they agree exactly.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <iostream>
#include <numeric>

#include "sim/app/scenario.h"
#include "tests/support/run_program.h"
#include "tests/support/scripted.h"

namespace lambdasim::app {
namespace {

using core::Duration;
using engine::InvocationRecord;
using namespace std::chrono_literals;

/// One step of making a resource: what it takes where CPU is not limited.
struct Part {
  const char* what;
  Duration time;
  bool is_cpu = false;
};

struct Kind {
  const char* name;
  const char* yaml;  ///< of the resource, without its place
  std::vector<Part> parts;
  std::vector<Part> again;  ///< where making it a second time in a context takes less
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"postgres",
       "kind: postgres, connects_to: database",
       {{"DNS", 7300us},
        {"TCP", 700us},
        {"TLS round trips", 1400us},
        {"TLS", 54ms, true},
        {"SCRAM", 3ms, true},
        {"server process", 5ms},
        {"SASL round trips", 2100us}},
       {}},
      {"rds_proxy",
       "kind: rds_proxy, connects_to: proxy",
       {{"DNS", 7300us},
        {"TCP", 700us},
        {"TLS round trips", 1400us},
        {"TLS", 54ms, true},
        {"SCRAM", 3ms, true},
        {"SASL round trips", 2100us}},
       {}},
      {"https_client",
       "kind: https_client",
       {{"DNS", 7300us}, {"TCP", 700us}, {"TLS round trip", 700us}, {"TLS", 54ms, true}},
       {}},
      {"sdk_client", "kind: sdk_client", {{"service description", 100ms, true}}, {}},
      {"secret", "kind: secret, setup: [{wait: 12 ms}]", {{"GetSecretValue", 12ms}}, {}},
      {"data_key",
       "kind: data_key, setup: [{request: kms, takes: 9 ms}]",
       {{"GenerateDataKey", 9ms}},
       {}},
      {"model",
       "setup: [{fetch: weights}, {read: 200 MB}, {cpu: 50 ms}]",
       {{"first byte", 30ms},
        {"200 MB to /tmp at 500 MB/s", 400ms},
        {"200 MB from /tmp", 400ms},
        {"parsing", 50ms, true}},
       {{"200 MB from /tmp", 400ms}, {"parsing", 50ms, true}}},
  };
  return all;
}

struct Case {
  const Kind& kind;
  const char* where;
  int memory_mb;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Kind& kind : kinds()) {
    for (const char* where : {"outside_handler", "inside_handler", "first_use"}) {
      for (const int memory_mb : {128, 1792, 10240}) {
        all.push_back({kind, where, memory_mb});
      }
    }
  }
  return all;
}

/// One thread gets at most one vCPU, which is there from 1,792 MB on.
Duration wall_time(const Part& part, int memory_mb) {
  return part.is_cpu && memory_mb < 1792 ? part.time * 1792 / memory_mb : part.time;
}

class Timeline : public testing::TestWithParam<Case> {
 protected:
  Timeline() {
    const test::TemporaryFolder folder;
    const auto file = folder.write(
        "scenario.yaml",
        fmt::format(
            "duration: 10 min\nreplications: 1\ncpu: proportional\n"
            "backends: {{database: {{max_connections: 100}}, proxy: {{proxy_of: database, pool: 50 "
            "%}}}}\n"
            "functions:\n  f:\n    runtime_init: 100 ms\n    memory: {} MB\n    timeout: 60 s\n"
            "    call_overhead: 0 ms\n    files: {{weights: {{size: 200 MB, latency: 30 ms}}}}\n"
            "    resources: {{thing: {{{}, where: {}}}}}\n"
            "    handler: [{{use: thing}}, {{wait: 10 ms}}, {{cpu: 2 ms}}]\n"
            "workload: [{{invoke: f, arrivals: {{constant: {{rate: 1 /min}}}}}}]\n",
            GetParam().memory_mb, GetParam().kind.yaml, GetParam().where));
    const Scenario scenario = read_scenario(file.string());
    rows_ = test::run(scenario.designs.front().setup).rows.invocations;
  }

  /// Prints the steps beside what came of them.
  void expect(const char* call, const char* span, std::vector<Part> parts, bool at_full_speed,
              Duration simulated) const {
    const auto& [kind, where, memory_mb] = GetParam();
    Duration sum{0};
    std::cout << fmt::format("{} {} {} MB, {}, {}:\n", kind.name, where, memory_mb, call, span);
    for (const Part& part : parts) {
      const Duration time = at_full_speed ? part.time : wall_time(part, memory_mb);
      sum += time;
      std::cout << fmt::format("  {:<28} {:>12} ns\n", part.what, time.count());
    }
    std::cout << fmt::format("  {:<28} {:>12} ns, simulated {} ns\n", "expected", sum.count(),
                             simulated.count());
    EXPECT_EQ(sum, simulated) << call << ", " << span;
  }

  static std::vector<Part> joined(std::vector<Part> first, const std::vector<Part>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
  }

  const std::vector<Part> work_{{"the query", 10ms}, {"its result", 2ms, true}};
  std::vector<InvocationRecord> rows_;
};

TEST_P(Timeline, IsAsWorkedOutByHand) {
  const std::string where = GetParam().where;
  const Kind& kind = GetParam().kind;
  const std::vector<Part> runtime{{"runtime", 100ms}};
  const std::vector<Part>& again = kind.again.empty() ? kind.parts : kind.again;
  ASSERT_GE(rows_.size(), 3U);
  ASSERT_EQ(rows_[0].start, engine::Start::kCold);
  ASSERT_EQ(rows_[1].start, engine::Start::kWarm);
  if (where == "outside_handler") {
    expect("cold", "INIT", joined(runtime, kind.parts), true, rows_[0].init);
    expect("cold", "Duration", work_, false, rows_[0].duration);
    expect("warm", "Duration", work_, false, rows_[1].duration);
  } else if (where == "inside_handler") {
    expect("cold", "INIT", runtime, true, rows_[0].init);
    expect("cold", "Duration", joined(kind.parts, work_), false, rows_[0].duration);
    expect("warm", "Duration", joined(again, work_), false, rows_[1].duration);
    expect("warm, once more", "Duration", joined(again, work_), false, rows_[2].duration);
  } else {
    expect("cold", "INIT", runtime, true, rows_[0].init);
    expect("cold", "Duration", joined(kind.parts, work_), false, rows_[0].duration);
    expect("warm", "Duration", work_, false, rows_[1].duration);
  }
}

INSTANTIATE_TEST_SUITE_P(OfEachResource, Timeline, testing::ValuesIn(cases()),
                         [](const testing::TestParamInfo<Case>& each) {
                           return fmt::format("{}_{}_{}MB", each.param.kind.name, each.param.where,
                                              each.param.memory_mb);
                         });

}  // namespace
}  // namespace lambdasim::app
