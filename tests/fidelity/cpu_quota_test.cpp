// The CPU models against durations measured on AWS Lambda: a 17.2 ms single-thread job (PyAES) at
// 98 memory sizes, 5,000 warm calls each (Lin, Ma, Shahrad, EuroSys 2026,
// dataset/cpu_overallocation).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "models/cpu/proportional.h"
#include "models/cpu/quota.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;

constexpr const char* kFile = LAMBDASIM_SOURCE_DIR "/../shared/data/cpu-quota/pyaes_x86_even.csv";
constexpr std::int64_t kFullVcpu = 1769;
constexpr core::Duration kJob = 17'200us;

struct Measured {
  std::int64_t memory_mb;
  double p50_ms;
  double mean_ms;
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
    rows.push_back({static_cast<std::int64_t>(values[0]), values[4], values[7]});
  }
  return rows;
}

double quota_ms(std::int64_t memory_mb, core::Duration cpu_time = kJob) {
  const Quota model{{scaled(20ms, memory_mb, kFullVcpu), 20ms, 4ms, 5ms}};
  engine::CpuState state;
  return core::seconds_of(model.run(state, cpu_time)) * 1e3;
}

double proportional_ms(std::int64_t memory_mb) {
  engine::CpuState state;
  return core::seconds_of(Proportional{kFullVcpu, memory_mb}.run(state, kJob)) * 1e3;
}

struct Errors {
  double mean_ms = 0.0;
  double mean_relative = 0.0;
  double worst_ratio = 1.0;
};

template <class Model>
Errors errors_of(const std::vector<Measured>& rows, const Model& model) {
  Errors errors;
  for (const Measured& row : rows) {
    const double off = std::abs(model(row.memory_mb) - row.p50_ms);
    errors.mean_ms += off / static_cast<double>(rows.size());
    errors.mean_relative += off / row.p50_ms / static_cast<double>(rows.size());
    errors.worst_ratio = std::max(
        {errors.worst_ratio, model(row.memory_mb) / row.p50_ms, row.p50_ms / model(row.memory_mb)});
  }
  return errors;
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

TEST(CpuQuota, IsCloserToTheMeasurementsThanTheProportionalModel) {
  const std::vector<Measured> rows = measurements();
  if (rows.empty()) {
    GTEST_SKIP() << "no measurements: " << kFile;
  }
  const Errors quota = errors_of(rows, [](std::int64_t mb) { return quota_ms(mb); });
  const Errors proportional = errors_of(rows, proportional_ms);
  std::printf(
      "mean error against the measured median: quota %.2f ms (%.1f %%, worst x%.2f), "
      "proportional %.2f ms (%.1f %%, worst x%.2f), %zu sizes\n",
      quota.mean_ms, quota.mean_relative * 100.0, quota.worst_ratio, proportional.mean_ms,
      proportional.mean_relative * 100.0, proportional.worst_ratio, rows.size());
  EXPECT_EQ(rows.size(), 98U);
  EXPECT_LT(quota.mean_ms, 1.9);
  EXPECT_LT(quota.mean_relative, 0.055);
  EXPECT_LT(quota.worst_ratio, 1.35);
  EXPECT_GT(proportional.mean_ms, 4.0 * quota.mean_ms);
}

}  // namespace
}  // namespace lambdasim::models
