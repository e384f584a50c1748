#include <fmt/format.h>

#include "sim/app/commands.h"
#include "sim/app/memory_curve.h"
#include "sim/app/memory_text.h"
#include "sim/app/result_text.h"
#include "sim/app/simulation.h"
#include "sim/app/terminal.h"

namespace lambdasim::app {
namespace {

std::string chosen_design(const Scenario& scenario, const std::string& wanted) {
  return wanted.empty() ? scenario.designs.front().name : design_named(scenario, wanted).name;
}

std::size_t chosen_function(const Scenario& scenario, const std::string& wanted) {
  const std::int32_t index = function_to_show(scenario, wanted);
  if (index == io::kAllFunctions) {
    std::vector<std::string> names;
    for (const engine::FunctionSetup& function : scenario.designs.front().setup.functions) {
      names.push_back(function.name);
    }
    throw UsageError(fmt::format("{} has {} functions; name one with --function: {}", scenario.file,
                                 names.size(), fmt::join(names, ", ")));
  }
  return static_cast<std::size_t>(index);
}

std::vector<Variant> variants_of(const std::string& function,
                                 const std::vector<std::int64_t>& sizes) {
  std::vector<Variant> variants;
  for (const std::int64_t size : sizes) {
    const std::string memory = fmt::format("{} MB", size);
    variants.push_back({memory, {fmt::format("functions.{}.memory", function), memory}});
  }
  return variants;
}

}  // namespace

int memory_command(const MemoryOptions& options) {
  if (!(options.balance >= 0 && options.balance <= 1)) {
    throw UsageError(
        fmt::format("--balance takes a weight from 0 (only duration counts) to 1 (only cost "
                    "counts), got {}",
                    options.balance));
  }
  const RunOptions& run = options.run;
  const Scenario given = read_scenario(run.scenario, run.overrides);
  const std::size_t function = chosen_function(given, run.function);
  const MemoryQuestion question{given.designs.front().setup.functions[function].name,
                                chosen_design(given, options.design), options.balance};
  const std::vector<std::int64_t> sizes =
      memory_sizes(options.sizes, design_named(given, question.design).setup.functions[function]);
  const Scenario scenario = read_variants(run.scenario, run.overrides, question.design,
                                          variants_of(question.function, sizes));
  tell_warnings(scenario, run);
  const std::string file = output_of(run, scenario, scenario.name + "-memory.h5");
  const auto index = static_cast<std::int32_t>(function);
  const auto curve_of = [&](const ExperimentResult& result) {
    return memory_curve(result.summaries, index, sizes, options.balance);
  };
  return simulate(
      scenario, run, file,
      [&](const ExperimentResult& result, io::ResultFile& output) {
        output.write(memory_rows(curve_of(result), index));
      },
      [&](const ExperimentResult& result) {
        const MemoryCurve curve = curve_of(result);
        const std::string warning = timeout_warning(curve);
        if (!run.quiet && !warning.empty()) {
          tell(fmt::format("warning: {}\n", warning));
        }
        print(run.json ? memory_json(scenario, result, curve, question, file)
                       : memory_text(scenario, result, curve, question, screen()) +
                             closing(file, "memory"));
      });
}

}  // namespace lambdasim::app
