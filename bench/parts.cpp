// The parts of the hot path one by one, under Google Benchmark.
#include <benchmark/benchmark.h>

#include <vector>

#include "bench/workload.h"
#include "sim/core/distribution.h"
#include "sim/core/histogram.h"
#include "sim/engine/context_pool.h"
#include "sim/engine/engine.h"
#include "sim/engine/event_queue.h"
#include "sim/engine/recorders/summary.h"
#include "sim/io/chunk_codec.h"
#include "tests/support/model_from_yaml.h"

namespace lambdasim::bench {
namespace {

using core::Distribution;
using core::Duration;

void draw(benchmark::State& state, const Distribution& distribution) {
  const core::RandomStream stream{1, 0, 2};
  std::uint64_t number = 0;
  for (auto unused : state) {
    core::KeyedEngine engine = stream.invocation(number++).engine(7);
    benchmark::DoNotOptimize(distribution.sample(engine));
  }
}
BENCHMARK_CAPTURE(draw, exponential, Distribution::exponential(1e6));
BENCHMARK_CAPTURE(draw, lognormal, Distribution::lognormal_median_p99(4e6, 20e6));
BENCHMARK_CAPTURE(draw, gamma, Distribution::gamma_mean_cv(4e6, 0.5));
BENCHMARK_CAPTURE(draw, weibull, Distribution::weibull(0.7, 4e6));
BENCHMARK_CAPTURE(draw, quantiles,
                  Distribution::quantiles({{0, 1e6}, {0.5, 4e6}, {0.99, 20e6}, {1, 90e6}}));

/// Takes the next event and schedules another one, with `pending` events about.
void hold_event(benchmark::State& state) {
  engine::EventQueue queue;
  core::KeyedEngine engine{3};
  const auto later = [&engine](core::SimTime now) {
    return now + Duration{static_cast<std::int64_t>(engine() % 20'000'000)};
  };
  for (int i = 0; i < state.range(0); ++i) {
    queue.push(later(core::kStartOfTime), engine::EventKind::kReusable, 0);
  }
  for (auto unused : state) {
    const engine::Event event = queue.pop();
    queue.push(later(event.time()), event.kind(), event.slot());
  }
}
BENCHMARK(hold_event)->RangeMultiplier(10)->Range(10, 1'000'000);

void take_and_return_context(benchmark::State& state) {
  engine::ContextPool pool;
  engine::IdleContexts idle;
  for (int i = 0; i < 1000; ++i) {
    idle.put(pool, pool.create());
  }
  for (auto unused : state) {
    const engine::Slot slot = idle.take(pool, 0);
    benchmark::DoNotOptimize(++pool[slot].invocations);
    idle.put(pool, slot);
  }
}
BENCHMARK(take_and_return_context);

void add_to_histogram(benchmark::State& state) {
  core::Histogram histogram;
  core::KeyedEngine engine{3};
  for (auto unused : state) {
    histogram.add(Duration{static_cast<std::int64_t>(1'000'000 + (engine() & 0xFFFFFF))});
  }
}
BENCHMARK(add_to_histogram);

void run_cpu_quota(benchmark::State& state) {
  const auto cpu = test::cpu("quota", state.range(0));
  for (auto unused : state) {
    engine::CpuState cpu_state;
    benchmark::DoNotOptimize(cpu->run(cpu_state, std::chrono::milliseconds{17}, 1));
  }
}
BENCHMARK(run_cpu_quota)->Arg(128)->Arg(512)->Arg(1792);

/// A handler of 20 steps; the same steps as a graph should take at most 1.5 times as long.
void run_20_steps(benchmark::State& state, bool as_graph) {
  const engine::FunctionSetup function = twenty_steps(as_graph);
  const engine::Evaluator evaluator(function);
  const core::RandomStream stream{1, 0, 2};
  std::uint64_t number = 0;
  for (auto unused : state) {
    const engine::Call call{.numbers = stream.invocation(number++)};
    benchmark::DoNotOptimize(evaluator.handler(call, 0, false, Duration{0}).duration);
  }
}
BENCHMARK_CAPTURE(run_20_steps, in_a_row, false);
BENCHMARK_CAPTURE(run_20_steps, as_a_graph, true);

/// Invocations a second of the whole engine, summary only, by requests in flight.
void simulate_one_function(benchmark::State& state) {
  constexpr std::uint64_t kInvocations = 1'000'000;
  const engine::Setup setup =
      engine_setup(workload_with(static_cast<double>(state.range(0)), kInvocations));
  std::int64_t served = 0;
  for (auto unused : state) {
    engine::SummaryRecorder recorder(1, {}, setup.horizon);
    engine::Progress progress;
    served += static_cast<std::int64_t>(engine::simulate(setup, {}, recorder, progress).arrivals);
  }
  state.SetItemsProcessed(served);
}
BENCHMARK(simulate_one_function)->RangeMultiplier(10)->Range(1, 10'000);

/// Shuffles and compresses a chunk of 64 Ki times; bytes a second of the raw column.
void encode_chunk(benchmark::State& state) {
  std::vector<std::int64_t> times(std::size_t{1} << 16);
  core::KeyedEngine engine{3};
  const auto service = Distribution::lognormal_median_p99(4e6, 20e6);
  for (std::int64_t& time : times) {
    time = service.sample_duration(engine).count();
  }
  io::ChunkCodec codec(sizeof(std::int64_t), 1);
  for (auto unused : state) {
    times[0] ^= 1;
    benchmark::DoNotOptimize(codec.encode(std::as_bytes(std::span(times))).size());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * times.size() * 8));
}
BENCHMARK(encode_chunk);

}  // namespace
}  // namespace lambdasim::bench
