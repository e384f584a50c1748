#include "sim/app/result_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sim/app/backends_text.h"
#include "sim/app/comparison.h"
#include "sim/app/events_text.h"
#include "sim/app/figure_table.h"
#include "sim/app/text.h"
#include "sim/app/workflows_text.h"
#include "sim/config/reader.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

std::vector<std::string> design_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const Design& design : scenario.designs) {
    names.push_back(design.name);
  }
  return names;
}

std::vector<double> values_of(const ExperimentResult& result, std::size_t design,
                              std::int32_t function, const Metric& of) {
  std::vector<double> values;
  for (const io::SummaryRow& row : result.summaries) {
    if (row.design == design && row.function == function) {
      values.push_back(of.value(row));
    }
  }
  return values;
}

/// Rows that are 0 everywhere tell nothing.
bool is_worth_showing(const Scenario& scenario, const ExperimentResult& result,
                      std::int32_t function, const Metric& of) {
  for (std::size_t d = 0; d < scenario.designs.size(); ++d) {
    const std::vector<double> values = values_of(result, d, function, of);
    if (std::any_of(values.begin(), values.end(),
                    [](double value) { return !std::isnan(value) && value != 0; })) {
      return true;
    }
  }
  return false;
}

std::string row_label(const Metric& of) {
  return of.unit.starts_with("USD") ? fmt::format("{} /million", of.label) : std::string(of.label);
}

/// Whether any design pays for it.
bool is_paid(const ExperimentResult& result, models::Money models::Bill::*line) {
  return std::any_of(result.months.begin(), result.months.end(),
                     [line](const models::Bill& bill) { return bill.*line != 0; });
}

/// What the month takes for granted.
std::string month_assumptions(const Scenario& scenario) {
  std::vector<std::string> prices;
  for (const Design& design : scenario.designs) {
    std::string title = models::title(design.prices);
    if (std::find(prices.begin(), prices.end(), title) == prices.end()) {
      prices.push_back(std::move(title));
    }
  }
  return fmt::format(
      "({}{} days at the load of the measured window, free tier and price tiers applied;\n prices "
      "of "
      "{})\n",
      scenario.designs.front().setup.functions.size() > 1 ? "all functions, " : "",
      models::billing_rules().month / std::chrono::hours{24}, fmt::join(prices, "; "));
}

std::string month_text(const Scenario& scenario, const ExperimentResult& result) {
  TextTable table(header_of(scenario, "bill of a month"));
  const auto add = [&](std::string_view label, const auto& value) {
    std::vector<std::string> row{std::string(label)};
    for (const models::Bill& bill : result.months) {
      row.push_back(fmt::format("${:.2f}", models::to_double(value(bill))));
    }
    table.add(row);
  };
  for (const models::BillLine& line : models::bill_lines()) {
    if (is_paid(result, line.value)) {
      add(line.label, [&line](const models::Bill& bill) { return bill.*line.value; });
    }
  }
  add("total", [](const models::Bill& bill) { return bill.total(); });
  return table.to_string() + month_assumptions(scenario);
}

std::string difference(const io::ComparisonRow& row) {
  const std::string sign = row.difference > 0 ? "+" : "";
  if (!(row.high > row.low)) {
    return sign + format_quantity(row.difference, row.unit);
  }
  return fmt::format("{}{}  [{}, {}]", sign, format_quantity(row.difference, row.unit),
                     format_number(row.low), format_number(row.high));
}

std::string pair_table(const Scenario& scenario, const ExperimentResult& result,
                       std::int32_t function, std::size_t design) {
  const std::string& baseline = scenario.designs.front().name;
  const std::string& other = scenario.designs[design].name;
  TextTable table({"", baseline, other, fmt::format("{} - {} [95 %]", other, baseline)});
  for (const io::ComparisonRow& row : result.comparisons) {
    const Metric& of = metric(row.metric);
    if (row.design == design && row.function == function &&
        is_worth_showing(scenario, result, function, of)) {
      table.add({row_label(of), format_quantity(row.baseline_mean, of.unit),
                 format_quantity(row.design_mean, of.unit), difference(row)});
    }
  }
  return table.to_string();
}

}  // namespace

std::string with_half_width(const Estimate& value, std::string_view unit) {
  if (!(value.half_width > 0)) {
    return format_quantity(value.mean, unit);
  }
  return fmt::format("{} ±{}", format_quantity(value.mean, unit), format_number(value.half_width));
}

std::int32_t function_to_show(const Scenario& scenario, const std::string& name) {
  const auto& functions = scenario.designs.front().setup.functions;
  if (name.empty()) {
    return functions.size() == 1 ? 0 : io::kAllFunctions;
  }
  std::vector<std::string> known;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    if (functions[i].name == name) {
      return static_cast<std::int32_t>(i);
    }
    known.push_back(functions[i].name);
  }
  throw std::invalid_argument(fmt::format("no function is called '{}'; there are: {}{}", name,
                                          fmt::join(known, ", "), config::suggestion(name, known)));
}

std::string heading(const Scenario& scenario, const ExperimentResult& result) {
  const engine::Setup& setup = scenario.designs.front().setup;
  const std::size_t designs = scenario.designs.size();
  const std::string left_out =
      setup.warm_up.count() == 0
          ? ""
          : fmt::format(" (the first {} left out)", config::format_duration(setup.warm_up));
  return fmt::format("{}: {} design{} x {} replication{} of {}{}, {} invocations\n", scenario.name,
                     designs, designs == 1 ? "" : "s", scenario.replications,
                     scenario.replications == 1 ? "" : "s", config::format_duration(setup.horizon),
                     left_out, format_count(result.invocations));
}

std::string summary_text(const Scenario& scenario, const ExperimentResult& result,
                         std::int32_t function) {
  std::vector<std::string> header{""};
  for (const std::string& name : design_names(scenario)) {
    header.push_back(name);
  }
  TextTable table(header);
  for (const Metric& of : metrics()) {
    if (!is_worth_showing(scenario, result, function, of)) {
      continue;
    }
    std::vector<std::string> row{row_label(of)};
    for (std::size_t d = 0; d < scenario.designs.size(); ++d) {
      row.push_back(with_half_width(estimate(values_of(result, d, function, of)), of.unit));
    }
    table.add(row);
  }
  return heading(scenario, result) + "\n" + table.to_string() + "\n" +
         events_text(scenario, result) + workflows_text(scenario, result) +
         backends_text(scenario, result) + month_text(scenario, result);
}

std::string comparison_text(const Scenario& scenario, const ExperimentResult& result,
                            std::int32_t function) {
  std::string text = heading(scenario, result) + "\n";
  std::vector<io::ComparisonRow> shown;
  for (const io::ComparisonRow& row : result.comparisons) {
    if (row.function == function) {
      shown.push_back(row);
    }
  }
  for (std::size_t design = 1; design < scenario.designs.size(); ++design) {
    text += pair_table(scenario, result, function, design) + "\n";
  }
  return text + events_text(scenario, result) + workflows_text(scenario, result) +
         backends_text(scenario, result) + month_text(scenario, result) + "\n" +
         verdict(deciding_rows(scenario, result, std::move(shown)), design_names(scenario)) + "\n" +
         exhaustion_text(scenario, result);
}

std::string result_json(const Scenario& scenario, const ExperimentResult& result,
                        const std::string& file) {
  using nlohmann::json;
  json root{{"scenario", scenario.name},
            {"file", file},
            {"seed", scenario.seed},
            {"replications", scenario.replications},
            {"invocations", result.invocations},
            {"designs", json::array()},
            {"comparisons", json::array()}};
  const std::int32_t all = function_to_show(scenario, "");
  for (std::size_t d = 0; d < scenario.designs.size(); ++d) {
    json entry{{"name", scenario.designs[d].name}, {"metrics", json::object()}};
    for (const Metric& of : metrics()) {
      const Estimate value = estimate(values_of(result, d, all, of));
      entry["metrics"][std::string(of.name)] = {
          {"mean", value.mean}, {"half_width", value.half_width}, {"unit", of.unit}};
    }
    for (const EventFigure& of : event_figures()) {
      if (const auto value = event_estimate(result, d, of)) {
        entry["events"][std::string(of.name)] = {
            {"mean", value->mean}, {"half_width", value->half_width}, {"unit", of.unit}};
      }
    }
    if (!result.workflows.empty()) {
      entry["workflows"] = workflows_json(result, d);
    }
    for (const engine::Backend& backend : scenario.designs[d].setup.backends) {
      for (const BackendFigure& of : backend_figures()) {
        if (const auto value = backend_estimate(result, d, backend.name, of)) {
          entry["backends"][backend.name][std::string(of.name)] = {
              {"mean", value->mean}, {"half_width", value->half_width}, {"unit", of.unit}};
        }
      }
    }
    const models::Bill& month = result.months[d];
    for (const models::BillLine& line : models::bill_lines()) {
      entry["month_usd"][std::string(line.name)] = models::to_double(month.*line.value);
    }
    entry["month_usd"]["total"] = models::to_double(month.total());
    root["designs"].push_back(entry);
  }
  for (const io::ComparisonRow& row : result.comparisons) {
    if (row.function == all) {
      root["comparisons"].push_back({{"baseline", scenario.designs[row.baseline].name},
                                     {"design", scenario.designs[row.design].name},
                                     {"metric", row.metric},
                                     {"unit", row.unit},
                                     {"difference", row.difference},
                                     {"low", row.low},
                                     {"high", row.high},
                                     {"n", row.n}});
    }
  }
  return root.dump(2) + "\n";
}

}  // namespace lambdasim::app
