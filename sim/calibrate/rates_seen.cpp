#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>

#include "sim/calibrate/seen.h"

namespace lambdasim::calibrate {
namespace {

constexpr std::int64_t kHourUs = 3'600'000'000;

/// Variance over mean of the counts in windows of equal length. 1 for a Poisson process, 0 for an
/// even one.
double dispersion_of(const std::vector<std::int64_t>& arrivals, double window_us) {
  const auto span = static_cast<double>(arrivals.back() - arrivals.front());
  const auto windows = static_cast<std::size_t>(span / window_us);
  if (windows < 2) {
    return 1;
  }
  double sum = 0;
  double squares = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < windows; ++i) {
    const double end = static_cast<double>(i + 1) * window_us;
    const std::size_t begin = at;
    while (at < arrivals.size() && static_cast<double>(arrivals[at] - arrivals.front()) < end) {
      ++at;
    }
    const auto count = static_cast<double>(at - begin);
    sum += count;
    squares += count * count;
  }
  const auto n = static_cast<double>(windows);
  const double mean = sum / n;
  return mean > 0 ? (squares - n * mean * mean) / (n - 1) / mean : 1;
}

double gap_cv_of(const std::vector<std::int64_t>& arrivals) {
  const auto n = static_cast<double>(arrivals.size() - 1);
  const double mean = static_cast<double>(arrivals.back() - arrivals.front()) / n;
  double squares = 0;
  for (std::size_t i = 1; i < arrivals.size(); ++i) {
    const double d = static_cast<double>(arrivals[i] - arrivals[i - 1]) - mean;
    squares += d * d / n;
  }
  return mean > 0 ? std::sqrt(squares) / mean : 0;
}

/// Whole hours only: is their dispersion beyond the 99.9 % point of what chance gives?
bool varies(const std::vector<std::uint64_t>& hourly) {
  if (hourly.size() < 4) {
    return false;
  }
  const std::size_t whole = hourly.size() - 1;
  double mean = 0;
  for (std::size_t i = 0; i < whole; ++i) {
    mean += static_cast<double>(hourly[i]) / static_cast<double>(whole);
  }
  double statistic = 0;
  for (std::size_t i = 0; i < whole && mean > 0; ++i) {
    const double d = static_cast<double>(hourly[i]) - mean;
    statistic += d * d / mean;
  }
  const boost::math::chi_squared chance(static_cast<double>(whole - 1));
  return statistic > boost::math::quantile(chance, 0.999);
}

void count_hours_of_week(const std::vector<std::int64_t>& arrivals, RateSeen& rate) {
  constexpr std::int64_t kSinceMonday = 72 * kHourUs;  // 1970-01-01 was a Thursday
  const auto slot = [](std::int64_t us) {
    return static_cast<std::size_t>((us + kSinceMonday) / kHourUs % 168);
  };
  for (const std::int64_t time : arrivals) {
    ++rate.hour_of_week[slot(time)];
  }
  for (std::int64_t at = arrivals.front(); at < arrivals.back();) {
    const std::int64_t next = std::min((at / kHourUs + 1) * kHourUs, arrivals.back());
    rate.hour_of_week_s[slot(at)] += static_cast<double>(next - at) / 1e6;
    at = next;
  }
}

}  // namespace

RateSeen rate_of(const std::vector<std::int64_t>& arrivals) {
  RateSeen rate;
  const std::int64_t first = arrivals.front();
  rate.first_us = first;
  rate.span_s = static_cast<double>(arrivals.back() - first) / 1e6;
  for (const std::int64_t time : arrivals) {
    const auto hour = static_cast<std::size_t>((time - first) / kHourUs);
    if (rate.hourly.size() <= hour) {
      rate.hourly.resize(hour + 1);
    }
    ++rate.hourly[hour];
  }
  count_hours_of_week(arrivals, rate);
  if (arrivals.size() < 2 || rate.span_s <= 0) {
    return rate;
  }
  rate.per_second = static_cast<double>(arrivals.size() - 1) / rate.span_s;
  rate.gap_cv = gap_cv_of(arrivals);
  constexpr double kCallsAWindow = 10;
  rate.dispersion = dispersion_of(arrivals, 1e6 * kCallsAWindow / rate.per_second);
  rate.varies_by_hour = varies(rate.hourly);
  rate.shape = rate.gap_cv < 0.5 && rate.dispersion < 0.5 ? RateSeen::Shape::kConstant
               : rate.dispersion > 2 && rate.gap_cv > 1.2 ? RateSeen::Shape::kBursty
                                                          : RateSeen::Shape::kPoisson;
  return rate;
}

std::vector<std::int64_t> arrivals_of(const FunctionLog& log) {
  std::vector<std::int64_t> arrivals;
  arrivals.reserve(log.calls.size());
  for (const Call& call : log.calls) {
    const float waited = call.init_ms == call.init_ms         ? call.init_ms
                         : call.restore_ms == call.restore_ms ? call.restore_ms
                                                              : 0.0F;
    arrivals.push_back(call.start_us - std::llround(1000.0 * waited));
  }
  std::sort(arrivals.begin(), arrivals.end());
  return arrivals;
}

}  // namespace lambdasim::calibrate
