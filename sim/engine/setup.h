// Everything the engine needs to run: a scenario with its names resolved and its models made.
// Built by app::assemble, immutable during a run, shared by the replications of one design.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/distribution.h"
#include "sim/engine/arrivals.h"
#include "sim/engine/cpu_model.h"
#include "sim/engine/keep_alive.h"
#include "sim/engine/program.h"

namespace lambdasim::engine {

/// Most resources a function may have: one bit each in a context.
inline constexpr std::size_t kMostResources = 32;
/// A function without a limit of its own.
inline constexpr std::int64_t kUnreserved = -1;

struct FunctionSetup {
  std::string name;
  std::int64_t memory_mb = 128;
  core::Duration timeout{std::chrono::seconds{3}};
  std::int64_t reserved_concurrency = kUnreserved;  ///< 0 refuses every call
  std::uint32_t warm_contexts = 0;                  ///< idle at the start of the run
  core::Distribution sandbox;                       ///< ns, not billed
  core::Distribution runtime_init;                  ///< ns, part of INIT
  core::Distribution lifetime;      ///< ns from the creation of a context to its recycling
  core::Distribution return_delay;  ///< ns after the end of a handler until the context is reusable
  bool init_is_billed = true;
  bool reset_init_in_duration = true;  ///< INIT after a reset counts as Duration (else as wait)
  Program init;                        ///< static code, in INIT, before the resources
  Program handler;
  std::vector<Resource> resources;
  std::shared_ptr<const CpuModel> cpu;
  std::shared_ptr<const CpuModel> init_cpu;
  std::shared_ptr<const KeepAlive> keep_alive;
};

struct Setup {
  core::Duration horizon{0};  ///< arrivals stop here; what is under way then runs to its end
  core::Duration warm_up{0};  ///< left out of summaries, kept in records
  std::int64_t account_concurrency = 1000;
  std::vector<FunctionSetup> functions;
  std::vector<std::shared_ptr<const ArrivalProcess>> arrivals;
};

}  // namespace lambdasim::engine
