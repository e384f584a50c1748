#include "sim/app/critical_paths.h"

#include <fmt/format.h>

#include "sim/app/design_lines.h"
#include "sim/app/text.h"

namespace lambdasim::app {
namespace {

std::string critical_path_text(const ProgramPath& path) {
  return fmt::format("critical path {}, {} ms of {} ms of work{}", path.steps,
                     format_number(path.length_ns * 1e-6), format_number(path.work_ns * 1e-6),
                     left_out_text(path));
}

}  // namespace

std::string left_out_text(const ProgramPath& path) {
  return fmt::format("{}{}", path.has_recorded ? ", without what is recorded" : "",
                     path.has_others ? ", without calls and files" : "");
}

std::string critical_paths_text(const Scenario& scenario) {
  DesignLines lines;
  for (const Design& design : scenario.designs) {
    for (const ProgramPath& path : design.critical_paths) {
      lines.add(path.program, design.name, critical_path_text(path));
    }
  }
  return lines.text(scenario.designs.size());
}

}  // namespace lambdasim::app
