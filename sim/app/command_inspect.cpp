#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>

#include "models/catalogue.h"
#include "models/embedded_data.h"
#include "models/lifecycle/runtimes.h"
#include "models/resource/kinds.h"
#include "models/workflow/source.h"
#include "sim/app/call_places.h"
#include "sim/app/commands.h"
#include "sim/app/critical_paths.h"
#include "sim/app/exit_codes.h"
#include "sim/app/fit.h"
#include "sim/app/terminal.h"
#include "sim/app/text.h"
#include "sim/config/reader.h"
#include "sim/io/partial_file.h"
#include "sim/io/result_reader.h"

namespace lambdasim::app {
namespace {

struct Named {
  std::string_view seam;
  const models::About* about;
};

std::vector<Named> all_models() {
  std::vector<Named> all;
  for (const auto& model : models::arrival_models()) {
    all.push_back({"arrivals", &model.about});
  }
  for (const auto& model : models::source_models()) {
    all.push_back({"source", &model.about});
  }
  all.push_back({"workflows", &models::kWorkflowAbout});
  for (const auto& model : models::keep_alive_models()) {
    all.push_back({"keep_alive", &model.about});
  }
  for (const auto& model : models::cpu_models()) {
    all.push_back({"cpu", &model.about});
  }
  for (const auto& model : models::placement_models()) {
    all.push_back({"placement", &model.about});
  }
  for (const auto& model : models::eviction_models()) {
    all.push_back({"evict", &model.about});
  }
  return all;
}

std::vector<std::string> data_names(std::string_view folder) {
  std::vector<std::string> names;
  for (const std::string_view file : models::embedded_data_names()) {
    if (file.starts_with(folder) && file.ends_with(".yaml") &&
        file.find('/', folder.size()) == std::string_view::npos) {
      names.emplace_back(file.substr(folder.size(), file.size() - folder.size() - 5));
    }
  }
  return names;
}

std::string explain(const Named& model) {
  std::string text = fmt::format("{} ({}): {}\n\n{}\n\nsource: {}\n", model.about->name, model.seam,
                                 model.about->summary, model.about->behaviour, model.about->source);
  if (model.about->parameters.empty()) {
    return text + "\nno parameters\n";
  }
  text += "\nparameters:\n";
  for (const models::Parameter& parameter : model.about->parameters) {
    text += fmt::format("  {}: {}\n      {}{}\n", parameter.name, parameter.meaning,
                        parameter.default_value.empty()
                            ? std::string("required")
                            : fmt::format("default {}", parameter.default_value),
                        parameter.source.empty() ? "" : fmt::format("; {}", parameter.source));
  }
  return text;
}

std::string explain(const models::ResourceKind& kind) {
  return fmt::format(
      "{} (kind of resource): {}\n\n{}\n\nlaid under what a scenario says of the resource:\n{}\n"
      "'lambdasim models explain resources' has the source of every figure.\n",
      kind.name, kind.about, kind.explain, config::to_yaml(kind.resource));
}

/// The value below which a share p lies, by bisection of the cumulative distribution.
double quantile_of(const core::Distribution& distribution, double p) {
  constexpr int kSteps = 60;
  double from = distribution.lower_bound();
  double to = distribution.upper_bound();
  for (int i = 0; i < kSteps; ++i) {
    const double middle = (from + to) / 2;
    (distribution.cumulative(middle) < p ? from : to) = middle;
  }
  return to;
}

/// What the file of runtimes says of its own origin.
std::string runtimes_source() {
  const std::string_view text = models::embedded_data("runtimes.yaml").value_or("");
  constexpr std::string_view kKey = "\nsource: ";
  const std::size_t begin = text.find(kKey) + kKey.size();
  return std::string(text.substr(begin, text.find('\n', begin) - begin));
}

std::string explain_runtime(const std::string& name) {
  TextTable table({name, "p1 ms", "p50 ms", "p99 ms", "max ms"});
  for (const char* architecture : {"x86_64", "arm64"}) {
    for (const char* package : {"zip", "image"}) {
      const auto init = models::runtime_init(name, architecture, package);
      if (!init) {
        continue;
      }
      std::vector<std::string> row{fmt::format("{} {}", architecture, package)};
      for (const double p : {0.01, 0.50, 0.99, 1.0}) {
        row.push_back(format_number(quantile_of(*init, p) / 1e6));
      }
      table.add(row);
    }
  }
  return fmt::format("INIT of the runtime, without the function's own code\n\n{}\nsource: {}\n",
                     table.to_string(), runtimes_source());
}

void print_alternatives(const Scenario& scenario, const ValidateOptions& options) {
  const FitReport report = fit_report(scenario, FitScope::kAll);
  print(options.json ? fit_json(report, scenario.name) : fit_text(report));
}

/// With --alternatives, a scenario that asks for more than Lambda gives has its answer on stdout;
/// what remains is the mistake.
Scenario read(const ValidateOptions& options) {
  try {
    return read_scenario(options.scenario, options.overrides);
  } catch (const DoesNotFit& error) {
    if (!options.alternatives) {
      throw;
    }
    print_alternatives(error.scenario(), options);
    throw config::InvalidInput(error.diagnostics());
  }
}

}  // namespace

void tell_what_hardly_fits(const Scenario& scenario, bool with_table) {
  const FitReport report = fit_report(scenario, FitScope::kProblems);
  for (const std::string& warning : fit_warnings(report)) {
    tell(fmt::format("warning: {}\n", warning));
  }
  if (with_table && !report.functions.empty()) {
    tell("\n" + fit_text(report) + "\n");
  }
}

int validate_command(const ValidateOptions& options) {
  const Scenario scenario = read(options);
  for (const std::string& warning : scenario.warnings) {
    tell(fmt::format("warning: {}\n", warning));
  }
  if (!options.resolved.empty()) {
    print(design_named(scenario, options.resolved).resolved_yaml);
    return kExitOk;
  }
  tell_what_hardly_fits(scenario, !options.quiet && !options.alternatives);
  if (options.alternatives) {
    print_alternatives(scenario, options);
    return kExitOk;
  }
  if (!options.quiet) {
    const Design& first = scenario.designs.front();
    const std::size_t functions = first.setup.functions.size();
    const auto sources = std::count_if(first.sources.begin(), first.sources.end(),
                                       [](const SourceSettings& of) { return of.has_arrivals; });
    print(fmt::format("{} is valid: {} function{}, {} source{} of arrivals, {} design{}\n",
                      options.scenario, functions, functions == 1 ? "" : "s", sources,
                      sources == 1 ? "" : "s", scenario.designs.size(),
                      scenario.designs.size() == 1 ? "" : "s"));
    print(critical_paths_text(scenario) + call_places_text(scenario));
  }
  return kExitOk;
}

int export_command(const ExportOptions& options) {
  const io::ResultReader reader(options.file);
  if (!reader.complete()) {
    tell(fmt::format("warning: {} is partial: rows up to the last commit\n", options.file));
  }
  if (options.output.empty()) {
    errno = 0;
    reader.write_csv(options.table, options.columns, std::cout);
    std::cout.flush();
    if (!std::cout) {
      throw OutputLost(fmt::format("cannot write the table to stdout: {}", std::strerror(errno)));
    }
    return kExitOk;
  }
  if (io::would_overwrite(options.output, options.file)) {
    throw UsageError(fmt::format("{} would overwrite what it is read from", options.output));
  }
  io::write_text_file(options.output, [&](std::ostream& out) {
    reader.write_csv(options.table, options.columns, out);
  });
  return kExitOk;
}

int list_models_command(bool json) {
  if (json) {
    nlohmann::json root{{"platforms", data_names("platforms/")},
                        {"runtimes", models::runtime_names()},
                        {"prices", data_names("prices/")},
                        {"data", data_names("")}};
    for (const Named& model : all_models()) {
      root[std::string(model.seam)].push_back(
          {{"name", model.about->name}, {"summary", model.about->summary}});
    }
    for (const models::ResourceKind& kind : models::resource_kinds()) {
      root["resource"].push_back({{"name", kind.name}, {"summary", kind.about}});
    }
    print(root.dump(2) + "\n");
    return kExitOk;
  }
  std::string text;
  std::string_view seam;
  for (const Named& model : all_models()) {
    if (model.seam != seam) {
      seam = model.seam;
      text += fmt::format("{}{}:\n", text.empty() ? "" : "\n", seam);
    }
    text += fmt::format("  {:<16} {}\n", model.about->name, model.about->summary);
  }
  text += "\nkind of resource:\n";
  for (const models::ResourceKind& kind : models::resource_kinds()) {
    text += fmt::format("  {:<16} {}\n", kind.name, kind.about);
  }
  text += fmt::format(
      "\nplatforms:\n  {}\n\nruntimes:\n  {}\n\nprices:\n  {}\n\nother data:\n  {}\n\n"
      "'lambdasim models explain NAME' tells what each does, its parameters and "
      "their sources.\n",
      fmt::join(data_names("platforms/"), "  "), fmt::join(models::runtime_names(), "  "),
      fmt::join(data_names("prices/"), "  "), fmt::join(data_names(""), "  "));
  print(text);
  return kExitOk;
}

int explain_model_command(const std::string& name) {
  std::vector<std::string> known;
  std::string explained;  // models of several seams may share a name
  for (const Named& model : all_models()) {
    if (model.about->name == name) {
      explained += (explained.empty() ? "" : "\n") + explain(model);
    }
    known.emplace_back(model.about->name);
  }
  for (const models::ResourceKind& kind : models::resource_kinds()) {
    if (kind.name == name) {
      explained += (explained.empty() ? "" : "\n") + explain(kind);
    }
    known.push_back(kind.name);
  }
  if (!explained.empty()) {
    print(explained);
    return kExitOk;
  }
  std::string files;
  for (const char* folder : {"platforms/", "prices/", "alternatives/", ""}) {
    if (const auto text = models::embedded_data(fmt::format("{}{}.yaml", folder, name))) {
      files += (files.empty() ? "" : "\n") + std::string{*text};
    }
    const auto names = data_names(folder);
    known.insert(known.end(), names.begin(), names.end());
  }
  if (!files.empty()) {
    print(files);
    return kExitOk;
  }
  const auto runtimes = models::runtime_names();
  if (std::find(runtimes.begin(), runtimes.end(), name) != runtimes.end()) {
    print(explain_runtime(name));
    return kExitOk;
  }
  known.insert(known.end(), runtimes.begin(), runtimes.end());
  throw UsageError(fmt::format("nothing is called '{}'{}\n'lambdasim models list' shows all names",
                               name, config::suggestion(name, known)));
}

}  // namespace lambdasim::app
