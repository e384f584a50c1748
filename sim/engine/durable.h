// What makes a function durable: its handler is cut where it suspends, and every stretch between
// two suspends runs in an invocation of its own. A later one runs the handler from its beginning,
// but what was completed before is answered from the log of the execution.
//
// The engine knows only how long a segment takes; when the next one begins, and what it costs, is
// the business of the event source that runs executions.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "sim/core/distribution.h"
#include "sim/engine/program.h"

namespace lambdasim::engine {

/// What one invocation of an execution does, up to the suspend that ends it.
struct Segment {
  Program steps;
  std::uint32_t completed = 0;   ///< operations of the segments before, which are replayed
  std::uint32_t operations = 0;  ///< of its own: checkpoints, and the suspend
  std::uint64_t written_bytes = 0;
  core::Distribution pause;         ///< ns from its end to the next segment; the last has none
  std::uint32_t pause_purpose = 0;  ///< key of the random numbers of the pause
};

struct Durable {
  std::vector<Segment> segments;  ///< at least one
  core::Distribution replay;      ///< ns of CPU time for each operation that is replayed
  core::Duration retention{std::chrono::days{14}};
  core::Duration execution_timeout{std::chrono::days{365}};
};

}  // namespace lambdasim::engine
