#include "sim/app/result_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sim/app/comparison.h"
#include "sim/app/text.h"
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

std::string with_half_width(const Estimate& value, std::string_view unit) {
  if (!(value.half_width > 0)) {
    return format_quantity(value.mean, unit);
  }
  return fmt::format("{} ±{}", format_quantity(value.mean, unit), format_number(value.half_width));
}

std::string month_text(const Scenario& scenario, const ExperimentResult& result) {
  std::vector<std::string> header{"bill of a month"};
  for (const std::string& name : design_names(scenario)) {
    header.push_back(name);
  }
  TextTable table(header);
  using Line = models::Money models::Bill::*;
  constexpr std::array<std::pair<std::string_view, Line>, 4> kLines{{
      {"requests", &models::Bill::requests},
      {"duration", &models::Bill::duration},
      {"INIT", &models::Bill::init},
      {"/tmp above 512 MB", &models::Bill::storage},
  }};
  const auto dollars = [](const models::Money& money) {
    return fmt::format("${:.2f}", models::to_double(money));
  };
  for (const auto& [label, line] : kLines) {
    std::vector<std::string> row{std::string(label)};
    for (const models::Bill& bill : result.months) {
      row.push_back(dollars(bill.*line));
    }
    table.add(row);
  }
  std::vector<std::string> total{"total"};
  for (const models::Bill& bill : result.months) {
    total.push_back(dollars(bill.total()));
  }
  table.add(total);
  const models::PriceTable& prices = scenario.designs.front().prices;
  return table.to_string() +
         fmt::format(
             "({}30 days at the load of the measured window, free tier and price tiers "
             "applied;\n prices of {} as of {})\n",
             scenario.designs.front().setup.functions.size() > 1 ? "all functions, " : "",
             prices.region, prices.effective);
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
  return heading(scenario, result) + "\n" + table.to_string() + "\n" + month_text(scenario, result);
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
  return text + month_text(scenario, result) + "\n" + verdict(shown, design_names(scenario)) + "\n";
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
    const models::Bill& month = result.months[d];
    entry["month_usd"] = {{"requests", models::to_double(month.requests)},
                          {"duration", models::to_double(month.duration)},
                          {"init", models::to_double(month.init)},
                          {"storage", models::to_double(month.storage)},
                          {"total", models::to_double(month.total())}};
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
