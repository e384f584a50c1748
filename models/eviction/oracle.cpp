#include "models/eviction/oracle.h"

#include <limits>

#include "sim/engine/future_arrivals.h"

namespace lambdasim::models {

double EvictionOracle::priority(const engine::EvictionCandidate& candidate,
                                const engine::FutureArrivals& future) const {
  const auto call = future.next(candidate.function, candidate.now);
  return call ? -core::seconds_of(*call - candidate.now) : -std::numeric_limits<double>::infinity();
}

const About kEvictionOracleAbout{
    "oracle",
    "a context of the function whose next call is furthest away",
    "priority = - time to the next call. Optimal for contexts of one size whose cold starts cost "
    "the "
    "same and whose calls do not overlap; else a strong bound. All arrivals of the run are read "
    "ahead and kept, 8 bytes each.",
    "Belady 1966",
    {}};

std::shared_ptr<const engine::Eviction> read_oracle_eviction(config::ObjectReader&) {
  return std::make_shared<const EvictionOracle>();
}

}  // namespace lambdasim::models
