// Runs one replication of one design from the first arrival to the last completion.
//
// simulate() itself is in engine.h: a template over the recorder (see recorder.h), which the
// program instantiates once, in sim/app.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "sim/engine/recorder.h"
#include "sim/engine/setup.h"

namespace lambdasim::engine {

/// What another thread may watch and ask for while a run goes on. Updated once a batch of arrivals.
struct Progress {
  std::atomic<std::int64_t> time_ns{0};
  std::atomic<std::uint64_t> invocations{0};
  std::atomic<bool> stop{false};  ///< set it to end the run early
};

/// Peaks of one function over [warm_up, horizon).
struct FunctionPeaks {
  std::uint32_t contexts = 0;     ///< live contexts: initialising, busy and idle
  std::uint32_t in_flight = 0;    ///< requests admitted and not finished
  std::uint32_t connections = 0;  ///< held by contexts, idle ones too
};

struct RunResult {
  std::vector<FunctionPeaks> peaks;
  std::vector<SourceTotals> sources;  ///< by index of Setup::arrivals; empty where there is none
  std::vector<BackendTotals> backends;
  std::vector<std::vector<ResourceTotals>> resources;  ///< by function, of stepwise functions
  std::vector<StorageTotals> storage;                  ///< by function
  std::vector<CallTotals> calls;                       ///< by calling function
  std::uint64_t arrivals = 0;
  bool stopped = false;  ///< ended early because it was asked to
};

}  // namespace lambdasim::engine
