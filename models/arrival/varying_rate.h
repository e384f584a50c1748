// Poisson arrivals whose rate varies with time, exactly and with one random number an arrival.
//
// The integral of the rate turns such a process into one of rate 1 (the time change of Cinlar,
// Introduction to Stochastic Processes, 1975, ch. 4.7): arrival k comes when the integral reaches
// the sum of k + 1 exponential numbers of mean 1. Inverting it, rather than thinning a process of
// the highest rate, wastes no numbers and keeps the numbers of an arrival when a design changes the
// rates (common random numbers).
#pragma once

#include <boost/random/exponential_distribution.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "models/arrival/generated.h"

namespace lambdasim::models {

/// A span of time over which the integral of the rate has one formula.
struct RatePiece {
  std::int64_t begin_ns = 0;  ///< since the start of the run, or of a repetition
  double length_ns = 0;       ///< of the last one of a course that does not repeat: infinite
  double expected = 0;        ///< arrivals: the integral of the rate over the piece
};

/// The course of a rate: pieces from time 0 on, without gaps.
struct RateCourse {
  std::vector<RatePiece> pieces;
  std::int64_t period_ns = 0;  ///< of the repetition; 0: none
  double expected = 0;         ///< arrivals of a period

  void add(RatePiece piece) {
    expected += piece.expected;
    pieces.push_back(piece);
  }
};

/// The offset in [from, to] at which the rising function `integral` reaches `value`, to a tenth of
/// a nanosecond or the last digits: Newton's method from `from`, the last arrival, and bisection
/// where it would leave the bracket. Errors of Newton's method go with the square of the one
/// before, so after steps r and s the next is about s^3 / r^2; it is not looked at when that is
/// nothing.
template <class Integral, class Rate>
double inverted(const Integral& integral, const Rate& rate, double value, double from, double to) {
  constexpr int kMostSteps = 100;
  double low = from;
  double high = to;
  double at = from;
  double before = 0;
  for (int i = 0; i < kMostSteps; ++i) {
    const double above = integral(at) - value;
    (above > 0 ? high : low) = at;
    const double step = above / rate(at);
    const double size = std::abs(step);
    const double enough = std::max(0.1, 1e-15 * at);
    if (size < enough || size * size * size < enough * before * before) {
      return std::clamp(at - step, from, to);
    }
    const bool is_inside = at - step > low && at - step < high;
    at = is_inside ? at - step : low + (high - low) / 2;
    before = is_inside ? size : 0;
  }
  return at;
}

/// The offset at which a rate that changes linearly has brought `expected` arrivals: the root of
/// slope u^2 / 2 + rate u = expected, in the form that loses no digits.
inline double offset_on_line(double rate, double slope, double expected) {
  const double root = std::sqrt(std::max(0.0, rate * rate + 2 * slope * expected));
  return expected == 0 ? 0.0 : 2 * expected / (rate + root);
}

/// Arrivals over `Rate`: a value with a `RateCourse course` and
/// `double offset(std::size_t piece, double expected, double from) const`, the offset (ns) in a
/// piece at which `expected` of its arrivals have come, not before `from`.
template <class Rate>
class VaryingRateTimes {
 public:
  VaryingRateTimes(const Rate& rate, const core::RandomStream& numbers)
      : rate_(&rate), engine_(numbers.sequential()) {}

  core::SimTime next() {
    const RateCourse& course = rate_->course;
    expected_ += boost::random::exponential_distribution<double>{}(engine_);
    while (expected_ >= course.pieces[piece_].expected) {
      expected_ -= course.pieces[piece_].expected;
      offset_ = 0;
      if (++piece_ == course.pieces.size() && !repeat()) {
        return core::kNever;
      }
    }
    const RatePiece& piece = course.pieces[piece_];
    offset_ = std::max(offset_, rate_->offset(piece_, expected_, offset_));
    offset_ = std::min(offset_, piece.length_ns);
    if (!(offset_ < kLatestNs)) {
      return core::kNever;
    }
    return core::SimTime{core::Duration{repetition_ns_ + piece.begin_ns + std::llround(offset_)}};
  }

 private:
  /// Goes on to the period in which the next arrival lies.
  bool repeat() {
    const RateCourse& course = rate_->course;
    piece_ = 0;
    if (course.period_ns == 0) {
      return false;
    }
    const double skipped = std::floor(expected_ / course.expected);
    const double later =
        static_cast<double>(repetition_ns_) + (1 + skipped) * static_cast<double>(course.period_ns);
    if (later > kLatestNs) {
      return false;
    }
    expected_ = std::max(0.0, expected_ - skipped * course.expected);
    repetition_ns_ += (1 + static_cast<std::int64_t>(skipped)) * course.period_ns;
    return true;
  }

  const Rate* rate_;
  core::KeyedEngine engine_;
  std::int64_t repetition_ns_ = 0;  // start of the current period
  std::size_t piece_ = 0;
  double expected_ = 0;  // integral of the rate since the piece began
  double offset_ = 0;    // of the last arrival since then, ns
};

/// Whether `peak` is not below `base`; reports it where both were given.
bool is_peak_above(double base, double peak, config::ObjectReader& parameters);

}  // namespace lambdasim::models
