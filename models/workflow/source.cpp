#include "models/workflow/source.h"

#include <cmath>

#include "models/workflow/run.h"

namespace lambdasim::models {
namespace {

using core::Duration;

/// What growing delays stay below, so that the end of one is still a time.
constexpr Duration kLongestDelay = std::chrono::hours{24 * 365};

}  // namespace

Duration StateRetry::after(std::uint32_t attempts_made, std::uint64_t numbers) const {
  const double grown =
      static_cast<double>(delay.count()) * std::pow(rate, static_cast<double>(attempts_made - 1));
  const double longest =
      std::min(grown, static_cast<double>(std::min(maximum, kLongestDelay).count()));
  const double share =
      has_jitter ? core::InvocationNumbers{numbers}.engine(core::Purpose::kBackoff).uniform() : 1.0;
  return core::duration_of_nanoseconds(share * longest);
}

std::unique_ptr<engine::EventSource> WorkflowSource::start(const engine::SourceRun& run) const {
  return std::make_unique<WorkflowRun>(*workflow_, run);
}

}  // namespace lambdasim::models
