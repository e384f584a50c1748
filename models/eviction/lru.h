// The context that was unused for longest goes.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class LeastRecentlyUsed final : public engine::Eviction {
 public:
  double priority(const engine::EvictionCandidate& candidate,
                  const engine::FutureArrivals& future) const override;
};

extern const About kLeastRecentlyUsedAbout;
std::shared_ptr<const engine::Eviction> read_lru(config::ObjectReader& parameters);

}  // namespace lambdasim::models
