#include "sim/app/events_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "sim/app/figure_table.h"

namespace lambdasim::app {
namespace {

using Row = io::SourceRow;

constexpr std::array<EventFigure, 14> kFigures{{
    {"events", "arrived", "", [](const Row& r) { return number(r.events); }},
    {"sent", "of them sent by handlers", "", [](const Row& r) { return number(r.sent); }},
    {"handled", "handled", "", [](const Row& r) { return number(r.handled); }},
    {"expired", "expired", "", [](const Row& r) { return number(r.expired); }},
    {"dead_lettered", "dead-lettered", "", [](const Row& r) { return number(r.dead_lettered); }},
    {"discarded", "discarded", "", [](const Row& r) { return number(r.discarded); }},
    {"left", "left at the end", "", [](const Row& r) { return number(r.left); }},
    {"retries", "retries", "", [](const Row& r) { return number(r.retries); }},
    {"throttled", "attempts refused", "", [](const Row& r) { return number(r.throttled); }},
    {"failed", "attempts failed", "", [](const Row& r) { return number(r.failed); }},
    {"duplicates", "handled again", "", [](const Row& r) { return number(r.duplicates); }},
    {"delay_p50_ms", "delay p50", "ms", [](const Row& r) { return r.delay_p50_ms; }},
    {"delay_p99_ms", "delay p99", "ms", [](const Row& r) { return r.delay_p99_ms; }},
    {"peak_backlog", "backlog, peak", "", [](const Row& r) { return number(r.peak_backlog); }},
}};

/// All sources together: the row that sums them, or the only one there is.
bool has_sum(const ExperimentResult& result, std::size_t design) {
  return std::any_of(result.sources.begin(), result.sources.end(), [design](const Row& row) {
    return row.design == design && row.source == io::kAllSources;
  });
}

std::vector<double> values_of(const ExperimentResult& result, std::size_t design,
                              double (*value)(const Row& row)) {
  std::vector<double> values;
  const bool sums = has_sum(result, design);
  for (const Row& row : result.sources) {
    if (row.design == design && (row.source == io::kAllSources) == sums) {
      values.push_back(value(row));
    }
  }
  return values;
}

double lost_percent(const Row& row) {
  const double lost = number(row.expired + row.dead_lettered + row.discarded);
  return row.events == 0 ? 0.0 : 100.0 * lost / number(row.events);
}

bool has_direct_calls(const Scenario& scenario) {
  return std::any_of(scenario.designs.begin(), scenario.designs.end(), [](const Design& design) {
    return std::any_of(design.setup.sources.begin(), design.setup.sources.end(),
                       [](const auto& source) { return source == nullptr; });
  });
}

bool starts_only_workflows(const Scenario& scenario) {
  return std::all_of(scenario.designs.begin(), scenario.designs.end(), [](const Design& design) {
    return std::all_of(design.sources.begin(), design.sources.end(),
                       [](const SourceSettings& source) { return source.workflow.has_value(); });
  });
}

/// By replication, of all workflows of a design together.
std::vector<double> costs_of_a_million(const ExperimentResult& result, std::size_t design) {
  std::map<std::uint32_t, std::pair<double, double>> sums;  // cost, executions
  for (const io::WorkflowRow& row : result.workflows) {
    if (row.design == design && row.part == io::kWholePart) {
      sums[row.replication].first += row.cost_usd;
      sums[row.replication].second += number(row.executions);
    }
  }
  std::vector<double> costs;
  for (const auto& [replication, sum] : sums) {
    costs.push_back(sum.second == 0 ? std::nan("") : 1e6 * sum.first / sum.second);
  }
  return costs;
}

bool is_of_calls(const io::ComparisonRow& row) {
  return row.metric == "latency_p99" || row.metric == "cost";
}

bool is_of_attempts(const io::ComparisonRow& row) {
  return row.metric == "timeouts" || row.metric == "errors" || row.metric == "throttled";
}

}  // namespace

std::span<const EventFigure> event_figures() {
  return kFigures;
}

std::optional<Estimate> event_estimate(const ExperimentResult& result, std::size_t design,
                                       const EventFigure& of) {
  const std::vector<double> values = values_of(result, design, of.value);
  return values.empty() ? std::nullopt : std::optional(estimate(values));
}

std::vector<io::ComparisonRow> deciding_rows(const Scenario& scenario,
                                             const ExperimentResult& result,
                                             std::vector<io::ComparisonRow> rows) {
  if (result.sources.empty() || has_direct_calls(scenario)) {
    return rows;
  }
  std::erase_if(rows, is_of_attempts);
  const auto add = [&rows](std::size_t design, std::string_view metric, std::string_view unit,
                           const std::vector<double>& baseline, const std::vector<double>& own) {
    rows.push_back(paired(baseline, own));
    rows.back().design = static_cast<std::uint8_t>(design);
    rows.back().metric = metric;
    rows.back().unit = unit;
  };
  const bool is_of_executions = starts_only_workflows(scenario);
  if (is_of_executions) {
    std::erase_if(rows, is_of_calls);
  }
  const auto latency = [](const Row& row) { return row.delay_p99_ms; };
  for (std::size_t d = 1; d < scenario.designs.size(); ++d) {
    add(d, kEventsLost, "%", values_of(result, 0, lost_percent),
        values_of(result, d, lost_percent));
    if (is_of_executions) {
      add(d, kExecutionLatency, "ms", values_of(result, 0, latency), values_of(result, d, latency));
      add(d, kExecutionCost, "USD", costs_of_a_million(result, 0), costs_of_a_million(result, d));
    }
  }
  return rows;
}

std::string events_text(const Scenario& scenario, const ExperimentResult& result) {
  if (result.sources.empty()) {
    return "";
  }
  FigureTable table(scenario, "events");
  for (const EventFigure& of : kFigures) {
    std::vector<std::vector<double>> values;
    for (std::size_t d = 0; d < scenario.designs.size(); ++d) {
      values.push_back(values_of(result, d, of.value));
    }
    table.add(std::string(of.label), of.unit, values);
  }
  return table.to_string() + "\n";
}

}  // namespace lambdasim::app
