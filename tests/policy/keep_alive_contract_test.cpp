// What the engine relies on, for every keep-alive policy of the catalogue.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "sim/engine/future_arrivals.h"
#include "tests/policy/catalogue_fixture.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;
using core::Duration;

// A new policy needs a line here: parameters that are worth testing.
const std::map<std::string, std::vector<std::string>, std::less<>> kExamples = {
    {"none", {"{}"}},
    {"fixed", {"{ttl: 10 min}", "{ttl: 0 s}", "{ttl: 1 ns}"}},
    {"idle_window", {"{}", "{from: 630 s, to: 645 s}", "{from: 5 s, to: 5 s}"}},
    {"distribution",
     {"{limit: 320 s}", "{limit: {exponential: {mean: 10 min}}}",
      "{limit: {quantiles: {p0: 60 s, p50: 318 s, p100: 360 s}}}",
      "{limit: {truncated: {of: {lognormal: {median: 5 min, p99: 1 h}}, from: 10 s, to: 2 h}}}"}},
    {"hybrid_histogram",
     {"{}", "{bin: 10 s, range: 10 min, least_idle_times: 1}",
      "{head: 0, tail: 1, margin: 0, least_cv: 0, most_out_of_bounds: 0, forecast_margin: 1}"}},
    {"oracle", {"{}"}},
};

std::vector<Example<engine::KeepAlive>> all_examples() {
  std::vector<Example<engine::KeepAlive>> examples;
  for (const KeepAliveModel& entry : keep_alive_models()) {
    const auto found = kExamples.find(entry.about.name);
    if (found == kExamples.end()) {
      ADD_FAILURE() << "no example for " << entry.about.name;
      continue;
    }
    for (const std::string& yaml : found->second) {
      examples.push_back({std::string{entry.about.name} + " " + yaml, read_yaml(yaml, entry.read)});
    }
  }
  return examples;
}

core::InvocationNumbers numbers(std::uint64_t i) {
  return core::RandomStream{3, 1, core::hash_name("keep_alive")}.invocation(i);
}

TEST(KeepAliveContract, LimitIsNeverLessThanAtLeast) {
  for (const auto& [name, policy] : all_examples()) {
    ASSERT_GE(policy->at_least(), Duration{0}) << name;
    for (std::uint64_t i = 0; i < 20'000; ++i) {
      ASSERT_GE(policy->limit(numbers(i)), policy->at_least()) << name << ", " << i;
    }
  }
}

TEST(KeepAliveContract, SameNumbersGiveTheSameAnswer) {
  for (const auto& [name, policy] : all_examples()) {
    for (std::uint64_t i = 0; i < 1'000; ++i) {
      ASSERT_EQ(policy->limit(numbers(i)), policy->limit(numbers(i))) << name;
    }
  }
}

TEST(KeepAliveContract, AnswersDoNotDependOnTheOrderOfQuestions) {
  for (const auto& [name, policy] : all_examples()) {
    std::vector<Duration> forward;
    for (std::uint64_t i = 0; i < 1'000; ++i) {
      forward.push_back(policy->limit(numbers(i)));
    }
    for (std::uint64_t i = 1'000; i-- > 0;) {
      ASSERT_EQ(policy->limit(numbers(i)), forward[i]) << name;
    }
  }
}

TEST(KeepAliveContract, ALimitCanBeAddedToTheClock) {
  for (const auto& [name, policy] : all_examples()) {
    for (std::uint64_t i = 0; i < 1'000; ++i) {
      ASSERT_GT((core::SimTime{24h * 365} + policy->limit(numbers(i))).time_since_epoch().count(),
                0)
          << name;
    }
  }
}

/// An hour of calls to function 1, about one in 20 s, and what a policy answers to them.
std::vector<engine::KeepPlan> plans_of(const engine::KeepAlive& policy,
                                       const engine::FutureArrivals& future) {
  const auto state = policy.start({core::FunctionId{1}, future});
  if (state == nullptr) {
    return {};
  }
  std::vector<engine::KeepPlan> plans;
  core::SimTime now;
  for (std::uint64_t i = 0; i < 2'000; ++i) {
    core::KeyedEngine engine = numbers(i).engine(core::Purpose::kFirstStep);
    const Duration idle = std::chrono::nanoseconds{engine() % 40'000'000'000};
    plans.push_back(state->plan({now, now, static_cast<std::uint32_t>(i % 3)}));
    state->idle_ended(idle);
    now += idle;
  }
  return plans;
}

engine::Setup two_functions_called_by_turns() {
  engine::Setup setup;
  setup.horizon = 4h;
  setup.functions.resize(2);
  const ArrivalContext called{
      .function = core::FunctionId{1}, .function_names = {}, .folder = {}, .stream_key = 8};
  setup.arrivals = {read_yaml("{rate: 3 /min}", [&called](config::ObjectReader& reader) {
    return arrival_models()[0].read(reader, called);
  })};
  return setup;
}

TEST(KeepAliveContract, PlansOfPoliciesThatLearnCanBeCarriedOut) {
  const engine::Setup setup = two_functions_called_by_turns();
  const engine::FutureArrivals future(setup, {});
  int that_learn = 0;
  for (const auto& [name, policy] : all_examples()) {
    const auto plans = plans_of(*policy, future);
    that_learn += plans.empty() ? 0 : 1;
    for (const engine::KeepPlan& plan : plans) {
      ASSERT_GE(plan.prewarm_after, Duration{0}) << name;
      ASSERT_GE(plan.keep_for, Duration{0}) << name;
      ASSERT_LT(plan.prewarm_after + plan.keep_for, 24h * 365) << name;
    }
  }
  EXPECT_EQ(that_learn, 4);
}

TEST(KeepAliveContract, PoliciesThatLearnStartAnewInEveryRun) {
  const engine::Setup setup = two_functions_called_by_turns();
  const engine::FutureArrivals future(setup, {});
  const engine::FutureArrivals same(setup, {});
  for (const auto& [name, policy] : all_examples()) {
    const auto first = plans_of(*policy, future);
    const auto second = plans_of(*policy, same);
    ASSERT_EQ(first.size(), second.size()) << name;
    for (std::size_t i = 0; i < first.size(); ++i) {
      ASSERT_EQ(first[i].prewarm_after, second[i].prewarm_after) << name << ", " << i;
      ASSERT_EQ(first[i].keep_for, second[i].keep_for) << name << ", " << i;
    }
  }
}

TEST(KeepAlive, TheDefaultWindowIsTheMeasuredOne) {
  const auto window = read_yaml("{}", keep_alive_models()[2].read);
  EXPECT_EQ(window->at_least(), 300s);
  double sum = 0.0;
  constexpr std::uint64_t kN = 100'000;
  for (std::uint64_t i = 0; i < kN; ++i) {
    const double limit = core::seconds_of(window->limit(numbers(i)));
    ASSERT_LE(limit, 350.0);
    sum += limit;
  }
  // Standard error 50 s / sqrt(12 n) = 0.046 s; 6 of them: 2e-9.
  EXPECT_NEAR(sum / kN, 325.0, 0.28);
}

TEST(KeepAlive, NoneAndFixedAnswerWhatTheySay) {
  EXPECT_EQ(read_yaml("{}", keep_alive_models()[0].read)->limit(numbers(1)), 0s);
  EXPECT_EQ(read_yaml("{ttl: 10 min}", keep_alive_models()[1].read)->limit(numbers(1)), 600s);
}

TEST(KeepAlive, AWindowThatEndsBeforeItBeginsIsReported) {
  EXPECT_THAT(mistakes_in("{from: 400 s}", keep_alive_models()[2].read),
              testing::ElementsAre(testing::HasSubstr("must not be less than 'from'")));
}

}  // namespace
}  // namespace lambdasim::models
