// The CPU models against durations measured on AWS Lambda: a 17.2 ms single-thread job (PyAES) at
// 98 memory sizes, 5,000 warm calls each (Lin, Ma, Shahrad, EuroSys 2026,
// dataset/cpu_overallocation).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "models/cpu/quota.h"
#include "tests/support/model_from_yaml.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;

constexpr const char* kFile = LAMBDASIM_SOURCE_DIR "/../shared/data/cpu-quota/pyaes_x86_even.csv";
constexpr std::int64_t kFullVcpu = 1769;
constexpr core::Duration kJob = 17'200us;

constexpr std::array<double, 5> kProbabilities{0.05, 0.25, 0.5, 0.75, 0.95};

struct Measured {
  std::int64_t memory_mb;
  std::array<double, 5> ms;  // quantiles, see kProbabilities
  double p50_ms() const { return ms[2]; }
};

std::vector<Measured> measurements() {
  std::ifstream file{kFile};
  std::vector<Measured> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream fields{line};
    std::vector<double> values;
    for (std::string field; std::getline(fields, field, ',');) {
      values.push_back(std::stod(field));
    }
    Measured row{static_cast<std::int64_t>(values[0]), {}};
    std::copy_n(values.begin() + 2, row.ms.size(), row.ms.begin());
    rows.push_back(row);
  }
  return rows;
}

/// The published rule alone: at a tick, without overhead.
double quota_ms(std::int64_t memory_mb, core::Duration cpu_time = kJob) {
  const Quota model{{scaled(20ms, memory_mb, kFullVcpu), 20ms, 4ms, 5ms}};
  engine::CpuState state;
  return core::seconds_of(model.run(state, cpu_time, 1)) * 1e3;
}

/// CPU time of the job as it scatters where nothing limits it: quantiles averaged over the sizes
/// from one vCPU on, linear between them, 0.3 ms beyond the outer ones.
std::vector<core::Duration> job_times(const std::vector<Measured>& rows) {
  std::array<double, 5> at_full_speed{};
  double sizes = 0.0;
  for (const Measured& row : rows) {
    if (row.memory_mb >= kFullVcpu) {
      ++sizes;
      for (std::size_t i = 0; i < row.ms.size(); ++i) {
        at_full_speed[i] += row.ms[i];
      }
    }
  }
  std::vector<std::pair<double, double>> points{{0.0, at_full_speed[0] / sizes - 0.3}};
  for (std::size_t i = 0; i < at_full_speed.size(); ++i) {
    points.emplace_back(kProbabilities[i], at_full_speed[i] / sizes);
  }
  points.emplace_back(1.0, at_full_speed[4] / sizes + 0.3);
  std::vector<core::Duration> times;
  constexpr int kTimes = 200;
  for (int i = 0; i < kTimes; ++i) {
    const double p = (i + 0.5) / kTimes;
    const auto upper = std::upper_bound(points.begin(), points.end(), std::pair{p, 1e9});
    const auto lower = upper - 1;
    const double part = (p - lower->first) / (upper->first - lower->first);
    times.push_back(core::duration_of_nanoseconds(
        1e6 * (lower->second + part * (upper->second - lower->second))));
  }
  return times;
}

/// Quantiles of the job's duration: every CPU time in every phase of a tick.
std::array<double, 5> quantiles_ms(const engine::CpuModel& model,
                                   const std::vector<core::Duration>& times) {
  std::vector<double> ms;
  for (const core::Duration cpu_time : times) {
    for (std::uint64_t phase = 0; phase < 16; ++phase) {
      engine::CpuState state{.random = phase << 60U};
      ms.push_back(core::seconds_of(model.run(state, cpu_time, 1)) * 1e3);
    }
  }
  std::sort(ms.begin(), ms.end());
  std::array<double, 5> quantiles{};
  for (std::size_t i = 0; i < quantiles.size(); ++i) {
    quantiles[i] = ms[static_cast<std::size_t>(kProbabilities[i] * static_cast<double>(ms.size()))];
  }
  return quantiles;
}

struct Errors {
  double mean_ms = 0.0;        // of the median
  double mean_relative = 0.0;  // of the median
  double worst_ratio = 1.0;
  int within_a_tick = 0;
  double of_all_quantiles = 0.0;  // mean, relative
};

/// @param model the CPU model at a memory size
template <class Model>
Errors errors_of(const std::vector<Measured>& rows, const Model& model) {
  const std::vector<core::Duration> times = job_times(rows);
  const auto count = static_cast<double>(rows.size());
  Errors errors;
  for (const Measured& row : rows) {
    const std::array<double, 5> ms = quantiles_ms(*model(row.memory_mb), times);
    const double off = std::abs(ms[2] - row.p50_ms());
    errors.mean_ms += off / count;
    errors.mean_relative += off / row.p50_ms() / count;
    errors.worst_ratio = std::max({errors.worst_ratio, ms[2] / row.p50_ms(), row.p50_ms() / ms[2]});
    errors.within_a_tick += off <= 4.0 ? 1 : 0;
    for (std::size_t i = 0; i < ms.size(); ++i) {
      errors.of_all_quantiles += std::abs(ms[i] - row.ms[i]) / row.ms[i] / count / 5.0;
    }
  }
  return errors;
}

void print(const char* name, const Errors& errors, std::size_t sizes) {
  std::printf(
      "%-24s median: mean error %.2f ms (%.1f %%, worst x%.2f), within 4 ms at %d of %zu sizes; p5 "
      "to p95: %.1f %%\n",
      name, errors.mean_ms, 100.0 * errors.mean_relative, errors.worst_ratio, errors.within_a_tick,
      sizes, 100.0 * errors.of_all_quantiles);
}

// The same algorithm evaluated by its authors' data analysis, ms at MB.
TEST(CpuQuota, ReproducesThePublishedAlgorithm) {
  const std::vector<std::pair<std::int64_t, double>> expected = {
      {128, 221.2}, {213, 121.2}, {292, 81.2},  {381, 61.2}, {443, 61.2},  {496, 45.2},
      {593, 41.2},  {699, 41.2},  {752, 25.2},  {885, 25.2}, {1009, 25.2}, {1195, 21.2},
      {1327, 21.2}, {1425, 17.2}, {1593, 17.2}, {1769, 17.2}};
  for (const auto& [memory_mb, ms] : expected) {
    EXPECT_NEAR(quota_ms(memory_mb), ms, 1e-6) << memory_mb << " MB";
  }
}

// Throttled at 128 MB: bursts of 4 ms, then 36 ms (25 %) or 56 ms (75 %) of standstill.
TEST(CpuQuota, BurstsAtTheSmallestMemoryComeEveryFortyOrSixtyMilliseconds) {
  int sixty = 0;
  constexpr int kBursts = 1000;
  for (int burst = 1; burst <= kBursts; ++burst) {
    const double gap = quota_ms(128, burst * 4ms + 1us) - quota_ms(128, burst * 4ms);
    EXPECT_TRUE(std::abs(gap - 36.001) < 1e-6 || std::abs(gap - 56.001) < 1e-6) << gap;
    sixty += gap > 50.0 ? 1 : 0;
  }
  EXPECT_NEAR(sixty / static_cast<double>(kBursts), 0.75, 0.03);
}

TEST(CpuQuota, GivesTheMeasuredMedianWithinATickAtNineteenOfTwentySizes) {
  const std::vector<Measured> rows = measurements();
  if (rows.empty()) {
    GTEST_SKIP() << "no measurements: " << kFile;
  }
  const Errors quota = errors_of(
      rows, [](std::int64_t mb) { return test::cpu("quota", mb, "{full_vcpu_at: 1769 MB}"); });
  const Errors aligned = errors_of(rows, [](std::int64_t mb) {
    return test::cpu("quota", mb, "{full_vcpu_at: 1769 MB, start: at_tick, overhead: 0 ms}");
  });
  const Errors preset =
      errors_of(rows, [](std::int64_t mb) { return test::cpu("quota", mb, "{}"); });
  const Errors proportional = errors_of(rows, [](std::int64_t mb) {
    return test::cpu("proportional", mb, "{full_vcpu_at: 1769 MB}");
  });
  print("quota", quota, rows.size());
  print("quota, 1,792 MB", preset, rows.size());
  print("quota, published rule", aligned, rows.size());
  print("proportional", proportional, rows.size());
  ASSERT_EQ(rows.size(), 98U);
  EXPECT_GE(quota.within_a_tick, 94);  // 95 %
  EXPECT_LT(quota.mean_relative, 0.05);
  EXPECT_LT(quota.worst_ratio, 1.30);
  EXPECT_LT(quota.of_all_quantiles, 0.075);
  EXPECT_LT(quota.of_all_quantiles, aligned.of_all_quantiles);
  EXPECT_LT(preset.mean_relative, 0.05);
  EXPECT_GT(proportional.mean_ms, 4.0 * quota.mean_ms);
}

}  // namespace
}  // namespace lambdasim::models
