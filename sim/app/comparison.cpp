#include "sim/app/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <stdexcept>

#include "sim/app/text.h"

namespace lambdasim::app {
namespace {

constexpr double kRounding = 1e-12;
/// Smaller differences of latency and cost, beside the baseline, decide nothing.
constexpr double kNegligible = 0.01;
constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

/// A figure of `calls` calls; without any there is none.
double of_calls(std::uint64_t calls, double value) {
  return calls == 0 ? kNoValue : value;
}

std::uint64_t served(const io::SummaryRow& row) {
  return row.ok + row.timeouts + row.errors;
}

double per_million(double usd, const io::SummaryRow& row) {
  return served(row) == 0 ? 0.0 : usd / static_cast<double>(served(row)) * 1e6;
}

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

using Row = io::SummaryRow;
constexpr std::string_view kMillion = "USD per million";

const std::array<Metric, 33> kMetrics{{
    {"latency_mean", "latency mean", "ms",
     [](const Row& r) { return of_calls(served(r), r.latency_mean_ms); }, true},
    {"latency_p50", "latency p50", "ms",
     [](const Row& r) { return of_calls(served(r), r.latency_p50_ms); }, true},
    {"latency_p95", "latency p95", "ms",
     [](const Row& r) { return of_calls(served(r), r.latency_p95_ms); }, true},
    {"latency_p99", "latency p99", "ms",
     [](const Row& r) { return of_calls(served(r), r.latency_p99_ms); }, true},
    {"latency_p999", "latency p99.9", "ms",
     [](const Row& r) { return of_calls(served(r), r.latency_p999_ms); }, true},
    {"warm_p99", "warm p99", "ms",
     [](const Row& r) { return of_calls(served(r) - r.cold, r.warm_p99_ms); }, true},
    {"cold_p50", "cold p50", "ms", [](const Row& r) { return of_calls(r.cold, r.cold_p50_ms); },
     true},
    {"cold_share", "cold starts", "%", [](const Row& r) { return 100.0 * r.cold_share; }, true},
    {"timeouts", "timeouts", "%", [](const Row& r) { return percent(r.timeouts, r.arrivals); },
     true},
    {"errors", "errors", "%", [](const Row& r) { return percent(r.errors, r.arrivals); }, true},
    {"throttled", "refused", "%", [](const Row& r) { return percent(r.throttled, r.arrivals); },
     true},
    {"cost_requests", "cost: requests", kMillion,
     [](const Row& r) { return per_million(r.cost_requests_usd, r); }, true},
    {"cost_duration", "cost: duration", kMillion,
     [](const Row& r) { return per_million(r.cost_duration_usd, r); }, true},
    {"cost_init", "cost: INIT", kMillion,
     [](const Row& r) { return per_million(r.cost_init_usd, r); }, true},
    {"cost_storage", "cost: /tmp", kMillion,
     [](const Row& r) { return per_million(r.cost_storage_usd, r); }, true},
    {"cost_provisioned", "cost: provisioned", kMillion,
     [](const Row& r) { return per_million(r.cost_provisioned_usd, r); }, true},
    {"cost_provisioned_duration", "cost: provisioned run", kMillion,
     [](const Row& r) { return per_million(r.cost_provisioned_duration_usd, r); }, true},
    {"cost_snapstart_cache", "cost: SnapStart cache", kMillion,
     [](const Row& r) { return per_million(r.cost_snapstart_cache_usd, r); }, true},
    {"cost_snapstart_restore", "cost: restores", kMillion,
     [](const Row& r) { return per_million(r.cost_snapstart_restore_usd, r); }, true},
    {"cost_streaming", "cost: streaming", kMillion,
     [](const Row& r) { return per_million(r.cost_streaming_usd, r); }, true},
    {"cost_tenant_isolation", "cost: tenants", kMillion,
     [](const Row& r) { return per_million(r.cost_tenant_isolation_usd, r); }, true},
    {"cost_durable", "cost: durable", kMillion,
     [](const Row& r) { return per_million(r.cost_durable_usd, r); }, true},
    {"cost_workflows", "cost: workflows", kMillion,
     [](const Row& r) { return per_million(r.cost_workflows_usd, r); }, true},
    {"cost_managed_instances", "cost: instances", kMillion,
     [](const Row& r) { return per_million(r.cost_managed_instances_usd, r); }, true},
    {"cost_pollers", "cost: pollers", kMillion,
     [](const Row& r) { return per_million(r.cost_pollers_usd, r); }, true},
    {"cost_kms", "cost: KMS", kMillion, [](const Row& r) { return per_million(r.cost_kms_usd, r); },
     true},
    {"cost_logs", "cost: logs", kMillion,
     [](const Row& r) { return per_million(r.cost_logs_usd, r); }, true},
    {"cost_front_door", "cost: front door", kMillion,
     [](const Row& r) { return per_million(r.cost_front_door_usd, r); }, true},
    {"cost", "cost: total", kMillion, [](const Row& r) { return per_million(r.cost_usd, r); },
     true},
    {"contexts_busy", "contexts busy, mean", "", [](const Row& r) { return r.contexts_busy; },
     true},
    {"contexts_idle", "contexts idle, mean", "", [](const Row& r) { return r.contexts_idle; },
     true},
    {"peak_contexts", "contexts, peak", "",
     [](const Row& r) { return static_cast<double>(r.peak_contexts); }, true},
    {"peak_connections", "connections, peak", "",
     [](const Row& r) { return static_cast<double>(r.peak_connections); }, true},
}};

/// values[design][replication]
using Values = std::map<std::uint8_t, std::vector<double>>;

Values values_of(std::span<const io::SummaryRow> summaries, std::int32_t function,
                 const Metric& of) {
  Values values;
  for (const io::SummaryRow& row : summaries) {
    if (row.function == function) {
      values[row.design].push_back(of.value(row));
    }
  }
  return values;
}

const io::ComparisonRow* find(std::span<const io::ComparisonRow> rows, std::uint8_t design,
                              std::string_view name) {
  for (const io::ComparisonRow& row : rows) {
    if (row.design == design && row.metric == name) {
      return &row;
    }
  }
  return nullptr;
}

/// One clause about one metric, e.g. "p99 latency is 162 ms lower (48 against 210 ms)".
std::string clause(const io::ComparisonRow& row, std::string_view what) {
  const std::string_view direction = row.difference < 0 ? "lower" : "higher";
  const double size = std::abs(row.difference);
  const std::string by = row.unit == "%" ? fmt::format("{} percentage points", format_number(size))
                                         : format_quantity(size, row.unit);
  return fmt::format("{} is {} {} ({} against {})", what, by, direction,
                     format_quantity(row.design_mean, row.unit),
                     format_quantity(row.baseline_mean, row.unit));
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kDeciding{{
    {"latency_p99", "p99 latency"},
    {kExecutionLatency, "p99 latency of executions"},
    {"cost", "cost of a million calls"},
    {kExecutionCost, "cost of a million executions"},
    {"timeouts", "share of timeouts"},
    {"errors", "share of errors"},
    {"throttled", "share refused"},
    {kEventsLost, "share of events lost"},
}};

bool is_negligible(const io::ComparisonRow& row) {
  return row.unit != "%" && std::abs(row.difference) < kNegligible * std::abs(row.baseline_mean);
}

std::string verdict_on(std::span<const io::ComparisonRow> rows, std::uint8_t design,
                       const std::vector<std::string>& names) {
  int better = 0;
  int worse = 0;
  std::string clauses;
  for (const auto& [name, what] : kDeciding) {
    const io::ComparisonRow* row = find(rows, design, name);
    if (row == nullptr || !is_clear(*row) || is_negligible(*row)) {
      continue;
    }
    ++(row->difference < 0 ? better : worse);
    clauses += (clauses.empty() ? "" : ", ") + clause(*row, what);
  }
  const std::string& baseline = names.at(0);
  const std::string& other = names.at(design);
  if (better + worse == 0) {
    return fmt::format(
        "{} and {} are alike: no certain difference of 1 % in p99 latency or cost, none in "
        "failures.",
        baseline, other);
  }
  std::string head = fmt::format("{} and {} trade off", baseline, other);
  if (better == 0) {
    head = fmt::format("{} wins over {}", baseline, other);
  } else if (worse == 0) {
    head = fmt::format("{} wins over {}", other, baseline);
  }
  return fmt::format("{}: with {}, {}.", head, other, clauses);
}

}  // namespace

io::ComparisonRow paired(const std::vector<double>& baseline, const std::vector<double>& own) {
  std::vector<double> first;
  std::vector<double> second;
  std::vector<double> differences;
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (!std::isnan(own[i]) && !std::isnan(baseline.at(i))) {
      first.push_back(baseline[i]);
      second.push_back(own[i]);
      // What is left of sums that are equal but for their rounding.
      const bool is_rounding = std::abs(own[i] - baseline[i]) <= kRounding * std::abs(own[i]);
      differences.push_back(is_rounding ? 0.0 : own[i] - baseline[i]);
    }
  }
  const Estimate difference = estimate(differences);
  return {.metric = {},
          .unit = {},
          .baseline_mean = estimate(first).mean,
          .design_mean = estimate(second).mean,
          .difference = difference.mean,
          .low = difference.mean - difference.half_width,
          .high = difference.mean + difference.half_width,
          .n = static_cast<std::uint32_t>(differences.size())};
}

std::span<const Metric> metrics() {
  return kMetrics;
}

const Metric& metric(std::string_view name) {
  for (const Metric& candidate : kMetrics) {
    if (candidate.name == name) {
      return candidate;
    }
  }
  throw std::invalid_argument(fmt::format("no metric is called '{}'", name));
}

Estimate estimate(std::span<const double> all) {
  std::vector<double> values;
  std::copy_if(all.begin(), all.end(), std::back_inserter(values),
               [](double value) { return !std::isnan(value); });
  if (values.empty()) {
    return {kNoValue, kNoValue};
  }
  const auto n = static_cast<double>(values.size());
  Estimate result{std::accumulate(values.begin(), values.end(), 0.0) / n, kNoValue};
  if (values.size() > 1) {
    double squares = 0;
    for (const double value : values) {
      squares += (value - result.mean) * (value - result.mean);
    }
    const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.975);
    const double half_width = t * std::sqrt(squares / (n - 1) / n);
    result.half_width = half_width <= kRounding * std::abs(result.mean) ? 0.0 : half_width;
  }
  return result;
}

std::vector<io::ComparisonRow> compare_designs(std::span<const io::SummaryRow> summaries,
                                               std::int32_t function) {
  std::vector<io::ComparisonRow> rows;
  for (const Metric& of : metrics()) {
    const Values values = values_of(summaries, function, of);
    for (const auto& [design, own] : values) {
      if (design != 0) {
        rows.push_back(paired(values.at(0), own));
        rows.back().design = design;
        rows.back().function = function;
        rows.back().metric = of.name;
        rows.back().unit = of.unit;
      }
    }
  }
  return rows;
}

bool is_clear(const io::ComparisonRow& row) {
  return row.difference != 0 && (row.low > 0 || row.high < 0);
}

std::string verdict(std::span<const io::ComparisonRow> rows,
                    const std::vector<std::string>& designs) {
  std::string text;
  for (std::size_t design = 1; design < designs.size(); ++design) {
    text +=
        (text.empty() ? "" : "\n") + verdict_on(rows, static_cast<std::uint8_t>(design), designs);
  }
  return text;
}

}  // namespace lambdasim::app
