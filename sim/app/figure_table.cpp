#include "sim/app/figure_table.h"

#include <algorithm>

#include "sim/app/result_text.h"

namespace lambdasim::app {

std::vector<std::string> header_of(const Scenario& scenario, std::string title) {
  std::vector<std::string> header{std::move(title)};
  for (const Design& design : scenario.designs) {
    header.push_back(design.name);
  }
  return header;
}

void FigureTable::add(std::string label, std::string_view unit,
                      const std::vector<std::vector<double>>& by_design) {
  std::vector<std::string> cells{std::move(label)};
  bool is_nonzero = false;
  for (const std::vector<double>& values : by_design) {
    is_nonzero = is_nonzero ||
                 std::any_of(values.begin(), values.end(), [](double each) { return each != 0; });
    cells.push_back(values.empty() ? "-" : with_half_width(estimate(values), unit));
  }
  if (is_nonzero) {
    table_.add(std::move(cells));
  }
}

}  // namespace lambdasim::app
