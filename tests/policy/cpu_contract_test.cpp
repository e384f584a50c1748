// What the engine relies on, for every CPU model of the catalogue and many memory sizes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "tests/policy/catalogue_fixture.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;
using core::Duration;
using engine::CpuState;

constexpr std::int64_t kFullVcpu = 1792;
constexpr Duration kRounding{64};

// A new model needs a line here: parameters that are worth testing.
const std::map<std::string, std::vector<std::string>, std::less<>> kExamples = {
    {"quota", {"{}", "{period: 100 ms, tick: 4 ms}", "{tick: 1 ms}", "{slice: 10 ms}"}},
    {"proportional", {"{}"}},
};

struct CpuExample {
  std::string name;
  std::int64_t memory_mb;
  std::shared_ptr<const engine::CpuModel> model;
  double share() const { return std::min(1.0, static_cast<double>(memory_mb) / kFullVcpu); }
};

std::vector<CpuExample> all_examples() {
  std::vector<CpuExample> examples;
  for (const CpuModelEntry& entry : cpu_models()) {
    const auto found = kExamples.find(entry.about.name);
    if (found == kExamples.end()) {
      ADD_FAILURE() << "no example for " << entry.about.name;
      continue;
    }
    for (const std::string& yaml : found->second) {
      for (const std::int64_t mb : {128, 129, 442, 512, 896, 1024, 1769, 1791, 1792, 3008, 10240}) {
        examples.push_back({std::string{entry.about.name} + yaml + " " + std::to_string(mb), mb,
                            read_yaml(yaml, [&](config::ObjectReader& reader) {
                              return entry.read(reader, mb);
                            })});
      }
    }
  }
  return examples;
}

Duration run_fresh(const engine::CpuModel& model, Duration cpu_time) {
  CpuState state;
  return model.run(state, cpu_time);
}

Duration random_time(core::KeyedEngine& engine, std::int64_t most_ns) {
  return Duration{static_cast<std::int64_t>(engine() % static_cast<std::uint64_t>(most_ns))};
}

TEST(CpuContract, WorkNeverTakesLessThanItsCpuTime) {
  core::KeyedEngine engine{1};
  for (const auto& example : all_examples()) {
    for (int i = 0; i < 200; ++i) {
      const Duration cpu_time = random_time(engine, 300'000'000);
      ASSERT_GE(run_fresh(*example.model, cpu_time), cpu_time) << example.name;
    }
  }
}

TEST(CpuContract, AFullCoreTakesExactlyTheCpuTime) {
  for (const auto& example : all_examples()) {
    if (example.memory_mb >= kFullVcpu) {
      EXPECT_EQ(run_fresh(*example.model, 123'456'789ns), 123'456'789ns) << example.name;
    }
  }
}

TEST(CpuContract, MoreWorkNeverEndsEarlier) {
  for (const auto& example : all_examples()) {
    Duration previous{0};
    for (Duration cpu_time{0}; cpu_time < 150ms; cpu_time += 50'021ns) {
      const Duration wall = run_fresh(*example.model, cpu_time);
      ASSERT_GE(wall, previous) << example.name << " at " << cpu_time.count();
      previous = wall;
    }
  }
}

TEST(CpuContract, NoWorkTakesNoTime) {
  for (const auto& example : all_examples()) {
    CpuState state;
    EXPECT_EQ(example.model->run(state, 0ns), 0ns) << example.name;
    EXPECT_EQ(state.elapsed, 0ns);
    example.model->run(state, 9ms);
    const Duration elapsed = state.elapsed;
    EXPECT_EQ(example.model->run(state, 0ns), 0ns) << example.name;
    EXPECT_EQ(state.elapsed, elapsed);
  }
}

TEST(CpuContract, WorkCutIntoPiecesTakesAsLongAsInOnePiece) {
  core::KeyedEngine engine{2};
  for (const auto& example : all_examples()) {
    for (int i = 0; i < 50; ++i) {
      CpuState state;
      Duration cpu_time{0};
      for (int piece = 0; piece < 20; ++piece) {
        const Duration next =
            piece % 5 == 4 ? 4ms - cpu_time % 4ms : random_time(engine, 9'000'000);
        cpu_time += next;
        example.model->run(state, next);
      }
      const Duration whole = run_fresh(*example.model, cpu_time);
      ASSERT_LE(std::chrono::abs(state.elapsed - whole), kRounding) << example.name;
    }
  }
}

TEST(CpuContract, TheAnswerIsHowFarElapsedMovesOn) {
  core::KeyedEngine engine{3};
  for (const auto& example : all_examples()) {
    CpuState state;
    for (int i = 0; i < 100; ++i) {
      state.elapsed += random_time(engine, 30'000'000);
      const Duration before = state.elapsed;
      const Duration wall = example.model->run(state, random_time(engine, 20'000'000));
      ASSERT_EQ(state.elapsed - before, wall) << example.name;
    }
  }
}

TEST(CpuContract, InTheLongRunTheShareIsThatOfTheMemory) {
  for (const auto& example : all_examples()) {
    for (const Duration cpu_time : std::vector<Duration>{20s, 300s, 899s}) {
      const double share =
          core::seconds_of(cpu_time) / core::seconds_of(run_fresh(*example.model, cpu_time));
      EXPECT_NEAR(share, example.share(), 0.01 * example.share()) << example.name;
    }
  }
}

// What is left of the slice and the phase of ticks and refills may differ: a tick and a period.
TEST(CpuContract, AfterALongWaitWorkIsAboutAsFastAsAtTheStart) {
  core::KeyedEngine engine{4};
  for (const auto& example : all_examples()) {
    for (int i = 0; i < 200; ++i) {
      CpuState state;
      example.model->run(state, random_time(engine, 30'000'000));
      state.elapsed += 5s + random_time(engine, 200'000'000);
      const Duration second = random_time(engine, 30'000'000);
      ASSERT_LE(example.model->run(state, second), run_fresh(*example.model, second + 4ms) + 100ms)
          << example.name;
    }
  }
}

TEST(CpuContract, WorkBeyondEveryTimeoutIsAnsweredAtOnce) {
  for (const auto& example : all_examples()) {
    const Duration year = run_fresh(*example.model, 24h * 365);
    EXPECT_GE(year, 24h * 365) << example.name;
    EXPECT_NEAR(core::seconds_of(24h * 365) / core::seconds_of(year), example.share(),
                0.01 * example.share())
        << example.name;
    EXPECT_GT(run_fresh(*example.model, Duration{2'300'000'000'000'000'000}), 24h * 365);
  }
}

TEST(CpuContract, ThreadsGetTheSameAnswersFromASharedModel) {
  for (const auto& example : all_examples()) {
    std::vector<Duration> answers(4);
    {
      std::vector<std::jthread> threads;
      for (Duration& answer : answers) {
        threads.emplace_back([&] { answer = run_fresh(*example.model, 77ms); });
      }
    }
    EXPECT_THAT(answers, testing::Each(run_fresh(*example.model, 77ms))) << example.name;
  }
}

TEST(CpuQuotaRules, WorkBelowATickIsNotThrottledAtAnyMemory) {
  const auto quota =
      read_yaml("{}", [](auto& reader) { return cpu_models()[0].read(reader, 128); });
  EXPECT_EQ(run_fresh(*quota, 4ms), 4ms);
  EXPECT_GT(run_fresh(*quota, 4ms + 1ns), 20ms);
}

TEST(CpuQuotaRules, AWaitRepaysTheDebtOfTheBurstBeforeIt) {
  const auto quota =
      read_yaml("{}", [](auto& reader) { return cpu_models()[0].read(reader, 128); });
  CpuState state;
  quota->run(state, 3ms);
  state.elapsed += 200ms;
  EXPECT_EQ(quota->run(state, 1ms), 1ms);
  CpuState hurried;
  quota->run(hurried, 3ms);
  hurried.elapsed += 2ms;
  EXPECT_GT(quota->run(hurried, 1ms), 30ms);
}

TEST(CpuQuotaRules, ATickThatDoesNotDivideThePeriodIsReported) {
  EXPECT_THAT(
      mistakes_in("{tick: 3 ms}", [](auto& reader) { return cpu_models()[0].read(reader, 128); }),
      testing::ElementsAre(testing::HasSubstr("must divide the period")));
}

}  // namespace
}  // namespace lambdasim::models
