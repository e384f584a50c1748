#include "sim/calibrate/cpu_split.h"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>

#include "models/catalogue.h"
#include "sim/config/diagnostics.h"

namespace lambdasim::calibrate {
namespace {

class Split {
 public:
  Split(const std::vector<MeanAtMemory>& points, const CpuModelOf& model_of) : points_(points) {
    for (const MeanAtMemory& point : points) {
      models_.push_back(model_of(point.memory_mb));
    }
  }

  /// The wait that fits best beside so much CPU time.
  double wait_for(double cpu_ms) const {
    double weighted = 0;
    double weights = 0;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const double weight = 1 / (points_[i].mean_ms * points_[i].mean_ms);
      weighted += weight * (points_[i].mean_ms - wall_ms(*models_[i], cpu_ms));
      weights += weight;
    }
    return std::max(weighted / weights, 0.0);
  }

  double fitted(std::size_t i, double cpu_ms, double wait_ms) const {
    return wait_ms + wall_ms(*models_[i], cpu_ms);
  }

  double squares(double cpu_ms) const {
    const double wait = wait_for(cpu_ms);
    double sum = 0;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const double error = fitted(i, cpu_ms, wait) / points_[i].mean_ms - 1;
      sum += error * error;
    }
    return sum;
  }

  /// Wall time rises in steps, so the sum has many minima: a grid first, then the best cell.
  double best_cpu_ms() const {
    double most = 0;
    for (const MeanAtMemory& point : points_) {
      most = std::max(most, point.mean_ms);
    }
    constexpr int kCells = 600;
    const double factor = std::pow(1e4, 1.0 / kCells);
    double best = 0;
    double least = squares(0);
    for (double cpu = most / 1e4; cpu < most * 1.0001; cpu *= factor) {
      if (const double sum = squares(cpu); sum < least) {
        least = sum;
        best = cpu;
      }
    }
    if (best == 0) {
      return 0;
    }
    constexpr int kBits = 24;
    const auto [cpu, sum] = boost::math::tools::brent_find_minima(
        [this](double x) { return squares(x); }, best / factor, best * factor, kBits);
    return sum < least ? cpu : best;
  }

 private:
  const std::vector<MeanAtMemory>& points_;
  std::vector<std::shared_ptr<const engine::CpuModel>> models_;
};

}  // namespace

std::shared_ptr<const engine::CpuModel> default_cpu_model(std::int64_t memory_mb) {
  for (const models::CpuModelEntry& entry : models::cpu_models()) {
    if (entry.about.name == "quota") {
      config::Diagnostics diagnostics;
      config::Node resolved;
      config::ObjectReader defaults{nullptr, "cpu", diagnostics, resolved};
      return entry.read(defaults, memory_mb);
    }
  }
  return nullptr;
}

double wall_ms(const engine::CpuModel& model, double cpu_ms) {
  constexpr std::uint64_t kPhases = 16;
  double sum = 0;
  for (std::uint64_t i = 0; i < kPhases; ++i) {
    engine::CpuState state;
    state.random = i << 60U;
    const core::Duration wall = model.run(state, core::duration_of_nanoseconds(1e6 * cpu_ms), 1);
    sum += static_cast<double>(wall.count()) / 1e6;
  }
  return sum / kPhases;
}

std::vector<double> cpu_for_walls(const engine::CpuModel& model, std::vector<double> walls_ms) {
  const double most = *std::max_element(walls_ms.begin(), walls_ms.end());
  constexpr int kRows = 2000;
  std::vector<double> cpu;
  std::vector<double> wall;
  for (int i = 0; i <= kRows; ++i) {  // work never takes less wall time than CPU time
    cpu.push_back(most * i / kRows);
    wall.push_back(std::max(wall_ms(model, cpu.back()), wall.empty() ? 0 : wall.back()));
  }
  for (double& ms : walls_ms) {
    const auto above = std::lower_bound(wall.begin(), wall.end(), ms);
    const auto row = static_cast<std::size_t>(above - wall.begin());
    if (row == 0 || above == wall.end()) {
      ms = row == 0 ? 0 : most;
      continue;
    }
    const double part = (ms - wall[row - 1]) / (wall[row] - wall[row - 1]);
    ms = cpu[row - 1] + part * (cpu[row] - cpu[row - 1]);
  }
  return walls_ms;
}

CpuSplit split_cpu(std::vector<MeanAtMemory> points, const CpuModelOf& model_of) {
  const Split split{points, model_of};
  CpuSplit result;
  result.cpu_ms = split.best_cpu_ms();
  result.wait_ms = split.wait_for(result.cpu_ms);
  for (std::size_t i = 0; i < points.size(); ++i) {
    result.points.push_back(
        {points[i].memory_mb, points[i].mean_ms, split.fitted(i, result.cpu_ms, result.wait_ms)});
    result.worst_error =
        std::max(result.worst_error, std::abs(result.points[i].fitted_ms / points[i].mean_ms - 1));
  }
  return result;
}

}  // namespace lambdasim::calibrate
