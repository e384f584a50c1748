#include "sim/app/workflows_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/app/comparison.h"
#include "sim/app/figure_table.h"

namespace lambdasim::app {
namespace {

using Row = io::WorkflowRow;

double per_million(double usd, const Row& whole) {
  return whole.executions == 0 ? 0.0 : 1e6 * usd / number(whole.executions);
}

/// One figure of a workflow as a whole.
struct Figure {
  std::string_view name;
  std::string_view label;
  std::string_view unit;
  double (*value)(const Row& whole);
};

constexpr std::array<Figure, 10> kFigures{{
    {"executions", "executions", "", [](const Row& r) { return number(r.executions); }},
    {"finished", "finished", "", [](const Row& r) { return number(r.finished); }},
    {"failed", "failed", "", [](const Row& r) { return number(r.failed); }},
    {"timed_out", "timed out", "", [](const Row& r) { return number(r.timed_out); }},
    {"in_flight", "in flight at the end", "", [](const Row& r) { return number(r.in_flight); }},
    {"refused", "invocations refused", "", [](const Row& r) { return number(r.refused); }},
    {"latency_p50_ms", "latency p50", "ms", [](const Row& r) { return r.latency_p50_ms; }},
    {"latency_p95_ms", "latency p95", "ms", [](const Row& r) { return r.latency_p95_ms; }},
    {"latency_p99_ms", "latency p99", "ms", [](const Row& r) { return r.latency_p99_ms; }},
    {"cost", "cost /million", "USD", [](const Row& r) { return per_million(r.cost_usd, r); }},
}};

/// The values of all replications, of one part of a workflow.
template <class Value>
std::vector<double> values_of(const ExperimentResult& result, std::size_t design,
                              const std::string& workflow, std::string_view part, Value value) {
  std::vector<double> values;
  for (const Row& row : result.workflows) {
    if (row.design == design && row.name == workflow && row.part == part) {
      values.push_back(value(row));
    }
  }
  return values;
}

/// What is there of `member`, each once, in order.
std::vector<std::string> names_in(const ExperimentResult& result, std::string Row::*member,
                                  const std::string* workflow) {
  std::vector<std::string> names;
  for (const Row& row : result.workflows) {
    if ((workflow == nullptr || row.name == *workflow) &&
        std::find(names.begin(), names.end(), row.*member) == names.end()) {
      names.push_back(row.*member);
    }
  }
  return names;
}

bool has_executions(const ExperimentResult& result, std::size_t design,
                    const std::string& workflow) {
  const std::vector<double> values =
      values_of(result, design, workflow, io::kWholePart,
                [](const Row& row) { return number(row.executions); });
  return std::any_of(values.begin(), values.end(), [](double each) { return each != 0; });
}

template <class Value>
void add_row(FigureTable& table, const Scenario& scenario, const ExperimentResult& result,
             const std::string& workflow, std::string_view part, std::string label,
             std::string_view unit, Value value) {
  std::vector<std::vector<double>> values(scenario.designs.size());
  for (std::size_t d = 0; d < values.size(); ++d) {
    if (has_executions(result, d, workflow)) {
      values[d] = values_of(result, d, workflow, part, value);
    }
  }
  table.add(std::move(label), unit, values);
}

std::string workflow_table(const Scenario& scenario, const ExperimentResult& result,
                           const std::string& workflow) {
  FigureTable table(scenario, fmt::format("workflow {}", workflow));
  for (const Figure& of : kFigures) {
    add_row(table, scenario, result, workflow, io::kWholePart, std::string(of.label), of.unit,
            of.value);
  }
  for (const std::string& part : names_in(result, &Row::part, &workflow)) {
    if (part == io::kWholePart) {
      continue;
    }
    add_row(table, scenario, result, workflow, part, fmt::format("share of cost: {}", part), "%",
            [](const Row& row) { return 100 * row.cost_share; });
    add_row(table, scenario, result, workflow, part, fmt::format("share of duration: {}", part),
            "%", [](const Row& row) { return 100 * row.duration_share; });
  }
  return table.to_string();
}

}  // namespace

std::string workflows_text(const Scenario& scenario, const ExperimentResult& result) {
  std::string text;
  for (const std::string& workflow : names_in(result, &Row::name, nullptr)) {
    text += workflow_table(scenario, result, workflow) + "\n";
  }
  return text;
}

nlohmann::json workflows_json(const ExperimentResult& result, std::size_t design) {
  nlohmann::json root = nlohmann::json::object();
  for (const std::string& workflow : names_in(result, &Row::name, nullptr)) {
    for (const Figure& of : kFigures) {
      const std::vector<double> values =
          values_of(result, design, workflow, io::kWholePart, of.value);
      if (!values.empty()) {
        const Estimate value = estimate(values);
        root[workflow][std::string(of.name)] = {
            {"mean", value.mean}, {"half_width", value.half_width}, {"unit", of.unit}};
      }
    }
    for (const std::string& part : names_in(result, &Row::part, &workflow)) {
      const std::vector<double> values =
          values_of(result, design, workflow, part, [](const Row& row) { return row.cost_share; });
      if (part != io::kWholePart && !values.empty()) {
        root[workflow]["cost_share"][part] = estimate(values).mean;
      }
    }
  }
  return root;
}

}  // namespace lambdasim::app
