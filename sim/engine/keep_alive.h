// Contract of a keep-alive policy: how long an idle execution context is kept. models/keepalive
// implements it.
//
// Limits are deadlines, not events: the engine asks only when it touches a context whose idle time
// passed at_least(), so a policy that never keeps a context for less costs nothing a call. A policy
// that learns from the calls of its function starts an AdaptiveKeepAlive for each function of a
// run, which is asked instead, at every rest.
#pragma once

#include <cstdint>
#include <memory>

#include "sim/core/ids.h"
#include "sim/core/random.h"
#include "sim/core/time.h"

namespace lambdasim::engine {

class FutureArrivals;

/// A context comes to rest: it is kept, or would be, for a call that may come.
struct Rest {
  core::SimTime since;       ///< end of the handler, or ready
  core::SimTime now;         ///< every arrival before this has been seen
  std::uint32_t others = 0;  ///< other live contexts of the function: busy, idle or in INIT
};

/// What becomes of a context that comes to rest.
struct KeepPlan {
  /// 0: it is kept. Otherwise it ends at once, and if the function is not called until this long
  /// after the rest began, another one is started then.
  core::Duration prewarm_after{0};
  /// How long it is kept: from the rest, or from when the other one is started.
  core::Duration keep_for{0};
  /// The other one is to be ready after prewarm_after, so it is started earlier; the first one is
  /// kept where there is no time to start another.
  bool ready_then = false;
};

/// The state of a policy for one function of one run.
class AdaptiveKeepAlive {
 public:
  virtual ~AdaptiveKeepAlive() = default;
  /// Asked whenever a context comes to rest.
  virtual KeepPlan plan(const Rest& rest) = 0;
  /// The function is called again: told of the time from the end of its last execution, when
  /// nothing was in flight.
  virtual void idle_ended(core::Duration idle) = 0;
};

struct KeepAliveRun {
  core::FunctionId function;
  const FutureArrivals& future;  ///< for oracles
};

class KeepAlive {
 public:
  virtual ~KeepAlive() = default;
  /// No idle period is cut off before this; limit() is not asked until it has passed.
  virtual core::Duration at_least() const = 0;
  /// The limit of one idle period; the same numbers must give the same answer.
  virtual core::Duration limit(const core::InvocationNumbers& numbers) const = 0;
  /// The policy's state for one function of one run, which is then asked instead; none: it has no
  /// state.
  virtual std::unique_ptr<AdaptiveKeepAlive> start(const KeepAliveRun& /*run*/) const {
    return nullptr;
  }
};

/// The description of a policy that is only ever asked through its state.
class AdaptiveKeepAliveModel : public KeepAlive {
 public:
  core::Duration at_least() const final { return core::Duration{0}; }
  core::Duration limit(const core::InvocationNumbers& /*numbers*/) const final {
    return core::Duration{0};
  }
};

}  // namespace lambdasim::engine
