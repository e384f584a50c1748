// Axes of charts: which part of the numbers is shown, and where round numbers stand on it.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>

#include "sim/app/chart.h"

namespace lambdasim::app {

struct AxisRange {
  double from = 0;
  double to = 1;
};

/// Whether a value has a place on an axis at all.
bool is_drawable(double value, Scale scale);
/// From the least to the largest drawable value.
AxisRange range_of(std::span<const double> values, Scale scale);
/// How far along the range a value is, 0 to 1; one half where the range is a point.
double share_of(double value, AxisRange range, Scale scale);

/// The y axis of a panel, widened to round numbers; a linear one begins at 0.
class Axis {
 public:
  explicit Axis(const Panel& panel);

  Scale scale() const { return scale_; }
  /// The dot of a value out of `dots`, 0 at the top.
  std::size_t dot_of(double value, std::size_t dots) const;
  /// Row and label of the round numbers that have room, never in adjacent rows.
  /// @param down dots that each row has
  std::map<std::size_t, std::string> ticks(std::size_t rows, std::size_t down) const;

 private:
  Scale scale_;
  AxisRange range_;
  double step_ = 1;  // of a linear axis
};

}  // namespace lambdasim::app
