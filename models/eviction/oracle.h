// The context whose function is called last goes: what a policy could reach that knew the future.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class EvictionOracle final : public engine::Eviction {
 public:
  double priority(const engine::EvictionCandidate& candidate,
                  const engine::FutureArrivals& future) const override;
};

extern const About kEvictionOracleAbout;
std::shared_ptr<const engine::Eviction> read_oracle_eviction(config::ObjectReader& parameters);

}  // namespace lambdasim::models
