// Managed instances worked out by hand: which context takes which request, what is refused, how
// requests slow each other, and how many contexts there are when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/engine/recorders/summary.h"
#include "tests/support/attempts.h"
#include "tests/support/scripted.h"

namespace lambdasim::engine {
namespace {

using namespace lambdasim::test;
using testing::ElementsAre;
using testing::IsEmpty;

/// So many contexts that stay as they are.
ManagedInstances fixed(std::uint32_t contexts, std::uint32_t requests_each) {
  ManagedInstances managed;
  managed.requests_per_context = requests_each;
  managed.at_start = managed.minimum = managed.maximum = contexts;
  managed.period = 10s;
  managed.launch = constant(60s);
  return managed;
}

Setup managed_setup(const ManagedInstances& managed, Duration handler,
                    std::vector<ScriptedArrival> arrivals, Duration horizon = 1h) {
  auto setup = setup_of({plain_function(handler)}, std::move(arrivals), horizon);
  setup.functions[0].managed = managed;
  setup.functions[0].timeout = 15min;
  return setup;
}

std::vector<std::uint32_t> contexts_of(const RunOutput& run) {
  std::vector<std::uint32_t> contexts;
  for (const InvocationRecord& record : run.rows.invocations) {
    contexts.push_back(record.start == Start::kNone ? 99 : record.context.value);
  }
  return contexts;
}

std::vector<ScriptedArrival> evenly(Duration from, Duration to, Duration gap) {
  std::vector<ScriptedArrival> arrivals;
  for (Duration time = from; time < to; time += gap) {
    arrivals.push_back({time});
  }
  return arrivals;
}

std::vector<ScriptedArrival> both(std::vector<ScriptedArrival> first,
                                  const std::vector<ScriptedArrival>& second) {
  first.insert(first.end(), second.begin(), second.end());
  std::stable_sort(first.begin(), first.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  return first;
}

TEST(Managed, TheContextWithTheFewestRequestsTakesTheNextAndNoneWaits) {
  const auto r = run(managed_setup(fixed(2, 2), 100ms,
                                   {{0ms}, {1ms}, {2ms}, {3ms}, {4ms}, {100ms}, {101ms}, {150ms}}));
  EXPECT_THAT(contexts_of(r), ElementsAre(0, 1, 0, 1, 99, 0, 1, 0));
  EXPECT_EQ(r.rows.invocations[4].refusal, Refusal::kNoCapacity);
  for (const InvocationRecord& record : r.rows.invocations) {
    EXPECT_EQ(record.latency(), record.start == Start::kNone ? 0ms : 100ms);
    EXPECT_EQ(record.billed_ms, 0U);
    EXPECT_EQ(record.wait + record.sandbox + record.init, 0ms);
  }
  EXPECT_THAT(r.rows.initialisations, IsEmpty());
}

TEST(Managed, AContextIsBusyWhileAnyRequestRunsInItAndIdleOtherwise) {
  const auto r = run(managed_setup(fixed(1, 3), 100ms, {{0ms}, {40ms}, {90ms}, {500ms}}, 1s));
  ASSERT_EQ(r.rows.contexts.size(), 1U);
  const ContextRecord& context = r.rows.contexts[0];
  EXPECT_EQ(context.busy, 190ms + 100ms);
  EXPECT_EQ(context.idle, 1s - 290ms);
  EXPECT_EQ(context.invocations, 4U);
  Duration idle{0};
  for (const IdleSpan& span : r.rows.idle_spans) {
    idle += span.to - span.from;
  }
  EXPECT_EQ(idle, context.idle);
}

/// 10 ms of CPU and 30 ms of waiting: a quarter of a vCPU.
Setup quarter_of_a_vcpu(double cpu_limit, std::size_t requests) {
  ManagedInstances managed = fixed(1, 10);
  managed.cpu_limit = cpu_limit;
  auto setup =
      managed_setup(managed, 30ms, std::vector<ScriptedArrival>(requests, ScriptedArrival{0ms}));
  setup.functions[0].handler.push_back({StepKind::kCpu, {}, 65, constant(10ms)});
  return setup;
}

TEST(Managed, RequestsThatAskForMoreCpuThanThereIsSlowTheOneThatComesThen) {
  EXPECT_THAT(durations_of(run(quarter_of_a_vcpu(100, 6))),
              ElementsAre(40ms, 40ms, 40ms, 40ms, 30ms + 12'500us, 30ms + 15ms));
}

TEST(Managed, AContextWhoseVcpusAreInDemandTakesNoMore) {
  const auto r = run(quarter_of_a_vcpu(1.0, 6));
  EXPECT_THAT(contexts_of(r), ElementsAre(0, 0, 0, 0, 99, 99));
}

// 10 a second, each a second long, then 30. Two contexts take 10 each; they are full from 100 s on,
// so the look at 110 s wants 4 (half used), which are made at 170 s; 3 of those are used, so at
// 180 s 6 are wanted.
TEST(Managed, ScalesByWhatWasUsedAndRefusesGrowthBeyondItsHeadroom) {
  ManagedInstances managed = fixed(2, 10);
  managed.maximum = 100;
  managed.scale_in_after = 1000;
  auto setup =
      managed_setup(managed, 1s, both(evenly(0s, 300s, 100ms), evenly(100s, 300s, 50ms)), 300s);
  setup.functions[0].sandbox = constant(500ms);
  const auto r = run(setup);
  Duration first{-1};
  Duration last{-1};
  for (const InvocationRecord& record : r.rows.invocations) {
    if (record.start == Start::kNone) {
      last = record.arrival - core::kStartOfTime;
      first = first < 0s ? last : first;
    }
  }
  EXPECT_GT(first, 100s);
  EXPECT_LT(first, 101s);
  EXPECT_GT(last, 169s);
  EXPECT_LT(last, 170s + 500ms);
  std::vector<Duration> made;
  for (const IdleSpan& span : r.rows.initialisations) {
    made.push_back(span.from - core::kStartOfTime);
    EXPECT_EQ(span.to - span.from, 500ms);
  }
  EXPECT_THAT(made, ElementsAre(170s, 170s, 240s, 240s));
}

TEST(Managed, TrafficThatDoublesFindsRoom) {
  ManagedInstances managed = fixed(2, 10);
  managed.maximum = 100;
  const auto r = run(
      managed_setup(managed, 1s, both(evenly(0s, 300s, 100ms), evenly(100s, 300s, 100ms)), 300s));
  for (const InvocationRecord& record : r.rows.invocations) {
    ASSERT_EQ(record.start, Start::kWarm);
  }
  EXPECT_EQ(r.rows.initialisations.size(), 2U);
}

TEST(Managed, EndsIdleContextsWhenFewerDoAndBusyOnesAfterTheirLastRequest) {
  ManagedInstances managed = fixed(3, 10);
  managed.minimum = 1;
  managed.scale_in_after = 3;
  const auto r = run(managed_setup(managed, 40s, {{1s}, {2s}, {60s}}, 100s));
  ASSERT_EQ(r.rows.contexts.size(), 3U);
  EXPECT_EQ(r.rows.contexts[0].retired, at(30s));  // it was idle
  EXPECT_EQ(r.rows.contexts[1].retired, at(42s));  // its request was over then
  EXPECT_EQ(r.rows.contexts[1].why, Retirement::kWithdrawn);
  EXPECT_EQ(r.rows.contexts[2].why, Retirement::kEndOfRun);
  EXPECT_EQ(r.rows.invocations[2].context, r.rows.contexts[2].context);
}

TEST(Managed, InstancesArePaidForFromTheDecisionToTheEndOfTheirLastContext) {
  ManagedInstances managed = fixed(3, 10);
  managed.minimum = 1;
  managed.scale_in_after = 3;
  const auto setup = managed_setup(managed, 40s, {{1s}, {2s}, {60s}}, 100s);
  SummaryRecorder recorder(1, 0s, setup.horizon);
  Progress progress;
  simulate(setup, {}, recorder, progress);
  std::vector<std::pair<std::uint32_t, Duration>> spans;
  for (const ProvisionedSpan& span : recorder.totals()[0].provisioned_spans) {
    spans.emplace_back(span.count, span.configured);
  }
  EXPECT_THAT(spans, ElementsAre(std::pair{3U, 30s}, std::pair{2U, 12s}, std::pair{1U, 58s}));
}

TEST(Managed, TheFirstContextsAreSpreadAndLaterOnesShareInstances) {
  ManagedInstances managed;
  managed.spread = 3;
  EXPECT_EQ(managed.instances_for(1, 8), 1U);
  EXPECT_EQ(managed.instances_for(2, 8), 2U);
  EXPECT_EQ(managed.instances_for(24, 8), 3U);
  EXPECT_EQ(managed.instances_for(25, 8), 4U);
  EXPECT_EQ(managed.instances_for(0, 8), 0U);
}

TEST(Managed, RequestsShareWhatIsMadeOnFirstUseAndHoldTheirOwnWhatIsMadeInside) {
  auto setup = managed_setup(fixed(1, 10), 100ms, {{0ms}, {10ms}, {20ms}}, 1s);
  FunctionSetup& function = setup.functions[0];
  const auto connection = [](Where where) {
    return Resource{where, true, {{StepKind::kWait, {}, 70, constant(5ms)}}};
  };
  function.resources = {connection(Where::kFirstUse), connection(Where::kInsideHandler)};
  for (const std::uint32_t i : {0U, 1U}) {
    function.handler.push_back({StepKind::kUse, core::ResourceId{i}, 0, {}});
  }
  const auto r = run(setup);
  EXPECT_THAT(durations_of(r), ElementsAre(110ms, 105ms, 105ms));
  EXPECT_EQ(r.result.peaks[0].connections, 4U);
  EXPECT_EQ(r.result.peaks[0].in_flight, 3U);
  EXPECT_EQ(r.result.peaks[0].contexts, 1U);
}

TEST(Managed, ATimeoutEndsItsRequestAndNotTheContext) {
  auto setup = managed_setup(fixed(1, 10), 200ms, {{0ms}, {500ms}}, 1s);
  setup.functions[0].timeout = 100ms;
  const auto r = run(setup);
  EXPECT_THAT(durations_of(r), ElementsAre(100ms, 100ms));
  EXPECT_EQ(r.rows.invocations[1].start, Start::kWarm);
  EXPECT_EQ(r.rows.contexts[0].resets, 0U);
}

}  // namespace
}  // namespace lambdasim::engine
