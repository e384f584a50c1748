// Tables of figures with a column a design, as the sections of a result show them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/app/scenario.h"
#include "sim/app/text.h"

namespace lambdasim::app {

constexpr double number(std::uint64_t count) {
  return static_cast<double>(count);
}

/// The first line of a table that has a column a design.
std::vector<std::string> header_of(const Scenario& scenario, std::string title);

class FigureTable {
 public:
  FigureTable(const Scenario& scenario, std::string title)
      : table_(header_of(scenario, std::move(title))) {}

  /// A line, unless it is 0 everywhere: that tells nothing.
  /// @param by_design values of all replications; none where a design has no such figure
  void add(std::string label, std::string_view unit,
           const std::vector<std::vector<double>>& by_design);
  std::string to_string() const { return table_.to_string(); }

 private:
  TextTable table_;
};

}  // namespace lambdasim::app
