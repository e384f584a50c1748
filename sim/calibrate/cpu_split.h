// Duration split into CPU time and waiting, from its means at several memory sizes:
//   T(m) = wait + wall(cpu, m)
// with the wall time that the CPU model gives for so much work of one thread. Least squares, every
// size with the same relative error; for each amount of CPU time the best wait is known, so one
// number is searched.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "sim/engine/cpu_model.h"

namespace lambdasim::calibrate {

struct MeanAtMemory {
  int memory_mb = 0;
  double mean_ms = 0;
  double fitted_ms = 0;  ///< what the split gives
};

struct CpuSplit {
  double cpu_ms = 0;
  double wait_ms = 0;
  double worst_error = 0;  ///< largest |fitted - measured| / measured
  std::vector<MeanAtMemory> points;
};

using CpuModelOf = std::function<std::shared_ptr<const engine::CpuModel>(std::int64_t memory_mb)>;

/// The CPU model of a platform without settings: `quota` with its defaults.
std::shared_ptr<const engine::CpuModel> default_cpu_model(std::int64_t memory_mb);

/// Mean wall time over where in a tick the handler begins.
double wall_ms(const engine::CpuModel& model, double cpu_ms);

/// The CPU time whose mean wall time is each of these, ms: the other way round, by a table.
std::vector<double> cpu_for_walls(const engine::CpuModel& model, std::vector<double> walls_ms);

/// @param points at least two memory sizes
CpuSplit split_cpu(std::vector<MeanAtMemory> points, const CpuModelOf& model_of);

}  // namespace lambdasim::calibrate
