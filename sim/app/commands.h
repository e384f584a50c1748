// The commands of the program, each a function of its options. They print results on stdout and
// throw for everything that goes wrong; command_line.cpp turns that into messages and exit codes.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/app/scenario.h"

namespace lambdasim::app {

/// Wrong use of the command line. The message says what is right.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// @throws UsageError naming the designs that exist
const Design& design_named(const Scenario& scenario, const std::string& name);

struct RunOptions {
  std::string scenario;
  std::string output;  ///< empty: NAME.h5 in the current folder
  std::vector<Override> overrides;
  std::vector<std::string> designs;  ///< only these; empty: all
  std::string function;              ///< the tables' function; empty: all together
  unsigned threads = 0;
  bool compress = true;
  bool json = false;
  bool quiet = false;
  std::vector<std::string> argv;
};

struct MemoryOptions {
  RunOptions run;                    ///< its `designs` stay empty
  std::string design;                ///< whose memory is varied; empty: the first
  std::optional<std::string> sizes;  ///< as memory_sizes() takes them
  double balance = 0.5;              ///< weight of the cost against the duration
};

struct ValidateOptions {
  std::string scenario;
  std::vector<Override> overrides;
  std::string resolved;       ///< design whose resolved scenario is printed; empty: none
  bool alternatives = false;  ///< what the work costs on Lambda and elsewhere
  bool json = false;          ///< of the alternatives
  bool quiet = false;
};

enum class GraphFormat { kDot, kSvg };

struct GraphOptions {
  std::string scenario;
  std::vector<Override> overrides;
  std::string design;                 ///< empty: the first
  std::string function;               ///< that is drawn from inside; empty: the whole scenario
  std::string output;                 ///< empty: stdout
  std::optional<GraphFormat> format;  ///< none: as the name of the output ends, else DOT
};

struct ExportOptions {
  std::string file;
  std::string table = "summary";
  std::vector<std::string> columns;  ///< empty: all
  std::string output;                ///< empty: stdout
};

int run_command(const RunOptions& options);
int compare_command(const RunOptions& options);
int memory_command(const MemoryOptions& options);
int validate_command(const ValidateOptions& options);
int graph_command(const GraphOptions& options);
int export_command(const ExportOptions& options);
int list_models_command(bool json);
/// Warnings about functions whose calls can pass the longest timeout, with what they would cost
/// elsewhere.
void tell_what_hardly_fits(const Scenario& scenario, bool with_table);
/// @param name a model, a platform, a runtime, a region of prices, or `sizing` (of alternatives)
int explain_model_command(const std::string& name);

}  // namespace lambdasim::app
