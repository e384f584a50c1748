#include "sim/app/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "sim/app/scenario_parts.h"
#include "sim/app/scenario_tree.h"

namespace lambdasim::app {

void Warnings::add(const config::Location& where, const std::string& path,
                   const std::string& message) {
  std::string text = config::to_string({where, path, message});
  if (std::find(all_.begin(), all_.end(), text) == all_.end()) {
    all_.push_back(std::move(text));
  }
}

namespace {

bool is_beyond_lambda(const config::Diagnostic& mistake, const Scenario& scenario) {
  return std::any_of(
      scenario.designs.begin(), scenario.designs.end(), [&mistake](const Design& design) {
        return std::any_of(design.beyond.begin(), design.beyond.end(),
                           [&mistake](const BeyondLambda& beyond) {
                             return beyond.where == mistake.where && beyond.path == mistake.path;
                           });
      });
}

/// A function that one design does without is no mistake; one that nothing ever invokes may be.
void warn_of_idle_functions(const std::vector<Design>& designs, Warnings& warnings) {
  for (const std::string& name : designs.front().idle_functions) {
    const bool is_always_idle =
        std::all_of(designs.begin(), designs.end(), [&name](const Design& design) {
          const std::vector<std::string>& idle = design.idle_functions;
          return std::find(idle.begin(), idle.end(), name) != idle.end();
        });
    if (is_always_idle) {
      warnings.add(designs.front().workload_at, "functions." + name, "nothing invokes it");
    }
  }
}

using MakeTrees = std::function<std::vector<DesignTree>(std::string_view, config::Diagnostics&)>;

Scenario read_trees(const std::string& path, const MakeTrees& trees) {
  Scenario scenario;
  scenario.file = path;
  scenario.given_yaml = config::read_text_file(path);
  config::Diagnostics diagnostics;
  Warnings warnings;
  for (const DesignTree& tree : trees(scenario.given_yaml, diagnostics)) {
    scenario.designs.push_back(read_design(tree, scenario, diagnostics, warnings));
  }
  if (!diagnostics.empty()) {
    std::vector<config::Diagnostic> mistakes = diagnostics.sorted();
    if (std::all_of(mistakes.begin(), mistakes.end(), [&scenario](const auto& mistake) {
          return is_beyond_lambda(mistake, scenario);
        })) {
      throw DoesNotFit(std::move(mistakes), std::move(scenario));
    }
    throw config::InvalidInput(std::move(mistakes));
  }
  warn_of_idle_functions(scenario.designs, warnings);
  scenario.warnings = warnings.all();
  return scenario;
}

}  // namespace

Scenario read_scenario(const std::string& path, const std::vector<Override>& overrides) {
  return read_trees(path, [&](std::string_view text, config::Diagnostics& diagnostics) {
    return design_trees(text, path, overrides, diagnostics);
  });
}

Scenario read_variants(const std::string& path, const std::vector<Override>& overrides,
                       const std::string& design, const std::vector<Variant>& variants) {
  return read_trees(path, [&](std::string_view text, config::Diagnostics& diagnostics) {
    return variant_trees(text, path, overrides, design, variants, diagnostics);
  });
}

}  // namespace lambdasim::app
