// What a scenario says of the work of its functions, without simulating it: how often they are
// called, how long a call takes, how likely it is to take longer than Lambda allows.
//
// Rates are counted in the scenario's own arrivals, peaks in those of its first replication; means
// are those of the distributions; chances are counted in calls drawn from them. A call finds its
// context warm.
#pragma once

#include <cstdint>
#include <vector>

#include "models/pricing/alternatives.h"
#include "sim/engine/setup.h"

namespace lambdasim::app {

/// How often one function is called.
struct CallCounts {
  double calls_per_s = 0;
  double peak_per_s = 0;  ///< in the busiest window, as far as chance does not explain it
  double recorded_mean_s = 0;
  std::vector<core::Duration> recorded;  ///< the first durations that a trace recorded
};

/// How long a call of one function takes.
struct CallTimes {
  double wait_s = 0;    ///< mean time without CPU at work
  double cpu_s = 0;     ///< mean, on one core
  double lambda_s = 0;  ///< Duration of the mean waits and CPU times under the CPU model, and what
                        ///< Lambda adds to a call; infinite: no mean
  double p99_s = 0;     ///< of drawn calls
  double share_too_long = 0;  ///< of drawn calls that take longer than Lambda allows
};

/// Calls that are drawn for CallTimes.
inline constexpr int kDrawnCalls = 2000;

/// One count a function. A window of the peak is the one of `sizing`, or the mean time of a call if
/// that is longer.
/// @throws config::InvalidInput, config::NoInput (traces)
std::vector<CallCounts> count_calls(const engine::Setup& setup, std::uint64_t seed,
                                    const models::Sizing& sizing);

CallTimes call_times(const engine::FunctionSetup& function, const CallCounts& counts,
                     std::uint64_t seed);

/// Vcpus that a CPU model gives long work, at most 1.
double vcpu_of(const engine::CpuModel& cpu);

}  // namespace lambdasim::app
