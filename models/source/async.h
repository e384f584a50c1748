// Asynchronous invocation: Lambda's internal queue between an event and the function, with its
// retries, its backoff under throttling and its maximum age.
//
// An event has one wake at a time: for its next attempt, for the moment at which it becomes too
// old, or for the end of its last attempt. The n-th attempt that is not refused has the numbers of
// attempt n, however often the event was refused before.
#pragma once

#include <array>

#include "models/catalogue.h"
#include "models/source/backoff.h"

namespace lambdasim::models {

/// Where an event goes that is given up.
enum class OnFailure : std::uint8_t { kNone, kDeadLetterQueue, kDestination };

struct AsyncRules {
  std::uint32_t maximum_retries = 2;            ///< after function errors, at most 2
  std::array<core::Duration, 2> retry_after{};  ///< after the end of the attempt that failed
  Backoff backoff;                              ///< after a refusal; doubles with each
  core::Duration maximum_age{0};
  OnFailure on_failure = OnFailure::kNone;
  double duplicates = 0;     ///< share of handled events that are delivered once more
  double poison = 0;         ///< share of events for which the handler always fails
  core::Distribution delay;  ///< ns from arrival to the first attempt
};

class AsyncQueue final : public engine::EventSourceModel {
 public:
  explicit AsyncQueue(AsyncRules rules) : rules_(std::move(rules)) {}
  std::unique_ptr<engine::EventSource> start(const engine::SourceRun& run) const override;

 private:
  AsyncRules rules_;
};

extern const About kAsyncAbout;
std::shared_ptr<const engine::EventSourceModel> read_async(config::ObjectReader& parameters,
                                                           const SourceContext& context);

}  // namespace lambdasim::models
