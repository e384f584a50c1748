// Timelines of steps that need one another, worked by hand: at four memory sizes, in proportion to
// memory and under a quota whose first tick is the beginning of the handler.
#include "sim/engine/step_graph.h"

#include <gtest/gtest.h>

#include <array>

#include "models/cpu/proportional.h"
#include "sim/engine/evaluate.h"
#include "tests/support/model_from_yaml.h"
#include "tests/support/scripted.h"

namespace lambdasim::engine {
namespace {

using test::constant;
using namespace std::chrono_literals;
using core::Duration;
using Needs = std::vector<std::vector<std::size_t>>;

constexpr std::array<std::int64_t, 4> kSizes{128, 1792, 3584, 10240};

Step wait(Duration time) {
  return {StepKind::kWait, {}, 64, constant(time)};
}

Step cpu(Duration time, std::uint32_t threads = 1) {
  return {StepKind::kCpu, {}, 65, constant(time), threads};
}

Step use(std::uint32_t resource = 0) {
  return {StepKind::kUse, core::ResourceId{resource}, 0, {}};
}

FunctionSetup function_of(Program handler, const Needs& needs) {
  FunctionSetup function = test::plain_function(0ms);
  function.timeout = 900s;
  function.handler = std::move(handler);
  function.graphs.handler = std::make_shared<const StepGraph>(compile_graph(needs));
  return function;
}

HandlerRun handler_run(const FunctionSetup& function, std::uint32_t made = 0,
                       std::uint16_t items = 1) {
  const Call call{
      .numbers = core::RandomStream{1, 0, 2}.invocation(3), .recorded = 7ms, .items = items};
  return Evaluator(function).handler(call, made, false, 0ms);
}

/// Durations at each of kSizes.
std::array<Duration, 4> times_of(FunctionSetup function, std::string_view model) {
  std::array<Duration, 4> times{};
  for (std::size_t i = 0; i < kSizes.size(); ++i) {
    function.cpu =
        test::cpu(model, kSizes[i], model == "quota" ? "{start: at_tick, overhead: 0 ms}" : "{}");
    times[i] = handler_run(function).duration;
  }
  return times;
}

void expect_times(const FunctionSetup& function, const std::array<Duration, 4>& in_proportion,
                  const std::array<Duration, 4>& under_quota) {
  const auto proportional = times_of(function, "proportional");
  const auto quota = times_of(function, "quota");
  for (std::size_t i = 0; i < kSizes.size(); ++i) {
    EXPECT_EQ(proportional[i], in_proportion[i]) << kSizes[i] << " MB in proportion";
    EXPECT_EQ(quota[i], under_quota[i]) << kSizes[i] << " MB under a quota";
  }
}

TEST(StepGraph, WaitsOfParallelStepsOverlap) {
  expect_times(function_of({wait(40ms), wait(60ms)}, {{}, {}}), {60ms, 60ms, 60ms, 60ms},
               {60ms, 60ms, 60ms, 60ms});
}

// 128 MB are a fourteenth of a vCPU, 1.428571 ms of each 20. Under the quota 4 ms run on, 2.571429
// too many, which two refills repay; the same again from 40 and from 100 ms (0.285713 and 0.571426
// are left of the refills): 12 ms are done at 104, three refills (0.857139 left) end at 160.
TEST(StepGraph, AWaitOverlapsWithWork) {
  expect_times(function_of({wait(40ms), cpu(14ms)}, {{}, {}}), {196ms, 40ms, 40ms, 40ms},
               {162ms, 40ms, 40ms, 40ms});
}

// Under the quota of 128 MB, two threads use 8 ms by the first tick, 6.571429 too many: five
// refills. 8 more by 104 ms, 7.428574 too many: six refills, to 220 ms. The last 4 ms take 2. One
// vCPU has 20 ms of quota, of which both may be had in 10.
TEST(StepGraph, ParallelWorkSharesTheCpu) {
  expect_times(function_of({cpu(10ms), cpu(10ms)}, {{}, {}}), {280ms, 20ms, 10ms, 10ms},
               {222ms, 10ms, 10ms, 10ms});
}

// Under the quota of 128 MB the first 5 ms end at 41 (throttled from 4 to 40, 0.714287 owed), the
// waits at 101. Then 0.714284 are left, 3 ms are used at 104 and 1.428571 of the pool do not repay
// them; from 120 to 124 and from 180 to 183.
TEST(StepGraph, ADiamondTakesItsLongerSide) {
  expect_times(function_of({cpu(5ms), wait(40ms), wait(60ms), cpu(10ms)}, {{}, {0}, {0}, {1, 2}}),
               {270ms, 75ms, 75ms, 75ms}, {183ms, 75ms, 75ms, 75ms});
}

// Eight threads: more than there are vCPUs (2, 2, 2 and 6) do not help. Under the quota of one vCPU
// 24 ms are used by 12 ms, 16 from 20 to 28, and the last 8 from 40 on. At 128 MB 8 ms are used
// from 0, 100, 220, 320, 440 and 560 ms on.
TEST(StepGraph, MoreThreadsThanVcpusDoNotHelp) {
  expect_times(
      function_of({cpu(12ms, 2), cpu(12ms, 2), cpu(12ms, 2), cpu(12ms, 2)}, {{}, {}, {}, {}}),
      {672ms, 48ms, 24ms, 8400us}, {564ms, 44ms, 24ms, 8ms});
}

// The first works alone for 10 ms. Then two share the CPU until the second has had its 10 ms and
// waits for 50; the first has the CPU for itself again.
// Under the quota of 128 MB the first is throttled from 4 to 40 ms, so the second begins at 40:
// 8 ms to 44, 8 from 160, 4 from 280 to 282. The first has 16 left: 2 ms to 284, 4 each from 360,
// 420 and 460, 2 from 520.
TEST(StepGraph, AWaitEndsInTheMiddleOfWork) {
  expect_times(function_of({cpu(30ms), wait(10ms), cpu(10ms), wait(50ms)}, {{}, {}, {1}, {2}}),
               {560ms, 80ms, 70ms, 70ms}, {522ms, 70ms, 70ms, 70ms});
}

// Three threads of 6 ms each beside one of 6 ms: on two vCPUs each thread has half a core.
TEST(StepGraph, EachThreadHasTheSameShare) {
  FunctionSetup function = function_of({cpu(18ms, 3), cpu(3ms), wait(20ms)}, {{}, {}, {1}});
  function.cpu = test::cpu("proportional", 3584);
  EXPECT_EQ(handler_run(function).duration, 26ms);
  function.handler[1] = cpu(6ms);
  EXPECT_EQ(handler_run(function).duration, 32ms);
}

TEST(StepGraph, AStepWaitsForAllThatItNeedsWhereverTheyStand) {
  const FunctionSetup function =
      function_of({wait(1ms), wait(10ms), wait(30ms), wait(20ms)}, {{1, 2, 3}, {}, {3}, {1}});
  EXPECT_EQ(handler_run(function).duration, 61ms);
}

TEST(StepGraph, AStepThatTakesNoTimeEndsAtOnce) {
  EXPECT_EQ(
      handler_run(function_of({wait(0ms), cpu(0ms), wait(3ms), cpu(2ms)}, {{}, {0}, {1}, {1}}))
          .duration,
      3ms);
}

FunctionSetup with_resource(Where where) {
  FunctionSetup function = function_of({use(), use(), cpu(5ms), wait(4ms)}, {{}, {}, {}, {1}});
  function.cpu = test::cpu("proportional", 1792);
  function.resources = {{.where = where, .setup = {cpu(5ms), wait(20ms)}}};
  return function;
}

// The CPU time of the setup is shared with that of the third step, so it ends at 10 ms.
TEST(StepGraph, AResourceIsMadeOnceAndAllThatUseItWait) {
  const HandlerRun first = handler_run(with_resource(Where::kFirstUse));
  EXPECT_EQ(first.duration, 34ms);
  EXPECT_EQ(first.made, 1U);
  EXPECT_EQ(first.temporary, 0U);
  const HandlerRun later = handler_run(with_resource(Where::kFirstUse), first.made);
  EXPECT_EQ(later.duration, 5ms);
  EXPECT_EQ(later.made, 1U);
  const HandlerRun inside = handler_run(with_resource(Where::kInsideHandler));
  EXPECT_EQ(inside.duration, 34ms);
  EXPECT_EQ(inside.made, 0U);
  EXPECT_EQ(inside.temporary, 1U);
}

TEST(StepGraph, DifferentResourcesAreMadeAtTheSameTime) {
  FunctionSetup function = with_resource(Where::kFirstUse);
  function.resources.push_back(function.resources.front());
  function.resources.back().setup = {wait(7ms), wait(8ms)};
  function.handler[1] = use(1);
  const HandlerRun run = handler_run(function);
  EXPECT_EQ(run.duration, 30ms);
  EXPECT_EQ(run.made, 3U);
}

TEST(StepGraph, StepsOfEachItemFollowOneAnother) {
  FunctionSetup function = function_of({wait(10ms), cpu(4ms), wait(25ms)}, {{}, {}, {}});
  function.handler[0].per_item = true;
  function.handler[1].per_item = true;
  EXPECT_EQ(handler_run(function, 0, 1).duration, 25ms);
  EXPECT_EQ(handler_run(function, 0, 3).duration, 30ms);
  EXPECT_EQ(handler_run(function, 0, 10).duration, 100ms);
}

TEST(StepGraph, RecordedTimesAreTakenAsTheyAre) {
  FunctionSetup function = function_of({wait(1ms), cpu(1ms), wait(2ms)}, {{}, {}, {0, 1}});
  function.handler[0].kind = StepKind::kWaitRecorded;
  function.handler[1].kind = StepKind::kCpuRecorded;
  EXPECT_EQ(handler_run(function).duration, 9ms);
}

TEST(StepGraph, ATimeoutEndsItAsItEndsARow) {
  FunctionSetup function = function_of({wait(700ms), wait(1100ms)}, {{}, {}});
  function.timeout = 1s;
  EXPECT_EQ(handler_run(function).duration, 1s);
  EXPECT_EQ(handler_run(function).outcome, Outcome::kTimeout);
  function.handler[1] = wait(1s);
  EXPECT_EQ(handler_run(function).outcome, Outcome::kOk);
}

TEST(StepGraph, InitSharesItsOwnCpu) {
  FunctionSetup function = test::plain_function(1ms);
  function.init = {cpu(10ms), cpu(10ms), wait(15ms)};
  function.graphs.init = std::make_shared<const StepGraph>(compile_graph(Needs{{}, {}, {}}));
  const core::InvocationNumbers numbers{5};
  function.init_cpu = models::init_cpu(1.0);
  EXPECT_EQ(Evaluator(function).init(numbers).duration, 20ms);
  function.init_cpu = models::init_cpu(2.0);
  EXPECT_EQ(Evaluator(function).init(numbers).duration, 15ms);
}

TEST(StepGraph, PingsHaveTheirOwn) {
  FunctionSetup function = function_of({wait(1ms), wait(2ms)}, {{}, {0}});
  function.ping = {wait(5ms), wait(6ms)};
  const Call ping{.numbers = core::InvocationNumbers{1}, .is_ping = true};
  EXPECT_EQ(Evaluator(function).handler(ping, 0, false, 0ms).duration, 11ms);
  function.graphs.ping = std::make_shared<const StepGraph>(compile_graph(Needs{{}, {}}));
  EXPECT_EQ(Evaluator(function).handler(ping, 0, false, 0ms).duration, 6ms);
  EXPECT_EQ(handler_run(function).duration, 3ms);
}

/// A program of random steps, of which some are done for each item.
Program random_program(core::KeyedEngine& engine, std::size_t steps) {
  Program program;
  for (std::uint32_t i = 0; i < steps; ++i) {
    Step step;
    step.kind = engine.uniform() < 0.5 ? StepKind::kCpu : StepKind::kWait;
    step.threads = 1 + static_cast<std::uint32_t>(engine() % 3);
    step.purpose = 100 + i;
    step.time = core::Distribution::exponential(7e6);
    program.push_back(step);
  }
  return program;
}

TEST(StepGraph, AChainTakesExactlyAsLongAsTheStepsInARow) {
  core::KeyedEngine engine{11};
  Needs chain(30);
  for (std::size_t i = 1; i < chain.size(); ++i) {
    chain[i] = {i - 1};
  }
  for (const std::string_view model : {"proportional", "quota"}) {
    for (int i = 0; i < 200; ++i) {
      FunctionSetup function = function_of(random_program(engine, chain.size()), chain);
      function.cpu = test::cpu(model, 128 + static_cast<std::int64_t>(engine() % 4000));
      const Duration as_graph = handler_run(function).duration;
      function.graphs.handler = nullptr;
      ASSERT_EQ(as_graph, handler_run(function).duration) << model;
    }
  }
}

/// The longest chain, as if every step had all vCPUs that it can use.
Duration longest_chain(const FunctionSetup& function, const Needs& needs, std::int64_t vcpus) {
  std::vector<Duration> ends;
  const core::InvocationNumbers numbers = core::RandomStream{1, 0, 2}.invocation(3);
  for (std::size_t i = 0; i < needs.size(); ++i) {
    const Step& step = function.handler[i];
    core::KeyedEngine engine = numbers.engine(step.purpose);
    const Duration time = step.time.sample_duration(engine);
    Duration begin{0};
    for (const std::size_t needed : needs[i]) {
      begin = std::max(begin, ends[needed]);
    }
    const std::int64_t cores =
        step.kind == StepKind::kCpu ? std::min<std::int64_t>(step.threads, vcpus) : 1;
    ends.push_back(begin + time / cores);
  }
  return *std::max_element(ends.begin(), ends.end());
}

// Sharing in proportion loses nothing: a graph is never slower than a row, and never faster than
// its longest chain; a nanosecond is rounded at the end of each step.
TEST(StepGraph, ARandomGraphTakesBetweenItsLongestChainAndTheRow) {
  core::KeyedEngine engine{12};
  for (int i = 0; i < 500; ++i) {
    Needs needs(25);
    for (std::size_t step = 1; step < needs.size(); ++step) {
      for (std::size_t other = 0; other < step; ++other) {
        if (engine.uniform() < 0.1) {
          needs[step].push_back(other);
        }
      }
    }
    FunctionSetup function = function_of(random_program(engine, needs.size()), needs);
    function.cpu = test::cpu("proportional", 10240);
    const Duration as_graph = handler_run(function).duration;
    EXPECT_GE(as_graph + 25ns, longest_chain(function, needs, 6));
    function.graphs.handler = nullptr;
    EXPECT_LE(as_graph, handler_run(function).duration + 25ns);
  }
}

// 256 steps of 1 ms at once on one vCPU, or of a wait.
TEST(StepGraph, AsManyStepsAsAreAllowedRunAtOnce) {
  FunctionSetup function = function_of(Program(kMostGraphSteps, cpu(1ms)), Needs(kMostGraphSteps));
  function.cpu = test::cpu("proportional", 1792);
  EXPECT_EQ(handler_run(function).duration, 256ms);
  function.handler = Program(kMostGraphSteps, wait(1ms));
  EXPECT_EQ(handler_run(function).duration, 1ms);
  Needs chain(kMostGraphSteps);
  for (std::size_t i = 1; i < chain.size(); ++i) {
    chain[i] = {i - 1};
  }
  EXPECT_EQ(handler_run(function_of(function.handler, chain)).duration, 256ms);
}

}  // namespace
}  // namespace lambdasim::engine
