// Poisson arrivals: many independent callers, each calling rarely. The default assumption.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class Poisson final : public engine::ArrivalProcess {
 public:
  /// Arrivals at a mean `rate` a second, > 0.
  Poisson(double rate, core::FunctionId function, std::uint64_t stream_key);
  std::unique_ptr<engine::ArrivalSource> start(engine::RunKey key,
                                               std::uint32_t stream) const override;

 private:
  double mean_gap_ns_;
  core::FunctionId function_;
  std::uint64_t stream_key_;
};

extern const About kPoissonAbout;
std::shared_ptr<const engine::ArrivalProcess> read_poisson(config::ObjectReader& parameters,
                                                           const ArrivalContext& context);

}  // namespace lambdasim::models
