// Everything the engine needs to run: a scenario with its names resolved and its models made.
// Built by app::assemble, immutable during a run, shared by the replications of one design.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/distribution.h"
#include "sim/engine/arrivals.h"
#include "sim/engine/backend.h"
#include "sim/engine/cpu_model.h"
#include "sim/engine/durable.h"
#include "sim/engine/event_source.h"
#include "sim/engine/fleet.h"
#include "sim/engine/keep_alive.h"
#include "sim/engine/program.h"
#include "sim/engine/storage.h"

namespace lambdasim::engine {

/// Most resources a function may have: one bit each in a context.
inline constexpr std::size_t kMostResources = 32;
/// Most tenants of a function.
inline constexpr std::size_t kMostTenants = 65'535;
/// A function without a limit of its own.
inline constexpr std::int64_t kUnreserved = -1;

/// Which idle context serves the next request.
enum class ReuseOrder : std::uint8_t {
  kMostRecent,   ///< the one whose last invocation ended last
  kLeastRecent,  ///< the one that has been idle longest
  kRandom,
  kNewest,  ///< the one created last
  kOldest,  ///< the one created first
};

/// How often things go wrong, each a probability of one invocation (of one INIT).
struct Failures {
  double error = 0;          ///< the handler fails; the context is kept as it is
  double crash = 0;          ///< the runtime exits: globals are lost, /tmp is kept
  double out_of_memory = 0;  ///< the same, by the kernel
  double init = 0;           ///< INIT fails at its end and is run again by the next invocation
  double at = 1;             ///< share of the handler's time after which the first three strike
};

/// A span of time in which every handler of a function fails.
struct Outage {
  core::SimTime from;
  core::SimTime to;  ///< the first moment after it
};

/// How fast new contexts may be started: a bucket of tokens, refilled continuously.
struct ScalingRate {
  std::int64_t burst = 1000;  ///< contexts at once
  double per_second = 0;      ///< contexts; 0: as many as are wanted
  bool of_account = false;    ///< one bucket for all functions, as before November 2023
};

/// The number of provisioned contexts becomes another one.
struct ProvisionedChange {
  core::SimTime at;
  std::uint32_t contexts = 0;
};

/// Keeps the number of provisioned contexts near a utilisation, as Application Auto Scaling does.
struct TargetTracking {
  double utilization = 0.7;  ///< of the provisioned contexts, averaged over a period
  std::uint32_t minimum = 1;
  std::uint32_t maximum = 1;
  core::Duration period{std::chrono::minutes{1}};
  std::uint32_t scale_out_after = 3;  ///< periods in a row above the utilisation
  std::uint32_t scale_in_after = 15;  ///< periods in a row below scale_in_below of it
  double scale_in_below = 0.9;
};

/// Contexts that are initialised ahead of requests, and kept.
struct ProvisionedConcurrency {
  std::uint32_t at_start = 0;               ///< there when the run begins
  std::vector<ProvisionedChange> schedule;  ///< in order of time, all after the start
  std::optional<TargetTracking> tracking;
  core::Distribution preparation;  ///< ns before the first of an increase is allocated
  double per_minute = 6000;        ///< contexts that are allocated
};

/// Contexts serve the requests of one tenant only.
struct TenantIsolation {
  std::vector<double> shares;     ///< of the tenants, by number, cumulated: the last is 1
  double contexts_a_place = 2.5;  ///< most contexts for each place of concurrency
};

/// Contexts on instances of one's own, each serving several requests at once, and scaled by what is
/// made of them instead of by requests (Lambda Managed Instances).
struct ManagedInstances {
  std::uint32_t requests_per_context = 64;
  double vcpus = 1;      ///< of a context
  double cpu_limit = 1;  ///< share of its vCPUs in demand from which on a context takes no more
  std::uint32_t at_start = 3;
  std::uint32_t minimum = 3;
  std::uint32_t maximum = 3;
  std::uint32_t contexts_per_instance = 1;
  std::uint32_t spread = 3;   ///< instances that the first contexts are laid on, one each
  double utilization = 0.5;   ///< of requests or vCPUs, whichever is higher, that scaling aims at
  core::Duration period{0};   ///< between two looks at it
  core::Distribution launch;  ///< ns from the decision to start a context until it is made
  std::uint32_t scale_in_after = 1;  ///< looks in a row that need fewer contexts

  /// Instances of `each` contexts that hold so many.
  std::uint32_t instances_for(std::uint32_t contexts, std::uint32_t each) const {
    return std::max((contexts + each - 1) / each, std::min(contexts, spread));
  }
};

/// A context is restored from a snapshot taken after INIT instead of being initialised.
struct SnapStart {
  core::Distribution restore;         ///< ns, part of the latency
  core::Distribution billed_restore;  ///< ns, what is billed of it under a ceiling of its own
};

/// New contexts that are started before a request needs them, in place of contexts in steady use
/// that a recycling or a deployment ended. One that never served a call is not in use.
struct ProactiveInit {
  double share = 0;               ///< of such contexts, how many are replaced
  core::Duration used_within{0};  ///< a context that was idle for longer is not in steady use
};

struct StepGraph;

/// Of programs whose steps need one another; null: steps in a row.
struct Graphs {
  std::shared_ptr<const StepGraph> init;
  std::shared_ptr<const StepGraph> handler;
  std::shared_ptr<const StepGraph> ping;
};

struct FunctionSetup {
  std::string name;
  std::int64_t memory_mb = 128;
  core::Duration timeout{std::chrono::seconds{3}};
  std::int64_t reserved_concurrency = kUnreserved;  ///< 0 refuses every call
  std::uint32_t warm_contexts = 0;                  ///< idle at the start of the run
  core::Distribution sandbox;                       ///< ns, not billed
  core::Duration package_load{0};                   ///< loading the package, beside the sandbox
  core::Distribution runtime_init;                  ///< ns, part of INIT
  core::Distribution lifetime;  ///< ns from the creation of a context to its recycling
  core::Duration maximum_age{core::Duration::max()};  ///< no lifetime is longer
  core::Distribution return_delay;  ///< ns after the end of a handler until the context is reusable
  core::Distribution call_overhead;   ///< ns of Duration that the runtime adds to every call
  core::Distribution extension_init;  ///< ns, part of INIT
  core::Distribution extension_tail;  ///< ns of Duration after the response was sent
  core::Distribution shutdown;        ///< ns from a reset until the context is reusable
  core::Duration init_limit{std::chrono::seconds{10}};
  ReuseOrder reuse = ReuseOrder::kMostRecent;
  ProactiveInit proactive;
  std::vector<core::SimTime> deployments;  ///< in order: a new version replaces every context
  Failures failures;
  std::vector<Outage> outages;                 ///< in order
  std::optional<core::FunctionId> version_of;  ///< the function whose limits it counts towards
  std::optional<ProvisionedConcurrency> provisioned;
  std::optional<TenantIsolation> tenants;
  std::optional<ManagedInstances> managed;
  core::Duration stream_time{0};  ///< of Duration that sending a streamed response adds
  std::optional<SnapStart> snap_start;
  std::uint32_t billing_step_ms = 1;  ///< Duration is billed in steps of this
  bool init_is_billed = true;
  bool failed_init_is_billed = false;
  bool reset_init_in_duration = true;    ///< INIT after a reset counts as Duration (else as wait)
  bool reset_init_at_full_speed = true;  ///< else it runs under the function's CPU share
  Program init;                          ///< static code, in INIT, before the resources
  Program first_call;  ///< what the first handler after INIT does before all else, e.g. JIT
  Program handler;     ///< all of it, of a durable function, too
  Program ping;        ///< what the handler does when it is called only to keep its context warm
  Graphs graphs;
  std::shared_ptr<const Durable> durable;  ///< none: an ordinary function
  std::vector<Resource> resources;
  std::vector<FunctionCall> calls;
  std::vector<FunctionSend> sends;
  Storage storage;
  /// Whether steps depend on more than the invocation and what its context has made: on backends,
  /// on ages and uses, on /tmp, on other functions. They are run step by step (stepwise.h).
  bool is_stepwise = false;
  std::shared_ptr<const CpuModel> cpu;
  std::shared_ptr<const CpuModel> init_cpu;
  std::shared_ptr<const KeepAlive> keep_alive;
};

struct Setup {
  core::Duration horizon{0};  ///< arrivals stop here; what is under way then runs to its end
  core::Duration warm_up{0};  ///< left out of summaries, kept in records
  std::int64_t account_concurrency = 1000;
  double requests_per_context = 0;  ///< synchronous requests/s for each place; 0: any number
  ScalingRate scaling;
  std::vector<FunctionSetup> functions;
  std::vector<Backend> backends;
  std::vector<std::shared_ptr<const ArrivalProcess>> arrivals;
  /// By index of `arrivals`, or fewer; none: callers reach the function as they arrive.
  std::vector<std::shared_ptr<const EventSourceModel>> sources;
  /// By index of `arrivals`, or fewer: what takes the events that steps send to the entry.
  std::vector<std::vector<Route>> receivers;
  std::optional<Fleet> fleet;  ///< none: hosts without end, as Lambda looks from outside
};

}  // namespace lambdasim::engine
