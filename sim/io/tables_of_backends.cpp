// What functions met beside Lambda: /backends, /connections, /resources, /storage and /calls.
#include "sim/io/key_columns.h"

namespace lambdasim::io {

const PlainColumns<BackendRow>& backend_columns() {
  using Row = BackendRow;
  using None = NoContext;
  static const PlainColumns<BackendRow> columns{
      design_column<Row>(),
      replication_column<Row>(),
      computed<Row, None>("backend", "1", "Index of the backend within its design",
                          [](const Row& row, const None&) { return row.backend; }),
      computed<Row, None>("name", "", "Name of the backend",
                          [](const Row& row, const None&) { return row.name; }),
      computed<Row, None>("limit", "1",
                          "Connections that contexts and proxies may hold, 0 for any number",
                          [](const Row& row, const None&) { return row.limit; }),
      computed<Row, None>("peak_connections", "1",
                          "Most connections that contexts and proxies held",
                          [](const Row& row, const None&) { return row.peak_connections; }),
      computed<Row, None>("mean_connections", "1", "The same, averaged over time",
                          [](const Row& row, const None&) { return row.mean_connections; }),
      computed<Row, None>("at_limit_s", "s", "Time in which no connection was left",
                          [](const Row& row, const None&) { return row.at_limit_s; }),
      computed<Row, None>("connects", "1", "Attempts to connect",
                          [](const Row& row, const None&) { return row.connects; }),
      computed<Row, None>("connects_waited", "1", "Of connects: waited for one to be closed",
                          [](const Row& row, const None&) { return row.connects_waited; }),
      computed<Row, None>("connects_refused", "1", "Of connects: there was none, or not in time",
                          [](const Row& row, const None&) { return row.connects_refused; }),
      computed<Row, None>("connect_wait_ms", "ms", "Wait of all connects that waited",
                          [](const Row& row, const None&) { return row.connect_wait_ms; }),
      computed<Row, None>("requests", "1", "Requests of functions, whatever became of them",
                          [](const Row& row, const None&) { return row.requests; }),
      computed<Row, None>("served", "1", "Of requests: were served",
                          [](const Row& row, const None&) { return row.served; }),
      computed<Row, None>("queued", "1", "Of requests: waited for their turn",
                          [](const Row& row, const None&) { return row.queued; }),
      computed<Row, None>("gave_up", "1", "Of requests: their turn did not come in time",
                          [](const Row& row, const None&) { return row.gave_up; }),
      computed<Row, None>("throttled_out", "1", "Of requests: every attempt was throttled",
                          [](const Row& row, const None&) { return row.throttled_out; }),
      computed<Row, None>("throttled", "1", "Attempts of requests beyond the rate",
                          [](const Row& row, const None&) { return row.throttled; }),
      computed<Row, None>("queue_wait_ms", "ms", "Wait of all requests that waited",
                          [](const Row& row, const None&) { return row.queue_wait_ms; }),
      computed<Row, None>("service_ms", "ms", "Service of all requests that were served",
                          [](const Row& row, const None&) { return row.service_ms; }),
  };
  return columns;
}

const PlainColumns<ResourceRow>& resource_columns() {
  using Row = ResourceRow;
  using None = NoContext;
  static const PlainColumns<ResourceRow> columns{
      design_column<Row>(),
      replication_column<Row>(),
      function_column<Row>(),
      computed<Row, None>("name", "", "Name of the resource",
                          [](const Row& row, const None&) { return row.name; }),
      computed<Row, None>("made", "1", "Attempts to make it that succeeded",
                          [](const Row& row, const None&) { return row.made; }),
      computed<Row, None>("reused", "1", "Uses of one that was there",
                          [](const Row& row, const None&) { return row.reused; }),
      computed<Row, None>("stale", "1", "Uses that found that the peer had closed it",
                          [](const Row& row, const None&) { return row.stale; }),
      computed<Row, None>("renewed", "1", "Uses that found it too old, or used up",
                          [](const Row& row, const None&) { return row.renewed; }),
      computed<Row, None>("failed", "1", "Attempts to make it that failed",
                          [](const Row& row, const None&) { return row.failed; }),
  };
  return columns;
}

const PlainColumns<StorageRow>& storage_columns() {
  using Row = StorageRow;
  using None = NoContext;
  static const PlainColumns<StorageRow> columns{
      design_column<Row>(),
      replication_column<Row>(),
      function_column<Row>(),
      computed<Row, None>("hits", "1", "Fetches that found the file in /tmp",
                          [](const Row& row, const None&) { return row.hits; }),
      computed<Row, None>("misses", "1", "Fetches that brought the file",
                          [](const Row& row, const None&) { return row.misses; }),
      computed<Row, None>("evicted", "1", "Files that made room for others",
                          [](const Row& row, const None&) { return row.evicted; }),
      computed<Row, None>("full", "1", "Fetches and writes that found no room",
                          [](const Row& row, const None&) { return row.full; }),
      computed<Row, None>("fetched_bytes", "B", "What the misses brought",
                          [](const Row& row, const None&) { return row.fetched_bytes; }),
      computed<Row, None>("peak_bytes", "B", "Most that /tmp of one context held, whole run",
                          [](const Row& row, const None&) { return row.peak_bytes; }),
  };
  return columns;
}

const PlainColumns<CallRow>& call_columns() {
  using Row = CallRow;
  using None = NoContext;
  static const PlainColumns<CallRow> columns{
      design_column<Row>(),
      replication_column<Row>(),
      computed<Row, None>("function", "1", "Index into /functions, of the function that calls",
                          [](const Row& row, const None&) { return row.function; }),
      computed<Row, None>("calls", "1", "Calls of other functions, attempts included",
                          [](const Row& row, const None&) { return row.calls; }),
      computed<Row, None>("refused", "1", "Of calls: refused for a limit",
                          [](const Row& row, const None&) { return row.refused; }),
      computed<Row, None>("failed", "1", "Of calls: answered with an error or a timeout",
                          [](const Row& row, const None&) { return row.failed; }),
      computed<Row, None>("deadlocked", "1",
                          "Of refused: every place was held by a handler that is calling",
                          [](const Row& row, const None&) { return row.deadlocked; }),
      computed<Row, None>("waiting_s", "s", "Time that its handlers waited for answers, billed",
                          [](const Row& row, const None&) { return row.waiting_s; }),
  };
  return columns;
}

const PlainColumns<ConnectionRow>& connection_columns() {
  using Row = ConnectionRow;
  using None = NoContext;
  static const PlainColumns<ConnectionRow> columns{
      design_column<Row>(),
      replication_column<Row>(),
      computed<Row, None>("backend", "1", "Index of the backend within its design",
                          [](const Row& row, const None&) { return row.backend; }),
      bin_start_column<Row>(),
      computed<Row, None>("connections", "1",
                          "Connections that contexts and proxies held, average of the bin",
                          [](const Row& row, const None&) { return row.connections; }),
  };
  return columns;
}

}  // namespace lambdasim::io
