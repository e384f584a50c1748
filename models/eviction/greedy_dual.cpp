#include "models/eviction/greedy_dual.h"

namespace lambdasim::models {

double GreedyDual::priority(const engine::EvictionCandidate& candidate,
                            const engine::FutureArrivals& /*future*/) const {
  return candidate.clock + static_cast<double>(candidate.calls) *
                               core::seconds_of(candidate.cold_start) /
                               static_cast<double>(candidate.memory_mb);
}

const About kGreedyDualAbout{
    "greedy_dual",
    "least clock + frequency x cold start / memory",
    "priority = clock + frequency x cost / size: frequency counts the calls of the function since "
    "it "
    "last had no context, cost is the sandbox and INIT of the context (s), size its memory (MB). "
    "The clock is the priority of the last eviction, and each context keeps the one at its last "
    "use, "
    "so that what is not used ages.",
    "Fuerst, Sharma: FaasCache, ASPLOS 2021, section 4.1, after GreedyDual-Size-Frequency",
    {}};

std::shared_ptr<const engine::Eviction> read_greedy_dual(config::ObjectReader&) {
  return std::make_shared<const GreedyDual>();
}

}  // namespace lambdasim::models
