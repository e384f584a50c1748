#include "sim/app/design_lines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lambdasim::app {

void DesignLines::add(const std::string& subject, const std::string& design,
                      const std::string& said) {
  std::vector<std::string>& designs = designs_[{subject, said}];
  if (designs.empty()) {
    lines_.emplace_back(subject, said);
  }
  designs.push_back(design);
}

std::string DesignLines::text(std::size_t designs) const {
  std::string text;
  for (const Line& line : lines_) {
    const std::vector<std::string>& of = designs_.at(line);
    text += fmt::format("{}{}: {}\n", line.first,
                        of.size() == designs ? "" : fmt::format(" ({})", fmt::join(of, ", ")),
                        line.second);
  }
  return text;
}

}  // namespace lambdasim::app
