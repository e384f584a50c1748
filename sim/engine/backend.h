// A system behind functions: a database, a proxy in front of one, an HTTP service, KMS. What it
// takes at once and how fast, and what came of that in a run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/distribution.h"
#include "sim/core/ids.h"
#include "sim/core/time.h"

namespace lambdasim::engine {

/// As many as anyone asks for.
inline constexpr std::uint32_t kUnlimited = ~std::uint32_t{0};

struct Backend {
  std::string name;

  std::uint32_t max_connections = kUnlimited;  ///< that contexts may hold, beside:
  std::uint32_t for_proxies = 0;               ///< connections that proxies in front may open
  core::Duration connect_wait{0};  ///< how long a connect waits when it is full; 0: refused at once

  std::uint32_t parallel = kUnlimited;  ///< requests in service at once; more wait in order
  core::Duration queue_wait{core::Duration::max()};  ///< how long a request waits for its turn

  double per_second = 0;       ///< requests that it takes; 0: any number. More are throttled
  double burst = 1;            ///< requests at once, beyond that rate
  std::uint32_t attempts = 3;  ///< of a throttled request, the first included
  core::Distribution backoff;  ///< ns before the second attempt, doubled each time

  /// A proxy: `parallel` is its pool of connections to this backend, whose workers it needs, too.
  std::optional<core::BackendId> proxy_of;
};

/// What happened at one backend. Peaks and times at a limit hold for [warm_up, horizon), counts for
/// what began there.
struct BackendTotals {
  std::uint32_t peak_connections = 0;
  core::Duration at_limit{0};            ///< time in which no connection was left
  std::uint64_t connects = 0;            ///< attempts to connect
  std::uint64_t connects_waited = 0;     ///< of connects: waited for one to be closed
  std::uint64_t connects_refused = 0;    ///< of connects: there was none, or not in time
  core::Duration connect_wait{0};        ///< of all that waited
  std::uint64_t requests = 0;            ///< of functions, whatever became of them
  std::uint64_t queued = 0;              ///< of requests: waited for their turn
  std::uint64_t gave_up = 0;             ///< of requests: their turn did not come in time
  std::uint64_t throttled_out = 0;       ///< of requests: every attempt was throttled
  std::uint64_t throttled = 0;           ///< attempts beyond the rate
  core::Duration queue_wait{0};          ///< of all that waited
  core::Duration service{0};             ///< of all that were served
  std::vector<std::uint64_t> served_of;  ///< requests that were served, by FunctionId
};

/// What became of one resource of a function, over all its contexts, in [warm_up, horizon).
struct ResourceTotals {
  std::uint64_t made = 0;     ///< attempts that succeeded
  std::uint64_t reused = 0;   ///< uses of one that was there
  std::uint64_t stale = 0;    ///< uses that found that the peer had closed it
  std::uint64_t renewed = 0;  ///< uses that found it too old, or used up
  std::uint64_t failed = 0;   ///< attempts that failed
};

}  // namespace lambdasim::engine
