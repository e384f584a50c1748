#include "sim/app/backend_totals.h"

#include <algorithm>
#include <numeric>

namespace lambdasim::app {
namespace {

using engine::StepKind;

/// Those that proxies may open are part of it, as they are of the peak.
std::uint32_t limit_of(const engine::Backend& backend) {
  return backend.max_connections == engine::kUnlimited
             ? 0
             : backend.max_connections + backend.for_proxies;
}

io::BackendRow row_of(const engine::Backend& backend, const engine::BackendTotals& totals) {
  io::BackendRow row;
  row.name = backend.name;
  row.limit = limit_of(backend);
  row.peak_connections = totals.peak_connections;
  row.at_limit_s = core::seconds_of(totals.at_limit);
  row.connects = totals.connects;
  row.connects_waited = totals.connects_waited;
  row.connects_refused = totals.connects_refused;
  row.connect_wait_ms = core::milliseconds_of(totals.connect_wait);
  row.requests = totals.requests;
  row.served = std::accumulate(totals.served_of.begin(), totals.served_of.end(), std::uint64_t{0});
  row.queued = totals.queued;
  row.gave_up = totals.gave_up;
  row.throttled_out = totals.throttled_out;
  row.throttled = totals.throttled;
  row.queue_wait_ms = core::milliseconds_of(totals.queue_wait);
  row.service_ms = core::milliseconds_of(totals.service);
  return row;
}

io::ResourceRow row_of(const engine::Resource& resource, const engine::ResourceTotals& totals) {
  io::ResourceRow row;
  row.name = resource.name;
  row.made = totals.made;
  row.reused = totals.reused;
  row.stale = totals.stale;
  row.renewed = totals.renewed;
  row.failed = totals.failed;
  return row;
}

io::StorageRow row_of(const engine::StorageTotals& totals) {
  io::StorageRow row;
  row.hits = totals.hits;
  row.misses = totals.misses;
  row.evicted = totals.evicted;
  row.full = totals.full;
  row.fetched_bytes = totals.fetched_bytes;
  row.peak_bytes = static_cast<std::uint64_t>(totals.peak_bytes);
  return row;
}

io::CallRow row_of(const engine::CallTotals& totals) {
  io::CallRow row;
  row.calls = totals.calls;
  row.refused = totals.refused;
  row.failed = totals.failed;
  row.deadlocked = totals.deadlocked;
  row.waiting_s = core::seconds_of(totals.waiting);
  return row;
}

bool writes(const engine::Program& program) {
  return std::any_of(program.begin(), program.end(), [](const engine::Step& step) {
    return step.kind == StepKind::kWrite || step.kind == StepKind::kKeep;
  });
}

bool has_storage(const engine::FunctionSetup& function) {
  return !function.storage.files.empty() || writes(function.init) || writes(function.handler) ||
         writes(function.ping) ||
         std::any_of(function.resources.begin(), function.resources.end(),
                     [](const engine::Resource& resource) { return writes(resource.setup); });
}

template <class Row>
void append(std::vector<Row>& rows, const std::vector<Row>& more) {
  rows.insert(rows.end(), more.begin(), more.end());
}

template <class Row>
void number(std::vector<Row>& rows, std::uint8_t design, std::uint32_t replication) {
  for (Row& row : rows) {
    row.design = design;
    row.replication = replication;
  }
}

}  // namespace

StepwiseRows& StepwiseRows::operator+=(const StepwiseRows& more) {
  append(backends, more.backends);
  append(resources, more.resources);
  append(storage, more.storage);
  append(calls, more.calls);
  return *this;
}

StepwiseRows stepwise_rows(const Design& design, std::uint8_t design_index,
                           std::uint32_t replication, const engine::RunResult& result,
                           const std::vector<core::Duration>& connected) {
  const double window_s = core::seconds_of(design.setup.horizon - design.setup.warm_up);
  StepwiseRows rows;
  for (std::size_t i = 0; i < result.backends.size(); ++i) {
    rows.backends.push_back(row_of(design.setup.backends.at(i), result.backends[i]));
    rows.backends.back().backend = static_cast<std::uint32_t>(i);
    if (i < connected.size()) {
      rows.backends.back().mean_connections = core::seconds_of(connected[i]) / window_s;
    }
  }
  for (std::size_t i = 0; i < design.setup.functions.size(); ++i) {
    const engine::FunctionSetup& function = design.setup.functions[i];
    const std::size_t counted = i < result.resources.size() ? result.resources[i].size() : 0;
    for (std::size_t r = 0; r < counted; ++r) {
      rows.resources.push_back(row_of(function.resources.at(r), result.resources[i][r]));
      rows.resources.back().function = static_cast<std::uint32_t>(i);
    }
    if (i < result.storage.size() && has_storage(function)) {
      rows.storage.push_back(row_of(result.storage[i]));
      rows.storage.back().function = static_cast<std::uint32_t>(i);
    }
    if (i < result.calls.size() && !function.calls.empty()) {
      rows.calls.push_back(row_of(result.calls[i]));
      rows.calls.back().function = static_cast<std::uint32_t>(i);
    }
  }
  number(rows.backends, design_index, replication);
  number(rows.resources, design_index, replication);
  number(rows.storage, design_index, replication);
  number(rows.calls, design_index, replication);
  return rows;
}

void add_kms(const Design& design, std::size_t function,
             const std::vector<engine::BackendTotals>& totals, core::Duration window,
             models::Usage& usage) {
  if (!design.kms) {
    return;
  }
  const std::size_t kms = design.kms->backend.value;
  if (kms < totals.size() && function < totals[kms].served_of.size()) {
    usage.kms_requests += totals[kms].served_of[function];
  }
  if (design.kms->payer && design.kms->payer->value == function) {
    usage.kms_key_s +=
        design.kms->keys * static_cast<std::uint64_t>(window / std::chrono::seconds{1});
  }
}

}  // namespace lambdasim::app
