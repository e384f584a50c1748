// The command that turns infrastructure templates into scenarios, and its command line.
#pragma once

#include <string>
#include <vector>

#include "sim/app/simulation_options.h"

namespace lambdasim::app {

struct ImportOptions {
  std::string file;
  std::string output;  ///< empty: stdout
  std::string format;  ///< empty: by content
  std::vector<std::string> parameters;
  bool strict = false;
  bool quiet = false;
};

int import_command(const ImportOptions& options);

void add_import(CLI::App& root, ImportOptions& options, Action& action);

}  // namespace lambdasim::app
