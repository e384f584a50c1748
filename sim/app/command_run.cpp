#include <fmt/format.h>

#include <algorithm>

#include "sim/app/commands.h"
#include "sim/app/result_text.h"
#include "sim/app/simulation.h"
#include "sim/app/terminal.h"
#include "sim/config/reader.h"

namespace lambdasim::app {
namespace {

void keep_only(Scenario& scenario, const std::vector<std::string>& wanted) {
  if (wanted.empty()) {
    return;
  }
  std::vector<Design> kept;
  for (const std::string& name : wanted) {
    const Design& design = design_named(scenario, name);
    if (std::none_of(kept.begin(), kept.end(),
                     [&name](const Design& other) { return other.name == name; })) {
      kept.push_back(design);
    }
  }
  scenario.designs = std::move(kept);
}

Scenario read(const RunOptions& options) {
  Scenario scenario = read_scenario(options.scenario, options.overrides);
  keep_only(scenario, options.designs);
  tell_warnings(scenario, options);
  if (!options.quiet) {
    tell_what_hardly_fits(scenario, true);
  }
  return scenario;
}

using ToText = std::string (*)(const Scenario&, const ExperimentResult&, std::int32_t);

int simulate_and_print(const RunOptions& options, const Scenario& scenario, ToText to_text,
                       const std::string& table) {
  const std::int32_t function = function_to_show(scenario, options.function);
  const std::string file = output_of(options, scenario, scenario.name + ".h5");
  return simulate(scenario, options, file, {}, [&](const ExperimentResult& result) {
    print(options.json ? result_json(scenario, result, file)
                       : to_text(scenario, result, function) + closing(file, table));
  });
}

}  // namespace

const Design& design_named(const Scenario& scenario, const std::string& name) {
  std::vector<std::string> names;
  for (const Design& design : scenario.designs) {
    if (design.name == name) {
      return design;
    }
    names.push_back(design.name);
  }
  throw UsageError(fmt::format("{} has no design '{}'; it has: {}{}", scenario.file, name,
                               fmt::join(names, ", "), config::suggestion(name, names)));
}

int run_command(const RunOptions& options) {
  return simulate_and_print(options, read(options), summary_text, "summary");
}

int compare_command(const RunOptions& options) {
  const Scenario scenario = read(options);
  if (scenario.designs.size() < 2) {
    if (!options.designs.empty()) {
      throw UsageError("compare needs two designs: give another --design, or use 'run'");
    }
    throw UsageError(fmt::format(
        "{} names {}; compare needs two: add them under 'designs:', or use 'run'", options.scenario,
        scenario.designs.front().name == "base" ? "no designs" : "one design"));
  }
  return simulate_and_print(options, scenario, comparison_text, "comparison");
}

}  // namespace lambdasim::app
