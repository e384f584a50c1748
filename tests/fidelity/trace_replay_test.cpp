// Real calls of AWS Lambda replayed: arrivals and durations as measured, so that what remains is
// how many contexts the simulator uses, in which order, and how many calls start cold.
//
// 15 calls a second for two minutes: Lin, Ma, Shahrad, EuroSys 2026, dataset/concurrency_models.
// 28 h of Poisson calls at two rates, spring 2020: Mahmoudi and Khazaei,
// github.com/pacslab/serverless-performance-modeling, experiments/results.
// docs/validation.md, "Real traces replayed", says why simulated and measured figures differ.
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "sim/app/scenario.h"
#include "sim/engine/engine.h"
#include "sim/engine/recorders/ignoring.h"

namespace lambdasim::app {
namespace {

namespace fs = std::filesystem;

const fs::path kData = fs::path{LAMBDASIM_SOURCE_DIR} / "../shared/data";

/// Calls that each context served, most first.
using Calls = std::vector<std::uint64_t>;

Calls most_first(const std::map<std::uint64_t, std::uint64_t>& calls_of) {
  Calls calls;
  for (const auto& [context, count] : calls_of) {
    calls.push_back(count);
  }
  std::sort(calls.begin(), calls.end(), std::greater<>{});
  return calls;
}

struct Measured {
  std::uint64_t calls = 0;
  std::uint64_t cold = 0;
  Calls calls_of_contexts;
};

/// @param cold_column a call was cold when this column is neither empty nor 0; `context` names
/// its context
Measured measured_in(const fs::path& file, std::string_view cold_column) {
  std::ifstream stream{file};
  const auto fields_of = [](std::string line) {
    line.erase(line.find_last_not_of('\r') + 1);
    std::istringstream text{line + ','};
    std::vector<std::string> fields;
    for (std::string field; std::getline(text, field, ',');) {
      fields.push_back(field);
    }
    return fields;
  };
  std::string line;
  std::getline(stream, line);
  const std::vector<std::string> header = fields_of(line);
  const auto index_of = [&header](std::string_view name) {
    return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  };
  const std::size_t cold = index_of(cold_column);
  const std::size_t context = index_of("context");
  Measured measured;
  std::map<std::uint64_t, std::uint64_t> calls_of;
  while (std::getline(stream, line)) {
    const std::vector<std::string> fields = fields_of(line);
    ++measured.calls;
    measured.cold += fields.at(cold).empty() || fields.at(cold) == "0" ? 0 : 1;
    ++calls_of[std::stoull(fields.at(context))];
  }
  measured.calls_of_contexts = most_first(calls_of);
  return measured;
}

/// What one replication of a replay comes to.
class ReplayRecorder : public engine::IgnoringRecorder {
 public:
  void invocation(const engine::InvocationRecord& record) {
    ++calls;
    failed += record.outcome == engine::Outcome::kOk ? 0 : 1;
    cold += record.start == engine::Start::kCold ? 1 : 0;
    waited += record.wait > core::Duration{0} ? 1 : 0;
    ++calls_of_[record.context.value];
  }
  void initialising(core::FunctionId, core::SimTime, core::SimTime) { ++started; }

  Calls calls_of_contexts() const { return most_first(calls_of_); }

  std::uint64_t calls = 0;
  std::uint64_t failed = 0;
  std::uint64_t cold = 0;
  std::uint64_t waited = 0;   ///< for a busy context
  std::uint64_t started = 0;  ///< contexts started

 private:
  std::map<std::uint64_t, std::uint64_t> calls_of_;
};

/// A scenario whose handler takes as long as the trace says.
/// @param head lines of the scenario's top level, such as its duration
std::string replay_of(const fs::path& trace, const std::string& head, int memory_mb,
                      int warm_contexts) {
  return fmt::format(
      "{}\n"
      "functions:\n"
      "  replayed:\n"
      "    runtime: python3.9\n"
      "    memory: {} MB\n"
      "    timeout: 60 s\n"
      "    warm_contexts: {}\n"
      "    handler: [{{wait: recorded}}]\n"
      "workload:\n"
      "  - {{invoke: replayed, arrivals: {{trace: {{file: '{}'}}}}}}\n",
      head, memory_mb, warm_contexts, trace.string());
}

std::vector<ReplayRecorder> replay(const std::string& yaml, std::uint32_t replications) {
  const fs::path file = fs::path{testing::TempDir()} /
                        ("lambdasim_trace_replay_" + std::to_string(::getpid()) + ".yaml");
  std::ofstream{file} << yaml;
  const Scenario scenario = read_scenario(file.string());
  fs::remove(file);
  std::vector<ReplayRecorder> runs(replications);
  for (std::uint32_t i = 0; i < replications; ++i) {
    engine::Progress progress;
    engine::simulate(scenario.designs.at(0).setup, {scenario.seed, i}, runs[i], progress);
  }
  return runs;
}

#define SKIP_WITHOUT(file)                         \
  if (!fs::exists(file)) {                         \
    GTEST_SKIP() << "no measurements: " << (file); \
  }                                                \
  static_assert(true)

std::string text_of(const Calls& calls) {
  return fmt::format("{}", fmt::join(calls, " "));
}

// An even load that three contexts can just carry: now and then two calls collide, and milliseconds
// of return delay decide who gets which context. So not one split of the calls is right but a few,
// of which reality is one. Contexts are kept for 300 s at least, as those of the trace were: by the
// measured curve one in a hundred would be gone after two minutes of idleness.
TEST(TraceReplay, FifteenCallsASecondUseTheSameContextsMostRecentFirst) {
  const fs::path file = kData / "cloudwatch/aws_15.csv";
  SKIP_WITHOUT(file);
  const Measured real = measured_in(file, "init_ms");
  ASSERT_EQ(real.calls_of_contexts, (Calls{599, 597, 452, 151}));
  ASSERT_EQ(real.cold, 1U);
  constexpr std::uint32_t kReplications = 200;
  std::map<Calls, int> splits;
  int with_four = 0;
  for (const ReplayRecorder& run : replay(replay_of(file,
                                                    "platform: aws-2025-07\nduration: 125 s\n"
                                                    "lifecycle: {keep_alive: {idle_window: {}}}",
                                                    1769, 3),
                                          kReplications)) {
    const Calls calls = run.calls_of_contexts();
    EXPECT_EQ(run.calls, real.calls);
    EXPECT_EQ(run.failed, 0U);
    EXPECT_EQ(run.cold, 0U);
    EXPECT_LE(run.waited, 2U);
    EXPECT_LE(calls.size(), 3 + run.started);
    ASSERT_GE(calls.size(), 4U) << text_of(calls);
    EXPECT_LE(calls.size(), 5U) << text_of(calls);
    EXPECT_NEAR(static_cast<double>(calls[0]), 599.0, 0.01 * 599.0) << text_of(calls);
    EXPECT_NEAR(static_cast<double>(calls[1]), 597.0, 0.10 * 597.0) << text_of(calls);
    with_four += calls.size() == 4 ? 1 : 0;
    ++splits[calls];
  }
  for (const auto& [calls, times] : splits) {
    fmt::print("{:3} of {} replications: {}\n", times, kReplications, text_of(calls));
  }
  EXPECT_GE(with_four, 0.7 * kReplications);
  EXPECT_GE(splits[real.calls_of_contexts], 1) << "the measured split was never simulated";
}

struct ColdCalls {
  double mean = 0;
  double low = 0;   ///< exact 95 % interval of the measured count
  double high = 0;  ///< (Clopper and Pearson)
};

/// @param head beside platform and duration
ColdCalls cold_calls(const fs::path& file, const Measured& real, const std::string& head) {
  constexpr std::uint32_t kReplications = 20;
  ColdCalls cold;
  for (const ReplayRecorder& run : replay(
           replay_of(file, "platform: aws-2020\nduration: 29 h\n" + head, 128, 1), kReplications)) {
    EXPECT_EQ(run.calls, real.calls);
    EXPECT_EQ(run.failed, 0U);
    cold.mean += static_cast<double>(run.cold) / kReplications;
  }
  using Binomial = boost::math::binomial_distribution<double>;
  const auto calls = static_cast<double>(real.calls);
  const auto measured = static_cast<double>(real.cold);
  cold.low = calls * Binomial::find_lower_bound_on_p(calls, measured, 0.025);
  cold.high = calls * Binomial::find_upper_bound_on_p(calls, measured, 0.025);
  fmt::print(
      "{} [{}]: simulated {:.1f} cold ({:.3f} %), measured {} of {} (95 %: {:.1f} to {:.1f})\n",
      file.filename().string(), head, cold.mean, 100 * cold.mean / calls, real.cold, real.calls,
      cold.low, cold.high);
  return cold;
}

TEST(TraceReplay, SparseCallsOfSpring2020StartColdAsOftenAsMeasured) {
  const fs::path file = kData / "aws-2020/poisson_0.00344.csv";
  SKIP_WITHOUT(file);
  const Measured real = measured_in(file, "cold");
  ASSERT_EQ(real.calls, 348U);
  ASSERT_EQ(real.cold, 35U);
  const ColdCalls preset = cold_calls(file, real, "");
  EXPECT_GT(preset.mean, preset.low);
  EXPECT_LT(preset.mean, preset.high);
  EXPECT_NEAR(preset.mean, 35.0, 3.0);
}

// At this rate contexts really survived up to 1,282 s of idleness, at the sparse rate of the preset
// 654 s; why is not known. With the limits seen in this run and its sisters the count agrees.
TEST(TraceReplay, BusierCallsOfSpring2020StartColdAsOftenAsMeasuredWithTheirIdleWindow) {
  const fs::path file = kData / "aws-2020/poisson_0.05011.csv";
  SKIP_WITHOUT(file);
  const Measured real = measured_in(file, "cold");
  ASSERT_EQ(real.calls, 5050U);
  ASSERT_EQ(real.cold, 37U);
  const std::string window = "keep_alive: {idle_window: {from: 1282 s, to: 1523 s}}";
  const ColdCalls survived = cold_calls(file, real, "lifecycle: {" + window + "}");
  const ColdCalls oldest = cold_calls(
      file, real, "lifecycle: {" + window + ", lifetime: {uniform: {from: 2.04 h, to: 2.05 h}}}");
  for (const ColdCalls& cold : {survived, oldest}) {
    EXPECT_GT(cold.mean, cold.low);
    EXPECT_LT(cold.mean, cold.high);
  }
  const ColdCalls preset = cold_calls(file, real, "");
  EXPECT_GT(preset.mean, preset.high) << "the preset agrees now: say so in docs/validation.md";
  EXPECT_LT(preset.mean, 1.6 * static_cast<double>(real.cold));
}

}  // namespace
}  // namespace lambdasim::app
