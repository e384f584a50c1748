#include "models/arrival/piecewise.h"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "models/arrival/varying_rate.h"
#include "sim/config/units.h"

namespace lambdasim::models {
namespace {

using core::Duration;
using namespace std::chrono_literals;

constexpr std::array<Parameter, 3> kParameters{{
    {"points", "list of {at, rate}: the rate (/s, /min, /h or /d) from that time (h) on", "",
     "no default: it is the workload"},
    {"between", "steps: a rate holds until the next point; linear: it goes straight there", "steps",
     "measured rates are means of an hour or a minute each"},
    {"period", "time (h) after which the points repeat, such as 24 h or 7 d", "none",
     "without one the first rate holds before the first point and the last one to the end"},
}};

constexpr Duration kLongest = 24h * 3650;

struct Point {
  Duration at{0};
  double per_ns = 0;
};

/// Between two points the rate is linear, so its integral is quadratic.
struct PiecewiseRate {
  struct Line {
    double rate = 0;   ///< at the beginning, per ns
    double slope = 0;  ///< per ns^2
  };
  RateCourse course;
  std::vector<Line> lines;

  double offset(std::size_t piece, double expected, double) const {
    return offset_on_line(lines[piece].rate, lines[piece].slope, expected);
  }

  void add(Duration from, double length_ns, double begin_rate, double end_rate) {
    if (length_ns > 0) {
      const bool flat = begin_rate == end_rate;
      lines.push_back({begin_rate, flat ? 0.0 : (end_rate - begin_rate) / length_ns});
      const double mean = flat ? begin_rate : (begin_rate + end_rate) / 2;
      course.add({from.count(), length_ns, mean == 0 ? 0.0 : mean * length_ns});
    }
  }
};

double length_of(Duration span) {
  return static_cast<double>(span.count());
}

/// From time 0 to the first point, and after the last one, the rates that the two ends give.
PiecewiseRate course_of(const std::vector<Point>& points, bool is_linear, Duration period) {
  PiecewiseRate rate;
  const Point& first = points.front();
  const Point& last = points.back();
  const bool repeats = period > 0ns;
  const double gap = length_of(period - last.at + first.at);
  const double at_start =
      !repeats     ? first.per_ns
      : !is_linear ? last.per_ns
                   : last.per_ns + (first.per_ns - last.per_ns) * length_of(period - last.at) / gap;
  const auto end_of = [is_linear](double from, double to) { return is_linear ? to : from; };
  rate.add(0ns, length_of(first.at), at_start, end_of(at_start, first.per_ns));
  for (std::size_t i = 1; i < points.size(); ++i) {
    rate.add(points[i - 1].at, length_of(points[i].at - points[i - 1].at), points[i - 1].per_ns,
             end_of(points[i - 1].per_ns, points[i].per_ns));
  }
  if (repeats) {
    rate.add(last.at, length_of(period - last.at), last.per_ns, end_of(last.per_ns, at_start));
  } else {
    rate.add(last.at, std::numeric_limits<double>::infinity(), last.per_ns, last.per_ns);
  }
  rate.course.period_ns = period.count();
  return rate;
}

std::vector<Point> read_points(config::ObjectReader& parameters, Duration period) {
  std::vector<Point> points;
  parameters.each_item("points", true, [&points, period](std::size_t, config::ObjectReader& item) {
    const Duration at = item.duration("at", std::nullopt, {0ns, kLongest});
    const double rate = item.rate("rate", std::nullopt, {0.0, 1e8});
    if (period > 0ns && at >= period) {
      item.report("at", fmt::format("must be below the period ({}), got {}",
                                    config::format_duration(period), config::format_duration(at)));
    } else if (item.has("at") && !points.empty() && at <= points.back().at) {
      item.report("at", fmt::format("must be later than the point before it ({}), got {}",
                                    config::format_duration(points.back().at),
                                    config::format_duration(at)));
    }
    points.push_back({at, rate * 1e-9});
  });
  return points;
}

}  // namespace

const About kPiecewiseAbout{
    "piecewise", "Poisson arrivals at a rate given point by point, such as by hour of the day",
    "A Poisson process of rate r(t): constant from each point to the next, or linear between them, "
    "and repeated after each period. Arrival k (from 0) comes when the integral of r from 0 on "
    "reaches the sum of k + 1 exponential numbers of mean 1; the number in any span is Poisson, "
    "its mean the integral. In spans of w in which r varies with variance v around its mean m, the "
    "index of dispersion for counts is 1 + v w / m.",
    "inversion of the integrated rate (Cinlar 1975, ch. 4.7; Lewis and Shedler 1979 for the "
    "alternative, thinning); rates of hours are what dashboards show",
    kParameters};

std::shared_ptr<const engine::ArrivalProcess> read_piecewise(config::ObjectReader& parameters,
                                                             const ArrivalContext& context) {
  const bool is_linear = parameters.choice("between", {"steps", "linear"}, 0) == 1;
  Duration period{0};
  if (parameters.has("period")) {
    period = parameters.duration("period", std::nullopt, {1s, kLongest});
  }
  const std::vector<Point> points = read_points(parameters, period);
  const bool is_silent = std::all_of(points.begin(), points.end(),
                                     [](const Point& point) { return point.per_ns == 0; });
  if (!points.empty() && is_silent) {
    parameters.report("points", "at least one rate must be above 0 /s");
  }
  if (is_silent) {
    return nullptr;
  }
  return std::make_shared<const GeneratedProcess<VaryingRateTimes<PiecewiseRate>, PiecewiseRate>>(
      course_of(points, is_linear, period), context);
}

}  // namespace lambdasim::models
