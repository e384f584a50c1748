#include "sim/app/calibrate_options.h"

#include <CLI/CLI.hpp>

namespace lambdasim::app {

void add_calibrate(CLI::App& root, CalibrateOptions& options, Action& action) {
  CLI::App* command = root.add_subcommand(
      "fit", "Fit a scenario to CloudWatch logs, or set a scenario beside them");
  command->footer(
      "Logs: REPORT lines as text, JSON logs, `aws logs filter-log-events` (also an event a line), "
      "CSV of Logs Insights; each plain or gzip. Several files make one log.\n\n"
      "Example:\n  lambdasim fit scenarios/data/orders.log.gz -o orders.yaml --trace orders.csv\n"
      "  lambdasim fit --check scenarios/data/orders.log.gz --scenario orders.yaml --within 10");
  command->add_option("logs", options.logs, "CloudWatch logs")->required()->type_name("LOG");
  command->add_option("-o,--output", options.output, "Scenario to write (YAML)")->type_name("FILE");
  command
      ->add_option("--trace", options.trace,
                   "Write the calls as a CSV trace, which the scenario then replays")
      ->type_name("FILE");
  command
      ->add_option("--function", options.function,
                   "Only this function; its name where the log tells none")
      ->type_name("NAME");
  command
      ->add_option("--runtime", options.runtime, "Runtime, which few logs name (e.g. python3.13)")
      ->type_name("NAME");
  command
      ->add_option("--power-tuning", options.power_tuning,
                   "Result of AWS Lambda Power Tuning, JSON or its link: tells CPU from waiting")
      ->type_name("FILE");
  command->add_flag("--skip-bad", options.skip_bad,
                    "Skip lines that cannot be read, and say how many");
  command->add_flag("--check", options.check,
                    "Simulate the scenario and set it beside the log: percentiles, cold share, "
                    "contexts, distances");
  command
      ->add_option("--scenario", options.scenario,
                   "Scenario to check (default: the one that fits the log)")
      ->type_name("FILE");
  command
      ->add_option("--within", options.within,
                   "Exit with 1 when --check finds more than so many percent of difference")
      ->type_name("PERCENT");
  command->add_flag("--json", options.json, "Print as JSON");
  command->add_flag("-q,--quiet", options.quiet, "No warnings");
  command->callback([&] { action = [&] { return calibrate_command(options); }; });
}

}  // namespace lambdasim::app
