#include "sim/app/comparison.h"

#include <fmt/format.h>

#include <array>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>

#include "sim/app/text.h"

namespace lambdasim::app {
namespace {

double per_million(double usd, const io::SummaryRow& row) {
  const auto served = static_cast<double>(row.ok + row.timeouts);
  return served == 0 ? 0.0 : usd / served * 1e6;
}

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

using Row = io::SummaryRow;
constexpr std::string_view kMillion = "USD per million";

const std::array<Metric, 19> kMetrics{{
    {"latency_mean", "latency mean", "ms", [](const Row& r) { return r.latency_mean_ms; }, true},
    {"latency_p50", "latency p50", "ms", [](const Row& r) { return r.latency_p50_ms; }, true},
    {"latency_p95", "latency p95", "ms", [](const Row& r) { return r.latency_p95_ms; }, true},
    {"latency_p99", "latency p99", "ms", [](const Row& r) { return r.latency_p99_ms; }, true},
    {"latency_p999", "latency p99.9", "ms", [](const Row& r) { return r.latency_p999_ms; }, true},
    {"warm_p99", "warm p99", "ms", [](const Row& r) { return r.warm_p99_ms; }, true},
    {"cold_p50", "cold p50", "ms", [](const Row& r) { return r.cold_p50_ms; }, true},
    {"cold_share", "cold starts", "%", [](const Row& r) { return 100.0 * r.cold_share; }, true},
    {"timeouts", "timeouts", "%", [](const Row& r) { return percent(r.timeouts, r.arrivals); },
     true},
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
  const Metric& of = metric(row.metric);
  const std::string_view direction = row.difference < 0 ? "lower" : "higher";
  return fmt::format("{} is {} {} ({} against {})", what,
                     format_quantity(std::abs(row.difference), of.unit), direction,
                     format_quantity(row.design_mean, of.unit),
                     format_quantity(row.baseline_mean, of.unit));
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kDeciding{{
    {"latency_p99", "p99 latency"},
    {"cost", "cost"},
    {"timeouts", "share of timeouts"},
    {"throttled", "share refused"},
}};

std::string verdict_on(std::span<const io::ComparisonRow> rows, std::uint8_t design,
                       const std::vector<std::string>& names) {
  int better = 0;
  int worse = 0;
  std::string clauses;
  for (const auto& [name, what] : kDeciding) {
    const io::ComparisonRow* row = find(rows, design, name);
    if (row == nullptr || !is_clear(*row)) {
      continue;
    }
    ++(row->difference < 0 ? better : worse);
    clauses += (clauses.empty() ? "" : ", ") + clause(*row, what);
  }
  const std::string& baseline = names.at(0);
  const std::string& other = names.at(design);
  if (better + worse == 0) {
    return fmt::format("{} and {} cannot be told apart by latency, cost or failures.", baseline,
                       other);
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

Estimate estimate(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  Estimate result{sum / n, std::numeric_limits<double>::quiet_NaN()};
  if (values.size() > 1) {
    double squares = 0;
    for (const double value : values) {
      squares += (value - result.mean) * (value - result.mean);
    }
    const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.975);
    result.half_width = t * std::sqrt(squares / (n - 1) / n);
  }
  return result;
}

std::vector<io::ComparisonRow> compare_designs(std::span<const io::SummaryRow> summaries,
                                               std::int32_t function) {
  std::vector<io::ComparisonRow> rows;
  for (const Metric& of : metrics()) {
    const Values values = values_of(summaries, function, of);
    const std::vector<double>& baseline = values.at(0);
    for (const auto& [design, own] : values) {
      if (design == 0) {
        continue;
      }
      std::vector<double> differences(own.size());
      for (std::size_t i = 0; i < own.size(); ++i) {
        differences[i] = own[i] - baseline.at(i);
      }
      const Estimate difference = estimate(differences);
      rows.push_back({.baseline = 0,
                      .design = design,
                      .function = function,
                      .metric = std::string(of.name),
                      .unit = std::string(of.unit),
                      .baseline_mean = estimate(baseline).mean,
                      .design_mean = estimate(own).mean,
                      .difference = difference.mean,
                      .low = difference.mean - difference.half_width,
                      .high = difference.mean + difference.half_width,
                      .n = static_cast<std::uint32_t>(own.size())});
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
