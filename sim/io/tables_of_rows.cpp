// The tables that a simulation fills while it runs: /invocations and /contexts.
#include <bit>
#include <cstdint>

#include "sim/io/codes.h"
#include "sim/io/tables.h"

namespace lambdasim::io {
namespace {

using engine::ContextRecord;
using engine::InvocationRecord;

/// Rounds to 28 binary digits, 2e-9 of the value: a third of a double's bytes are then 0, and the
/// column, which would be the largest of the file, takes half the room.
double rounded(double value) {
  constexpr std::uint64_t kDropped = (std::uint64_t{1} << 24) - 1;
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return std::bit_cast<double>((bits + kDropped / 2 + 1) & ~kDropped);
}

double cost_of(const InvocationRecord& row, const TaskContext& task) {
  const CostRates& rates = (*task.rates)[row.function.value];
  if (row.start == engine::Start::kNone) {
    return rounded(rates.usd_per_refusal);
  }
  const bool provisioned = row.start == engine::Start::kProvisioned;
  double usd =
      rates.usd_per_call +
      (provisioned ? rates.usd_per_provisioned_ms : rates.usd_per_billed_ms) * row.billed_ms;
  usd += row.outcome == engine::Outcome::kOk ? rates.usd_per_response : 0.0;
  usd += row.start == engine::Start::kRestored ? rates.usd_per_restore : 0.0;
  return rounded(usd);
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
          "Cost at the first price tier, request fee, logs and front door included, without free "
          "tier; to 2e-9 of its value",
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
      computed<InvocationRecord, TaskContext>(
          "event", "1", "Number, within its design and replication, of the first event it carries",
          [](const InvocationRecord& row, const TaskContext&) { return row.event; }),
      computed<InvocationRecord, TaskContext>(
          "source", "1", "Index of the workload's entry",
          [](const InvocationRecord& row, const TaskContext&) { return row.source; }),
      computed<InvocationRecord, TaskContext>(
          "items", "1", "Events that it carries",
          [](const InvocationRecord& row, const TaskContext&) { return std::uint32_t{row.items}; }),
      computed<InvocationRecord, TaskContext>(
          "refusal", "1", "The limit for which it was refused",
          [](const InvocationRecord& row, const TaskContext&) { return row.refusal; }, kRefusals),
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

}  // namespace lambdasim::io
