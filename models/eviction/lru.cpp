#include "models/eviction/lru.h"

namespace lambdasim::models {

double LeastRecentlyUsed::priority(const engine::EvictionCandidate& candidate,
                                   const engine::FutureArrivals& /*future*/) const {
  return core::seconds_of(candidate.last_used - core::kStartOfTime);
}

const About kLeastRecentlyUsedAbout{
    "lru",
    "the context that was unused for longest",
    "priority = time of the last use: the dispatch of its last call, or when it became ready.",
    "one of the baselines of FaasCache; Apache OpenWhisk evicts so [documented]",
    {}};

std::shared_ptr<const engine::Eviction> read_lru(config::ObjectReader&) {
  return std::make_shared<const LeastRecentlyUsed>();
}

}  // namespace lambdasim::models
