// Contract of an arrival process. models/arrival implements it; the engine pulls sorted batches, so
// that an arrival never enters the event queue.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/core/ids.h"
#include "sim/core/random.h"
#include "sim/core/time.h"

namespace lambdasim::engine {

/// One request as it reaches the platform.
struct Arrival {
  core::SimTime time;
  std::uint64_t number;  ///< within its stream, from 0
  std::uint32_t stream;  ///< index of the source
  core::FunctionId function;
  core::Duration recorded{-1};  ///< duration the trace recorded; -1 when it has none
};

/// One of several functions among which events are divided, as an alias with weights divides them
/// among versions.
struct Route {
  core::FunctionId function;
  double share = 0;  ///< of all events; the shares of all routes add up to 1
};

/// The route that an event takes, by its own numbers.
inline core::FunctionId route_of(std::span<const Route> routes,
                                 const core::InvocationNumbers& numbers) {
  double left = numbers.engine(core::Purpose::kRoute).uniform();
  const auto chosen = std::find_if(routes.begin(), routes.end() - 1, [&left](const Route& route) {
    left -= route.share;
    return left < 0;
  });
  return chosen->function;
}

/// Total order of arrivals: by time, then source, then number.
constexpr bool comes_before(const Arrival& a, const Arrival& b) {
  if (a.time != b.time) {
    return a.time < b.time;
  }
  return a.stream != b.stream ? a.stream < b.stream : a.number < b.number;
}

/// A stream of arrivals in time order. Every source numbers its own arrivals from 0.
class ArrivalSource {
 public:
  virtual ~ArrivalSource() = default;
  /// Appends arrivals with time < until, in order, at most `at_most` of them.
  /// @return the time before which every arrival has now been given: `until`, or less when
  ///         `at_most` was reached first.
  virtual core::SimTime append(core::SimTime until, std::size_t at_most,
                               std::vector<Arrival>& out) = 0;
  /// Key of the random numbers of this source's invocations: a hash of what identifies it in the
  /// scenario, so that adding another source changes nothing here.
  virtual std::uint64_t stream_key() const = 0;
};

/// What identifies one run beside its scenario.
struct RunKey {
  std::uint64_t seed = 1;
  std::uint32_t replication = 0;
};

/// The description of an arrival process, immutable and shared by all runs; each run starts a
/// source of its own from it.
class ArrivalProcess {
 public:
  virtual ~ArrivalProcess() = default;
  /// @param stream index of this source in the run, copied into its arrivals
  /// @throws config::InvalidInput or NoInput (traces) when the data behind it cannot be read
  virtual std::unique_ptr<ArrivalSource> start(RunKey key, std::uint32_t stream) const = 0;
  /// Whether arrivals carry a recorded duration.
  virtual bool records_durations() const { return false; }
  /// The file that is read while the run goes on; empty: none.
  virtual std::string file() const { return {}; }
};

}  // namespace lambdasim::engine
