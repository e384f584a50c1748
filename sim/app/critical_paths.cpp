#include "sim/app/critical_paths.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <utility>
#include <vector>

#include "sim/app/text.h"

namespace lambdasim::app {
namespace {

std::string critical_path_text(const ProgramPath& path) {
  return fmt::format("critical path {}, {} ms of {} ms of work{}{}", path.steps,
                     format_number(path.length_ns * 1e-6), format_number(path.work_ns * 1e-6),
                     path.has_recorded ? ", without what is recorded" : "",
                     path.has_others ? ", without calls and files" : "");
}

}  // namespace

std::string critical_paths_text(const Scenario& scenario) {
  std::vector<std::pair<std::string, std::string>> programs;  // with what is said of them
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> designs;
  for (const Design& design : scenario.designs) {
    for (const ProgramPath& path : design.critical_paths) {
      const std::pair line{path.program, critical_path_text(path)};
      if (designs[line].empty()) {
        programs.push_back(line);
      }
      designs[line].push_back(design.name);
    }
  }
  std::string text;
  for (const auto& line : programs) {
    const std::vector<std::string>& of = designs[line];
    const bool all = of.size() == scenario.designs.size();
    text += fmt::format("{}{}: {}\n", line.first,
                        all ? "" : fmt::format(" ({})", fmt::join(of, ", ")), line.second);
  }
  return text;
}

}  // namespace lambdasim::app
