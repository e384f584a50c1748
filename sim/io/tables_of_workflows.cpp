// Executions of workflows and what each function had of them: /executions and /workflows.
#include "sim/io/codes.h"
#include "sim/io/key_columns.h"

namespace lambdasim::io {

const std::vector<Column<ExecutionRow, TaskContext>>& execution_columns() {
  using Row = ExecutionRow;
  static const std::vector<Column<ExecutionRow, TaskContext>> columns{
      computed<Row, TaskContext>("design", "1", "Index into /designs",
                                 [](const Row&, const TaskContext& task) { return task.design; }),
      computed<Row, TaskContext>(
          "replication", "1", "Replication, from 0",
          [](const Row&, const TaskContext& task) { return task.replication; }),
      computed<Row, TaskContext>("workflow", "1", "Index of the workflow, as in /workflows",
                                 [](const Row& row, const TaskContext&) { return row.workflow; }),
      computed<Row, TaskContext>(
          "event", "1",
          "Number of the execution's event within its design and replication, as in /invocations",
          [](const Row& row, const TaskContext&) { return row.event; }),
      computed<Row, TaskContext>("source", "1", "Index of the workload's entry",
                                 [](const Row& row, const TaskContext&) { return row.source; }),
      computed<Row, TaskContext>("arrival_ns", "ns",
                                 "Start of the execution since the start of simulated time",
                                 [](const Row& row, const TaskContext&) { return row.arrival; }),
      computed<Row, TaskContext>(
          "latency_ns", "ns",
          "From the start to the end of the execution; to the end of the run, of one in flight",
          [](const Row& row, const TaskContext&) { return row.latency; }),
      computed<Row, TaskContext>(
          "outcome", "1", "What became of the execution",
          [](const Row& row, const TaskContext&) { return row.outcome; }, kExecutionOutcomes),
      computed<Row, TaskContext>(
          "invocations", "1", "Invocations it asked for, refused ones included",
          [](const Row& row, const TaskContext&) { return row.invocations; }),
      computed<Row, TaskContext>("refused", "1", "Of invocations: refused for a limit",
                                 [](const Row& row, const TaskContext&) { return row.refused; }),
      computed<Row, TaskContext>(
          "transitions", "1", "States and items it came to, and further attempts at them",
          [](const Row& row, const TaskContext&) { return row.transitions; }),
      computed<Row, TaskContext>("billed_ms", "ms", "Billed duration of its invocations",
                                 [](const Row& row, const TaskContext&) { return row.billed_ms; }),
      computed<Row, TaskContext>(
          "cost_usd", "USD",
          "Cost of its invocations, as in /invocations, and of the execution itself, at the first "
          "price tier, without free tier",
          [](const Row& row, const TaskContext&) { return row.cost_usd; }),
  };
  return columns;
}

const PlainColumns<WorkflowRow>& workflow_columns() {
  using Row = WorkflowRow;
  static const PlainColumns<WorkflowRow> columns{
      design_column<Row>(),
      replication_column<Row>(),
      computed<Row, NoContext>("workflow", "1", "Index of the workflow, as in /executions",
                               [](const Row& row, const NoContext&) { return row.workflow; }),
      computed<Row, NoContext>("name", "", "Name of the workflow",
                               [](const Row& row, const NoContext&) { return row.name; }),
      computed<Row, NoContext>(
          "part", "",
          "What of the workflow: (all), a function, or (transitions), which is what executions "
          "cost beside their invocations",
          [](const Row& row, const NoContext&) { return row.part; }),
      computed<Row, NoContext>("function", "1", "Index into /functions, -1 of no one function",
                               [](const Row& row, const NoContext&) { return row.function; }),
      computed<Row, NoContext>(
          "executions", "1",
          "Executions that began in the measured window: finished + failed + timed_out + in_flight",
          [](const Row& row, const NoContext&) { return row.executions; }),
      computed<Row, NoContext>("finished", "1", "Of executions: ended well",
                               [](const Row& row, const NoContext&) { return row.finished; }),
      computed<Row, NoContext>("failed", "1", "Of executions: failed in a state",
                               [](const Row& row, const NoContext&) { return row.failed; }),
      computed<Row, NoContext>("timed_out", "1", "Of executions: took longer than they may",
                               [](const Row& row, const NoContext&) { return row.timed_out; }),
      computed<Row, NoContext>("in_flight", "1", "Of executions: not over at the end of the run",
                               [](const Row& row, const NoContext&) { return row.in_flight; }),
      computed<Row, NoContext>("invocations", "1",
                               "Invocations of these executions, refused ones included",
                               [](const Row& row, const NoContext&) { return row.invocations; }),
      computed<Row, NoContext>("refused", "1", "Of invocations: refused for a limit",
                               [](const Row& row, const NoContext&) { return row.refused; }),
      computed<Row, NoContext>("cold", "1", "Of invocations: waited for a context to be made",
                               [](const Row& row, const NoContext&) { return row.cold; }),
      computed<Row, NoContext>("transitions", "1",
                               "States and items they came to, and further attempts at them",
                               [](const Row& row, const NoContext&) { return row.transitions; }),
      computed<Row, NoContext>("billed_ms", "ms", "Billed duration of the invocations",
                               [](const Row& row, const NoContext&) { return row.billed_ms; }),
      computed<Row, NoContext>("duration_ms", "ms", "Duration of the invocations, summed",
                               [](const Row& row, const NoContext&) { return row.duration_ms; }),
      computed<Row, NoContext>("duration_share", "1", "Part of the workflow's duration_ms",
                               [](const Row& row, const NoContext&) { return row.duration_share; }),
      computed<Row, NoContext>("cost_usd", "USD", "Cost at the first price tier, without free tier",
                               [](const Row& row, const NoContext&) { return row.cost_usd; }),
      computed<Row, NoContext>("cost_share", "1", "Part of the workflow's cost_usd",
                               [](const Row& row, const NoContext&) { return row.cost_share; }),
      computed<Row, NoContext>("latency_p50_ms", "ms", "Median latency of finished executions",
                               [](const Row& row, const NoContext&) { return row.latency_p50_ms; }),
      computed<Row, NoContext>("latency_p95_ms", "ms", "95th percentile of the same",
                               [](const Row& row, const NoContext&) { return row.latency_p95_ms; }),
      computed<Row, NoContext>("latency_p99_ms", "ms", "99th percentile of the same",
                               [](const Row& row, const NoContext&) { return row.latency_p99_ms; }),
      computed<Row, NoContext>("latency_max_ms", "ms", "The longest",
                               [](const Row& row, const NoContext&) { return row.latency_max_ms; }),
  };
  return columns;
}

}  // namespace lambdasim::io
