#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/app/commands.h"
#include "sim/app/exit_codes.h"
#include "sim/app/experiment.h"
#include "sim/app/result_text.h"
#include "sim/app/terminal.h"
#include "sim/app/text.h"
#include "sim/config/reader.h"
#include "sim/io/errors.h"
#include "sim/io/partial_file.h"

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
  if (!options.quiet) {
    for (const std::string& warning : scenario.warnings) {
      tell(fmt::format("warning: {}\n", warning));
    }
    tell_what_hardly_fits(scenario, true);
  }
  return scenario;
}

std::string output_of(const RunOptions& options, const Scenario& scenario) {
  std::string file = options.output.empty() ? scenario.name + ".h5" : options.output;
  if (io::would_overwrite(file, options.scenario)) {
    throw UsageError(fmt::format("{} would overwrite the scenario itself", file));
  }
  for (const Design& design : scenario.designs) {
    for (const auto& arrivals : design.setup.arrivals) {
      if (io::would_overwrite(file, arrivals->file())) {
        throw UsageError(fmt::format("{} would overwrite the trace that is replayed", file));
      }
    }
  }
  return file;
}

std::string closing(const std::string& file, const std::string& table) {
  return fmt::format(
      "\nwrote {} ({})\nnext: lambdasim export {} --table {}\n"
      "      in Python: lambdasim.read(\"{}\") gives every invocation as a DataFrame\n",
      file, format_bytes(std::filesystem::file_size(file)), file, table, file);
}

/// Traces are read while they are replayed, so a bad row is met in the middle of a run.
int report_bad_rows(const config::InvalidInput& error, const std::string& file) {
  for (const config::Diagnostic& diagnostic : error.diagnostics()) {
    tell(config::to_string(diagnostic) + "\n");
  }
  tell(fmt::format("the simulation stopped there; what was simulated before it is in {}.partial\n",
                   file));
  return kExitBadData;
}

/// A full disk, above all.
int report_lost_output(const io::IoFailure& error, const std::string& file) {
  tell(fmt::format("lambdasim: {}\n{}.partial holds what was written up to the last commit\n",
                   error.what(), file));
  return kExitInputOutput;
}

using ToText = std::string (*)(const Scenario&, const ExperimentResult&, std::int32_t);

int simulate_and_print(const RunOptions& options, const Scenario& scenario, ToText to_text,
                       const std::string& table) {
  const std::int32_t function = function_to_show(scenario, options.function);
  const std::string file = output_of(options, scenario);
  const InterruptWatch watch;
  ProgressBar bar(options.quiet);
  ExperimentOptions experiment{.output = file,
                               .threads = options.threads,
                               .compress = options.compress,
                               .argv = options.argv,
                               .observe = [&bar](const ExperimentProgress& progress) {
                                 bar.show(progress);
                                 return !InterruptWatch::interrupted();
                               }};
  ExperimentResult result;
  try {
    result = run_experiment(scenario, experiment);
  } catch (const config::InvalidInput& error) {
    bar.clear();
    return report_bad_rows(error, file);
  } catch (const io::IoFailure& error) {
    bar.clear();
    return report_lost_output(error, file);
  }
  bar.clear();
  if (result.interrupted) {
    tell(
        fmt::format("interrupted after {} invocations; what was written up to the last commit is "
                    "in {}.partial\n",
                    format_count(result.invocations), file));
    return kExitInterrupted;
  }
  if (options.json) {
    print(result_json(scenario, result, file));
    return kExitOk;
  }
  print(to_text(scenario, result, function) + closing(file, table));
  return kExitOk;
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
