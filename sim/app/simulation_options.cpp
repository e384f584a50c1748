#include "sim/app/simulation_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "sim/app/memory_curve.h"

namespace lambdasim::app {
namespace {

/// What every command that simulates takes.
CLI::App* add_simulation(CLI::App& root, const std::string& name, const std::string& what,
                         const std::string& default_file, RunArguments& arguments) {
  CLI::App* command = root.add_subcommand(name, what);
  RunOptions& options = arguments.options;
  command->add_option("scenario", options.scenario, "Scenario file (YAML)")->required();
  command
      ->add_option("-o,--output", options.output,
                   fmt::format("File to write (default: {} here)", default_file))
      ->type_name("FILE");
  add_set(*command, arguments.settings);
  command->add_option("--seed", arguments.seed, "Seed of all random numbers")->type_name("N");
  command->add_option("--replications", arguments.replications, "Replications of each design")
      ->type_name("N");
  command->add_option("--threads", options.threads, "Threads (default: one a core)")
      ->type_name("N")
      ->check(CLI::Range(1U, 4096U));
  command->add_flag("--no-compression", arguments.uncompressed,
                    "Write the file uncompressed: larger, faster");
  command->add_flag("--json", options.json, "Print the result as JSON");
  command->add_flag("-q,--quiet", options.quiet, "No progress and no warnings");
  return command;
}

}  // namespace

std::vector<Override> overrides_of(const std::vector<std::string>& settings) {
  std::vector<Override> overrides;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw UsageError(fmt::format(
          "--set takes path=value, e.g. functions.get_user.memory='512 MB'; got '{}'", setting));
    }
    overrides.push_back({setting.substr(0, equals), setting.substr(equals + 1)});
  }
  return overrides;
}

void add_set(CLI::App& command, std::vector<std::string>& settings) {
  command.add_option("--set", settings, "Override a value of the scenario; may be repeated")
      ->type_name("PATH=VALUE")
      ->expected(1)
      ->take_all();
}

RunOptions RunArguments::resolved() const {
  RunOptions all = options;
  all.overrides = overrides_of(settings);
  all.compress = !uncompressed;
  if (!seed.empty()) {
    all.overrides.push_back({"seed", seed});
  }
  if (!replications.empty()) {
    all.overrides.push_back({"replications", replications});
  }
  return all;
}

CLI::App* add_run(CLI::App& root, const std::string& name, const std::string& what,
                  const std::string& example, RunArguments& arguments) {
  CLI::App* command = add_simulation(root, name, what, "NAME.h5", arguments);
  command->footer("Example:\n  " + example);
  RunOptions& options = arguments.options;
  command->add_option("--design", options.designs, "Only this design; may be repeated")
      ->type_name("NAME")
      ->expected(1)
      ->take_all();
  command->add_option("--function", options.function, "Function that the table is about")
      ->type_name("NAME");
  return command;
}

MemoryOptions MemoryArguments::resolved() const {
  MemoryOptions all = options;
  all.run = run.resolved();
  return all;
}

void add_memory(CLI::App& root, MemoryArguments& arguments, Action& action) {
  CLI::App* command = add_simulation(
      root, "memory", "Latency and cost of a function at every memory size, and which to choose",
      "NAME-memory.h5", arguments.run);
  command->footer(
      "Example:\n  lambdasim memory scenarios/memory_sizes.yaml --sizes 128,256..1792/64 --balance "
      "0.3");
  MemoryOptions& options = arguments.options;
  command
      ->add_option("--function", arguments.run.options.function,
                   "Function whose memory is varied (default: the only one)")
      ->type_name("NAME");
  command->add_option("--design", options.design, "Design to start from (default: the first)")
      ->type_name("NAME");
  command
      ->add_option(
          "--sizes", options.sizes,
          fmt::format(
              "Sizes in MB and ranges FROM..TO/STEP (default: {}; on managed instances those "
              "of 1, 2, 4, 8 and 16 vCPUs)",
              kDefaultMemorySizes))
      ->type_name("A,B");
  command
      ->add_option("--balance", options.balance,
                   "Weight of cost in the best balance: 0 only speed, 1 only cost (default: 0.5)")
      ->type_name("W");
  command->callback([&] { action = [&] { return memory_command(arguments.resolved()); }; });
}

}  // namespace lambdasim::app
