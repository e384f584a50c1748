#include "models/eviction/largest_first.h"

namespace lambdasim::models {

double LargestFirst::priority(const engine::EvictionCandidate& candidate,
                              const engine::FutureArrivals& /*future*/) const {
  return -static_cast<double>(candidate.memory_mb);
}

const About kLargestFirstAbout{
    "largest_first",
    "the largest context",
    "priority = - memory: frees most with one eviction, and so keeps most contexts.",
    "SIZE, one of the baselines of FaasCache (Fuerst, Sharma, ASPLOS 2021)",
    {}};

std::shared_ptr<const engine::Eviction> read_largest_first(config::ObjectReader&) {
  return std::make_shared<const LargestFirst>();
}

}  // namespace lambdasim::models
