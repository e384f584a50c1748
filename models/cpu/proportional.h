// CPU in proportion to memory, smoothly: the textbook model, wrong by up to 1.9 times for bursts of
// some ticks, but the limit of long ones. Also what INIT runs under, where memory does not matter.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class Proportional final : public engine::CpuModel {
 public:
  /// A share of `denominator` / `numerator` vCPUs.
  /// @param visible_vcpus most threads that run at once
  Proportional(std::int64_t numerator, std::int64_t denominator, std::uint32_t visible_vcpus = 1);
  core::Duration run(engine::CpuState& state, core::Duration cpu_time,
                     std::uint32_t threads) const override;
  core::Duration run_until(engine::CpuState& state, core::Duration cpu_time, std::uint32_t threads,
                           core::Duration until) const override;

 private:
  core::Duration wall_of(core::Duration cpu_time, std::int64_t cores, std::int64_t part) const;
  core::Duration done_in(core::Duration wall, std::int64_t cores, std::int64_t& part) const;

  std::int64_t numerator_;
  std::int64_t denominator_;
  std::uint32_t visible_vcpus_;
};

/// What INIT runs under: `vcpus` of them, whatever the memory.
std::shared_ptr<const engine::CpuModel> init_cpu(double vcpus);

extern const About kProportionalAbout;
std::shared_ptr<const engine::CpuModel> read_proportional(config::ObjectReader& parameters,
                                                          std::int64_t memory_mb);

}  // namespace lambdasim::models
