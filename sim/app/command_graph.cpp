#include <fmt/format.h>

#include "sim/app/commands.h"
#include "sim/app/exit_codes.h"
#include "sim/app/graphviz.h"
#include "sim/app/result_text.h"
#include "sim/app/scenario_graph.h"
#include "sim/app/terminal.h"
#include "sim/io/partial_file.h"

namespace lambdasim::app {
namespace {

GraphFormat format_of(const GraphOptions& options) {
  if (options.format) {
    return *options.format;
  }
  const std::string& name = options.output;
  if (name.ends_with(".svg")) {
    return GraphFormat::kSvg;
  }
  if (name.empty() || name.ends_with(".dot") || name.ends_with(".gv")) {
    return GraphFormat::kDot;
  }
  throw UsageError(fmt::format(
      "the format of {} is not known: let it end in .dot, .gv or .svg, or give --format", name));
}

std::string counted(std::size_t things, std::string_view one) {
  return fmt::format("{} {}{}", things, one, things == 1 ? "" : "s");
}

/// What the picture shows, for those who do not see it.
std::string title_of(const Scenario& scenario, const Design& design, const GraphOptions& options) {
  const std::string of = fmt::format("{}, design {}", scenario.name, design.name);
  if (!options.function.empty()) {
    return fmt::format("Steps of the function {} of {}", options.function, of);
  }
  return fmt::format("Structure of {}: {}, {}, {}, {}", of,
                     counted(design.sources.size(), "source"),
                     counted(design.workflows.size(), "workflow"),
                     counted(design.setup.functions.size(), "function"),
                     counted(design.setup.backends.size(), "backend"));
}

}  // namespace

int graph_command(const GraphOptions& options) {
  const GraphFormat format = format_of(options);
  const Scenario scenario = read_scenario(options.scenario, options.overrides);
  for (const std::string& warning : scenario.warnings) {
    tell(fmt::format("warning: {}\n", warning));
  }
  if (io::would_overwrite(options.output, options.scenario)) {
    throw UsageError(fmt::format("{} would overwrite what it is drawn from", options.output));
  }
  const Design& design =
      options.design.empty() ? scenario.designs.front() : design_named(scenario, options.design);
  std::string text = options.function.empty()
                         ? scenario_graph(scenario, design)
                         : function_graph(scenario, design,
                                          core::FunctionId{static_cast<std::uint32_t>(
                                              function_to_show(scenario, options.function))});
  if (format == GraphFormat::kSvg) {
    text = svg_of(text, title_of(scenario, design, options));
  }
  if (options.output.empty()) {
    print(text);
  } else {
    io::write_text_file(options.output, [&text](std::ostream& out) { out << text; });
  }
  return kExitOk;
}

}  // namespace lambdasim::app
