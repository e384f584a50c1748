// Lines about a scenario that may differ from design to design: what several say is said once.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lambdasim::app {

class DesignLines {
 public:
  void add(const std::string& subject, const std::string& design, const std::string& said);
  /// `subject: said`, in the order in which they were first added; `subject (a, b): said` of what
  /// not all designs say.
  std::string text(std::size_t designs) const;

 private:
  using Line = std::pair<std::string, std::string>;

  std::vector<Line> lines_;
  std::map<Line, std::vector<std::string>> designs_;
};

}  // namespace lambdasim::app
