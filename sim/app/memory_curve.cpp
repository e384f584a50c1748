#include "sim/app/memory_curve.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace lambdasim::app {
namespace {

/// More timeouts than at the best size, in percentage points, that keep a size from being chosen.
constexpr double kToleratedTimeouts = 0.1;

using Values = std::vector<double>;

/// One size, by replication; NaN where no call was served.
struct Replications {
  Values durations;
  Values costs;
};

using RowsOfDesign = std::vector<const io::SummaryRow*>;

RowsOfDesign rows_of(std::span<const io::SummaryRow> summaries, std::size_t design,
                     std::int32_t function) {
  RowsOfDesign rows;
  for (const io::SummaryRow& row : summaries) {
    if (row.design == design && row.function == function) {
      rows.push_back(&row);
    }
  }
  return rows;
}

Estimate estimate_of(const RowsOfDesign& rows, std::string_view name) {
  Values values;
  for (const io::SummaryRow* row : rows) {
    values.push_back(metric(name).value(*row));
  }
  return estimate(values);
}

Replications replications_of(const RowsOfDesign& rows) {
  Replications all;
  for (const io::SummaryRow* row : rows) {
    const bool is_served = !std::isnan(metric("latency_mean").value(*row));
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    all.durations.push_back(is_served ? row->duration_mean_ms : kNone);
    all.costs.push_back(is_served ? metric("cost").value(*row) : kNone);
  }
  return all;
}

MemoryPoint point_of(const RowsOfDesign& rows, const Replications& replications,
                     std::int64_t memory_mb) {
  return {.memory_mb = memory_mb,
          .duration_ms = estimate(replications.durations),
          .p50_ms = estimate_of(rows, "latency_p50"),
          .p95_ms = estimate_of(rows, "latency_p95"),
          .p99_ms = estimate_of(rows, "latency_p99"),
          .cold = estimate_of(rows, "cold_share"),
          .timeouts = estimate_of(rows, "timeouts"),
          .refused = estimate_of(rows, "throttled"),
          .cost = estimate(replications.costs)};
}

void leave_out_what_times_out(std::vector<MemoryPoint>& points) {
  double least = std::numeric_limits<double>::infinity();
  for (const MemoryPoint& point : points) {
    least = std::min(least, point.timeouts.mean);
  }
  for (MemoryPoint& point : points) {
    point.is_left_out = point.timeouts.mean > least + kToleratedTimeouts;
  }
}

/// cost_weight x cost + duration_weight x duration of each replication.
Values scores(const Replications& of, double cost_weight, double duration_weight) {
  Values all;
  for (std::size_t i = 0; i < of.costs.size(); ++i) {
    all.push_back(cost_weight * of.costs[i] + duration_weight * of.durations[i]);
  }
  return all;
}

bool may_be_equal(const Values& first, const Values& second) {
  Values differences;
  for (std::size_t i = 0; i < first.size(); ++i) {
    differences.push_back(first[i] - second[i]);
  }
  const Estimate difference = estimate(differences);
  return std::abs(difference.mean) <= difference.half_width;
}

class Chooser {
 public:
  Chooser(const MemoryCurve& curve, const std::vector<Replications>& replications)
      : points_(curve.points), replications_(replications) {
    for (std::size_t i = 0; i < points_.size(); ++i) {
      if (!points_[i].is_left_out && !std::isnan(points_[i].cost.mean)) {
        eligible_.push_back(i);
        most_.cost = std::max(most_.cost, points_[i].cost.mean);
        most_.duration = std::max(most_.duration, points_[i].duration_ms.mean);
      }
    }
  }

  std::optional<MemoryChoice> cheapest() const { return least(1, 0); }
  std::optional<MemoryChoice> fastest() const { return least(0, 1); }
  std::optional<MemoryChoice> balanced(double balance) const {
    return least(most_.cost > 0 ? balance / most_.cost : 0,
                 most_.duration > 0 ? (1 - balance) / most_.duration : 0);
  }

 private:
  /// By the weighted sum; where equal, by cost, then by duration, then the smaller size.
  std::optional<MemoryChoice> least(double cost_weight, double duration_weight) const {
    const auto key = [&](std::size_t i) {
      const double cost = points_[i].cost.mean;
      const double duration = points_[i].duration_ms.mean;
      return std::tuple{cost_weight * cost + duration_weight * duration, cost, duration};
    };
    const auto found =
        std::min_element(eligible_.begin(), eligible_.end(),
                         [&key](std::size_t a, std::size_t b) { return key(a) < key(b); });
    if (found == eligible_.end()) {
      return std::nullopt;
    }
    MemoryChoice choice{*found, {}};
    const Values chosen = scores(replications_[*found], cost_weight, duration_weight);
    for (const std::size_t other : eligible_) {
      if (other != *found &&
          may_be_equal(chosen, scores(replications_[other], cost_weight, duration_weight))) {
        choice.alike.push_back(other);
      }
    }
    return choice;
  }

  struct {
    double cost = 0;
    double duration = 0;
  } most_;
  const std::vector<MemoryPoint>& points_;
  const std::vector<Replications>& replications_;
  std::vector<std::size_t> eligible_;
};

io::MeanRow mean_row(const Estimate& value, double scale = 1) {
  return {value.mean * scale, value.half_width * scale};
}

bool is_at(const std::optional<MemoryChoice>& choice, std::size_t point) {
  return choice && choice->point == point;
}

}  // namespace

MemoryCurve memory_curve(std::span<const io::SummaryRow> summaries, std::int32_t function,
                         const std::vector<std::int64_t>& sizes, double balance) {
  MemoryCurve curve;
  std::vector<Replications> replications;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const RowsOfDesign rows = rows_of(summaries, i, function);
    replications.push_back(replications_of(rows));
    curve.points.push_back(point_of(rows, replications.back(), sizes[i]));
  }
  leave_out_what_times_out(curve.points);
  const Chooser chooser(curve, replications);
  curve.cheapest = chooser.cheapest();
  curve.fastest = chooser.fastest();
  curve.balanced = chooser.balanced(balance);
  return curve;
}

std::vector<io::MemoryRow> memory_rows(const MemoryCurve& curve, std::int32_t function) {
  constexpr double kOfPercent = 0.01;
  std::vector<io::MemoryRow> rows;
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    const MemoryPoint& point = curve.points[i];
    rows.push_back({.design = static_cast<std::uint8_t>(i),
                    .function = function,
                    .memory_mb = static_cast<std::uint32_t>(point.memory_mb),
                    .duration_ms = mean_row(point.duration_ms),
                    .latency_p50_ms = mean_row(point.p50_ms),
                    .latency_p95_ms = mean_row(point.p95_ms),
                    .latency_p99_ms = mean_row(point.p99_ms),
                    .cold_share = mean_row(point.cold, kOfPercent),
                    .timeout_share = mean_row(point.timeouts, kOfPercent),
                    .cost_per_million_usd = mean_row(point.cost),
                    .is_left_out = point.is_left_out,
                    .is_cheapest = is_at(curve.cheapest, i),
                    .is_fastest = is_at(curve.fastest, i),
                    .is_balanced = is_at(curve.balanced, i)});
  }
  return rows;
}

}  // namespace lambdasim::app
