// What a function does, compiled once: a list of steps that is evaluated into a time at dispatch.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/core/distribution.h"
#include "sim/core/ids.h"

namespace lambdasim::engine {

enum class StepKind : std::uint8_t {
  kCpu,           ///< CPU time, under the CPU model
  kWait,          ///< wall time without CPU
  kCpuRecorded,   ///< CPU time as long as the trace recorded
  kWaitRecorded,  ///< wall time as long as the trace recorded
  kUse,           ///< makes `resource` ready, if it is not
};

struct Step {
  StepKind kind = StepKind::kWait;
  core::ResourceId resource;  ///< of kUse
  std::uint32_t purpose = 0;  ///< key of its random numbers, the same in every design
  core::Distribution time;    ///< ns; of kCpu and kWait
  std::uint32_t threads = 1;  ///< of kCpu and kCpuRecorded: most that work at once
  bool per_item = false;      ///< done once for each event of a batch
};

using Program = std::vector<Step>;

/// Whether any step takes the time that a trace recorded.
inline bool takes_recorded(const Program& program) {
  return std::any_of(program.begin(), program.end(), [](const Step& step) {
    return step.kind == StepKind::kCpuRecorded || step.kind == StepKind::kWaitRecorded;
  });
}

/// Where a resource (a client, a connection, a model) is made.
enum class Where : std::uint8_t {
  kOutsideHandler,  ///< in INIT, once a context
  kInsideHandler,   ///< at its first use in every invocation, closed at its end
  kFirstUse,        ///< at its first use in a context, then kept
};

struct Resource {
  Where where = Where::kOutsideHandler;
  bool is_connection = false;  ///< counts as a connection that the context holds
  Program setup;
};

}  // namespace lambdasim::engine
