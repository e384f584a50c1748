// A context of the function that is called least goes.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class LeastFrequentlyUsed final : public engine::Eviction {
 public:
  double priority(const engine::EvictionCandidate& candidate,
                  const engine::FutureArrivals& future) const override;
};

extern const About kLeastFrequentlyUsedAbout;
std::shared_ptr<const engine::Eviction> read_lfu(config::ObjectReader& parameters);

}  // namespace lambdasim::models
