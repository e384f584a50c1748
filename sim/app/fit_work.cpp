#include "sim/app/fit_work.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "models/cpu/proportional.h"
#include "sim/app/scenario.h"
#include "sim/engine/evaluate.h"

namespace lambdasim::app {
namespace {

using core::Duration;
using core::SimTime;
using engine::StepKind;

/// Counts arrivals of all functions window by window.
class CallCounter {
 public:
  /// @param windows basic windows that make up the peak window, one number a function
  CallCounter(const engine::Setup& setup, std::uint64_t seed, const models::Sizing& sizing,
              std::vector<std::uint64_t> windows)
      : setup_(setup),
        seed_(seed),
        window_(sizing.peak_window),
        chance_(sizing.chance),
        windows_(std::move(windows)),
        tallies_(windows_.size()) {}

  std::vector<CallCounts> count() {
    double covered_s = 0;
    for (std::uint32_t replication = 0; replication == 0 || wants_more(replication);
         ++replication) {
      covered_s += core::seconds_of(count_replication(replication));
    }
    std::vector<CallCounts> counts;
    for (std::size_t i = 0; i < tallies_.size(); ++i) {
      counts.push_back(counted(i, covered_s));
    }
    return counts;
  }

 private:
  // Calls of a function that tell its rate to a percent, and when to stop looking for them.
  static constexpr std::uint64_t kEnoughOfOne = 10'000;
  static constexpr std::uint64_t kEnoughOfAll = 5'000'000;
  static constexpr std::uint64_t kMostWindows = 1'000'000;
  static constexpr std::uint32_t kMostReplications = 1000;

  bool wants_more(std::uint32_t replications) const {
    return replications < kMostReplications && calls_ < kEnoughOfAll && counted_ < kMostWindows &&
           std::any_of(tallies_.begin(), tallies_.end(),
                       [](const Tally& tally) { return tally.calls < kEnoughOfOne; });
  }

  /// @return the time that it covers: the horizon, unless there are more than enough calls before
  Duration count_replication(std::uint32_t replication) {
    sources_.clear();
    for (std::size_t i = 0; i < setup_.arrivals.size(); ++i) {
      sources_.push_back(
          setup_.arrivals[i]->start({seed_, replication}, static_cast<std::uint32_t>(i)));
    }
    const SimTime end = core::kStartOfTime + setup_.horizon;
    SimTime now = core::kStartOfTime;
    while (now < end && calls_ < kEnoughOfAll) {
      const SimTime next = std::min(end, now + window_);
      take_until(next);
      if (replication == 0 && next - now == window_) {
        close_window();
      }
      ++counted_;
      now = next;
    }
    return now - core::kStartOfTime;
  }

  struct Tally {
    std::uint64_t calls = 0;
    std::uint64_t in_window = 0;
    std::uint64_t peak = 0;
    std::uint64_t windows = 0;
    double recorded_s = 0;
    std::uint64_t with_recorded = 0;
    std::vector<Duration> recorded;
  };

  void take_until(SimTime until) {
    constexpr std::size_t kBatch = 4096;
    for (const auto& source : sources_) {
      SimTime given = core::kStartOfTime;
      while (given < until) {
        batch_.clear();
        given = source->append(until, kBatch, batch_);
        for (const engine::Arrival& arrival : batch_) {
          add(arrival);
        }
      }
    }
  }

  void add(const engine::Arrival& arrival) {
    Tally& tally = tallies_[arrival.function.value];
    ++calls_;
    ++tally.calls;
    ++tally.in_window;
    if (arrival.recorded >= Duration{0}) {
      ++tally.with_recorded;
      tally.recorded_s += core::seconds_of(arrival.recorded);
      if (tally.recorded.size() < static_cast<std::size_t>(kDrawnCalls)) {
        tally.recorded.push_back(arrival.recorded);
      }
    }
  }

  void close_window() {
    for (std::size_t i = 0; i < tallies_.size(); ++i) {
      Tally& tally = tallies_[i];
      if (++tally.windows == windows_[i]) {
        tally.peak = std::max(tally.peak, tally.in_window);
        tally.windows = 0;
        tally.in_window = 0;
      }
    }
  }

  CallCounts counted(std::size_t function, double covered_s) {
    Tally& tally = tallies_[function];
    CallCounts counts;
    counts.calls_per_s = static_cast<double>(tally.calls) / covered_s;
    const double window_s = core::seconds_of(window_) * static_cast<double>(windows_[function]);
    const auto peak = static_cast<double>(tally.peak);
    counts.peak_per_s = std::max(counts.calls_per_s, (peak - chance_ * std::sqrt(peak)) / window_s);
    if (tally.with_recorded > 0) {
      counts.recorded_mean_s = tally.recorded_s / static_cast<double>(tally.with_recorded);
    }
    counts.recorded = std::move(tally.recorded);
    return counts;
  }

  const engine::Setup& setup_;
  std::uint64_t seed_;
  Duration window_;
  double chance_;
  std::vector<std::uint64_t> windows_;
  std::vector<Tally> tallies_;
  std::vector<std::unique_ptr<engine::ArrivalSource>> sources_;
  std::vector<engine::Arrival> batch_;
  std::uint64_t calls_ = 0;
  std::uint64_t counted_ = 0;  // basic windows
};

/// Calls `visit(is_cpu, seconds, threads)` with the mean time of each step that a warm call runs.
template <class Visit>
void each_mean(const engine::FunctionSetup& function, double recorded_s, Visit visit) {
  const auto visit_step = [&](const engine::Step& step) {
    const bool is_cpu = step.kind == StepKind::kCpu || step.kind == StepKind::kCpuRecorded;
    const bool is_recorded =
        step.kind == StepKind::kCpuRecorded || step.kind == StepKind::kWaitRecorded;
    visit(is_cpu, is_recorded ? recorded_s : step.time.mean() * 1e-9, step.threads);
  };
  std::uint32_t made = 0;
  for (const engine::Step& step : function.handler) {
    if (step.kind != StepKind::kUse) {
      visit_step(step);
      continue;
    }
    const engine::Resource& resource = function.resources[step.resource.value];
    const std::uint32_t bit = std::uint32_t{1} << step.resource.value;
    if (resource.where == engine::Where::kInsideHandler && (made & bit) == 0) {
      std::for_each(resource.setup.begin(), resource.setup.end(), visit_step);
      made |= bit;
    }
  }
}

/// Resources that a context holds once it is warm.
std::uint32_t held_when_warm(const engine::FunctionSetup& function) {
  std::uint32_t held = 0;
  for (std::size_t i = 0; i < function.resources.size(); ++i) {
    if (function.resources[i].where != engine::Where::kInsideHandler) {
      held |= std::uint32_t{1} << i;
    }
  }
  return held;
}

/// Duration (s) of a warm call whose steps all take their mean times, as a graph.
double mean_of_graph(const engine::FunctionSetup& function, double recorded_s,
                     std::shared_ptr<const engine::CpuModel> cpu) {
  engine::FunctionSetup mean = function;
  const auto settle = [](engine::Program& program) {
    for (engine::Step& step : program) {
      step.time = core::Distribution::constant(step.time.mean());
    }
  };
  settle(mean.handler);
  for (engine::Resource& resource : mean.resources) {
    settle(resource.setup);
  }
  mean.cpu = std::move(cpu);
  mean.timeout = Duration::max();
  mean.failures = {};
  mean.call_overhead = mean.extension_tail = core::Distribution::constant(0);
  mean.stream_time = Duration{0};
  const engine::Call call{.numbers = core::InvocationNumbers{0},
                          .recorded = core::duration_of_nanoseconds(recorded_s * 1e9)};
  const engine::HandlerRun run =
      engine::Evaluator(mean).handler(call, held_when_warm(mean), false, Duration{0});
  return core::seconds_of(run.duration);
}

void set_means(const engine::FunctionSetup& function, double recorded_s, CallTimes& times) {
  each_mean(function, recorded_s, [&times](bool is_cpu, double seconds, std::uint32_t) {
    (is_cpu ? times.cpu_s : times.wait_s) += seconds;
  });
  constexpr double kLongest = 1e8;  // seconds; what the clock holds several times over
  const double overhead_s = (function.call_overhead.mean() + function.extension_tail.mean()) * 1e-9;
  if (!(times.cpu_s + times.wait_s + overhead_s < kLongest)) {
    times.lambda_s = std::numeric_limits<double>::infinity();
    return;
  }
  if (function.graphs.handler) {
    const auto one_vcpu = std::make_shared<const models::Proportional>(1, 1);
    times.wait_s = mean_of_graph(function, recorded_s, one_vcpu) - times.cpu_s;
    times.lambda_s = mean_of_graph(function, recorded_s, function.cpu) + overhead_s;
    return;
  }
  engine::CpuState state;
  each_mean(function, recorded_s, [&](bool is_cpu, double seconds, std::uint32_t threads) {
    const Duration time = core::duration_of_nanoseconds(seconds * 1e9);
    if (is_cpu) {
      function.cpu->run(state, time, threads);
    } else {
      state.elapsed += time;
    }
  });
  times.lambda_s = core::seconds_of(state.elapsed) + overhead_s;
}

}  // namespace

std::vector<CallCounts> count_calls(const engine::Setup& setup, std::uint64_t seed,
                                    const models::Sizing& sizing) {
  std::vector<std::uint64_t> windows(setup.functions.size(), 1);
  std::vector<CallCounts> counts = CallCounter(setup, seed, sizing, windows).count();
  bool is_longer = false;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    CallTimes times;
    set_means(setup.functions[i], counts[i].recorded_mean_s, times);
    const double needed = times.lambda_s / core::seconds_of(sizing.peak_window);
    if (std::isfinite(needed) && needed > 1) {
      windows[i] = static_cast<std::uint64_t>(std::ceil(needed));
      is_longer = true;
    }
  }
  return is_longer ? CallCounter(setup, seed, sizing, windows).count() : counts;
}

CallTimes call_times(const engine::FunctionSetup& function, const CallCounts& counts,
                     std::uint64_t seed) {
  CallTimes times;
  set_means(function, counts.recorded_mean_s, times);
  engine::FunctionSetup unlimited = function;
  unlimited.timeout = std::chrono::hours{24 * 3650};
  unlimited.failures = {};
  const engine::Evaluator evaluator(unlimited);
  const std::uint32_t held = held_when_warm(function);
  const core::RandomStream stream{seed, 0, core::hash_name("fit/" + function.name)};
  std::vector<Duration> drawn;
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(kDrawnCalls); ++i) {
    const Duration recorded =
        counts.recorded.empty() ? Duration{0} : counts.recorded[i % counts.recorded.size()];
    const engine::Call call{.numbers = stream.invocation(i), .recorded = recorded};
    drawn.push_back(evaluator.handler(call, held, false, Duration{0}).duration);
  }
  std::sort(drawn.begin(), drawn.end());
  times.p99_s = core::seconds_of(drawn[drawn.size() * 99 / 100 - 1]);
  const auto too_long =
      std::count_if(drawn.begin(), drawn.end(), [](Duration time) { return time > kMostTimeout; });
  times.share_too_long = static_cast<double>(too_long) / static_cast<double>(drawn.size());
  return times;
}

double vcpu_of(const engine::CpuModel& cpu) {
  constexpr Duration kLongWork = std::chrono::seconds{10'000};
  engine::CpuState state;
  const double wall_s = core::seconds_of(cpu.run(state, kLongWork, 1));
  return std::min(1.0, core::seconds_of(kLongWork) / wall_s);
}

}  // namespace lambdasim::app
