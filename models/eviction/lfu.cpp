#include "models/eviction/lfu.h"

namespace lambdasim::models {

double LeastFrequentlyUsed::priority(const engine::EvictionCandidate& candidate,
                                     const engine::FutureArrivals& /*future*/) const {
  return static_cast<double>(candidate.calls);
}

const About kLeastFrequentlyUsedAbout{
    "lfu",
    "a context of the function that was called least",
    "priority = calls of the function since it last had no context.",
    "FREQ, one of the baselines of FaasCache (Fuerst, Sharma, ASPLOS 2021)",
    {}};

std::shared_ptr<const engine::Eviction> read_lfu(config::ObjectReader&) {
  return std::make_shared<const LeastFrequentlyUsed>();
}

}  // namespace lambdasim::models
