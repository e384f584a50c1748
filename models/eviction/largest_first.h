// The largest context goes: most room for one cold start.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class LargestFirst final : public engine::Eviction {
 public:
  double priority(const engine::EvictionCandidate& candidate,
                  const engine::FutureArrivals& future) const override;
};

extern const About kLargestFirstAbout;
std::shared_ptr<const engine::Eviction> read_largest_first(config::ObjectReader& parameters);

}  // namespace lambdasim::models
