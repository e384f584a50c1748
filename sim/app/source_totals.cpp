#include "sim/app/source_totals.h"

#include <algorithm>

namespace lambdasim::app {
namespace {

io::SourceRow row_of(const engine::SourceTotals& totals) {
  io::SourceRow row;
  row.events = totals.events;
  row.sent = totals.sent;
  row.handled = totals.handled;
  row.expired = totals.expired;
  row.dead_lettered = totals.dead_lettered;
  row.discarded = totals.discarded;
  row.left = totals.left;
  row.attempts = totals.attempts;
  row.retries = totals.retries;
  row.throttled = totals.throttled;
  row.failed = totals.failed;
  row.duplicates = totals.duplicates;
  row.invocations = totals.invocations;
  row.cold = totals.cold;
  row.billed_ms = totals.billed_ms;
  row.poller_s = totals.poller_s;
  row.operations = totals.operations;
  row.written_bytes = totals.written_bytes;
  row.starts_refused = totals.starts_refused;
  row.peak_backlog = totals.peak_backlog;
  row.oldest_ms = core::milliseconds_of(totals.oldest);
  row.delay_p50_ms = core::milliseconds_of(totals.delay.quantile(0.50));
  row.delay_p95_ms = core::milliseconds_of(totals.delay.quantile(0.95));
  row.delay_p99_ms = core::milliseconds_of(totals.delay.quantile(0.99));
  row.delay_max_ms = core::milliseconds_of(totals.delay.quantile(1.0));
  return row;
}

/// Peaks of different sources need not coincide: their sum is an upper bound, and is what is given.
void add(engine::SourceTotals& sum, const engine::SourceTotals& more) {
  sum.events += more.events;
  sum.sent += more.sent;
  sum.handled += more.handled;
  sum.expired += more.expired;
  sum.dead_lettered += more.dead_lettered;
  sum.discarded += more.discarded;
  sum.left += more.left;
  sum.attempts += more.attempts;
  sum.retries += more.retries;
  sum.throttled += more.throttled;
  sum.failed += more.failed;
  sum.duplicates += more.duplicates;
  sum.invocations += more.invocations;
  sum.cold += more.cold;
  sum.billed_ms += more.billed_ms;
  sum.poller_s += more.poller_s;
  sum.operations += more.operations;
  sum.written_bytes += more.written_bytes;
  sum.starts_refused += more.starts_refused;
  sum.peak_backlog += more.peak_backlog;
  sum.oldest = std::max(sum.oldest, more.oldest);
  sum.delay.merge(more.delay);
}

std::string name_of(const Design& design, const SourceSettings& source) {
  if (!source.name.empty()) {
    return source.kind + "/" + source.name;
  }
  if (source.workflow) {
    return source.kind + "/" + design.workflows[*source.workflow]->name;
  }
  return source.kind + "/" +
         (source.function ? design.setup.functions[source.function->value].name : "*");
}

/// Data is kept for the retention of its function; KB are begun ones of the sum.
void add_durable(const engine::Durable& durable, const engine::SourceTotals& totals,
                 models::Usage& usage) {
  constexpr std::uint64_t kBytesAKb = 1024;
  const auto seconds = static_cast<std::uint64_t>(durable.retention / std::chrono::seconds{1});
  usage.durable_operations += totals.operations;
  usage.durable_written_bytes += totals.written_bytes;
  usage.durable_kb_s += (totals.written_bytes + kBytesAKb - 1) / kBytesAKb * seconds;
}

void add_workflow(const models::Workflow& workflow, const engine::SourceTotals& totals,
                  models::Usage& usage) {
  if (workflow.is_express) {
    usage.express_starts += totals.events;
    usage.express_mb_ms +=
        totals.workflow_ms *
        static_cast<std::uint64_t>(models::billing_rules().billed_express_mb(workflow.memory_mb));
  } else {
    usage.transitions += totals.transitions;
  }
}

bool has_source(const Design& design, std::size_t index) {
  return index < design.setup.sources.size() && design.setup.sources[index] != nullptr;
}

}  // namespace

std::vector<io::SourceRow> source_rows(const Design& design, std::uint8_t design_index,
                                       std::uint32_t replication,
                                       const std::vector<engine::SourceTotals>& totals) {
  std::vector<io::SourceRow> rows;
  engine::SourceTotals sum;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    if (!has_source(design, i)) {
      continue;
    }
    const SourceSettings& source = design.sources.at(i);
    io::SourceRow row = row_of(totals[i]);
    row.source = static_cast<std::int32_t>(i);
    row.name = name_of(design, source);
    row.function =
        source.function ? static_cast<std::int32_t>(source.function->value) : io::kAllFunctions;
    rows.push_back(std::move(row));
    add(sum, totals[i]);
  }
  if (rows.size() > 1) {
    rows.push_back(row_of(sum));
    rows.back().name = "*";
  }
  for (io::SourceRow& row : rows) {
    row.design = design_index;
    row.replication = replication;
  }
  return rows;
}

void add_charged_events(const Design& design, std::size_t function,
                        const std::vector<engine::SourceTotals>& totals, models::Usage& usage) {
  for (std::size_t i = 0; i < totals.size(); ++i) {
    if (!has_source(design, i)) {
      continue;
    }
    const SourceSettings& source = design.sources.at(i);
    const bool is_payer = source.payer && source.payer->value == function;
    const bool is_durable = source.charge == models::SourceCharge::kDurable && is_payer;
    if (source.charge == models::SourceCharge::kPayload || is_durable) {
      usage.events += function < totals[i].charged.size() ? totals[i].charged[function] : 0;
    }
    if (is_durable) {
      add_durable(*design.setup.functions[function].durable, totals[i], usage);
    } else if (source.charge == models::SourceCharge::kWorkflow && is_payer) {
      add_workflow(*design.workflows[*source.workflow], totals[i], usage);
    } else if (source.charge == models::SourceCharge::kSqsPollers && is_payer) {
      usage.sqs_poller_s += totals[i].poller_s;
    } else if (source.charge == models::SourceCharge::kKafkaPollers && is_payer) {
      usage.kafka_poller_s += totals[i].poller_s;
    }
  }
}

}  // namespace lambdasim::app
