#include <fmt/format.h>

#include <algorithm>

#include "sim/app/commands.h"
#include "sim/app/result_text.h"
#include "sim/app/simulation.h"
#include "sim/app/terminal.h"

namespace lambdasim::app {
namespace {

std::vector<std::string> names_of(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const Design& design : scenario.designs) {
    names.push_back(design.name);
  }
  return names;
}

void keep_only(Scenario& scenario, const std::vector<std::string>& wanted) {
  if (wanted.empty()) {
    return;
  }
  std::vector<Design> kept;
  const std::vector<std::string> names = names_of(scenario);
  for (const std::string& name : wanted) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      throw UsageError(fmt::format("{} has no design '{}'; it has: {}", scenario.file, name,
                                   fmt::join(names, ", ")));
    }
    kept.push_back(scenario.designs[static_cast<std::size_t>(found - names.begin())]);
  }
  scenario.designs = std::move(kept);
}

Scenario read(const RunOptions& options) {
  Scenario scenario = read_scenario(options.scenario, options.overrides);
  keep_only(scenario, options.designs);
  tell_warnings(scenario, options);
  return scenario;
}

using ToText = std::string (*)(const Scenario&, const ExperimentResult&, std::int32_t);

int simulate_and_print(const RunOptions& options, const Scenario& scenario, ToText to_text,
                       const std::string& table) {
  const std::int32_t function = function_to_show(scenario, options.function);
  const std::string file = output_of(options, scenario.name + ".h5");
  return simulate(scenario, options, file, {}, [&](const ExperimentResult& result) {
    print(options.json ? result_json(scenario, result, file)
                       : to_text(scenario, result, function) + closing(file, table));
  });
}

}  // namespace

int run_command(const RunOptions& options) {
  return simulate_and_print(options, read(options), summary_text, "summary");
}

int compare_command(const RunOptions& options) {
  const Scenario scenario = read(options);
  if (scenario.designs.size() < 2) {
    throw UsageError(fmt::format(
        "{} names {}; compare needs two: add them under 'designs:', or use 'run'", options.scenario,
        scenario.designs.front().name == "base" ? "no designs" : "one design"));
  }
  return simulate_and_print(options, scenario, comparison_text, "comparison");
}

}  // namespace lambdasim::app
