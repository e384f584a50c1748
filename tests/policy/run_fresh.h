// Runs work on a CPU as a handler that has just begun would.
#pragma once

#include <cstdint>

#include "sim/engine/cpu_model.h"

namespace lambdasim::models {

inline core::Duration run_fresh(const engine::CpuModel& model, core::Duration cpu_time,
                                std::uint32_t threads = 1, std::uint64_t random = 0) {
  engine::CpuState state{.random = random};
  return model.run(state, cpu_time, threads);
}

}  // namespace lambdasim::models
