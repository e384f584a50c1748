// The command line of the commands that simulate: run, compare and memory.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/app/commands.h"

namespace CLI {
class App;
}

namespace lambdasim::app {

/// What the chosen subcommand wants done; set while the command line is parsed.
using Action = std::function<int()>;

/// Adds --set, whose values go to `settings`.
void add_set(CLI::App& command, std::vector<std::string>& settings);
/// @throws UsageError for a setting that is not path=value
std::vector<Override> overrides_of(const std::vector<std::string>& settings);

/// What run and compare take, as the command line holds it.
struct RunArguments {
  RunOptions options;
  std::vector<std::string> settings;
  std::string seed;
  std::string replications;
  bool uncompressed = false;

  RunOptions resolved() const;
};

CLI::App* add_run(CLI::App& root, const std::string& name, const std::string& what,
                  const std::string& example, RunArguments& arguments);

/// What memory takes, as the command line holds it.
struct MemoryArguments {
  RunArguments run;
  MemoryOptions options;

  MemoryOptions resolved() const;
};

void add_memory(CLI::App& root, MemoryArguments& arguments, Action& action);

}  // namespace lambdasim::app
