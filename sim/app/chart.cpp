#include "sim/app/chart.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/app/chart_axis.h"

namespace lambdasim::app {
namespace {

/// The characters of one style. A cell of the plot holds dots across x dots down.
struct Ink {
  bool unicode;
  std::size_t across;
  std::size_t down;
  const char* side;
  const char* side_tick;
  const char* corner;
  const char* floor;
  const char* floor_tick;
};

constexpr Ink kBraille{true, 2, 4, "│", "┤", "└", "─", "┴"};
constexpr Ink kAscii{false, 1, 1, "|", "+", "+", "-", "+"};

/// U+2800 and the dots of a cell that are set, as UTF-8.
std::string braille(unsigned dots) {
  constexpr unsigned kFirst = 0x2800;
  const unsigned code = kFirst + dots;
  return {static_cast<char>(0xE0U | (code >> 12U)),
          static_cast<char>(0x80U | ((code >> 6U) & 0x3FU)),
          static_cast<char>(0x80U | (code & 0x3FU))};
}

class Canvas {
 public:
  Canvas(const Ink& ink, std::size_t columns, std::size_t rows)
      : ink_(ink), columns_(columns), cells_(columns * rows, 0) {}

  void dot(std::size_t x, std::size_t y, char symbol) {
    constexpr unsigned kDots[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    unsigned& cell = cells_[y / ink_.down * columns_ + x / ink_.across];
    cell = ink_.unicode ? cell | kDots[y % ink_.down][x % ink_.across]
                        : static_cast<unsigned char>(symbol);
  }

  void line(std::size_t x0, std::size_t y0, std::size_t x1, std::size_t y1, char symbol) {
    const double dx = static_cast<double>(x1) - static_cast<double>(x0);
    const double dy = static_cast<double>(y1) - static_cast<double>(y0);
    const double steps = std::max({std::abs(dx), std::abs(dy), 1.0});
    for (double i = 0; i <= steps; ++i) {
      dot(static_cast<std::size_t>(std::lround(static_cast<double>(x0) + dx * i / steps)),
          static_cast<std::size_t>(std::lround(static_cast<double>(y0) + dy * i / steps)), symbol);
    }
  }

  std::string row(std::size_t index) const {
    std::string text;
    for (std::size_t i = 0; i < columns_; ++i) {
      const unsigned cell = cells_[index * columns_ + i];
      if (cell == 0) {
        text += ' ';
      } else {
        text += ink_.unicode ? braille(cell) : std::string(1, static_cast<char>(cell));
      }
    }
    return text;
  }

 private:
  const Ink& ink_;
  std::size_t columns_;
  std::vector<unsigned> cells_;  // dots that are set, or the ASCII character
};

/// The row of each name: where its curve ends, or the nearest below or above that is free.
std::vector<std::size_t> rows_of_names(const std::vector<std::size_t>& wanted, std::size_t rows) {
  std::vector<std::size_t> order(wanted.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
  std::vector<std::size_t> found(wanted.size());
  std::size_t free = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t last = rows - (order.size() - i);
    found[order[i]] = std::min(std::max(wanted[order[i]], free), last);
    free = found[order[i]] + 1;
  }
  return found;
}

/// Text set into a line of spaces, at most up to its end.
void put(std::string& line, std::size_t at, const std::string& text) {
  line.resize(std::max(line.size(), at + text.size()), ' ');
  line.replace(at, text.size(), text);
}

class Drawing {
 public:
  Drawing(const Chart& chart, const ChartStyle& style)
      : chart_(chart), ink_(style.unicode ? kBraille : kAscii) {
    std::vector<double> xs;
    std::size_t names = 0;
    for (const Place& place : chart.places) {
      xs.push_back(place.x);
    }
    for (const Panel& panel : chart.panels) {
      axes_.emplace_back(panel);
      for (const auto& [row, label] : axes_.back().ticks(panel.rows, ink_.down)) {
        gutter_ = std::max(gutter_, label.size());
      }
      for (const Curve& curve : panel.curves) {
        names = std::max(names, curve.name.size());
      }
    }
    x_range_ = range_of(xs, chart.scale);
    width_ = style.width;
    const std::size_t around = gutter_ + 2 + (names == 0 ? 0 : names + 1);
    columns_ = std::max<std::size_t>(width_, around + 1) - around;
  }

  std::string text() const {
    std::string all;
    for (std::size_t i = 0; i < chart_.panels.size(); ++i) {
      all += panel_text(chart_.panels[i], axes_[i]);
    }
    return all + labels_line() + marks_line();
  }

 private:
  std::size_t dot_of(double x) const {
    return static_cast<std::size_t>(std::lround(share_of(x, x_range_, chart_.scale) *
                                                static_cast<double>(columns_ * ink_.across - 1)));
  }
  /// The column of a line that stands for x.
  std::size_t column_of(double x) const { return gutter_ + 2 + dot_of(x) / ink_.across; }

  std::string panel_text(const Panel& panel, const Axis& axis) const {
    Canvas canvas(ink_, columns_, panel.rows);
    std::vector<std::size_t> ends;
    for (const Curve& curve : panel.curves) {
      ends.push_back(draw_curve(curve, axis, panel.rows, canvas));
    }
    const std::vector<std::size_t> names = rows_of_names(ends, panel.rows);
    const std::map<std::size_t, std::string> ticks = axis.ticks(panel.rows, ink_.down);
    std::string text = panel.title + '\n';
    for (std::size_t row = 0; row < panel.rows; ++row) {
      const auto tick = ticks.find(row);
      const std::string label = tick == ticks.end() ? "" : tick->second;
      std::string line = std::string(gutter_ - label.size(), ' ') + label + ' ' +
                         (tick == ticks.end() ? ink_.side : ink_.side_tick) + canvas.row(row);
      for (std::size_t i = 0; i < names.size(); ++i) {
        line += names[i] == row ? ' ' + panel.curves[i].name : "";
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + '\n';
    }
    return text + floor_line();
  }

  /// @return the row in which the curve ends
  std::size_t draw_curve(const Curve& curve, const Axis& axis, std::size_t rows,
                         Canvas& canvas) const {
    std::size_t last_x = 0;
    std::size_t last_y = 0;
    bool is_joined = false;
    for (std::size_t i = 0; i < chart_.places.size(); ++i) {
      if (!is_drawable(curve.values[i], axis.scale())) {
        is_joined = false;
        continue;
      }
      const std::size_t x = dot_of(chart_.places[i].x);
      const std::size_t y = axis.dot_of(curve.values[i], rows * ink_.down);
      canvas.line(is_joined ? last_x : x, is_joined ? last_y : y, x, y, curve.symbol);
      last_x = x;
      last_y = y;
      is_joined = true;
    }
    return last_y / ink_.down;
  }

  std::string floor_line() const {
    std::vector<bool> ticks(columns_, false);
    for (const Place& place : chart_.places) {
      ticks[dot_of(place.x) / ink_.across] = true;
    }
    std::string line = std::string(gutter_ + 1, ' ') + ink_.corner;
    for (const bool is_tick : ticks) {
      line += is_tick ? ink_.floor_tick : ink_.floor;
    }
    return line + '\n';
  }

  std::string labels_line() const {
    std::vector<const Place*> order;
    const auto add = [&order](const Place& place) {
      if (std::find(order.begin(), order.end(), &place) == order.end()) {
        order.push_back(&place);
      }
    };
    for (const Place& place : chart_.places) {
      if (!place.mark.empty()) {
        add(place);
      }
    }
    if (!chart_.places.empty()) {
      add(chart_.places.front());
      add(chart_.places.back());
    }
    for (const Place& place : chart_.places) {
      add(place);
    }
    std::string line(width_ + 2, ' ');
    for (const Place* place : order) {
      const std::size_t at = start_of(*place, place->label.size());
      const std::string around = line.substr(at - (at > 0 ? 1 : 0), place->label.size() + 2);
      if (around.find_first_not_of(' ') == std::string::npos) {
        put(line, at, place->label);
      }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line + '\n';
  }

  std::string marks_line() const {
    std::string line;
    for (const Place& place : chart_.places) {
      if (!place.mark.empty()) {
        put(line, std::max(start_of(place, place.mark.size()), line.size()), place.mark);
      }
    }
    return line.empty() ? line : line + '\n';
  }

  /// Where a text begins that is centred at a place.
  std::size_t start_of(const Place& place, std::size_t length) const {
    const std::size_t centre = column_of(place.x);
    const std::size_t start = centre - std::min(centre, length / 2);
    return std::min(start, std::max(width_, length) - length);
  }

  const Chart& chart_;
  const Ink& ink_;
  std::vector<Axis> axes_;
  AxisRange x_range_;
  std::size_t gutter_ = 0;
  std::size_t width_ = 0;
  std::size_t columns_ = 0;
};

}  // namespace

std::string draw(const Chart& chart, const ChartStyle& style) {
  return Drawing(chart, style).text();
}

}  // namespace lambdasim::app
