// Contract of a keep-alive policy: how long an idle execution context is kept. models/keepalive
// implements it.
//
// Limits are deadlines, not events: the engine asks only when it touches a context whose idle time
// passed at_least(), so a policy that never keeps a context for less costs nothing a call.
#pragma once

#include "sim/core/random.h"
#include "sim/core/time.h"

namespace lambdasim::engine {

class KeepAlive {
 public:
  virtual ~KeepAlive() = default;
  /// No idle period is cut off before this; limit() is not asked until it has passed.
  virtual core::Duration at_least() const = 0;
  /// The limit of one idle period; the same numbers must give the same answer.
  virtual core::Duration limit(const core::InvocationNumbers& numbers) const = 0;
};

}  // namespace lambdasim::engine
