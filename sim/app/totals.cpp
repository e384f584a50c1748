#include "sim/app/totals.h"

#include <array>

#include "sim/app/backend_totals.h"
#include "sim/app/source_totals.h"

namespace lambdasim::app {
namespace {

constexpr double kNsPerMs = 1e6;
constexpr double kMbPerGb = 1024.0;

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

core::Duration window_of(const Design& design) {
  return design.setup.horizon - design.setup.warm_up;
}

core::Histogram all_latencies(const engine::FunctionTotals& totals) {
  core::Histogram all = totals.warm_latency;
  all.merge(totals.cold_latency);
  return all;
}

void fill_latencies(io::SummaryRow& row, const engine::FunctionTotals& totals) {
  const core::Histogram all = all_latencies(totals);
  const auto served = static_cast<double>(totals.served());
  row.latency_mean_ms = served == 0 ? 0.0 : totals.latency_sum_ns / served / kNsPerMs;
  row.duration_mean_ms = served == 0 ? 0.0 : totals.duration_sum_ns / served / kNsPerMs;
  row.latency_p50_ms = core::milliseconds_of(all.quantile(0.50));
  row.latency_p90_ms = core::milliseconds_of(all.quantile(0.90));
  row.latency_p95_ms = core::milliseconds_of(all.quantile(0.95));
  row.latency_p99_ms = core::milliseconds_of(all.quantile(0.99));
  row.latency_p999_ms = core::milliseconds_of(all.quantile(0.999));
  row.latency_max_ms = core::milliseconds_of(totals.latency_max);
  row.cold_p50_ms = core::milliseconds_of(totals.cold_latency.quantile(0.50));
  row.cold_p99_ms = core::milliseconds_of(totals.cold_latency.quantile(0.99));
  row.warm_p50_ms = core::milliseconds_of(totals.warm_latency.quantile(0.50));
  row.warm_p99_ms = core::milliseconds_of(totals.warm_latency.quantile(0.99));
}

void fill_counts(io::SummaryRow& row, const engine::FunctionTotals& totals) {
  row.arrivals = totals.arrivals;
  row.ok = totals.ok;
  row.timeouts = totals.timeouts;
  row.errors = totals.errors;
  row.crashes = totals.crashes;
  row.out_of_memory = totals.out_of_memory;
  row.init_errors = totals.init_errors;
  row.throttled = totals.throttled;
  row.cold = totals.cold;
  row.restored = totals.restored;
  row.reset = totals.reset;
  row.provisioned = totals.provisioned;
  row.pings = totals.pings;
  row.cold_pings = totals.cold_pings;
  row.cold_share = share(totals.cold, totals.served());
  row.contexts_created = totals.contexts_created;
}

/// A line of a bill and the column that holds it.
struct CostColumn {
  models::Money models::Bill::*line;
  double io::SummaryRow::*column;
};

constexpr std::array<CostColumn, 17> kCostColumns{{
    {&models::Bill::requests, &io::SummaryRow::cost_requests_usd},
    {&models::Bill::duration, &io::SummaryRow::cost_duration_usd},
    {&models::Bill::init, &io::SummaryRow::cost_init_usd},
    {&models::Bill::storage, &io::SummaryRow::cost_storage_usd},
    {&models::Bill::provisioned, &io::SummaryRow::cost_provisioned_usd},
    {&models::Bill::provisioned_duration, &io::SummaryRow::cost_provisioned_duration_usd},
    {&models::Bill::snapshots, &io::SummaryRow::cost_snapstart_cache_usd},
    {&models::Bill::restores, &io::SummaryRow::cost_snapstart_restore_usd},
    {&models::Bill::streaming, &io::SummaryRow::cost_streaming_usd},
    {&models::Bill::tenants, &io::SummaryRow::cost_tenant_isolation_usd},
    {&models::Bill::durable, &io::SummaryRow::cost_durable_usd},
    {&models::Bill::workflows, &io::SummaryRow::cost_workflows_usd},
    {&models::Bill::instances, &io::SummaryRow::cost_managed_instances_usd},
    {&models::Bill::pollers, &io::SummaryRow::cost_pollers_usd},
    {&models::Bill::kms, &io::SummaryRow::cost_kms_usd},
    {&models::Bill::logs, &io::SummaryRow::cost_logs_usd},
    {&models::Bill::front_door, &io::SummaryRow::cost_front_door_usd},
}};

void fill_costs(io::SummaryRow& row, const models::Bill& bill) {
  for (const CostColumn& cost : kCostColumns) {
    row.*cost.column = models::to_double(bill.*cost.line);
  }
  row.cost_usd = models::to_double(bill.total());
}

io::SummaryRow function_row(const Design& design, std::size_t index, const TaskTotals& task) {
  const engine::FunctionTotals& totals = task.functions[index];
  const double window_s = core::seconds_of(window_of(design));
  const double memory_gb = static_cast<double>(design.setup.functions[index].memory_mb) / kMbPerGb;
  io::SummaryRow row;
  row.function = static_cast<std::int32_t>(index);
  fill_counts(row, totals);
  fill_latencies(row, totals);
  fill_costs(row, models::marginal_bill(design.prices, usage_of(design, index, task)));
  const std::uint64_t billed_ms = totals.billed_ms + totals.provisioned_ms;
  row.gb_s_billed = static_cast<double>(billed_ms) / 1000.0 * memory_gb;
  row.gb_s_idle = core::seconds_of(totals.idle) * memory_gb;
  row.contexts_busy = core::seconds_of(totals.busy) / window_s;
  row.contexts_idle = core::seconds_of(totals.idle) / window_s;
  row.contexts_initialising = core::seconds_of(totals.initialising) / window_s;
  row.peak_contexts = task.peaks[index].contexts;
  row.peak_in_flight = task.peaks[index].in_flight;
  row.peak_connections = task.peaks[index].connections;
  return row;
}

/// Peaks of different functions need not coincide: their sum is an upper bound, and is what is
/// given.
void add_function(io::SummaryRow& all, const io::SummaryRow& row) {
  for (const CostColumn& cost : kCostColumns) {
    all.*cost.column += row.*cost.column;
  }
  all.cost_usd += row.cost_usd;
  all.contexts_created += row.contexts_created;
  all.gb_s_billed += row.gb_s_billed;
  all.gb_s_idle += row.gb_s_idle;
  all.contexts_busy += row.contexts_busy;
  all.contexts_idle += row.contexts_idle;
  all.contexts_initialising += row.contexts_initialising;
  all.peak_contexts += row.peak_contexts;
  all.peak_in_flight += row.peak_in_flight;
  all.peak_connections += row.peak_connections;
}

/// What an entry of the workload invokes; none when a trace names the functions.
std::vector<core::FunctionId> functions_behind(const Design& design, std::size_t entry) {
  if (const auto workflow = design.sources[entry].workflow) {
    return design.workflows[*workflow]->functions;
  }
  std::vector<core::FunctionId> functions;
  for (const engine::Route& route : design.setup.receivers[entry]) {
    functions.push_back(route.function);
  }
  return functions;
}

/// Whether anyone outside invokes the function, as far as is known: callers see nothing of those
/// that only handlers call or send events to.
std::vector<bool> front_functions(const Design& design) {
  std::vector<bool> is_front(design.setup.functions.size(), true);
  for (const engine::FunctionSetup& function : design.setup.functions) {
    for (const engine::FunctionCall& call : function.calls) {
      is_front[call.function.value] = false;
    }
  }
  for (const bool has_arrivals : {false, true}) {
    for (std::size_t i = 0; i < design.setup.receivers.size(); ++i) {
      if (design.sources[i].has_arrivals != has_arrivals) {
        continue;
      }
      const std::vector<core::FunctionId> behind = functions_behind(design, i);
      for (const core::FunctionId function : behind) {
        is_front[function.value] = has_arrivals;
      }
      if (behind.empty()) {
        is_front.assign(is_front.size(), true);
      }
    }
  }
  return is_front;
}

/// Of those functions that callers see.
engine::FunctionTotals sum_of(const Design& design,
                              const std::vector<engine::FunctionTotals>& functions) {
  const std::vector<bool> is_front = front_functions(design);
  engine::FunctionTotals sum(functions.front().warm_latency.bits());
  for (std::size_t f = 0; f < functions.size(); ++f) {
    const engine::FunctionTotals& totals = functions[f];
    if (!is_front[f]) {
      continue;
    }
    sum.arrivals += totals.arrivals;
    sum.ok += totals.ok;
    sum.timeouts += totals.timeouts;
    sum.errors += totals.errors;
    sum.crashes += totals.crashes;
    sum.out_of_memory += totals.out_of_memory;
    sum.init_errors += totals.init_errors;
    sum.throttled += totals.throttled;
    sum.cold += totals.cold;
    sum.restored += totals.restored;
    sum.reset += totals.reset;
    sum.provisioned += totals.provisioned;
    sum.pings += totals.pings;
    sum.cold_pings += totals.cold_pings;
    sum.latency_sum_ns += totals.latency_sum_ns;
    sum.duration_sum_ns += totals.duration_sum_ns;
    sum.latency_max = std::max(sum.latency_max, totals.latency_max);
    sum.warm_latency.merge(totals.warm_latency);
    sum.cold_latency.merge(totals.cold_latency);
  }
  return sum;
}

}  // namespace

models::Usage billed_settings(const Design& design, std::size_t function) {
  const FunctionBilling& billing = design.billing[function];
  models::Usage usage;
  usage.memory_mb = design.setup.functions[function].memory_mb;
  usage.storage_mb = billing.storage_mb;
  usage.arm64 = billing.architecture == "arm64";
  usage.payload_bytes = billing.payload_bytes;
  usage.front_door_bytes = billing.payload_bytes + billing.response_bytes;
  usage.front_door = billing.front_door;
  usage.snapshots_are_free = billing.snapshots_are_free;
  usage.nano_usd_per_instance_h = billing.nano_usd_per_instance_h;
  return usage;
}

models::Usage usage_of(const Design& design, std::size_t function, const TaskTotals& task) {
  const engine::FunctionTotals& totals = task.functions[function];
  const FunctionBilling& billing = design.billing[function];
  models::Usage usage = billed_settings(design, function);
  usage.requests = totals.served() + totals.pings;
  usage.billed_ms = totals.billed_ms;
  usage.billed_init_ms = totals.billed_init_ms;
  usage.provisioned_ms = totals.provisioned_ms;
  for (const engine::ProvisionedSpan& span : totals.provisioned_spans) {
    if (design.setup.functions[function].managed) {
      usage.instance_ms +=
          static_cast<std::uint64_t>(span.configured / std::chrono::milliseconds{1}) * span.count;
    } else {
      usage.provisioned_s +=
          models::billing_rules().provisioned_seconds(span.configured, span.count);
    }
  }
  usage.log_bytes = usage.requests * static_cast<std::uint64_t>(billing.log_bytes);
  usage.streamed_bytes = totals.ok * static_cast<std::uint64_t>(billing.billed_stream_bytes());
  usage.front_door_calls = totals.arrivals;
  if (design.setup.functions[function].tenants) {
    usage.isolated_contexts = totals.contexts_created;
  }
  const auto window_ms =
      static_cast<std::uint64_t>(window_of(design) / std::chrono::milliseconds{1});
  if (billing.front_door == models::FrontDoor::kLoadBalancer) {
    usage.balancer_ms = window_ms;
  }
  if (design.setup.functions[function].snap_start) {
    usage.snapshot_ms = window_ms;
    usage.restores = totals.restored;
  }
  add_charged_events(design, function, task.sources, usage);
  add_kms(design, function, task.backends, window_of(design), usage);
  return usage;
}

std::vector<io::SummaryRow> summary_rows(const Design& design, std::uint8_t design_index,
                                         std::uint32_t replication, const TaskTotals& totals) {
  std::vector<io::SummaryRow> rows;
  for (std::size_t i = 0; i < totals.functions.size(); ++i) {
    rows.push_back(function_row(design, i, totals));
  }
  if (rows.size() > 1) {
    io::SummaryRow all;
    const engine::FunctionTotals sum = sum_of(design, totals.functions);
    fill_counts(all, sum);
    fill_latencies(all, sum);
    for (const io::SummaryRow& row : rows) {
      add_function(all, row);
    }
    rows.push_back(all);
  }
  for (io::SummaryRow& row : rows) {
    row.design = design_index;
    row.replication = replication;
  }
  return rows;
}

models::Bill bill_of_month(const models::PriceTable& prices,
                           const std::vector<models::Usage>& usages, core::Duration measured) {
  const models::Money scale{models::billing_rules().month.count(), measured.count()};
  models::Bill sum;
  for (const models::Bill& bill : models::monthly_bills(prices, usages, scale)) {
    sum += bill;
  }
  return sum;
}

}  // namespace lambdasim::app
