// Nothing is lost and nothing counted twice: requests, contexts and their time, all in integers.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/support/eventful.h"
#include "tests/support/replications.h"

namespace lambdasim::test {
namespace {

using engine::Outcome;
using engine::Start;

/// Rows of one run, kept by function.
class RowsByFunction {
 public:
  explicit RowsByFunction(std::size_t functions)
      : invocations(functions), contexts(functions), idle_time(functions), created(functions) {}

  void invocation(const engine::InvocationRecord& row) {
    invocations[row.function.value].push_back(row);
  }
  void initialising(core::FunctionId function, SimTime, SimTime) { ++created[function.value]; }
  void provisioned(core::FunctionId, std::uint32_t, SimTime, SimTime) {}
  void provisioned_init(core::FunctionId, SimTime, std::uint32_t) {}
  void connected(core::BackendId, SimTime, SimTime) {}
  void execution(const engine::ExecutionRecord&, std::span<const engine::FunctionUse>) {}
  void idle(core::FunctionId function, SimTime from, SimTime to) {
    ASSERT_LE(from, to);
    idle_time[function.value] += to - from;
  }
  void context(const engine::ContextRecord& row) { contexts[row.function.value].push_back(row); }

  std::vector<std::vector<engine::InvocationRecord>> invocations;
  std::vector<std::vector<engine::ContextRecord>> contexts;
  std::vector<Duration> idle_time;
  std::vector<std::size_t> created;
};

struct Case {
  const char* name;
  engine::Setup setup;
};

std::vector<Case> cases() {
  engine::Setup reset_init_apart = eventful_setup();
  for (engine::FunctionSetup& function : reset_init_apart.functions) {
    function.reset_init_in_duration = false;
  }
  engine::Setup reserved = eventful_setup();
  reserved.functions[0].reserved_concurrency = 5;
  reserved.functions[0].warm_contexts = 3;
  engine::Setup returned_later = eventful_setup();
  for (engine::FunctionSetup& function : returned_later.functions) {
    function.return_delay = constant(6ms);
  }
  engine::Setup cut_off = returned_later;
  cut_off.horizon = 100min;  // in the middle of the traffic
  engine::Setup troubled = eventful_setup();
  for (engine::FunctionSetup& function : troubled.functions) {
    function.failures = {
        .error = 0.02, .crash = 0.02, .out_of_memory = 0.01, .init = 0.1, .at = 0.5};
    function.proactive = {0.7, 1s};
    function.deployments = {at(30min), at(61min), at(90min)};
    function.init_limit = 1s;
    function.first_call = {{engine::StepKind::kWait, {}, 63, constant(30ms)}};
  }
  troubled.functions[0].reuse = engine::ReuseOrder::kRandom;
  troubled.functions[1].reuse = engine::ReuseOrder::kOldest;
  return {{"plain", eventful_setup()},
          {"troubled", std::move(troubled)},
          {"return delay", std::move(returned_later)},
          {"INIT after a reset apart", std::move(reset_init_apart)},
          {"reserved and warm", std::move(reserved)},
          {"cut off", std::move(cut_off)}};
}

class Conservation : public testing::TestWithParam<Case> {
 protected:
  Conservation() : setup_(GetParam().setup), rows_(setup_.functions.size()) {
    engine::Progress progress;
    result_ = engine::simulate(setup_, {22, 0}, rows_, progress);
  }

  engine::Setup setup_;
  RowsByFunction rows_;
  engine::RunResult result_;
};

TEST_P(Conservation, EveryArrivalIsServedOnceOrRefused) {
  const auto totals = totals_of(setup_, {22, 0});
  std::uint64_t rows = 0;
  for (std::size_t f = 0; f < totals.size(); ++f) {
    const engine::FunctionTotals& t = totals[f];
    EXPECT_EQ(t.arrivals, t.ok + t.timeouts + t.errors + t.throttled);
    EXPECT_EQ(t.arrivals, rows_.invocations[f].size());
    EXPECT_GT(t.throttled, 0U);
    EXPECT_GT(t.timeouts, 0U);
    rows += rows_.invocations[f].size();
  }
  EXPECT_EQ(result_.arrivals, rows);
}

TEST_P(Conservation, InvocationsOfAContextAreThoseThatItServed) {
  for (std::size_t f = 0; f < setup_.functions.size(); ++f) {
    std::map<std::uint32_t, std::uint64_t> served;
    for (const engine::InvocationRecord& row : rows_.invocations[f]) {
      if (row.start != Start::kNone) {
        ++served[row.context.value];
      }
    }
    for (const engine::ContextRecord& context : rows_.contexts[f]) {
      EXPECT_EQ(context.invocations, served[context.context.value]);
      served.erase(context.context.value);
    }
    EXPECT_TRUE(served.empty()) << "calls served by contexts without a row";
    EXPECT_EQ(rows_.contexts[f].size(), rows_.created[f] + setup_.functions[f].warm_contexts);
  }
}

TEST_P(Conservation, TheLifeOfAContextIsInitBusyAndIdleTime) {
  for (std::size_t f = 0; f < setup_.functions.size(); ++f) {
    std::map<std::uint32_t, Duration> busy;
    std::map<std::uint32_t, Duration> init_after_reset;
    for (const engine::InvocationRecord& row : rows_.invocations[f]) {
      busy[row.context.value] += row.duration;
      init_after_reset[row.context.value] += row.start == Start::kReset ? row.init : 0ns;
    }
    Duration idle{0};
    for (const engine::ContextRecord& context : rows_.contexts[f]) {
      const std::uint32_t id = context.context.value;
      EXPECT_EQ(context.busy, busy[id]);
      EXPECT_EQ(
          context.retired - context.created,
          (context.ready - context.created) + context.busy + context.idle + init_after_reset[id]);
      EXPECT_GE(context.idle, 0ns);
      EXPECT_GE(context.ready - context.created, context.init);
      idle += context.idle;
    }
    EXPECT_EQ(idle, rows_.idle_time[f]);
  }
}

/// The most spans that cover one moment; a span ends before what begins at that time.
std::int64_t most_at_once(std::vector<std::pair<SimTime, int>> steps) {
  std::sort(steps.begin(), steps.end());
  std::int64_t number = 0;
  std::int64_t most = 0;
  for (const auto& [when, step] : steps) {
    number += step;
    most = std::max(most, number);
  }
  return most;
}

// A request is in flight until its context can be chosen again. A context whose lifetime ends
// before that is recycled then, but is counted for so long.
TEST_P(Conservation, PeaksAreThoseOfTheRows) {
  for (std::size_t f = 0; f < setup_.functions.size(); ++f) {
    const Duration delay = core::duration_of_nanoseconds(setup_.functions[f].return_delay.mean());
    std::vector<std::pair<SimTime, int>> live;
    for (const engine::ContextRecord& row : rows_.contexts[f]) {
      live.emplace_back(row.created, 1);
      live.emplace_back(row.retired, -1);
    }
    std::vector<std::pair<SimTime, int>> in_flight;
    for (const engine::InvocationRecord& row : rows_.invocations[f]) {
      if (row.start != Start::kNone) {
        in_flight.emplace_back(row.arrival, 1);
        in_flight.emplace_back(row.arrival + row.latency() + delay, -1);
      }
    }
    const engine::FunctionPeaks& peaks = result_.peaks[f];
    EXPECT_EQ(peaks.in_flight, most_at_once(in_flight));
    if (delay == 0ns) {
      EXPECT_EQ(peaks.contexts, most_at_once(live));
    } else {
      EXPECT_GE(peaks.contexts, most_at_once(live));
      EXPECT_LE(peaks.contexts, most_at_once(live) + 1);
    }
    EXPECT_LE(peaks.in_flight, setup_.account_concurrency);
  }
}

TEST_P(Conservation, ContextsEndForTheReasonTheyGive) {
  std::map<engine::Retirement, int> ends;
  for (const auto& contexts : rows_.contexts) {
    for (const engine::ContextRecord& row : contexts) {
      ++ends[row.why];
      if (row.why == engine::Retirement::kEndOfRun) {
        EXPECT_GE(row.retired, at(setup_.horizon));
      }
    }
  }
  EXPECT_GT(ends[engine::Retirement::kIdle], 100);
  EXPECT_GT(ends[engine::Retirement::kRecycled], 10);
}

INSTANTIATE_TEST_SUITE_P(EventfulRuns, Conservation, testing::ValuesIn(cases()),
                         [](const auto& of) {
                           std::string name = of.param.name;
                           std::replace(name.begin(), name.end(), ' ', '_');
                           return name;
                         });

void PrintTo(const Case& of, std::ostream* out) {
  *out << of.name;
}

}  // namespace
}  // namespace lambdasim::test
