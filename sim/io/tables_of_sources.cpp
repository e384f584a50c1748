// What became of the events of the event sources: /sources.
#include "sim/io/key_columns.h"

namespace lambdasim::io {

const PlainColumns<SourceRow>& source_columns() {
  static const PlainColumns<SourceRow> columns{
      design_column<SourceRow>(),
      replication_column<SourceRow>(),
      computed<SourceRow, NoContext>(
          "source", "1", "Index of the workload's entry, -1 for all event sources together",
          [](const SourceRow& row, const NoContext&) { return row.source; }),
      computed<SourceRow, NoContext>(
          "name", "",
          "Kind of the source and the entry's name, or the function it invokes, * for several",
          [](const SourceRow& row, const NoContext&) { return row.name; }),
      computed<SourceRow, NoContext>(
          "function", "1", "Index into /functions, -1 for several",
          [](const SourceRow& row, const NoContext&) { return row.function; }),
      computed<SourceRow, NoContext>(
          "events", "1",
          "Events that arrived in the measured window: handled + expired + dead_lettered + "
          "discarded + left",
          [](const SourceRow& row, const NoContext&) { return row.events; }),
      computed<SourceRow, NoContext>(
          "sent", "1", "Of events: sent by steps of handlers",
          [](const SourceRow& row, const NoContext&) { return row.sent; }),
      computed<SourceRow, NoContext>(
          "handled", "1", "Of events: some attempt succeeded",
          [](const SourceRow& row, const NoContext&) { return row.handled; }),
      computed<SourceRow, NoContext>(
          "expired", "1", "Of events: became too old",
          [](const SourceRow& row, const NoContext&) { return row.expired; }),
      computed<SourceRow, NoContext>(
          "dead_lettered", "1",
          "Of events: given up and kept, in a dead-letter queue or a destination",
          [](const SourceRow& row, const NoContext&) { return row.dead_lettered; }),
      computed<SourceRow, NoContext>(
          "discarded", "1", "Of events: given up and lost",
          [](const SourceRow& row, const NoContext&) { return row.discarded; }),
      computed<SourceRow, NoContext>(
          "left", "1", "Of events: still queued or on their way at the end of the run",
          [](const SourceRow& row, const NoContext&) { return row.left; }),
      computed<SourceRow, NoContext>(
          "attempts", "1", "Deliveries of the events, refused ones included",
          [](const SourceRow& row, const NoContext&) { return row.attempts; }),
      computed<SourceRow, NoContext>(
          "retries", "1", "Of attempts: beyond the first of an event",
          [](const SourceRow& row, const NoContext&) { return row.retries; }),
      computed<SourceRow, NoContext>(
          "throttled", "1", "Of attempts: refused for a limit",
          [](const SourceRow& row, const NoContext&) { return row.throttled; }),
      computed<SourceRow, NoContext>(
          "failed", "1", "Of attempts: ended in an error or a timeout",
          [](const SourceRow& row, const NoContext&) { return row.failed; }),
      computed<SourceRow, NoContext>(
          "duplicates", "1", "Events handled once more after they had been handled",
          [](const SourceRow& row, const NoContext&) { return row.duplicates; }),
      computed<SourceRow, NoContext>(
          "invocations", "1", "Invocations that carried the events, refused ones included",
          [](const SourceRow& row, const NoContext&) { return row.invocations; }),
      computed<SourceRow, NoContext>(
          "cold", "1", "Of these invocations, those that waited for a context to be made",
          [](const SourceRow& row, const NoContext&) { return row.cold; }),
      computed<SourceRow, NoContext>(
          "billed_ms", "ms", "Billed duration of these invocations",
          [](const SourceRow& row, const NoContext&) { return row.billed_ms; }),
      computed<SourceRow, NoContext>(
          "poller_s", "s", "Pollers x seconds, where pollers are billed",
          [](const SourceRow& row, const NoContext&) { return row.poller_s; }),
      computed<SourceRow, NoContext>(
          "operations", "1",
          "Operations of durable executions: their starts, checkpoints, suspends and retries",
          [](const SourceRow& row, const NoContext&) { return row.operations; }),
      computed<SourceRow, NoContext>(
          "written_bytes", "B", "Data that these operations wrote",
          [](const SourceRow& row, const NoContext&) { return row.written_bytes; }),
      computed<SourceRow, NoContext>(
          "starts_refused", "1", "Starts of durable executions beyond the rate of starts",
          [](const SourceRow& row, const NoContext&) { return row.starts_refused; }),
      computed<SourceRow, NoContext>(
          "peak_backlog", "1", "Most events that were held at once, over the whole run",
          [](const SourceRow& row, const NoContext&) { return row.peak_backlog; }),
      computed<SourceRow, NoContext>(
          "oldest_ms", "ms", "Greatest age at which an event was handled",
          [](const SourceRow& row, const NoContext&) { return row.oldest_ms; }),
      computed<SourceRow, NoContext>(
          "delay_p50_ms", "ms",
          "Median of the delay from arrival to the end of the attempt that succeeded",
          [](const SourceRow& row, const NoContext&) { return row.delay_p50_ms; }),
      computed<SourceRow, NoContext>(
          "delay_p95_ms", "ms", "95th percentile of that delay",
          [](const SourceRow& row, const NoContext&) { return row.delay_p95_ms; }),
      computed<SourceRow, NoContext>(
          "delay_p99_ms", "ms", "99th percentile of that delay",
          [](const SourceRow& row, const NoContext&) { return row.delay_p99_ms; }),
      computed<SourceRow, NoContext>(
          "delay_max_ms", "ms", "Greatest of these delays, to the precision of percentiles",
          [](const SourceRow& row, const NoContext&) { return row.delay_max_ms; }),
  };
  return columns;
}

}  // namespace lambdasim::io
