// What the engine relies on, for every CPU model of the catalogue and many memory sizes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <thread>

#include "models/cpu/proportional.h"
#include "models/cpu/quota.h"
#include "tests/policy/catalogue_fixture.h"
#include "tests/policy/run_fresh.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;
using core::Duration;
using engine::CpuState;

constexpr std::int64_t kFullVcpu = 1792;
constexpr Duration kRounding{64};

// A new model needs a line here: parameters that are worth testing.
const std::map<std::string, std::vector<std::string>, std::less<>> kExamples = {
    {"quota",
     {"{}", "{period: 100 ms, tick: 4 ms}", "{tick: 1 ms}", "{slice: 10 ms}", "{overhead: 7 ms}",
      "{start: at_tick, overhead: 0 ms}"}},
    {"proportional", {"{}"}},
};

struct CpuExample {
  std::string name;
  std::int64_t memory_mb;
  std::shared_ptr<const engine::CpuModel> model;
  /// Threads of `threads` that run at once: one of two vCPUs or of as many as there is a share of.
  std::int64_t cores(std::uint32_t threads) const {
    return std::min<std::int64_t>(
        threads, std::max<std::int64_t>(2, (memory_mb + kFullVcpu - 1) / kFullVcpu));
  }
  double share(std::uint32_t threads = 1) const {
    return std::min(static_cast<double>(cores(threads)),
                    static_cast<double>(memory_mb) / kFullVcpu);
  }
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

constexpr std::array<std::uint32_t, 4> kThreads{1, 2, 3, 100};

Duration random_time(core::KeyedEngine& engine, std::int64_t most_ns) {
  return Duration{static_cast<std::int64_t>(engine() % static_cast<std::uint64_t>(most_ns))};
}

TEST(CpuContract, WorkNeverTakesLessThanItsCpuTimeDividedAmongTheCores) {
  core::KeyedEngine engine{1};
  for (const auto& example : all_examples()) {
    for (int i = 0; i < 200; ++i) {
      const Duration cpu_time = random_time(engine, 300'000'000);
      const std::uint32_t threads = kThreads[static_cast<std::size_t>(i) % kThreads.size()];
      ASSERT_GE(run_fresh(*example.model, cpu_time, threads, engine()) * example.cores(threads),
                cpu_time)
          << example.name;
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

TEST(CpuContract, AsManyFullCoresAsThreadsDivideTheWorkExactly) {
  for (const auto& example : all_examples()) {
    for (const std::uint32_t threads : kThreads) {
      const std::int64_t cores = example.cores(threads);
      if (example.memory_mb >= cores * kFullVcpu) {
        EXPECT_EQ(run_fresh(*example.model, cores * 1'234'567ns, threads), 1'234'567ns)
            << example.name;
      }
    }
  }
}

TEST(CpuContract, ThreadsBeyondTheVisibleVcpusChangeNothing) {
  for (const auto& example : all_examples()) {
    const auto visible = static_cast<std::uint32_t>(example.cores(100));
    EXPECT_EQ(run_fresh(*example.model, 123'456'789ns, visible + 1, 77),
              run_fresh(*example.model, 123'456'789ns, visible, 77))
        << example.name;
  }
}

TEST(CpuContract, MoreWorkNeverEndsEarlier) {
  core::KeyedEngine engine{5};
  for (const auto& example : all_examples()) {
    for (const std::uint32_t threads : kThreads) {
      const std::uint64_t random = engine();
      Duration previous{0};
      for (Duration cpu_time{0}; cpu_time < 150ms; cpu_time += 150'021ns) {
        const Duration wall = run_fresh(*example.model, cpu_time, threads, random);
        ASSERT_GE(wall, previous) << example.name << " at " << cpu_time.count();
        previous = wall;
      }
    }
  }
}

TEST(CpuContract, NoWorkTakesNoTime) {
  for (const auto& example : all_examples()) {
    CpuState state;
    EXPECT_EQ(example.model->run(state, 0ns, 1), 0ns) << example.name;
    EXPECT_EQ(state.elapsed, 0ns);
    example.model->run(state, 9ms, 1);
    const Duration elapsed = state.elapsed;
    EXPECT_EQ(example.model->run(state, 0ns, 1), 0ns) << example.name;
    EXPECT_EQ(state.elapsed, elapsed);
  }
}

TEST(CpuContract, WorkCutIntoPiecesTakesAsLongAsInOnePiece) {
  core::KeyedEngine engine{2};
  for (const auto& example : all_examples()) {
    for (int i = 0; i < 50; ++i) {
      const std::uint32_t threads = kThreads[static_cast<std::size_t>(i) % kThreads.size()];
      const std::uint64_t random = engine();
      CpuState state{.random = random};
      Duration cpu_time{0};
      for (int piece = 0; piece < 20; ++piece) {
        // Pieces that the cores cannot divide end in parts of a nanosecond.
        const std::int64_t cores = example.cores(threads);
        const Duration next = piece % 5 == 4 ? cores * (4ms - cpu_time / cores % 4ms)
                                             : cores * random_time(engine, 9'000'000 / cores);
        cpu_time += next;
        example.model->run(state, next, threads);
      }
      const Duration whole = run_fresh(*example.model, cpu_time, threads, random);
      ASSERT_LE(std::chrono::abs(state.elapsed - whole), kRounding) << example.name;
    }
  }
}

/// Works until a random moment again and again, to the end; with waits of nothing in between.
Duration run_in_pieces(const engine::CpuModel& model, Duration cpu_time, std::uint32_t threads,
                       Duration longest_piece, CpuState state, core::KeyedEngine& engine) {
  for (Duration left = cpu_time; left > 0ns;) {
    const Duration until = state.elapsed + random_time(engine, longest_piece.count());
    const Duration done = model.run_until(state, left, threads, until);
    EXPECT_LE(done, left);
    EXPECT_LE(state.elapsed, until);
    if (done < left) {
      EXPECT_EQ(state.elapsed, until);
    }
    left -= done;
  }
  return state.elapsed;
}

TEST(CpuContract, WorkThatIsStoppedAnywhereEndsWhenItEndsAtOnce) {
  core::KeyedEngine engine{7};
  for (const auto& example : all_examples()) {
    for (int i = 0; i < 100; ++i) {
      const std::uint32_t threads = kThreads[static_cast<std::size_t>(i) % kThreads.size()];
      const CpuState state{.random = engine()};
      const Duration cpu_time = random_time(engine, 300'000'000) + 1ns;
      const Duration longest = i % 2 == 0 ? Duration{700us} : Duration{60ms};
      ASSERT_EQ(run_in_pieces(*example.model, cpu_time, threads, longest, state, engine),
                run_fresh(*example.model, cpu_time, threads, state.random))
          << example.name << ", " << cpu_time.count() << " ns on " << threads;
    }
  }
}

TEST(CpuContract, WorkThatIsStoppedAfterAWaitEndsWhenItEndsAtOnce) {
  core::KeyedEngine engine{8};
  for (const auto& example : all_examples()) {
    for (int i = 0; i < 100; ++i) {
      CpuState state{.random = engine()};
      example.model->run(state, random_time(engine, 30'000'000), 1);
      state.elapsed += random_time(engine, 30'000'000);
      CpuState at_once = state;
      const Duration cpu_time = random_time(engine, 50'000'000) + 1ns;
      example.model->run(at_once, cpu_time, 1);
      ASSERT_EQ(run_in_pieces(*example.model, cpu_time, 1, 5ms, state, engine), at_once.elapsed)
          << example.name;
    }
  }
}

TEST(CpuContract, NoWorkIsDoneInNoTimeAndAllOfItWhenThereIsEnough) {
  for (const auto& example : all_examples()) {
    CpuState state;
    EXPECT_EQ(example.model->run_until(state, 50ms, 2, 0ns), 0ns) << example.name;
    EXPECT_EQ(state.elapsed, 0ns);
    EXPECT_EQ(example.model->run_until(state, 0ns, 2, 1s), 0ns);
    EXPECT_EQ(state.elapsed, 0ns);
    EXPECT_EQ(example.model->run_until(state, 50ms, 2, 10s), 50ms);
    EXPECT_EQ(state.elapsed, run_fresh(*example.model, 50ms, 2)) << example.name;
    CpuState endless;
    EXPECT_EQ(example.model->run_until(endless, 50ms, 2, Duration::max()), 50ms);
    EXPECT_EQ(endless.elapsed, state.elapsed) << example.name;
  }
}

TEST(CpuContract, TheAnswerIsHowFarElapsedMovesOn) {
  core::KeyedEngine engine{3};
  for (const auto& example : all_examples()) {
    CpuState state;
    for (int i = 0; i < 100; ++i) {
      state.elapsed += random_time(engine, 30'000'000);
      const Duration before = state.elapsed;
      const Duration wall = example.model->run(state, random_time(engine, 20'000'000), 1);
      ASSERT_EQ(state.elapsed - before, wall) << example.name;
    }
  }
}

TEST(CpuContract, InTheLongRunTheShareIsThatOfTheMemory) {
  for (const auto& example : all_examples()) {
    for (const Duration cpu_time : std::vector<Duration>{20s, 300s, 899s}) {
      for (const std::uint32_t threads : kThreads) {
        const double share = core::seconds_of(cpu_time) /
                             core::seconds_of(run_fresh(*example.model, cpu_time, threads));
        EXPECT_NEAR(share, example.share(threads), 0.01 * example.share(threads)) << example.name;
      }
    }
  }
}

// What is left of the slice and the phase of ticks and refills may differ: a tick and a period.
TEST(CpuContract, AfterALongWaitWorkIsAboutAsFastAsAtTheStart) {
  core::KeyedEngine engine{4};
  for (const auto& example : all_examples()) {
    for (int i = 0; i < 200; ++i) {
      CpuState state;
      example.model->run(state, random_time(engine, 30'000'000), 1);
      state.elapsed += 5s + random_time(engine, 200'000'000);
      const Duration second = random_time(engine, 30'000'000);
      ASSERT_LE(example.model->run(state, second, 1),
                run_fresh(*example.model, second + 4ms) + 100ms)
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

}  // namespace
}  // namespace lambdasim::models
