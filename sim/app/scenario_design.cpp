// The root of a scenario, read once a design.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/app/call_places.h"
#include "sim/app/scenario_names.h"
#include "sim/app/scenario_parts.h"
#include "sim/app/scenario_workflows.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using core::Duration;
using namespace std::chrono_literals;

void read_heading(ObjectReader& root, Scenario& scenario) {
  scenario.name = root.text("name", std::filesystem::path{scenario.file}.stem().string());
  if (!is_title(scenario.name)) {
    root.report("name", fmt::format("{}, got '{}'", kTitleRule, scenario.name));
  }
  if (root.has("question")) {
    root.text("question");
  }
  scenario.seed = static_cast<std::uint64_t>(
      root.integer("seed", 1, {0, std::numeric_limits<std::int64_t>::max()}));
  scenario.replications = static_cast<std::uint32_t>(root.integer("replications", 5, {1, 10'000}));
}

void read_times(ObjectReader& root, engine::Setup& setup) {
  constexpr config::Range<Duration> kUpToTenYears{1ms, 24h * 3650};
  setup.horizon = root.duration("duration", std::nullopt, kUpToTenYears);
  setup.warm_up = root.duration("warm_up", Duration{0}, {Duration{0}, kUpToTenYears.to});
  if (root.has("duration") && setup.warm_up >= setup.horizon) {
    root.report("warm_up", fmt::format("must be shorter than the duration of {}, got {}",
                                       config::format_duration(setup.horizon),
                                       config::format_duration(setup.warm_up)));
  }
}

}  // namespace

Design read_design(const DesignTree& tree, Scenario& scenario, config::Diagnostics& diagnostics,
                   Warnings& warnings) {
  Design design;
  design.name = tree.name;
  config::Node resolved;
  ObjectReader root(&tree.tree, "", diagnostics, resolved);
  read_heading(root, scenario);
  read_times(root, design.setup);
  root.text("platform", "aws-2026");
  engine::FunctionSetup prototype;
  const InitBilling init_billing = read_billing(root, tree.effective, prototype, design.prices);
  read_account(root, design.setup);
  ObjectReader lifecycle = root.object("lifecycle");
  read_lifecycle(lifecycle, prototype);
  lifecycle.finish();
  read_backends(root, design, diagnostics);
  read_functions(root, prototype, init_billing, design, warnings, diagnostics);
  read_fleet(root, design.setup);
  read_workflows(root, design, warnings);
  read_workload(root, std::filesystem::path{scenario.file}.parent_path().string(), design,
                warnings);
  check_call_places(root, design, diagnostics, warnings);
  ObjectReader alternatives = root.object("alternatives");
  scenario.sizing = models::read_sizing(alternatives);
  alternatives.finish();
  scenario.output = read_output(root, design.setup);
  root.finish();
  design.resolved_yaml = config::to_yaml(resolved);
  return design;
}

}  // namespace lambdasim::app
