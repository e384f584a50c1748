// Evenly spaced arrivals: timers, polling, load generators.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class Constant final : public engine::ArrivalProcess {
 public:
  /// Arrivals at `rate` a second, > 0; the first at `phase`.
  Constant(double rate, core::Duration phase, core::FunctionId function, std::uint64_t stream_key);
  std::unique_ptr<engine::ArrivalSource> start(engine::RunKey key,
                                               std::uint32_t stream) const override;

 private:
  double rate_;
  core::Duration phase_;
  core::FunctionId function_;
  std::uint64_t stream_key_;
};

extern const About kConstantAbout;
std::shared_ptr<const engine::ArrivalProcess> read_constant(config::ObjectReader& parameters,
                                                            const ArrivalContext& context);

}  // namespace lambdasim::models
