#include "sim/app/backends_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "sim/app/figure_table.h"
#include "sim/app/result_text.h"
#include "sim/app/text.h"

namespace lambdasim::app {
namespace {

template <class Row>
struct Figure {
  std::string_view label;
  std::string_view unit;
  double (*value)(const Row& row);
};

double megabytes(std::uint64_t bytes) {
  constexpr double kBytesAMb = 1024.0 * 1024.0;
  return number(bytes) / kBytesAMb;
}

using Backend = io::BackendRow;
using Resource = io::ResourceRow;
using Storage = io::StorageRow;
using Call = io::CallRow;

constexpr std::array<BackendFigure, 10> kBackendFigures{{
    {"peak_connections", "connections, peak", "",
     [](const Backend& r) { return number(r.peak_connections); }},
    {"at_limit_s", "no connection left", "s", [](const Backend& r) { return r.at_limit_s; }},
    {"connects", "connects", "", [](const Backend& r) { return number(r.connects); }},
    {"connects_waited", "connects that waited", "",
     [](const Backend& r) { return number(r.connects_waited); }},
    {"connects_refused", "connects refused", "",
     [](const Backend& r) { return number(r.connects_refused); }},
    {"requests", "requests", "", [](const Backend& r) { return number(r.requests); }},
    {"queued", "requests that waited", "", [](const Backend& r) { return number(r.queued); }},
    {"gave_up", "requests that gave up", "", [](const Backend& r) { return number(r.gave_up); }},
    {"throttled", "attempts throttled", "", [](const Backend& r) { return number(r.throttled); }},
    {"throttled_out", "requests throttled for good", "",
     [](const Backend& r) { return number(r.throttled_out); }},
}};

constexpr std::array<Figure<Resource>, 5> kResourceFigures{{
    {"made", "", [](const Resource& r) { return number(r.made); }},
    {"reused", "", [](const Resource& r) { return number(r.reused); }},
    {"found closed", "", [](const Resource& r) { return number(r.stale); }},
    {"renewed", "", [](const Resource& r) { return number(r.renewed); }},
    {"attempts failed", "", [](const Resource& r) { return number(r.failed); }},
}};

constexpr std::array<Figure<Storage>, 6> kStorageFigures{{
    {"files found", "", [](const Storage& r) { return number(r.hits); }},
    {"files fetched", "", [](const Storage& r) { return number(r.misses); }},
    {"fetched", "MB", [](const Storage& r) { return megabytes(r.fetched_bytes); }},
    {"files evicted", "", [](const Storage& r) { return number(r.evicted); }},
    {"found no room", "", [](const Storage& r) { return number(r.full); }},
    {"peak of a context", "MB", [](const Storage& r) { return megabytes(r.peak_bytes); }},
}};

constexpr std::array<Figure<Call>, 5> kCallFigures{{
    {"calls of others", "", [](const Call& r) { return number(r.calls); }},
    {"refused", "", [](const Call& r) { return number(r.refused); }},
    {"failed", "", [](const Call& r) { return number(r.failed); }},
    {"deadlocked", "", [](const Call& r) { return number(r.deadlocked); }},
    {"waiting for answers", "s", [](const Call& r) { return r.waiting_s; }},
}};

/// Which rows of a table a section is about.
template <class Row>
using Selects = std::vector<const Row*>;

/// A line a figure.
template <class Row, class Figures>
void add_figures(FigureTable& table, std::size_t designs, const std::string& prefix,
                 const Selects<Row>& rows, const Figures& figures) {
  for (const auto& of : figures) {
    std::vector<std::vector<double>> values(designs);
    for (const Row* row : rows) {
      values[row->design].push_back(of.value(*row));
    }
    table.add(prefix + std::string(of.label), of.unit, values);
  }
}

template <class Row, class IsOne>
Selects<Row> select(const std::vector<Row>& rows, IsOne is_one) {
  Selects<Row> selected;
  for (const Row& row : rows) {
    if (is_one(row)) {
      selected.push_back(&row);
    }
  }
  return selected;
}

/// In the order in which the designs name them.
std::vector<std::string> backend_names(const ExperimentResult& result) {
  std::vector<std::string> names;
  for (const Backend& row : result.stepwise.backends) {
    if (std::find(names.begin(), names.end(), row.name) == names.end()) {
      names.push_back(row.name);
    }
  }
  return names;
}

std::string limits_text(const Selects<Backend>& rows) {
  std::uint32_t least = 0;
  std::uint32_t most = 0;
  for (const Backend* row : rows) {
    least = row == rows.front() ? row->limit : std::min(least, row->limit);
    most = std::max(most, row->limit);
  }
  if (most == 0) {
    return "";
  }
  return least == most ? fmt::format(" ({} connections)", most)
                       : fmt::format(" (up to {} connections)", most);
}

std::string backend_tables(const Scenario& scenario, const ExperimentResult& result) {
  std::string text;
  for (const std::string& name : backend_names(result)) {
    const auto rows =
        select(result.stepwise.backends, [&name](const Backend& row) { return row.name == name; });
    FigureTable table(scenario, name + limits_text(rows));
    add_figures(table, scenario.designs.size(), "", rows, kBackendFigures);
    text += table.to_string() + "\n";
  }
  return text;
}

std::string resource_table(const Scenario& scenario, const ExperimentResult& result) {
  const std::vector<Resource>& rows = result.stepwise.resources;
  if (rows.empty()) {
    return "";
  }
  const auto& functions = scenario.designs.front().setup.functions;
  FigureTable table(scenario, "resources");
  std::vector<std::pair<std::uint32_t, std::string>> shown;
  for (const Resource& row : rows) {
    const std::pair key{row.function, row.name};
    if (std::find(shown.begin(), shown.end(), key) != shown.end()) {
      continue;
    }
    shown.push_back(key);
    const std::string owner = functions.size() == 1 ? "" : functions.at(row.function).name + ".";
    add_figures(table, scenario.designs.size(), owner + row.name + ": ",
                select(rows,
                       [&key](const Resource& one) {
                         return one.function == key.first && one.name == key.second;
                       }),
                kResourceFigures);
  }
  return table.to_string() + "\n";
}

std::string storage_tables(const Scenario& scenario, const ExperimentResult& result) {
  std::string text;
  const auto& functions = scenario.designs.front().setup.functions;
  for (std::uint32_t f = 0; f < functions.size(); ++f) {
    const auto rows =
        select(result.stepwise.storage, [f](const Storage& row) { return row.function == f; });
    if (!rows.empty()) {
      FigureTable table(scenario, fmt::format("/tmp of {}", functions[f].name));
      add_figures(table, scenario.designs.size(), "", rows, kStorageFigures);
      text += table.to_string() + "\n";
    }
  }
  return text;
}

std::string call_tables(const Scenario& scenario, const ExperimentResult& result) {
  std::string text;
  const auto& functions = scenario.designs.front().setup.functions;
  for (std::uint32_t f = 0; f < functions.size(); ++f) {
    const auto rows =
        select(result.stepwise.calls, [f](const Call& row) { return row.function == f; });
    if (!rows.empty()) {
      FigureTable table(scenario, fmt::format("calls by {}", functions[f].name));
      add_figures(table, scenario.designs.size(), "", rows, kCallFigures);
      text += table.to_string() + "\n";
    }
  }
  return text;
}

const BackendFigure& figure(std::string_view name) {
  return *std::find_if(kBackendFigures.begin(), kBackendFigures.end(),
                       [name](const BackendFigure& one) { return one.name == name; });
}

}  // namespace

std::span<const BackendFigure> backend_figures() {
  return kBackendFigures;
}

std::optional<Estimate> backend_estimate(const ExperimentResult& result, std::size_t design,
                                         std::string_view backend, const BackendFigure& of) {
  std::vector<double> values;
  for (const Backend& row : result.stepwise.backends) {
    if (row.design == design && row.name == backend) {
      values.push_back(of.value(row));
    }
  }
  return values.empty() ? std::nullopt : std::optional(estimate(values));
}

std::string backends_text(const Scenario& scenario, const ExperimentResult& result) {
  return backend_tables(scenario, result) + resource_table(scenario, result) +
         storage_tables(scenario, result) + call_tables(scenario, result);
}

std::string exhaustion_text(const Scenario& scenario, const ExperimentResult& result) {
  std::string text;
  for (std::size_t d = 0; d < scenario.designs.size(); ++d) {
    for (const engine::Backend& backend : scenario.designs[d].setup.backends) {
      const auto at_limit = backend_estimate(result, d, backend.name, figure("at_limit_s"));
      const auto refused = backend_estimate(result, d, backend.name, figure("connects_refused"));
      if (at_limit && (at_limit->mean > 0 || refused->mean > 0)) {
        text += fmt::format(
            "{} exhausts {}: none of its {} connections is left for {}, and {} connects are "
            "refused.\n",
            scenario.designs[d].name, backend.name, backend.max_connections + backend.for_proxies,
            format_quantity(at_limit->mean, "s"), format_quantity(refused->mean, ""));
      }
    }
  }
  for (const Call& row : result.stepwise.calls) {
    if (row.deadlocked > 0) {
      const Design& design = scenario.designs[row.design];
      const std::string sentence = fmt::format(
          "{}: handlers of {} call others while they and their like hold every place of "
          "concurrency: a deadlock, which ends by refusals and timeouts.\n",
          design.name, design.setup.functions[row.function].name);
      text += text.find(sentence) == std::string::npos ? sentence : "";
    }
  }
  return text;
}

}  // namespace lambdasim::app
