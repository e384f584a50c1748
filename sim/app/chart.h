// Curves over a common x axis, drawn in characters: panels above each other, each with its own y
// axis, and a name beside the end of every curve. Braille dots where the terminal knows Unicode,
// else one ASCII character a curve.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace lambdasim::app {

enum class Scale { kLinear, kLog };

struct Curve {
  std::string name;
  char symbol = '*';           ///< what draws it in ASCII
  std::vector<double> values;  ///< one an x; NaN (log: also 0 and below) leaves a gap
};

struct Panel {
  std::string title;
  Scale scale = Scale::kLinear;
  std::size_t rows = 10;  ///< at least 3, and at least one a curve
  std::vector<Curve> curves;
};

/// A place on the x axis. Labels that find no room are left out, marked ones last.
struct Place {
  double x = 0;
  std::string label;
  std::string mark;  ///< written below the label, always; empty: none
};

struct Chart {
  Scale scale = Scale::kLinear;
  std::vector<Place> places;  ///< ascending
  std::vector<Panel> panels;
};

struct ChartStyle {
  std::size_t width = 80;  ///< characters a line, at most
  bool unicode = true;
};

std::string draw(const Chart& chart, const ChartStyle& style);

}  // namespace lambdasim::app
