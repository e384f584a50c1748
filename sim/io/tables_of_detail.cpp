// /timeline and /histograms, and the names of functions and designs.
#include "sim/io/codes.h"
#include "sim/io/key_columns.h"

namespace lambdasim::io {

const PlainColumns<TimelineRow>& timeline_columns() {
  static const PlainColumns<TimelineRow> columns{
      design_column<TimelineRow>(),
      replication_column<TimelineRow>(),
      function_column<TimelineRow>(),
      bin_start_column<TimelineRow>(),
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
      design_column<HistogramRow>(),
      function_column<HistogramRow>(),
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
      design_column<FunctionRow>(),
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
