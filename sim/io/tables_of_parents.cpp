// Who called or sent: /parents.
#include "sim/io/codes.h"
#include "sim/io/tables.h"

namespace lambdasim::io {

const std::vector<Column<engine::ParentRecord, TaskContext>>& parent_columns() {
  using Row = engine::ParentRecord;
  static const std::vector<Column<engine::ParentRecord, TaskContext>> columns{
      computed<Row, TaskContext>("design", "1", "Index into /designs",
                                 [](const Row&, const TaskContext& task) { return task.design; }),
      computed<Row, TaskContext>(
          "replication", "1", "Replication, from 0",
          [](const Row&, const TaskContext& task) { return task.replication; }),
      computed<Row, TaskContext>(
          "kind", "1", "Whether a function was called or an event was sent",
          [](const Row& row, const TaskContext&) { return row.kind; }, kReaches),
      computed<Row, TaskContext>("time_ns", "ns",
                                 "When, since the start of simulated time: of a call this is the "
                                 "arrival of the invocation",
                                 [](const Row& row, const TaskContext&) { return row.time; }),
      computed<Row, TaskContext>("function", "1", "The function that is called or takes the event",
                                 [](const Row& row, const TaskContext&) { return row.function; }),
      computed<Row, TaskContext>("event", "1",
                                 "Event of the invocations that come of it, as in /invocations",
                                 [](const Row& row, const TaskContext&) { return row.event; }),
      computed<Row, TaskContext>("source", "1", "Their entry of the workload",
                                 [](const Row& row, const TaskContext&) { return row.source; }),
      computed<Row, TaskContext>(
          "parent_function", "1", "The function whose handler calls or sends",
          [](const Row& row, const TaskContext&) { return row.parent_function; }),
      computed<Row, TaskContext>(
          "parent_context", "1",
          "Its context: with parent_arrival_ns it finds the row of the handler in /invocations",
          [](const Row& row, const TaskContext&) { return row.parent_context; }),
      computed<Row, TaskContext>(
          "parent_arrival_ns", "ns", "Arrival of the invocation whose handler calls or sends",
          [](const Row& row, const TaskContext&) { return row.parent_arrival; }),
  };
  return columns;
}

}  // namespace lambdasim::io
