// The rows of the small tables of the output file, as the program fills them. /invocations and
// /contexts carry engine::InvocationRecord and engine::ContextRecord.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/ids.h"
#include "sim/core/time.h"

namespace lambdasim::io {

/// Stands for all functions together in SummaryRow and ComparisonRow.
inline constexpr std::int32_t kAllFunctions = -1;

/// Stands for all event sources together in SourceRow.
inline constexpr std::int32_t kAllSources = -1;

/// design x replication x function. Shares and prices are plain numbers; money is USD over the
/// measured window, at the first price tier and without the free tier.
struct SummaryRow {
  std::uint8_t design = 0;
  std::uint32_t replication = 0;
  std::int32_t function = kAllFunctions;
  std::uint64_t arrivals = 0;
  std::uint64_t ok = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t errors = 0;
  std::uint64_t crashes = 0, out_of_memory = 0, init_errors = 0;  ///< of errors
  std::uint64_t throttled = 0;
  std::uint64_t cold = 0;
  std::uint64_t restored = 0;  ///< of cold
  std::uint64_t reset = 0;
  std::uint64_t provisioned = 0;
  std::uint64_t pings = 0;
  std::uint64_t cold_pings = 0;
  double cold_share = 0;  ///< of served invocations
  double latency_mean_ms = 0, latency_p50_ms = 0, latency_p90_ms = 0, latency_p95_ms = 0,
         latency_p99_ms = 0, latency_p999_ms = 0, latency_max_ms = 0;
  double cold_p50_ms = 0, cold_p99_ms = 0, warm_p50_ms = 0, warm_p99_ms = 0;
  double duration_mean_ms = 0;
  double cost_requests_usd = 0, cost_duration_usd = 0, cost_init_usd = 0, cost_storage_usd = 0;
  double cost_provisioned_usd = 0, cost_provisioned_duration_usd = 0, cost_snapstart_cache_usd = 0,
         cost_snapstart_restore_usd = 0, cost_streaming_usd = 0, cost_tenant_isolation_usd = 0,
         cost_durable_usd = 0, cost_workflows_usd = 0, cost_managed_instances_usd = 0,
         cost_pollers_usd = 0, cost_kms_usd = 0, cost_logs_usd = 0, cost_front_door_usd = 0;
  double cost_usd = 0;  ///< the sum of the lines
  double gb_s_billed = 0;
  double gb_s_idle = 0;  ///< memory of idle contexts: not billed, what the provider keeps warm
  double contexts_busy = 0, contexts_idle = 0, contexts_initialising = 0;  ///< time averages
  std::uint64_t contexts_created = 0;
  std::uint32_t peak_contexts = 0;
  std::uint32_t peak_in_flight = 0;
  std::uint32_t peak_connections = 0;
};

/// A paired difference `design - baseline` of one metric over the replications.
struct ComparisonRow {
  std::uint8_t baseline = 0;
  std::uint8_t design = 0;
  std::int32_t function = kAllFunctions;
  std::string metric;  ///< e.g. latency_p99_ms
  std::string unit;
  double baseline_mean = 0;
  double design_mean = 0;
  double difference = 0;
  double low = 0;  ///< 95 % interval of the difference; NaN with one replication
  double high = 0;
  std::uint32_t n = 0;  ///< pairs
};

/// design x replication x event source: what became of the events that arrived in the measured
/// window. Events = handled + expired + dead-lettered + discarded + left.
struct SourceRow {
  std::uint8_t design = 0;
  std::uint32_t replication = 0;
  std::int32_t source = kAllSources;
  std::string name;                       ///< KIND/NAME or KIND/FUNCTION, for people
  std::int32_t function = kAllFunctions;  ///< none in particular when a trace names them
  std::uint64_t events = 0, sent = 0;     ///< sent: of events, by steps
  std::uint64_t handled = 0, expired = 0, dead_lettered = 0, discarded = 0, left = 0;
  std::uint64_t attempts = 0, retries = 0, throttled = 0, failed = 0, duplicates = 0;
  std::uint64_t invocations = 0;
  std::uint64_t cold = 0;
  std::uint64_t billed_ms = 0;
  std::uint64_t poller_s = 0;
  std::uint64_t operations = 0, written_bytes = 0, starts_refused = 0;  ///< of durable executions
  std::uint64_t peak_backlog = 0;
  double oldest_ms = 0;
  double delay_p50_ms = 0, delay_p95_ms = 0, delay_p99_ms = 0, delay_max_ms = 0;
};

/// The parts of a workflow that are no function, as WorkflowRow names them.
inline constexpr std::string_view kWholePart = "(all)";
inline constexpr std::string_view kTransitionsPart = "(transitions)";

/// One execution of a workflow. Design and replication are its task's.
struct ExecutionRow {
  std::uint32_t workflow = 0;
  std::uint32_t event = 0;
  std::uint32_t source = 0;
  core::SimTime arrival;
  core::Duration latency{0};
  std::uint8_t outcome = 0;  ///< engine::ExecutionOutcome
  std::uint32_t invocations = 0;
  std::uint32_t refused = 0;
  std::uint32_t transitions = 0;
  std::uint64_t billed_ms = 0;
  double cost_usd = 0;
};

/// design x replication x workflow x part, of the executions that began in the measured window.
/// Executions = finished + failed + timed out + in flight; these and latencies stand on the row of
/// the whole.
struct WorkflowRow {
  std::uint8_t design = 0;
  std::uint32_t replication = 0;
  std::uint32_t workflow = 0;
  std::string name;
  std::string part;
  std::int32_t function = kAllFunctions;
  std::uint64_t executions = 0, finished = 0, failed = 0, timed_out = 0, in_flight = 0;
  std::uint64_t invocations = 0, refused = 0, cold = 0;
  std::uint64_t transitions = 0;
  std::uint64_t billed_ms = 0;
  double duration_ms = 0, duration_share = 0;
  double cost_usd = 0, cost_share = 0;
  double latency_p50_ms = 0, latency_p95_ms = 0, latency_p99_ms = 0, latency_max_ms = 0;
};

/// design x replication x backend. Peaks and times at the limit are of [warm_up, horizon), counts
/// of what began there.
struct BackendRow {
  std::uint8_t design = 0;
  std::uint32_t replication = 0;
  std::uint32_t backend = 0;  ///< of its design
  std::string name;
  std::uint32_t limit = 0;  ///< of connections; 0: none
  std::uint32_t peak_connections = 0;
  double mean_connections = 0;
  double at_limit_s = 0;
  std::uint64_t connects = 0, connects_waited = 0, connects_refused = 0;
  double connect_wait_ms = 0;  ///< of all that waited
  std::uint64_t requests = 0, served = 0, queued = 0, gave_up = 0, throttled_out = 0;
  std::uint64_t throttled = 0;               ///< attempts
  double queue_wait_ms = 0, service_ms = 0;  ///< of all
};

/// design x replication x resource of a function that runs step by step.
struct ResourceRow {
  std::uint8_t design = 0;
  std::uint32_t replication = 0;
  std::uint32_t function = 0;
  std::string name;
  std::uint64_t made = 0, reused = 0, stale = 0, renewed = 0, failed = 0;
};

/// design x replication x function: what came of the calls that its handlers made to others.
struct CallRow {
  std::uint8_t design = 0;
  std::uint32_t replication = 0;
  std::uint32_t function = 0;
  std::uint64_t calls = 0, refused = 0, failed = 0, deadlocked = 0;
  double waiting_s = 0;
};

/// bin x backend of one run.
struct ConnectionRow {
  std::uint8_t design = 0;
  std::uint32_t replication = 0;
  std::uint32_t backend = 0;
  core::SimTime bin_start;
  double connections = 0;  ///< average of the bin
};

/// design x replication x function with files in /tmp.
struct StorageRow {
  std::uint8_t design = 0;
  std::uint32_t replication = 0;
  std::uint32_t function = 0;
  std::uint64_t hits = 0, misses = 0, evicted = 0, full = 0;
  std::uint64_t fetched_bytes = 0, peak_bytes = 0;
};

/// A mean over the replications and the 95 % half width of it.
struct MeanRow {
  double mean = 0;
  double half_width = 0;
};

/// One memory size of one function, and what it was chosen for.
struct MemoryRow {
  std::uint8_t design = 0;
  std::int32_t function = 0;
  std::uint32_t memory_mb = 0;
  MeanRow duration_ms, latency_p50_ms, latency_p95_ms, latency_p99_ms;
  MeanRow cold_share, timeout_share;
  MeanRow cost_per_million_usd;
  bool is_left_out = false;  ///< calls time out: not to be chosen
  bool is_cheapest = false, is_fastest = false, is_balanced = false;
};

/// bin x function of one run.
struct TimelineRow {
  std::uint8_t design = 0;
  std::uint32_t replication = 0;
  std::uint32_t function = 0;
  core::SimTime bin_start;
  std::uint32_t arrivals = 0;
  std::uint32_t throttled = 0;
  double in_flight = 0, waiting = 0, initialising = 0, busy = 0, idle = 0;  ///< averages of the bin
};

/// One non-empty bucket of a latency histogram, all replications of a design merged.
struct HistogramRow {
  std::uint8_t design = 0;
  std::uint32_t function = 0;
  std::uint8_t start = 0;  ///< engine::Start: warm or cold
  core::Duration lower;
  core::Duration upper;
  std::uint64_t count = 0;
};

struct FunctionRow {
  std::uint8_t design = 0;
  std::uint32_t function = 0;
  std::string name;
  std::string runtime;
  std::string architecture;
  std::uint32_t memory_mb = 0;
  std::uint32_t storage_mb = 0;
  core::Duration timeout;
};

struct DesignRow {
  std::string name;
  std::string resolved_yaml;  ///< the whole scenario as it held for this design
};

}  // namespace lambdasim::io
