// Handlers that send events and do not wait for what comes of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "models/arrival/poisson.h"
#include "tests/support/machines.h"
#include "tests/support/sends.h"
#include "tests/support/sqs.h"
#include "tests/support/streams.h"

namespace lambdasim::engine {
namespace {

using namespace test;
using testing::ElementsAre;

/// The sender (function 0) is called at the given times; what it sends reaches function 1 by
/// `kind`, as entry 1.
Setup sending(FunctionSetup sender, FunctionSetup receiver, std::string_view kind,
              const std::string& parameters, std::vector<ScriptedArrival> arrivals,
              Duration horizon = 1h) {
  auto setup = setup_of({std::move(sender), receiver}, std::move(arrivals), horizon);
  setup.functions[1].name = "receiver";
  models::SourceContext context;
  context.function = &setup.functions[1];
  context.horizon = horizon;
  add_entry(setup, 1, model_from_yaml(models::source_models(), kind, parameters, context));
  return setup;
}

TEST(ASend, IsBilledButNothingThatComesOfItIsWaitedFor) {
  FunctionSetup receiver = plain_function(200ms);
  receiver.runtime_init = constant(100ms);
  const auto r = run(sending(sender_to(1), receiver, "async", "{}", {{0s, 0}, {10s, 0}}));
  const auto senders = rows_of(r, 0);
  ASSERT_EQ(senders.size(), 2U);
  EXPECT_EQ(senders[0].duration, 10ms + 7ms + 5ms);
  EXPECT_EQ(senders[1].duration, 22ms);
  EXPECT_EQ(senders[1].billed_ms, 22U);
  const auto receivers = rows_of(r, 1);
  ASSERT_EQ(receivers.size(), 2U);
  EXPECT_EQ(receivers[0].arrival, at(17ms));
  EXPECT_EQ(receivers[0].init, 100ms);
  EXPECT_EQ(receivers[1].arrival, at(10s + 17ms));
  EXPECT_EQ(receivers[1].latency(), 200ms);
  EXPECT_EQ(receivers[1].source, 1U);
  EXPECT_EQ(receivers[1].event, kFirstSentEvent + 1);
  EXPECT_EQ(senders[1].event, 1U);
  const SourceTotals& totals = r.result.sources.at(1);
  EXPECT_EQ(totals.events, 2U);
  EXPECT_EQ(totals.sent, 2U);
  EXPECT_EQ(totals.handled, 2U);
  EXPECT_EQ(totals.oldest, 300ms);
}

TEST(ASend, ReachesAQueueAtTheMomentOfItsAnswer) {
  const auto r = run(sending(sender_to(1, 3), plain_function(40ms), "sqs",
                             "{batch_size: 1, poll_latency: 2 ms}", {{100ms, 0}}));
  std::vector<Duration> times;
  for (const InvocationRecord& row : rows_of(r, 1)) {
    times.push_back(row.arrival.time_since_epoch());
  }
  EXPECT_THAT(times, ElementsAre(119ms, 119ms, 119ms));
  EXPECT_EQ(r.result.sources.at(1).sent, 3U);
}

TEST(ASend, ArrivesInTheOrderOfTheClockNotOfTheHandlers) {
  FunctionSetup slow = sender_to(1);
  slow.handler[1].time = constant(1s);
  FunctionSetup fast = sender_to(1);
  auto setup = sending(slow, plain_function(1ms), "async", "{}", {{0s, 0}, {500ms, 2}});
  setup.functions.push_back(fast);
  const auto r = run(setup);
  ASSERT_EQ(r.rows.parents.size(), 2U);
  EXPECT_EQ(r.rows.parents[0].time, at(517ms));
  EXPECT_EQ(r.rows.parents[0].parent_function.value, 2U);
  EXPECT_EQ(r.rows.parents[0].event, kFirstSentEvent);
  EXPECT_EQ(r.rows.parents[1].time, at(1010ms));
  EXPECT_EQ(rows_of(r, 1).at(0).arrival, at(517ms));
}

TEST(ASend, IsMadeWhenItsAnswerComesExactlyAtTheTimeout) {
  FunctionSetup sender = sender_to(1);
  sender.timeout = 17ms;
  const auto made = run(sending(sender, plain_function(1ms), "async", "{}", {{0s, 0}}));
  EXPECT_EQ(rows_of(made, 0).at(0).outcome, Outcome::kTimeout);
  EXPECT_EQ(made.result.sources.at(1).handled, 1U);
  sender.timeout = 17ms - 1ns;
  const auto cut = run(sending(sender, plain_function(1ms), "async", "{}", {{0s, 0}}));
  EXPECT_EQ(rows_of(cut, 0).at(0).outcome, Outcome::kTimeout);
  EXPECT_EQ(cut.result.sources.at(1).events, 0U);
}

TEST(ASend, CountsUpToTheHorizonAndNotAtIt) {
  const auto at_the_end = [](Duration horizon) {
    return run(sending(sender_to(1), plain_function(1ms), "async", "{}", {{0s, 0}}, horizon));
  };
  EXPECT_EQ(rows_of(at_the_end(17ms), 1).size(), 0U);
  EXPECT_EQ(at_the_end(17ms).result.sources.at(1).events, 0U);
  EXPECT_EQ(rows_of(at_the_end(17ms), 0).at(0).duration, 22ms);
  EXPECT_EQ(rows_of(at_the_end(17ms + 1ns), 1).size(), 1U);
  EXPECT_EQ(at_the_end(17ms + 1ns).result.sources.at(1).handled, 1U);
}

TEST(ASend, BeforeTheEndOfTheWarmUpIsNotCounted) {
  auto setup =
      sending(sender_to(1), plain_function(1ms), "async", "{}", {{0s, 0}, {99ms, 0}, {1s, 0}});
  setup.warm_up = 116ms;
  const SourceTotals totals = run(setup).result.sources.at(1);
  EXPECT_EQ(totals.sent, 2U);
  EXPECT_EQ(totals.events, 2U);
}

TEST(ASend, StaysMadeWhenTheHandlerFailsAndIsMadeAgainWhenItsEventIsDeliveredAgain) {
  FunctionSetup sender = sender_to(1);
  sender.failures.error = 1;
  auto setup = sending(sender, plain_function(1ms), "async", "{}", {{0s, 0}});
  setup.sources[0] = source("async", "{}");
  const auto r = run(setup);
  EXPECT_EQ(r.result.sources.at(0).discarded, 1U);
  EXPECT_EQ(r.result.sources.at(0).sent, 0U);
  EXPECT_EQ(r.result.sources.at(1).sent, 3U);
  const auto receivers = rows_of(r, 1);
  ASSERT_EQ(receivers.size(), 3U);
  EXPECT_EQ(receivers[1].arrival, at(22ms + 1min + 17ms));
}

TEST(ASend, IsMadeAsOftenAsItsProbability) {
  FunctionSetup sender = sender_to(1);
  sender.sends[0].probability = 0.3;
  std::vector<ScriptedArrival> calls;
  for (int i = 0; i < 4000; ++i) {
    calls.push_back({i * 100ms, 0});
  }
  const auto r = run(sending(sender, plain_function(1ms), "async", "{}", calls));
  EXPECT_NEAR(static_cast<double>(rows_of(r, 1).size()) / 4000, 0.3,
              4 * std::sqrt(0.3 * 0.7 / 4000));
  for (const InvocationRecord& row : rows_of(r, 0)) {
    EXPECT_TRUE(row.duration == 22ms || row.duration == 15ms);
  }
}

TEST(ASend, OfEachItemIsMadeOnceForEachEventOfABatch) {
  FunctionSetup sender = sender_to(1);
  sender.handler[1].per_item = true;
  auto setup = sending(sender, plain_function(1ms), "async", "{}", {{0s, 0}, {0s, 0}, {0s, 0}});
  setup.sources[0] = source("kinesis", "{shards: 1, poll_phase: 500 ms}");
  const auto r = run(setup);
  ASSERT_EQ(rows_of(r, 0).size(), 1U);
  EXPECT_EQ(rows_of(r, 0).at(0).duration, 10ms + 3 * 7ms + 5ms);
  std::vector<Duration> times;
  for (const InvocationRecord& row : rows_of(r, 1)) {
    times.push_back(row.arrival.time_since_epoch());
  }
  EXPECT_THAT(times, ElementsAre(517ms, 524ms, 531ms));
}

TEST(Senders, ThatSendToThemselvesLessThanOnceComeToAnEnd) {
  FunctionSetup sender = sender_to(1);
  sender.sends[0].probability = 0.5;
  std::vector<ScriptedArrival> calls(2000, ScriptedArrival{0s, 0});
  auto setup = setup_of({sender}, calls);
  setup.account_concurrency = 10'000;
  add_entry(setup, 0, source("async", "{}"));
  const auto r = run(setup);
  const SourceTotals& totals = r.result.sources.at(1);
  EXPECT_EQ(totals.events, totals.sent);
  EXPECT_EQ(totals.handled, totals.events);
  EXPECT_EQ(r.rows.invocations.size(), 2000 + totals.events);
  // Geometric: a call causes one more on average, with a variance of 2.
  EXPECT_NEAR(static_cast<double>(totals.events), 2000, 4 * std::sqrt(2.0 * 2000));
}

TEST(SentEvents, AreDividedAmongVersionsInProportion) {
  std::vector<ScriptedArrival> calls;
  for (int i = 0; i < 3000; ++i) {
    calls.push_back({i * 100ms, 0});
  }
  auto setup = sending(sender_to(1), plain_function(1ms), "async", "{}", calls);
  setup.functions.push_back(plain_function(1ms));
  setup.receivers[1] = {{core::FunctionId{1}, 0.8}, {core::FunctionId{2}, 0.2}};
  const auto r = run(setup);
  EXPECT_EQ(rows_of(r, 1).size() + rows_of(r, 2).size(), 3000U);
  EXPECT_NEAR(static_cast<double>(rows_of(r, 2).size()) / 3000, 0.2,
              4 * std::sqrt(0.2 * 0.8 / 3000));
}

TEST(SentEvents, HaveParentsThatAreFoundByContextAndArrival) {
  FunctionSetup sender = sender_to(1, 2);
  sender.calls = {{.function = core::FunctionId{1}, .backoff = constant(1ms)}};
  Step call;
  call.kind = StepKind::kCall;
  call.purpose = 200;
  sender.handler.push_back(call);
  const auto r = run(sending(sender, plain_function(3ms), "async", "{}", {{0s, 0}, {1s, 0}}));
  ASSERT_EQ(r.rows.parents.size(), 6U);
  std::map<std::pair<std::uint32_t, Reach>, int> children;
  for (const ParentRecord& link : r.rows.parents) {
    const auto is_parent = [&link](const InvocationRecord& row) {
      return row.context == link.parent_context && row.arrival == link.parent_arrival;
    };
    const auto& rows = r.rows.invocations;
    ASSERT_EQ(std::count_if(rows.begin(), rows.end(), is_parent), 1);
    const InvocationRecord& parent = *std::find_if(rows.begin(), rows.end(), is_parent);
    EXPECT_EQ(parent.function.value, 0U);
    const auto is_child = [&link](const InvocationRecord& row) {
      return row.event == link.event && row.source == link.source &&
             row.function == link.function &&
             (link.kind == Reach::kSend || row.arrival == link.time);
    };
    EXPECT_EQ(std::count_if(rows.begin(), rows.end(), is_child), 1);
    ++children[{parent.event, link.kind}];
  }
  EXPECT_EQ((children[{0, Reach::kSend}]), 2);
  EXPECT_EQ((children[{0, Reach::kCall}]), 1);
  EXPECT_EQ((children[{1, Reach::kSend}]), 2);
  EXPECT_EQ((children[{1, Reach::kCall}]), 1);
}

/// Two senders a second, of random duration, and a function that nobody sends to.
Setup busy(bool sends, double probability = 1) {
  FunctionSetup sender = sender_to(2, 2);
  sender.handler[0].time = Distribution::lognormal_mean_cv(200e6, 2.0);
  sender.handler[1].time = Distribution::exponential(20e6);
  sender.sends[0].probability = probability;
  if (!sends) {
    sender.handler.erase(sender.handler.begin() + 1);
  }
  FunctionSetup receiver = plain_function(0s);
  receiver.handler[0].time = Distribution::exponential(300e6);
  receiver.failures.error = 0.1;
  auto setup = setup_of({sender, receiver}, {});
  setup.arrivals = {
      std::make_shared<models::Poisson>(2.0, core::FunctionId{0}, 501),
      std::make_shared<models::Poisson>(3.0, core::FunctionId{1}, 502),
  };
  add_entry(setup, 1, source("async", "{maximum_retries: 1, retry_after: {first: 1 s}}"));
  return setup;
}

TEST(SentEvents, LeaveTheNumbersOfAllOthersAlone) {
  const auto outside = [](const RunOutput& output) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, InvocationRecord> rows;
    for (const InvocationRecord& row : output.rows.invocations) {
      if (row.source < 2) {
        rows.emplace(std::pair{row.source, row.event}, row);
      }
    }
    return rows;
  };
  const auto without = outside(run(busy(false), {5, 1}));
  const auto with = outside(run(busy(true), {5, 1}));
  ASSERT_GT(without.size(), 15'000U);
  ASSERT_EQ(without.size(), with.size());
  for (const auto& [key, row] : with) {
    const InvocationRecord& other = without.at(key);
    ASSERT_EQ(row.arrival, other.arrival);
    if (key.first == 1) {
      ASSERT_EQ(row.duration, other.duration);
    } else {
      ASSERT_GT(row.duration, other.duration);
    }
  }
}

TEST(SentEvents, HaveTheSameNumbersInEveryDesignThatSendsThem) {
  const auto durations = [](const RunOutput& output) {
    std::multimap<SimTime, Duration> of;
    for (const InvocationRecord& row : output.rows.invocations) {
      if (row.source == 2 && row.attempt == 1) {
        of.emplace(row.arrival, row.duration);
      }
    }
    return of;
  };
  const auto all = durations(run(busy(true), {5, 1}));
  const auto half = durations(run(busy(true, 0.5), {5, 1}));
  ASSERT_GT(half.size(), all.size() / 3);
  ASSERT_LT(half.size(), all.size() * 2 / 3);
  for (const auto& [time, duration] : half) {
    const auto [first, last] = all.equal_range(time);
    EXPECT_TRUE(std::any_of(first, last, [&](const auto& one) { return one.second == duration; }));
  }
}

TEST(SentEvents, StartWorkflows) {
  auto setup = setup_of({sender_to(1), plain_function(30ms)}, {{0s, 0}, {1s, 0}});
  add_entry(setup, 1,
            std::make_shared<const models::WorkflowSource>(std::make_shared<const Workflow>(
                workflow_of({waits_for("pause", 5ms, 1), invokes("work", 1)}, 2))));
  const auto r = run(setup);
  ASSERT_EQ(r.rows.executions.size(), 2U);
  EXPECT_EQ(r.rows.executions[0].arrival, at(17ms));
  EXPECT_EQ(r.rows.executions[0].latency(), 35ms);
  EXPECT_EQ(r.rows.executions[1].event, kFirstSentEvent + 1);
  EXPECT_EQ(rows_of(r, 1).at(1).arrival, at(1022ms));
  EXPECT_EQ(r.result.sources.at(1).sent, 2U);
}

/// Kinds of sources that take what steps send, each with what is worth testing.
struct Kind {
  const char* kind;
  const char* parameters;
};

class EverySource : public testing::TestWithParam<Kind> {};

TEST_P(EverySource, AccountsForEachEventThatIsSent) {
  const Kind kind = GetParam();
  FunctionSetup receiver = plain_function(0s);
  receiver.handler[0].time = Distribution::exponential(300e6);
  receiver.failures.error = 0.2;
  if (std::string_view{kind.kind} == "durable") {
    Durable durable;
    durable.segments = {{receiver.handler, 0, 2, 300, Distribution::exponential(1e9), 90},
                        {receiver.handler, 2, 1, 100, {}, 0}};
    receiver.durable = std::make_shared<const Durable>(std::move(durable));
  }
  FunctionSetup sender = sender_to(1, 3);
  sender.handler[1].time = Distribution::exponential(20e6);
  sender.failures.error = 0.1;
  auto setup = sending(sender, receiver, kind.kind, kind.parameters, {}, 20min);
  setup.warm_up = 1min;
  setup.account_concurrency = 12;
  setup.arrivals[0] = std::make_shared<models::Poisson>(5.0, core::FunctionId{0}, 501);
  const auto r = run(setup);
  const SourceTotals& totals = r.result.sources.at(1);
  EXPECT_EQ(totals.events, totals.sent);
  EXPECT_EQ(accounted_for(totals), totals.events);
  EXPECT_GT(totals.handled, totals.events / 4);
  EXPECT_GT(totals.failed + totals.throttled, 0U);
  std::uint64_t sent = 0;
  for (const ParentRecord& link : r.rows.parents) {
    sent += link.time >= at(1min) ? 1 : 0;
    EXPECT_LT(link.time, at(20min));
  }
  EXPECT_EQ(sent, totals.sent);
}

INSTANTIATE_TEST_SUITE_P(
    Sends, EverySource,
    testing::Values(Kind{"async", "{maximum_retries: 1, on_failure: destination}"},
                    Kind{"sqs", "{visibility_timeout: 5 s, maximum_receives: 3}"},
                    Kind{"sqs",
                         "{visibility_timeout: 5 s, maximum_receives: 3, fifo: {groups: 9}}"},
                    Kind{"kinesis", "{shards: 4, maximum_retries: 2}"},
                    Kind{"dynamodb_stream", "{shards: 4, maximum_retries: 2, keys: 40}"},
                    Kind{"kafka", "{partitions: 4, maximum_retries: 2}"},
                    Kind{"durable", "{attempts: 3, backoff: {base: 100 ms}}"}),
    [](const auto& of) { return std::string(of.param.kind) + std::to_string(of.index); });

}  // namespace
}  // namespace lambdasim::engine
