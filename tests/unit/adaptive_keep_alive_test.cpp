// Keep-alive policies that learn: what the engine does with their plans, and what the policies
// plan.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/keepalive/hybrid_histogram.h"
#include "models/keepalive/oracle.h"
#include "sim/engine/future_arrivals.h"
#include "tests/support/scripted.h"

namespace lambdasim::test {
namespace {

using engine::KeepPlan;
using engine::Rest;
using engine::Retirement;
using engine::Start;
using testing::ElementsAre;

/// Answers with the same plan always and keeps what it is told.
class SamePlan : public engine::AdaptiveKeepAliveModel {
 public:
  explicit SamePlan(KeepPlan plan) : plan_(plan) {}
  std::unique_ptr<engine::AdaptiveKeepAlive> start(const engine::KeepAliveRun&) const override {
    return std::make_unique<State>(*this);
  }

  mutable std::vector<Duration> told;
  mutable std::vector<std::uint32_t> others;

 private:
  class State : public engine::AdaptiveKeepAlive {
   public:
    explicit State(const SamePlan& of) : of_(of) {}
    KeepPlan plan(const Rest& rest) override {
      of_.others.push_back(rest.others);
      return of_.plan_;
    }
    void idle_ended(Duration idle) override { of_.told.push_back(idle); }

   private:
    const SamePlan& of_;
  };

  KeepPlan plan_;
};

/// Two seconds to start, one second a call.
engine::FunctionSetup learning_function(std::shared_ptr<const engine::KeepAlive> policy) {
  engine::FunctionSetup function = plain_function(1s);
  function.sandbox = constant(2s);
  function.keep_alive = std::move(policy);
  return function;
}

std::vector<Start> starts_of(const RunOutput& output) {
  std::vector<Start> starts;
  for (const auto& row : output.rows.invocations) {
    starts.push_back(row.start);
  }
  return starts;
}

struct Life {
  Duration created;
  Duration ready;
  Duration retired;
  std::uint64_t calls;
  Retirement why;
  bool operator==(const Life&) const = default;
};

std::vector<Life> lives_of(const RunOutput& output) {
  std::vector<Life> lives;
  for (const auto& row : output.rows.contexts) {
    lives.push_back({row.created - core::kStartOfTime, row.ready - core::kStartOfTime,
                     row.retired - core::kStartOfTime, row.invocations, row.why});
  }
  return lives;
}

TEST(AdaptiveKeepAlive, AContextIsUnloadedAndAnotherOneIsStartedAheadOfTheCall) {
  const auto policy = std::make_shared<SamePlan>(KeepPlan{100s, 50s});
  const auto output = run(setup_of({learning_function(policy)}, {{0s}, {120s}}));
  EXPECT_THAT(starts_of(output), ElementsAre(Start::kCold, Start::kWarm));
  EXPECT_THAT(lives_of(output), ElementsAre(Life{0s, 2s, 3s, 1, Retirement::kIdle},
                                            Life{103s, 105s, 121s, 1, Retirement::kIdle},
                                            Life{221s, 223s, 271s, 0, Retirement::kIdle}));
  EXPECT_THAT(policy->told, ElementsAre(Duration{117s}));
  EXPECT_EQ(output.rows.invocations[1].latency(), 1s);
}

TEST(AdaptiveKeepAlive, NothingIsStartedAheadOfACallThatCameEarlier) {
  const auto policy = std::make_shared<SamePlan>(KeepPlan{100s, 50s});
  const auto output = run(setup_of({learning_function(policy)}, {{0s}, {50s}}, 150s));
  EXPECT_THAT(starts_of(output), ElementsAre(Start::kCold, Start::kCold));
  EXPECT_THAT(lives_of(output), ElementsAre(Life{0s, 2s, 3s, 1, Retirement::kIdle},
                                            Life{50s, 52s, 53s, 1, Retirement::kIdle}));
  EXPECT_THAT(policy->told, ElementsAre(Duration{47s}));
}

TEST(AdaptiveKeepAlive, NothingIsStartedAtOrAfterTheHorizon) {
  const auto policy = std::make_shared<SamePlan>(KeepPlan{100s, 50s});
  EXPECT_EQ(run(setup_of({learning_function(policy)}, {{0s}}, 103s)).rows.contexts.size(), 1U);
  EXPECT_EQ(run(setup_of({learning_function(policy)}, {{0s}}, 104s)).rows.contexts.size(), 2U);
}

TEST(AdaptiveKeepAlive, AContextIsKeptAsLongAsPlanned) {
  const auto policy = std::make_shared<SamePlan>(KeepPlan{0s, 50s});
  const auto output = run(setup_of({learning_function(policy)}, {{0s}, {52s}, {103s}}));
  EXPECT_THAT(starts_of(output), ElementsAre(Start::kCold, Start::kWarm, Start::kCold));
  EXPECT_THAT(lives_of(output), ElementsAre(Life{0s, 2s, 103s, 2, Retirement::kIdle},
                                            Life{103s, 105s, 156s, 1, Retirement::kIdle}));
  EXPECT_THAT(policy->told, ElementsAre(Duration{49s}, Duration{50s}));
}

TEST(AdaptiveKeepAlive, NoIdleTimeHasPassedWhileAnotherCallWasInFlight) {
  const auto policy = std::make_shared<SamePlan>(KeepPlan{0s, 10min});
  const auto output =
      run(setup_of({learning_function(policy)}, {{0s}, {500ms}, {2500ms}, {60s}, {60s}}));
  // In flight until 4 s: the calls at 0 and 0.5 s run to 3 s and 3.5 s, that of 2.5 s waits for the
  // first one, until 3 s.
  EXPECT_THAT(policy->told, ElementsAre(Duration{56s}));
  EXPECT_THAT(policy->others, ElementsAre(2U, 2U, 2U, 2U, 2U));
}

TEST(AdaptiveKeepAlive, AContextThatIsToBeReadyThenIsStartedEarlier) {
  const auto policy = std::make_shared<SamePlan>(KeepPlan{100s, 1s, true});
  const auto output = run(setup_of({learning_function(policy)}, {{0s}, {103s}}, 200s));
  EXPECT_THAT(starts_of(output), ElementsAre(Start::kCold, Start::kWarm));
  EXPECT_THAT(lives_of(output), ElementsAre(Life{0s, 2s, 3s, 1, Retirement::kIdle},
                                            Life{101s, 103s, 104s, 1, Retirement::kIdle}));
}

TEST(AdaptiveKeepAlive, AContextIsKeptWhereThereIsNoTimeToStartAnother) {
  const auto policy = std::make_shared<SamePlan>(KeepPlan{2s, 1s, true});
  const auto output = run(setup_of({learning_function(policy)}, {{0s}}));
  EXPECT_THAT(lives_of(output), ElementsAre(Life{0s, 2s, 6s, 1, Retirement::kIdle}));
}

TEST(AdaptiveKeepAlive, WarmContextsArePlannedForWhenTheRunBegins) {
  const auto policy = std::make_shared<SamePlan>(KeepPlan{0s, 20s});
  auto function = learning_function(policy);
  function.warm_contexts = 1;
  const auto output = run(setup_of({function}, {{19s}, {60s}}));
  EXPECT_THAT(starts_of(output), ElementsAre(Start::kWarm, Start::kCold));
}

TEST(AdaptiveKeepAlive, AContextThatADeploymentEndsIsNotKept) {
  const auto policy = std::make_shared<SamePlan>(KeepPlan{0s, 10min});
  auto function = learning_function(policy);
  function.deployments = {at(60s)};
  const auto output = run(setup_of({function}, {{0s}, {59500ms}, {90s}}));
  EXPECT_THAT(starts_of(output), ElementsAre(Start::kCold, Start::kWarm, Start::kCold));
  EXPECT_EQ(lives_of(output)[0], (Life{0s, 2s, 60500ms, 2, Retirement::kDeployed}));
}

TEST(KeepAliveOracle, HasAContextReadyExactlyWhenTheNextCallComes) {
  const auto policy = std::make_shared<models::KeepAliveOracle>();
  const auto output =
      run(setup_of({learning_function(policy)}, {{0s}, {100s}, {102500ms}, {30min}}));
  EXPECT_THAT(starts_of(output),
              ElementsAre(Start::kCold, Start::kWarm, Start::kWarm, Start::kWarm));
  // Between the calls at 100 s and 102.5 s there is no time to start another: it is kept.
  EXPECT_THAT(lives_of(output), ElementsAre(Life{0s, 2s, 3s, 1, Retirement::kIdle},
                                            Life{98s, 100s, 103500ms, 2, Retirement::kIdle},
                                            Life{1798s, 1800s, 1801s, 1, Retirement::kIdle}));
}

TEST(KeepAliveOracle, KeepsAsManyContextsAsTheNextCallsCanNeed) {
  const auto policy = std::make_shared<models::KeepAliveOracle>();
  const auto output = run(setup_of({learning_function(policy)}, {{0s}, {0s}, {20s}, {20s}}));
  EXPECT_THAT(starts_of(output),
              ElementsAre(Start::kCold, Start::kCold, Start::kWarm, Start::kWarm));
}

TEST(FutureArrivals, AreThoseOfTheRunByFunction) {
  engine::Setup setup =
      setup_of({plain_function(1s), plain_function(1s)}, {{1s, 1}, {2s, 0}, {2s, 1}, {9s, 1}}, 9s);
  const engine::FutureArrivals future(setup, {});
  EXPECT_EQ(future.next(core::FunctionId{1}, at(0s)), at(1s));
  EXPECT_EQ(future.next(core::FunctionId{1}, at(1s)), at(1s));
  EXPECT_EQ(future.next(core::FunctionId{1}, at(1s), 1), at(2s));
  EXPECT_EQ(future.next(core::FunctionId{1}, at(2s) + Duration{1}), std::nullopt);
  EXPECT_EQ(future.next(core::FunctionId{0}, at(0s), 1), std::nullopt);
}

TEST(IdleHistogram, CountsInBinsAndBeyond) {
  models::IdleHistogram idle(1min, 4min);
  for (const Duration time : {Duration{30s}, Duration{90s}, Duration{119s}, Duration{4min}}) {
    idle.add(time);
  }
  EXPECT_EQ(idle.within(), 3U);
  EXPECT_DOUBLE_EQ(idle.share_beyond(), 0.25);
  // Counts 1, 2, 0, 0: mean 3/4, mean square 5/4, so variance 11/16 and cv sqrt(11)/3.
  EXPECT_DOUBLE_EQ(idle.cv(), std::sqrt(11.0) / 3.0);
  EXPECT_EQ(idle.bin_of_percentile(0.05), 0U);
  EXPECT_EQ(idle.bin_of_percentile(0.34), 1U);
  EXPECT_EQ(idle.bin_of_percentile(0.99), 1U);
  EXPECT_EQ(idle.mean(), Duration{479s} / 4);
}

KeepPlan plan_after(const std::vector<Duration>& idle_times,
                    const models::HybridHistogramParameters& parameters = {}) {
  const engine::Setup setup;
  const engine::FutureArrivals future(setup, {});
  const auto state = models::HybridHistogram(parameters).start({core::FunctionId{0}, future});
  for (const Duration idle : idle_times) {
    state->idle_ended(idle);
  }
  return state->plan({});
}

void expect_plan(const KeepPlan& plan, Duration prewarm_after, Duration keep_for) {
  EXPECT_EQ(plan.prewarm_after, prewarm_after);
  EXPECT_EQ(plan.keep_for, keep_for);
}

TEST(HybridHistogram, KeepsForTheWholeRangeWhileItKnowsTooLittle) {
  expect_plan(plan_after({}), 0s, 4h);
  expect_plan(plan_after({30min}), 0s, 4h);
}

TEST(HybridHistogram, LoadsBeforeTheHeadAndKeepsUntilAfterTheTail) {
  // Bins 30 and 32: head 30 min less 10 %, tail 33 min plus 10 %.
  expect_plan(plan_after({30min + 10s, 32min + 50s}), 27min, 36min + 18s - 27min);
}

TEST(HybridHistogram, KeepsAContextWhoseFunctionIsOftenCalledAgainAtOnce) {
  expect_plan(plan_after({10s, 20s, 5min}), 0s, 6min + 36s);
}

TEST(HybridHistogram, KeepsForTheWholeRangeWhenIdleTimesSayNothing) {
  std::vector<Duration> spread;
  for (int minute = 0; minute < 240; ++minute) {
    spread.push_back(minute * 1min);
  }
  expect_plan(plan_after(spread), 0s, 4h);
  spread.resize(48);  // 48 bins of 240 with one each: cv = 2
  expect_plan(plan_after(spread), 2 * 54s, 48 * 66s - 2 * 54s);
  spread.push_back(48min);
  expect_plan(plan_after(spread), 0s, 4h);
}

TEST(HybridHistogram, ForecastsTheMeanWhenMostIdleTimesAreBeyondTheRange) {
  expect_plan(plan_after({9h, 11h}), 8h + 30min, 3h);
  expect_plan(plan_after({9h, 2min}), 108s, 198s - 108s);
}

}  // namespace
}  // namespace lambdasim::test
