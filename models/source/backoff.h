// Waiting times that double up to a limit: after refusals, and before a failure is tried again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "sim/config/reader.h"
#include "sim/core/random.h"

namespace lambdasim::models {

struct Backoff {
  core::Duration first{0};
  core::Duration longest{0};
  bool has_jitter = false;  ///< drawn() is uniform between 0 and what it would be

  /// The one that follows on `backoff`.
  core::Duration next(core::Duration backoff) const { return std::min(2 * backoff, longest); }
  /// The first one, doubled so many times.
  core::Duration doubled(std::uint32_t times) const;
  /// The same, with jitter if there is any. Draws Purpose::kBackoff.
  core::Duration drawn(std::uint32_t times, const core::InvocationNumbers& numbers) const;
};

/// Reads `key: {first, most}`, by default those of asynchronous invocation: 1 s and 5 min.
Backoff read_refusal_backoff(config::ObjectReader& parameters, std::string_view key,
                             config::Range<core::Duration> limits);
/// Reads `backoff: {base, cap, jitter}`.
/// @param defaults of base and cap
Backoff read_retry_backoff(config::ObjectReader& parameters, const Backoff& defaults,
                           config::Range<core::Duration> limits);

}  // namespace lambdasim::models
