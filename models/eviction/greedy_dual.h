// The keep-alive of FaasCache (Fuerst, Sharma, ASPLOS 2021): what is costly to start, often used
// and small stays.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class GreedyDual final : public engine::Eviction {
 public:
  double priority(const engine::EvictionCandidate& candidate,
                  const engine::FutureArrivals& future) const override;
};

extern const About kGreedyDualAbout;
std::shared_ptr<const engine::Eviction> read_greedy_dual(config::ObjectReader& parameters);

}  // namespace lambdasim::models
