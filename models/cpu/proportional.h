// CPU in proportion to memory, smoothly: the textbook model, wrong by up to 1.9 times for bursts of
// some ticks, but the limit of long ones. Also what INIT runs under: at full speed.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class Proportional final : public engine::CpuModel {
 public:
  /// Work takes `numerator` / `denominator` times its CPU time, at least once.
  Proportional(std::int64_t numerator, std::int64_t denominator);
  core::Duration run(engine::CpuState& state, core::Duration cpu_time) const override;

 private:
  std::int64_t numerator_;
  std::int64_t denominator_;
};

extern const About kProportionalAbout;
std::shared_ptr<const engine::CpuModel> read_proportional(config::ObjectReader& parameters,
                                                          std::int64_t memory_mb);

}  // namespace lambdasim::models
