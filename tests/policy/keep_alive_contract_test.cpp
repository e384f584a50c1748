// What the engine relies on, for every keep-alive policy of the catalogue.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

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
