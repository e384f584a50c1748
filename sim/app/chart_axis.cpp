#include "sim/app/chart_axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "sim/app/text.h"

namespace lambdasim::app {
namespace {

/// In the order in which they are given room.
constexpr std::array<double, 3> kRoundDigits{1, 5, 2};
/// For what rounding does to values that are round numbers themselves.
constexpr double kSlack = 1e-9;

/// The largest of 1, 2, 5 x 10^k up to `value`, or the least from it on.
double round_number(double value, bool is_upwards) {
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  const double digits = value / power;
  double below = 1;
  for (const double candidate : {1.0, 2.0, 5.0, 10.0}) {
    if (is_upwards && candidate >= digits - kSlack) {
      return candidate * power;
    }
    below = candidate <= digits + kSlack ? candidate : below;
  }
  return below * power;
}

/// Round numbers of a log axis, the ends first.
std::vector<double> log_candidates(AxisRange range) {
  std::vector<double> all{range.from, range.to};
  const int first = static_cast<int>(std::floor(std::log10(range.from)));
  const int last = static_cast<int>(std::ceil(std::log10(range.to)));
  for (const double digit : kRoundDigits) {
    for (int power = first; power <= last; ++power) {
      const double value = digit * std::pow(10.0, power);
      if (value > range.from * (1 + kSlack) && value < range.to * (1 - kSlack)) {
        all.push_back(value);
      }
    }
  }
  return all;
}

std::vector<double> linear_candidates(AxisRange range, double step) {
  std::vector<double> all{range.from, range.to};
  for (double i = 1; range.from + i * step < range.to - step * kSlack; ++i) {
    all.push_back(range.from + i * step);
  }
  return all;
}

}  // namespace

bool is_drawable(double value, Scale scale) {
  return std::isfinite(value) && (scale == Scale::kLinear || value > 0);
}

AxisRange range_of(std::span<const double> values, Scale scale) {
  bool is_empty = true;
  AxisRange range{1, 1};
  for (const double value : values) {
    if (is_drawable(value, scale)) {
      range.from = is_empty ? value : std::min(range.from, value);
      range.to = is_empty ? value : std::max(range.to, value);
      is_empty = false;
    }
  }
  return range;
}

double share_of(double value, AxisRange range, Scale scale) {
  if (!(range.to > range.from)) {
    return 0.5;
  }
  return scale == Scale::kLog ? std::log(value / range.from) / std::log(range.to / range.from)
                              : (value - range.from) / (range.to - range.from);
}

Axis::Axis(const Panel& panel) : scale_(panel.scale) {
  std::vector<double> values;
  for (const Curve& curve : panel.curves) {
    values.insert(values.end(), curve.values.begin(), curve.values.end());
  }
  range_ = range_of(values, scale_);
  if (scale_ == Scale::kLog) {
    range_ = {round_number(range_.from, false), round_number(range_.to, true)};
    range_.to = range_.to > range_.from ? range_.to : 10 * range_.from;
    return;
  }
  constexpr double kRowsATick = 2;
  range_.from = std::min(0.0, range_.from);
  range_.to = range_.to > range_.from ? range_.to : range_.from + 1;
  step_ =
      round_number((range_.to - range_.from) * kRowsATick / static_cast<double>(panel.rows), true);
  range_.from = std::floor(range_.from / step_ + kSlack) * step_;
  range_.to = std::ceil(range_.to / step_ - kSlack) * step_;
}

std::size_t Axis::dot_of(double value, std::size_t dots) const {
  const double down = 1 - share_of(value, range_, scale_);
  return static_cast<std::size_t>(
      std::lround(std::clamp(down, 0.0, 1.0) * static_cast<double>(dots - 1)));
}

std::map<std::size_t, std::string> Axis::ticks(std::size_t rows, std::size_t down) const {
  std::map<std::size_t, std::string> found;
  const auto candidates =
      scale_ == Scale::kLog ? log_candidates(range_) : linear_candidates(range_, step_);
  for (const double value : candidates) {
    const std::size_t row = dot_of(value, rows * down) / down;
    if (!found.contains(row) && !found.contains(row + 1) &&
        (row == 0 || !found.contains(row - 1))) {
      found[row] = format_number(value);
    }
  }
  return found;
}

}  // namespace lambdasim::app
