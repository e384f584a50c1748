#include "sim/io/tables.h"

#include <bit>
#include <cstdint>

namespace lambdasim::io {
namespace {

using engine::ContextRecord;
using engine::InvocationRecord;

// In the order of the codes of engine::Start, engine::Outcome and engine::Retirement.
const std::vector<std::string_view> kStarts{"warm",     "cold",  "provisioned",
                                            "restored", "reset", "none"};
const std::vector<std::string_view> kOutcomes{"ok",        "timeout", "error", "out_of_memory",
                                              "throttled", "expired", "crash", "init_error"};
const std::vector<std::string_view> kRetirements{"idle", "recycled", "end_of_run", "deployed"};

/// Rounds to 28 binary digits, 2e-9 of the value: a third of a double's bytes are then 0, and the
/// column, which would be the largest of the file, takes half the room.
double rounded(double value) {
  constexpr std::uint64_t kDropped = (std::uint64_t{1} << 24) - 1;
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return std::bit_cast<double>((bits + kDropped / 2 + 1) & ~kDropped);
}

double cost_of(const InvocationRecord& row, const TaskContext& task) {
  const CostRates& rates = (*task.rates)[row.function.value];
  return row.start == engine::Start::kNone
             ? 0.0
             : rounded(rates.usd_per_request + rates.usd_per_billed_ms * row.billed_ms);
}

}  // namespace

const std::vector<Column<InvocationRecord, TaskContext>>& invocation_columns() {
  static const std::vector<Column<InvocationRecord, TaskContext>> columns{
      computed<InvocationRecord, TaskContext>(
          "design", "1", "Index into /designs",
          [](const InvocationRecord&, const TaskContext& task) { return task.design; }),
      computed<InvocationRecord, TaskContext>(
          "replication", "1", "Replication, from 0",
          [](const InvocationRecord&, const TaskContext& task) { return task.replication; }),
      computed<InvocationRecord, TaskContext>(
          "function", "1", "Index into /functions",
          [](const InvocationRecord& row, const TaskContext&) { return row.function; }),
      computed<InvocationRecord, TaskContext>(
          "context", "1",
          "Execution context within its design and replication; meaningless where start is none",
          [](const InvocationRecord& row, const TaskContext&) { return row.context; }),
      computed<InvocationRecord, TaskContext>(
          "arrival_ns", "ns", "Arrival since the start of simulated time",
          [](const InvocationRecord& row, const TaskContext&) { return row.arrival; }),
      computed<InvocationRecord, TaskContext>(
          "wait_ns", "ns", "Wait before the handler that is neither sandbox nor INIT",
          [](const InvocationRecord& row, const TaskContext&) { return row.wait; }),
      computed<InvocationRecord, TaskContext>(
          "sandbox_ns", "ns", "Wait while the sandbox was made",
          [](const InvocationRecord& row, const TaskContext&) { return row.sandbox; }),
      computed<InvocationRecord, TaskContext>(
          "init_ns", "ns", "Wait during INIT, or a SnapStart restore",
          [](const InvocationRecord& row, const TaskContext&) { return row.init; }),
      computed<InvocationRecord, TaskContext>(
          "duration_ns", "ns", "Duration, as REPORT gives it",
          [](const InvocationRecord& row, const TaskContext&) { return row.duration; }),
      computed<InvocationRecord, TaskContext>(
          "latency_ns", "ns",
          "From arrival to the response: wait + sandbox + init + duration - after",
          [](const InvocationRecord& row, const TaskContext&) { return row.latency(); }),
      computed<InvocationRecord, TaskContext>(
          "after_us", "us", "Part of duration after the response, in which extensions still work",
          [](const InvocationRecord& row, const TaskContext&) { return row.after_us; }),
      computed<InvocationRecord, TaskContext>(
          "billed_ms", "ms", "Billed duration, INIT included where it is billed",
          [](const InvocationRecord& row, const TaskContext&) { return row.billed_ms; }),
      computed<InvocationRecord, TaskContext>(
          "cost_usd", "USD",
          "Cost at the first price tier, request fee included, without free tier; to 2e-9 of its "
          "value",
          [](const InvocationRecord& row, const TaskContext& task) { return cost_of(row, task); }),
      computed<InvocationRecord, TaskContext>(
          "start", "1", "How the execution context was found",
          [](const InvocationRecord& row, const TaskContext&) { return row.start; }, kStarts),
      computed<InvocationRecord, TaskContext>(
          "outcome", "1", "What became of the invocation",
          [](const InvocationRecord& row, const TaskContext&) { return row.outcome; }, kOutcomes),
      computed<InvocationRecord, TaskContext>(
          "attempt", "1", "Number of the attempt, from 1",
          [](const InvocationRecord& row, const TaskContext&) { return row.attempt; }),
      computed<InvocationRecord, TaskContext>(
          "parent", "1", "Row of the calling invocation, -1 without one",
          [](const InvocationRecord& row, const TaskContext&) {
            return row.parent == engine::kNoParent ? std::int64_t{-1} : std::int64_t{row.parent};
          }),
  };
  return columns;
}

const std::vector<Column<ContextRecord, TaskContext>>& context_columns() {
  static const std::vector<Column<ContextRecord, TaskContext>> columns{
      computed<ContextRecord, TaskContext>(
          "design", "1", "Index into /designs",
          [](const ContextRecord&, const TaskContext& task) { return task.design; }),
      computed<ContextRecord, TaskContext>(
          "replication", "1", "Replication, from 0",
          [](const ContextRecord&, const TaskContext& task) { return task.replication; }),
      computed<ContextRecord, TaskContext>(
          "function", "1", "Index into /functions",
          [](const ContextRecord& row, const TaskContext&) { return row.function; }),
      computed<ContextRecord, TaskContext>(
          "context", "1", "Number within its design and replication, in order of creation",
          [](const ContextRecord& row, const TaskContext&) { return row.context; }),
      computed<ContextRecord, TaskContext>(
          "created_ns", "ns", "Creation since the start of simulated time",
          [](const ContextRecord& row, const TaskContext&) { return row.created; }),
      computed<ContextRecord, TaskContext>(
          "ready_ns", "ns", "End of INIT",
          [](const ContextRecord& row, const TaskContext&) { return row.ready; }),
      computed<ContextRecord, TaskContext>(
          "retired_ns", "ns", "End of the execution context",
          [](const ContextRecord& row, const TaskContext&) { return row.retired; }),
      computed<ContextRecord, TaskContext>(
          "why", "1", "Why it ended",
          [](const ContextRecord& row, const TaskContext&) { return row.why; }, kRetirements),
      computed<ContextRecord, TaskContext>(
          "invocations", "1", "Invocations it served",
          [](const ContextRecord& row, const TaskContext&) { return row.invocations; }),
      computed<ContextRecord, TaskContext>(
          "busy_ns", "ns", "Time in handlers",
          [](const ContextRecord& row, const TaskContext&) { return row.busy; }),
      computed<ContextRecord, TaskContext>(
          "idle_ns", "ns", "Time between handlers",
          [](const ContextRecord& row, const TaskContext&) { return row.idle; }),
      computed<ContextRecord, TaskContext>(
          "init_ns", "ns", "INIT, without the sandbox",
          [](const ContextRecord& row, const TaskContext&) { return row.init; }),
      computed<ContextRecord, TaskContext>(
          "resets", "1", "INITs after a timeout",
          [](const ContextRecord& row, const TaskContext&) { return row.resets; }),
      computed<ContextRecord, TaskContext>(
          "connections", "1", "Connections it held when it ended",
          [](const ContextRecord& row, const TaskContext&) { return row.connections; }),
  };
  return columns;
}

const PlainColumns<SummaryRow>& summary_columns() {
  static const PlainColumns<SummaryRow> columns{
      computed<SummaryRow, NoContext>(
          "design", "1", "Index into /designs",
          [](const SummaryRow& row, const NoContext&) { return row.design; }),
      computed<SummaryRow, NoContext>(
          "replication", "1", "Replication, from 0",
          [](const SummaryRow& row, const NoContext&) { return row.replication; }),
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
      computed<ComparisonRow, NoContext>(
          "design", "1", "Index into /designs",
          [](const ComparisonRow& row, const NoContext&) { return row.design; }),
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
      computed<MemoryRow, NoContext>(
          "design", "1", "Index into /designs",
          [](const MemoryRow& row, const NoContext&) { return row.design; }),
      computed<MemoryRow, NoContext>(
          "function", "1", "Index into /functions",
          [](const MemoryRow& row, const NoContext&) { return row.function; }),
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

const PlainColumns<TimelineRow>& timeline_columns() {
  static const PlainColumns<TimelineRow> columns{
      computed<TimelineRow, NoContext>(
          "design", "1", "Index into /designs",
          [](const TimelineRow& row, const NoContext&) { return row.design; }),
      computed<TimelineRow, NoContext>(
          "replication", "1", "Replication, from 0",
          [](const TimelineRow& row, const NoContext&) { return row.replication; }),
      computed<TimelineRow, NoContext>(
          "function", "1", "Index into /functions",
          [](const TimelineRow& row, const NoContext&) { return row.function; }),
      computed<TimelineRow, NoContext>(
          "bin_start_ns", "ns", "Begin of the bin since the start of simulated time",
          [](const TimelineRow& row, const NoContext&) { return row.bin_start; }),
      computed<TimelineRow, NoContext>(
          "arrivals", "1", "Arrivals in the bin",
          [](const TimelineRow& row, const NoContext&) { return row.arrivals; }),
      computed<TimelineRow, NoContext>(
          "throttled", "1", "Of them, refused",
          [](const TimelineRow& row, const NoContext&) { return row.throttled; }),
      computed<TimelineRow, NoContext>(
          "in_flight", "1", "Requests waiting or in handlers, average over the bin",
          [](const TimelineRow& row, const NoContext&) { return row.in_flight; }),
      computed<TimelineRow, NoContext>(
          "waiting", "1", "Requests waiting for a context, average over the bin",
          [](const TimelineRow& row, const NoContext&) { return row.waiting; }),
      computed<TimelineRow, NoContext>(
          "initialising", "1", "Contexts being made or in INIT, average over the bin",
          [](const TimelineRow& row, const NoContext&) { return row.initialising; }),
      computed<TimelineRow, NoContext>(
          "busy", "1", "Contexts in handlers, average over the bin",
          [](const TimelineRow& row, const NoContext&) { return row.busy; }),
      computed<TimelineRow, NoContext>(
          "idle", "1", "Idle contexts, average over the bin",
          [](const TimelineRow& row, const NoContext&) { return row.idle; }),
  };
  return columns;
}

const PlainColumns<HistogramRow>& histogram_columns() {
  static const PlainColumns<HistogramRow> columns{
      computed<HistogramRow, NoContext>(
          "design", "1", "Index into /designs",
          [](const HistogramRow& row, const NoContext&) { return row.design; }),
      computed<HistogramRow, NoContext>(
          "function", "1", "Index into /functions",
          [](const HistogramRow& row, const NoContext&) { return row.function; }),
      computed<HistogramRow, NoContext>(
          "start", "1", "How the execution context was found: warm (and reset) or cold",
          [](const HistogramRow& row, const NoContext&) { return row.start; }, kStarts),
      computed<HistogramRow, NoContext>(
          "lower_ns", "ns", "Least latency of the bucket",
          [](const HistogramRow& row, const NoContext&) { return row.lower; }),
      computed<HistogramRow, NoContext>(
          "upper_ns", "ns", "Bound above the bucket",
          [](const HistogramRow& row, const NoContext&) { return row.upper; }),
      computed<HistogramRow, NoContext>(
          "count", "1", "Invocations of all replications in the bucket",
          [](const HistogramRow& row, const NoContext&) { return row.count; }),
  };
  return columns;
}

const PlainColumns<FunctionRow>& function_columns() {
  static const PlainColumns<FunctionRow> columns{
      computed<FunctionRow, NoContext>(
          "design", "1", "Index into /designs",
          [](const FunctionRow& row, const NoContext&) { return row.design; }),
      computed<FunctionRow, NoContext>(
          "function", "1", "Index of the function, as other tables use it",
          [](const FunctionRow& row, const NoContext&) { return row.function; }),
      computed<FunctionRow, NoContext>(
          "name", "", "Name of the function",
          [](const FunctionRow& row, const NoContext&) { return row.name; }),
      computed<FunctionRow, NoContext>(
          "runtime", "", "Runtime",
          [](const FunctionRow& row, const NoContext&) { return row.runtime; }),
      computed<FunctionRow, NoContext>(
          "architecture", "", "Instruction set",
          [](const FunctionRow& row, const NoContext&) { return row.architecture; }),
      computed<FunctionRow, NoContext>(
          "memory_mb", "MB", "Memory",
          [](const FunctionRow& row, const NoContext&) { return row.memory_mb; }),
      computed<FunctionRow, NoContext>(
          "storage_mb", "MB", "Ephemeral storage",
          [](const FunctionRow& row, const NoContext&) { return row.storage_mb; }),
      computed<FunctionRow, NoContext>(
          "timeout_ns", "ns", "Timeout",
          [](const FunctionRow& row, const NoContext&) { return row.timeout; }),
  };
  return columns;
}

const PlainColumns<DesignRow>& design_columns() {
  static const PlainColumns<DesignRow> columns{
      computed<DesignRow, NoContext>(
          "name", "", "Name of the design; its index is its row",
          [](const DesignRow& row, const NoContext&) { return row.name; }),
      computed<DesignRow, NoContext>(
          "resolved_yaml", "", "The whole scenario as it held for this design",
          [](const DesignRow& row, const NoContext&) { return row.resolved_yaml; }),
  };
  return columns;
}

}  // namespace lambdasim::io
