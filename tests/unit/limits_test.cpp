// Limits worked out by hand: which call is refused, why, and from when on it is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/support/scripted.h"

namespace lambdasim::engine {
namespace {

using namespace lambdasim::test;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<ScriptedArrival> evenly(std::size_t count, Duration gap, std::uint32_t function = 0) {
  std::vector<ScriptedArrival> arrivals;
  for (std::size_t i = 0; i < count; ++i) {
    arrivals.push_back({gap * static_cast<std::int64_t>(i), function});
  }
  return arrivals;
}

std::vector<std::size_t> admitted(const RunOutput& run) {
  std::vector<std::size_t> numbers;
  for (const InvocationRecord& record : run.rows.invocations) {
    if (record.start != Start::kNone) {
      numbers.push_back(record.event);
    }
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::vector<Refusal> refusals(const RunOutput& run) {
  std::vector<Refusal> reasons;
  for (const InvocationRecord& record : run.rows.invocations) {
    reasons.push_back(record.refusal);
  }
  return reasons;
}

// 1,000 calls a second that stay for an hour. After k of them 1,000 - 0.9 k tokens are left: 1 is
// there for call 1,110, and from then on one more every 10 ms.
TEST(ScalingRate, LetsABurstThroughAndThenOneContextEveryTenMilliseconds) {
  auto setup = setup_of({plain_function(1h)}, evenly(5000, 1ms), 10s);
  setup.functions[0].timeout = 2h;
  setup.account_concurrency = 100'000;
  setup.scaling = {.burst = 1000, .per_second = 100};
  std::vector<std::size_t> expected;
  for (std::size_t k = 0; k < 5000; ++k) {
    if (k <= 1110 || k % 10 == 0) {
      expected.push_back(k);
    }
  }
  const auto r = run(setup);
  EXPECT_EQ(admitted(r), expected);
  EXPECT_EQ(r.rows.invocations.size(), 5000U);
}

// What was not used does not add up: after a minute of silence there are 1,000 tokens again.
TEST(ScalingRate, KeepsNoMoreThanItsBurst) {
  std::vector<ScriptedArrival> arrivals;
  for (const Duration second : {0s, 60s}) {
    for (int i = 0; i < 1500; ++i) {
      arrivals.push_back({second});
    }
  }
  auto setup = setup_of({plain_function(1h)}, arrivals, 2min);
  setup.functions[0].timeout = 2h;
  setup.account_concurrency = 100'000;
  setup.scaling = {.burst = 1000, .per_second = 100};
  EXPECT_EQ(admitted(run(setup)).size(), 2000U);
}

TEST(ScalingRate, CountsEachFunctionApartOrAllTogetherAsBefore2023) {
  std::vector<ScriptedArrival> arrivals;
  for (std::uint32_t i = 0; i < 20; ++i) {
    arrivals.push_back({0s, i % 2});
  }
  auto setup = setup_of({plain_function(1min), plain_function(1min)}, arrivals, 1s);
  setup.scaling = {.burst = 7, .per_second = 1};
  EXPECT_EQ(admitted(run(setup)).size(), 14U);
  setup.scaling.of_account = true;
  EXPECT_EQ(admitted(run(setup)).size(), 7U);
}

TEST(ScalingRate, IsNotUsedUpByWarmCalls) {
  auto setup = setup_of({plain_function(1ms)}, evenly(50, 10ms), 1s);
  setup.scaling = {.burst = 1, .per_second = 0.001};
  EXPECT_EQ(admitted(run(setup)).size(), 50U);
}

// Two places take 20 requests at once and then 20 a second: one every 50 ms.
TEST(RequestRate, IsTenASecondForEveryPlace) {
  auto setup = setup_of({plain_function(0ms)}, evenly(200, 1ms), 1s);
  setup.functions[0].reserved_concurrency = 2;
  setup.requests_per_context = 10;
  const auto r = run(setup);
  // 20 tokens, one more every 50 ms, one gone every ms: call 20 finds 20 - 20 + 20/50 < 1.
  std::vector<std::size_t> expected;
  for (std::size_t k = 0; k < 200; ++k) {
    if (k <= 19 || k % 50 == 0) {
      expected.push_back(k);
    }
  }
  EXPECT_EQ(admitted(r), expected);
  EXPECT_EQ(r.rows.invocations[20].refusal, Refusal::kReservedRate);
}

TEST(Refusals, SayWhichLimitWasMet) {
  auto setup = setup_of({plain_function(1min), plain_function(1min)},
                        {{0s, 0}, {1ms, 0}, {2ms, 1}, {3ms, 1}}, 1s);
  setup.account_concurrency = 2;
  setup.functions[0].reserved_concurrency = 1;
  EXPECT_THAT(refusals(run(setup)), ElementsAre(Refusal::kNone, Refusal::kReservedConcurrency,
                                                Refusal::kNone, Refusal::kConcurrency));
}

TEST(Versions, CountTowardsTheirFunction) {
  auto setup = setup_of({plain_function(1min), plain_function(1min), plain_function(1min)},
                        {{0s, 1}, {1ms, 2}, {2ms, 0}}, 1s);
  setup.functions[0].reserved_concurrency = 2;
  setup.functions[1].version_of = core::FunctionId{0};
  setup.functions[2].version_of = core::FunctionId{0};
  EXPECT_THAT(refusals(run(setup)),
              ElementsAre(Refusal::kNone, Refusal::kNone, Refusal::kReservedConcurrency));
}

FunctionSetup provisioned(std::uint32_t at_start) {
  FunctionSetup function = plain_function(1s);
  function.sandbox = constant(50ms);
  function.runtime_init = constant(150ms);
  function.provisioned.emplace();
  function.provisioned->at_start = at_start;
  function.provisioned->preparation = constant(90s);
  return function;
}

std::vector<Start> starts(const RunOutput& run) {
  std::vector<Start> all;
  for (const InvocationRecord& record : run.rows.invocations) {
    all.push_back(record.start);
  }
  return all;
}

TEST(Provisioned, ServesWithoutColdStartsAndSpillsOverToContextsOnDemand) {
  const auto r = run(setup_of({provisioned(2)}, {{1s}, {1001ms}, {1002ms}, {5s}}, 1min));
  EXPECT_EQ(r.rows.invocations.size(), 4U);
  for (const InvocationRecord& record : r.rows.invocations) {
    const bool spilled = record.event == 2;
    EXPECT_EQ(record.start, spilled ? Start::kCold : Start::kProvisioned);
    EXPECT_EQ(record.latency(), spilled ? 1200ms : 1s);
  }
}

// 120 contexts at 6,000 a minute take 1.2 s after 90 s of preparation: none before 91.2 s.
TEST(Provisioned, CanBeUsedOnlyWhenAllOfAnIncreaseIsAllocated) {
  FunctionSetup function = provisioned(0);
  function.provisioned->schedule = {{at(10min), 120}};
  const auto r = run(setup_of({function}, {{691s + 199ms}, {691s + 200ms}, {691s + 200ms}}, 1h));
  EXPECT_THAT(starts(r), testing::UnorderedElementsAre(Start::kCold, Start::kProvisioned,
                                                       Start::kProvisioned));
  std::size_t made = 0;
  for (const ContextRecord& context : r.rows.contexts) {
    made += context.ready == at(691s + 200ms) ? 1 : 0;
  }
  EXPECT_EQ(made, 120U);
}

TEST(Provisioned, TakesItsPlacesOutOfThePoolAndThrottlesWhatIsBeside) {
  FunctionSetup function = provisioned(2);
  function.reserved_concurrency = 2;
  const auto r = run(setup_of({function}, {{1s}, {1001ms}, {1002ms}}, 1min));
  EXPECT_THAT(refusals(r),
              ElementsAre(Refusal::kNone, Refusal::kNone, Refusal::kReservedConcurrency));
}

TEST(Provisioned, EndsIdleContextsWhenItShrinksAndBusyOnesAfterTheirHandler) {
  FunctionSetup function = provisioned(3);
  function.provisioned->schedule = {{at(10s), 1}};
  const auto r = run(setup_of({function}, {{9500ms}, {9600ms}, {20s}, {20s}}, 1min));
  std::vector<std::pair<SimTime, Retirement>> ends;
  for (const ContextRecord& context : r.rows.contexts) {
    ends.emplace_back(context.retired, context.why);
  }
  EXPECT_THAT(ends, testing::UnorderedElementsAre(std::pair{at(10s), Retirement::kWithdrawn},
                                                  std::pair{at(10500ms), Retirement::kWithdrawn},
                                                  std::pair{at(1min), Retirement::kEndOfRun},
                                                  std::pair{at(1min), Retirement::kEndOfRun}));
  EXPECT_THAT(starts(r), testing::UnorderedElementsAre(Start::kProvisioned, Start::kProvisioned,
                                                       Start::kProvisioned, Start::kCold));
}

TEST(Provisioned, CancelsWhatIsNotAllocatedYet) {
  FunctionSetup function = provisioned(0);
  function.provisioned->schedule = {{at(10s), 5}, {at(20s), 2}};
  const auto r =
      run(setup_of({function}, {{99s}, {100s + 50ms}, {100s + 50ms}, {100s + 50ms}}, 1h));
  EXPECT_THAT(starts(r), testing::UnorderedElementsAre(Start::kCold, Start::kWarm,
                                                       Start::kProvisioned, Start::kProvisioned));
}

TEST(Provisioned, RecyclesInTheBackgroundAndKeepsTheNumber) {
  FunctionSetup function = provisioned(2);
  function.lifetime = constant(1h);
  std::vector<ScriptedArrival> arrivals;
  for (int minute = 5; minute < 600; minute += 5) {
    arrivals.push_back({minute * 1min});
    arrivals.push_back({minute * 1min});
  }
  const auto r = run(setup_of({function}, arrivals, 10h));
  EXPECT_THAT(starts(r), testing::Each(Start::kProvisioned));
  std::size_t recycled = 0;
  for (const ContextRecord& context : r.rows.contexts) {
    recycled += context.why == Retirement::kRecycled ? 1 : 0;
  }
  // Each of two every hour, the tenth time too: a successor is made 200 ms before it is needed, and
  // its hour begins then.
  EXPECT_EQ(recycled, 20U);
}

// One of two contexts is always busy: a use of 50 % under a target of 70 % is left alone; all of
// four always busy is 200 % of two, so the number that 70 % asks for is 2 / 0.7 = 3.
TEST(Provisioned, FollowsItsUseWhenATargetIsTracked) {
  FunctionSetup function = provisioned(2);
  function.handler[0].time = constant(60s);
  function.timeout = 2min;
  function.provisioned->tracking = TargetTracking{.utilization = 0.7, .minimum = 1, .maximum = 10};
  std::vector<ScriptedArrival> one;
  for (int minute = 0; minute < 30; ++minute) {
    one.push_back({minute * 1min});
  }
  std::vector<ScriptedArrival> two = one;
  two.insert(two.end(), one.begin(), one.end());
  std::sort(two.begin(), two.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  EXPECT_EQ(run(setup_of({function}, one, 30min)).rows.contexts.size(), 2U);
  const auto r = run(setup_of({function}, two, 30min));
  std::size_t added = 0;
  for (const ContextRecord& context : r.rows.contexts) {
    // after three minutes, 90 s of preparation and 10 ms for one context
    added += context.ready == at(3min + 90s + 10ms) ? 1 : 0;
  }
  EXPECT_EQ(added, 1U);
}

FunctionSetup isolated(std::vector<double> shares) {
  FunctionSetup function = plain_function(1s);
  function.tenants = TenantIsolation{std::move(shares), 2.5};
  return function;
}

// Each tenant's calls find only what that tenant's calls left behind.
TEST(Tenants, NeverShareAContext) {
  std::vector<ScriptedArrival> arrivals;
  for (int i = 0; i < 400; ++i) {
    arrivals.push_back({i * 2s});
  }
  const auto setup = setup_of({isolated({0.5, 0.8, 1.0})}, arrivals);
  const auto r = run(setup);
  const core::RandomStream stream{1, 0, core::hash_name("tenants/plain")};
  std::map<std::uint32_t, std::set<std::size_t>> tenants_of_context;
  for (const InvocationRecord& record : r.rows.invocations) {
    const double drawn = stream.invocation(record.event).engine(core::Purpose::kTenant).uniform();
    tenants_of_context[record.context.value].insert(drawn < 0.5 ? 0 : drawn < 0.8 ? 1 : 2);
  }
  ASSERT_EQ(tenants_of_context.size(), 3U);
  for (const auto& [context, tenants] : tenants_of_context) {
    EXPECT_EQ(tenants.size(), 1U) << context;
  }
}

TEST(Tenants, MayHaveTwoAndAHalfContextsForEachPlaceBusyOrIdle) {
  std::vector<double> shares;
  for (int i = 1; i <= 1000; ++i) {
    shares.push_back(i / 1000.0);
  }
  std::vector<ScriptedArrival> arrivals;
  for (int i = 0; i < 300; ++i) {
    arrivals.push_back({i * 2s});
  }
  auto setup = setup_of({isolated(shares)}, arrivals);
  setup.account_concurrency = 40;
  const auto r = run(setup);
  EXPECT_EQ(r.rows.contexts.size(), 100U);
  EXPECT_THAT(refusals(r), testing::Contains(Refusal::kConcurrency));
}

TEST(Tenants, OfAVersionCountThePlacesThatItsFunctionReserves) {
  std::vector<double> shares;
  for (int i = 1; i <= 1000; ++i) {
    shares.push_back(i / 1000.0);
  }
  auto setup = setup_of({plain_function(10ms), isolated(shares)}, evenly(300, 2s, 1));
  setup.functions[0].reserved_concurrency = 20;
  setup.functions[1].version_of = core::FunctionId{0};
  EXPECT_EQ(run(setup).rows.contexts.size(), 50U);
}

TEST(Outage, FailsEveryHandlerThatBeginsInItAndNoOther) {
  FunctionSetup function = plain_function(10ms);
  function.outages = {{at(10s), at(20s)}};
  const auto r = run(setup_of({function}, {{9999ms}, {10s}, {19999ms}, {20s}}, 1min));
  std::vector<Outcome> outcomes;
  for (const InvocationRecord& record : r.rows.invocations) {
    outcomes.push_back(record.outcome);
  }
  EXPECT_THAT(outcomes, ElementsAre(Outcome::kOk, Outcome::kError, Outcome::kError, Outcome::kOk));
}

TEST(PerItem, RunsAStepOnceForEachEventOfABatch) {
  FunctionSetup function = plain_function(10ms);
  function.handler.push_back(function.handler[0]);
  function.handler[1].per_item = true;
  const Evaluator evaluator(function);
  const Call call{.numbers = core::InvocationNumbers{1}, .items = 7};
  EXPECT_EQ(evaluator.handler(call, 0, false, 0ns).duration, 80ms);
}

}  // namespace
}  // namespace lambdasim::engine
