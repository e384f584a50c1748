// The tables of figures about whole runs: /summary, /comparison and /memory.
#include "sim/io/key_columns.h"

namespace lambdasim::io {

const PlainColumns<SummaryRow>& summary_columns() {
  static const PlainColumns<SummaryRow> columns{
      design_column<SummaryRow>(),
      replication_column<SummaryRow>(),
      computed<SummaryRow, NoContext>(
          "function", "1", "Index into /functions, -1 for all together",
          [](const SummaryRow& row, const NoContext&) { return row.function; }),
      computed<SummaryRow, NoContext>(
          "arrivals", "1", "Invocations that arrived in the measured window",
          [](const SummaryRow& row, const NoContext&) { return row.arrivals; }),
      computed<SummaryRow, NoContext>(
          "ok", "1", "Of them, ended well",
          [](const SummaryRow& row, const NoContext&) { return row.ok; }),
      computed<SummaryRow, NoContext>(
          "timeouts", "1", "Of them, timed out",
          [](const SummaryRow& row, const NoContext&) { return row.timeouts; }),
      computed<SummaryRow, NoContext>(
          "errors", "1", "Of them, failed: handler error, crash, out of memory, failed INIT",
          [](const SummaryRow& row, const NoContext&) { return row.errors; }),
      computed<SummaryRow, NoContext>(
          "crashes", "1", "Of errors, the runtime exited",
          [](const SummaryRow& row, const NoContext&) { return row.crashes; }),
      computed<SummaryRow, NoContext>(
          "out_of_memory", "1", "Of errors, killed for want of memory",
          [](const SummaryRow& row, const NoContext&) { return row.out_of_memory; }),
      computed<SummaryRow, NoContext>(
          "init_errors", "1", "Of errors, INIT failed again within the invocation",
          [](const SummaryRow& row, const NoContext&) { return row.init_errors; }),
      computed<SummaryRow, NoContext>(
          "throttled", "1", "Of them, refused",
          [](const SummaryRow& row, const NoContext&) { return row.throttled; }),
      computed<SummaryRow, NoContext>(
          "cold", "1", "Of them, served cold",
          [](const SummaryRow& row, const NoContext&) { return row.cold; }),
      computed<SummaryRow, NoContext>(
          "restored", "1", "Of cold, by a SnapStart restore",
          [](const SummaryRow& row, const NoContext&) { return row.restored; }),
      computed<SummaryRow, NoContext>(
          "reset", "1", "Of them, served by a context that initialised again",
          [](const SummaryRow& row, const NoContext&) { return row.reset; }),
      computed<SummaryRow, NoContext>(
          "provisioned", "1", "Of them, served by provisioned concurrency",
          [](const SummaryRow& row, const NoContext&) { return row.provisioned; }),
      computed<SummaryRow, NoContext>(
          "pings", "1", "Beside arrivals, invocations made only to keep contexts warm",
          [](const SummaryRow& row, const NoContext&) { return row.pings; }),
      computed<SummaryRow, NoContext>(
          "cold_pings", "1", "Of pings, those that started cold",
          [](const SummaryRow& row, const NoContext&) { return row.cold_pings; }),
      computed<SummaryRow, NoContext>(
          "cold_share", "1", "Cold starts over served invocations",
          [](const SummaryRow& row, const NoContext&) { return row.cold_share; }),
      computed<SummaryRow, NoContext>(
          "latency_mean_ms", "ms", "Mean latency",
          [](const SummaryRow& row, const NoContext&) { return row.latency_mean_ms; }),
      computed<SummaryRow, NoContext>(
          "latency_p50_ms", "ms", "Median latency",
          [](const SummaryRow& row, const NoContext&) { return row.latency_p50_ms; }),
      computed<SummaryRow, NoContext>(
          "latency_p90_ms", "ms", "90th percentile of latency",
          [](const SummaryRow& row, const NoContext&) { return row.latency_p90_ms; }),
      computed<SummaryRow, NoContext>(
          "latency_p95_ms", "ms", "95th percentile of latency",
          [](const SummaryRow& row, const NoContext&) { return row.latency_p95_ms; }),
      computed<SummaryRow, NoContext>(
          "latency_p99_ms", "ms", "99th percentile of latency",
          [](const SummaryRow& row, const NoContext&) { return row.latency_p99_ms; }),
      computed<SummaryRow, NoContext>(
          "latency_p999_ms", "ms", "99.9th percentile of latency",
          [](const SummaryRow& row, const NoContext&) { return row.latency_p999_ms; }),
      computed<SummaryRow, NoContext>(
          "latency_max_ms", "ms", "Largest latency",
          [](const SummaryRow& row, const NoContext&) { return row.latency_max_ms; }),
      computed<SummaryRow, NoContext>(
          "cold_p50_ms", "ms", "Median latency of cold invocations",
          [](const SummaryRow& row, const NoContext&) { return row.cold_p50_ms; }),
      computed<SummaryRow, NoContext>(
          "cold_p99_ms", "ms", "99th percentile of latency of cold invocations",
          [](const SummaryRow& row, const NoContext&) { return row.cold_p99_ms; }),
      computed<SummaryRow, NoContext>(
          "warm_p50_ms", "ms", "Median latency of the other invocations",
          [](const SummaryRow& row, const NoContext&) { return row.warm_p50_ms; }),
      computed<SummaryRow, NoContext>(
          "warm_p99_ms", "ms", "99th percentile of latency of the other invocations",
          [](const SummaryRow& row, const NoContext&) { return row.warm_p99_ms; }),
      computed<SummaryRow, NoContext>(
          "duration_mean_ms", "ms", "Mean Duration",
          [](const SummaryRow& row, const NoContext&) { return row.duration_mean_ms; }),
      computed<SummaryRow, NoContext>(
          "cost_requests_usd", "USD", "Request fees over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_requests_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_duration_usd", "USD", "GB-s of handlers over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_duration_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_init_usd", "USD", "GB-s of INIT over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_init_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_storage_usd", "USD", "Ephemeral storage above 512 MB over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_storage_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_provisioned_usd", "USD", "Provisioned concurrency, configured GB-s over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_provisioned_usd; }),
      computed<SummaryRow, NoContext>("cost_provisioned_duration_usd", "USD",
                                      "GB-s of handlers on provisioned concurrency over the window",
                                      [](const SummaryRow& row, const NoContext&) {
                                        return row.cost_provisioned_duration_usd;
                                      }),
      computed<SummaryRow, NoContext>(
          "cost_snapstart_cache_usd", "USD", "SnapStart snapshots kept over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_snapstart_cache_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_snapstart_restore_usd", "USD", "SnapStart restores over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_snapstart_restore_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_streaming_usd", "USD", "Streamed responses over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_streaming_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_tenant_isolation_usd", "USD",
          "Contexts created under tenant isolation over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_tenant_isolation_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_durable_usd", "USD", "Durable operations and their data over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_durable_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_workflows_usd", "USD",
          "State transitions of workflows, or executions and their time, over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_workflows_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_managed_instances_usd", "USD",
          "Managed instances, EC2 and management, over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_managed_instances_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_pollers_usd", "USD", "Event pollers over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_pollers_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_kms_usd", "USD", "KMS requests and keys over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_kms_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_logs_usd", "USD", "Logs taken in over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_logs_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_front_door_usd", "USD", "Front door: API Gateway or load balancers over the window",
          [](const SummaryRow& row, const NoContext&) { return row.cost_front_door_usd; }),
      computed<SummaryRow, NoContext>(
          "cost_usd", "USD", "All cost lines over the window, first price tier, no free tier",
          [](const SummaryRow& row, const NoContext&) { return row.cost_usd; }),
      computed<SummaryRow, NoContext>(
          "gb_s_billed", "GB s", "Billed GB-seconds",
          [](const SummaryRow& row, const NoContext&) { return row.gb_s_billed; }),
      computed<SummaryRow, NoContext>(
          "gb_s_idle", "GB s", "Memory of idle contexts, not billed",
          [](const SummaryRow& row, const NoContext&) { return row.gb_s_idle; }),
      computed<SummaryRow, NoContext>(
          "contexts_busy", "1", "Contexts in handlers, time average",
          [](const SummaryRow& row, const NoContext&) { return row.contexts_busy; }),
      computed<SummaryRow, NoContext>(
          "contexts_idle", "1", "Idle contexts, time average",
          [](const SummaryRow& row, const NoContext&) { return row.contexts_idle; }),
      computed<SummaryRow, NoContext>(
          "contexts_initialising", "1", "Contexts being made or in INIT, time average",
          [](const SummaryRow& row, const NoContext&) { return row.contexts_initialising; }),
      computed<SummaryRow, NoContext>(
          "contexts_created", "1", "Contexts created in the window",
          [](const SummaryRow& row, const NoContext&) { return row.contexts_created; }),
      computed<SummaryRow, NoContext>(
          "peak_contexts", "1",
          "Most live contexts at once; for all functions the sum of their peaks",
          [](const SummaryRow& row, const NoContext&) { return row.peak_contexts; }),
      computed<SummaryRow, NoContext>(
          "peak_in_flight", "1", "Most admitted requests at once",
          [](const SummaryRow& row, const NoContext&) { return row.peak_in_flight; }),
      computed<SummaryRow, NoContext>(
          "peak_connections", "1", "Most connections held at once",
          [](const SummaryRow& row, const NoContext&) { return row.peak_connections; }),
  };
  return columns;
}

const PlainColumns<ComparisonRow>& comparison_columns() {
  static const PlainColumns<ComparisonRow> columns{
      computed<ComparisonRow, NoContext>(
          "baseline", "1", "Index into /designs",
          [](const ComparisonRow& row, const NoContext&) { return row.baseline; }),
      design_column<ComparisonRow>(),
      computed<ComparisonRow, NoContext>(
          "function", "1", "Index into /functions, -1 for all together",
          [](const ComparisonRow& row, const NoContext&) { return row.function; }),
      computed<ComparisonRow, NoContext>(
          "metric", "", "Name of the metric",
          [](const ComparisonRow& row, const NoContext&) { return row.metric; }),
      computed<ComparisonRow, NoContext>(
          "unit", "", "Unit of the metric",
          [](const ComparisonRow& row, const NoContext&) { return row.unit; }),
      computed<ComparisonRow, NoContext>(
          "baseline_mean", "", "Mean of the metric over the replications of the baseline",
          [](const ComparisonRow& row, const NoContext&) { return row.baseline_mean; }),
      computed<ComparisonRow, NoContext>(
          "design_mean", "", "Mean of the metric over the replications of the design",
          [](const ComparisonRow& row, const NoContext&) { return row.design_mean; }),
      computed<ComparisonRow, NoContext>(
          "difference", "", "Mean of the paired differences, design minus baseline",
          [](const ComparisonRow& row, const NoContext&) { return row.difference; }),
      computed<ComparisonRow, NoContext>(
          "low", "", "Lower end of the 95 % interval of the difference",
          [](const ComparisonRow& row, const NoContext&) { return row.low; }),
      computed<ComparisonRow, NoContext>(
          "high", "", "Upper end of the 95 % interval of the difference",
          [](const ComparisonRow& row, const NoContext&) { return row.high; }),
      computed<ComparisonRow, NoContext>(
          "n", "1", "Pairs", [](const ComparisonRow& row, const NoContext&) { return row.n; }),
  };
  return columns;
}

const PlainColumns<MemoryRow>& memory_columns() {
  static const PlainColumns<MemoryRow> columns{
      design_column<MemoryRow>(),
      function_column<MemoryRow>(),
      computed<MemoryRow, NoContext>(
          "memory_mb", "MB", "Memory",
          [](const MemoryRow& row, const NoContext&) { return row.memory_mb; }),
      computed<MemoryRow, NoContext>(
          "duration_mean_ms", "ms", "Mean Duration, average over the replications",
          [](const MemoryRow& row, const NoContext&) { return row.duration_ms.mean; }),
      computed<MemoryRow, NoContext>(
          "duration_mean_half_width_ms", "ms", "95 % half width of the mean Duration",
          [](const MemoryRow& row, const NoContext&) { return row.duration_ms.half_width; }),
      computed<MemoryRow, NoContext>(
          "latency_p50_ms", "ms", "Median latency, average over the replications",
          [](const MemoryRow& row, const NoContext&) { return row.latency_p50_ms.mean; }),
      computed<MemoryRow, NoContext>(
          "latency_p50_half_width_ms", "ms", "95 % half width of the median latency",
          [](const MemoryRow& row, const NoContext&) { return row.latency_p50_ms.half_width; }),
      computed<MemoryRow, NoContext>(
          "latency_p95_ms", "ms", "95th percentile of latency, average over the replications",
          [](const MemoryRow& row, const NoContext&) { return row.latency_p95_ms.mean; }),
      computed<MemoryRow, NoContext>(
          "latency_p95_half_width_ms", "ms", "95 % half width of the 95th percentile of latency",
          [](const MemoryRow& row, const NoContext&) { return row.latency_p95_ms.half_width; }),
      computed<MemoryRow, NoContext>(
          "latency_p99_ms", "ms", "99th percentile of latency, average over the replications",
          [](const MemoryRow& row, const NoContext&) { return row.latency_p99_ms.mean; }),
      computed<MemoryRow, NoContext>(
          "latency_p99_half_width_ms", "ms", "95 % half width of the 99th percentile of latency",
          [](const MemoryRow& row, const NoContext&) { return row.latency_p99_ms.half_width; }),
      computed<MemoryRow, NoContext>(
          "cold_share", "1", "Share of cold starts, average over the replications",
          [](const MemoryRow& row, const NoContext&) { return row.cold_share.mean; }),
      computed<MemoryRow, NoContext>(
          "cold_share_half_width", "1", "95 % half width of the share of cold starts",
          [](const MemoryRow& row, const NoContext&) { return row.cold_share.half_width; }),
      computed<MemoryRow, NoContext>(
          "timeout_share", "1", "Share of timeouts, average over the replications",
          [](const MemoryRow& row, const NoContext&) { return row.timeout_share.mean; }),
      computed<MemoryRow, NoContext>(
          "timeout_share_half_width", "1", "95 % half width of the share of timeouts",
          [](const MemoryRow& row, const NoContext&) { return row.timeout_share.half_width; }),
      computed<MemoryRow, NoContext>(
          "cost_per_million_usd", "USD",
          "Cost of a million served calls, average over the replications",
          [](const MemoryRow& row, const NoContext&) { return row.cost_per_million_usd.mean; }),
      computed<MemoryRow, NoContext>("cost_per_million_half_width_usd", "USD",
                                     "95 % half width of the cost of a million served calls",
                                     [](const MemoryRow& row, const NoContext&) {
                                       return row.cost_per_million_usd.half_width;
                                     }),
      computed<MemoryRow, NoContext>("is_left_out", "1", "1: not to be chosen, calls time out",
                                     [](const MemoryRow& row, const NoContext&) {
                                       return static_cast<std::uint8_t>(row.is_left_out);
                                     }),
      computed<MemoryRow, NoContext>("is_cheapest", "1", "1: the cheapest size",
                                     [](const MemoryRow& row, const NoContext&) {
                                       return static_cast<std::uint8_t>(row.is_cheapest);
                                     }),
      computed<MemoryRow, NoContext>("is_fastest", "1", "1: the size of least mean Duration",
                                     [](const MemoryRow& row, const NoContext&) {
                                       return static_cast<std::uint8_t>(row.is_fastest);
                                     }),
      computed<MemoryRow, NoContext>("is_balanced", "1", "1: the best balance of cost and Duration",
                                     [](const MemoryRow& row, const NoContext&) {
                                       return static_cast<std::uint8_t>(row.is_balanced);
                                     }),
  };
  return columns;
}

}  // namespace lambdasim::io
