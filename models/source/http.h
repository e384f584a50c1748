// Callers that reach the function directly and wait for the answer: for ever and once, or with
// patience that ends and tries that are repeated.
//
// An attempt that nobody waits for any more goes on, so a call stays known until all its attempts
// are through. Wakes are told apart by their time: one that no longer fits what the call waits for
// is stale.
#pragma once

#include "models/catalogue.h"
#include "models/source/backoff.h"

namespace lambdasim::models {

struct CallerRules {
  core::Duration timeout{core::Duration::max()};  ///< of one attempt; then the caller gives up
  std::uint32_t retries = 0;
  bool after_refusal = true;
  bool after_error = true;
  bool after_timeout = true;  ///< the caller's own
  Backoff backoff;            ///< before the first retry; doubles with each
};

class HttpCallers final : public engine::EventSourceModel {
 public:
  explicit HttpCallers(CallerRules rules) : rules_(rules) {}
  std::unique_ptr<engine::EventSource> start(const engine::SourceRun& run) const override;
  bool takes_sent() const override { return false; }

 private:
  CallerRules rules_;
};

extern const About kHttpAbout;
/// None where callers neither give up nor try again: what arrives reaches the function as it is.
std::shared_ptr<const engine::EventSourceModel> read_http(config::ObjectReader& parameters,
                                                          const SourceContext& context);

}  // namespace lambdasim::models
