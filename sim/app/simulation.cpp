#include "sim/app/simulation.h"

#include <fmt/format.h>

#include <filesystem>

#include "sim/app/exit_codes.h"
#include "sim/app/terminal.h"
#include "sim/app/text.h"
#include "sim/config/reader.h"
#include "sim/io/errors.h"
#include "sim/io/partial_file.h"

namespace lambdasim::app {
namespace {

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

}  // namespace

void tell_warnings(const Scenario& scenario, const RunOptions& options) {
  if (!options.quiet) {
    for (const std::string& warning : scenario.warnings) {
      tell(fmt::format("warning: {}\n", warning));
    }
  }
}

std::string output_of(const RunOptions& options, const Scenario& scenario,
                      const std::string& name) {
  std::string file = options.output.empty() ? name : options.output;
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

int simulate(const Scenario& scenario, const RunOptions& options, const std::string& file,
             const AddTables& add_tables, const ShowResult& show) {
  const InterruptWatch watch;
  ProgressBar bar(options.quiet);
  const ExperimentOptions experiment{.output = file,
                                     .threads = options.threads,
                                     .compress = options.compress,
                                     .argv = options.argv,
                                     .observe =
                                         [&bar](const ExperimentProgress& progress) {
                                           bar.show(progress);
                                           return !InterruptWatch::interrupted();
                                         },
                                     .add_tables = add_tables};
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
  show(result);
  return kExitOk;
}

std::string closing(const std::string& file, const std::string& table) {
  return fmt::format(
      "\nwrote {} ({})\nnext: lambdasim export {} --table {}\n"
      "      in Python: lambdasim.read(\"{}\") gives every invocation as a DataFrame\n",
      file, format_bytes(std::filesystem::file_size(file)), file, table, file);
}

}  // namespace lambdasim::app
