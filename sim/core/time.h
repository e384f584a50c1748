// Simulated time: integer nanoseconds in strong types.
//
// A Duration and a SimTime cannot be mixed up, neither can be mistaken for a plain number, and no
// wall clock has this type, so wall time cannot leak into simulated time. Simulated time starts at
// 0.
#pragma once

#include <chrono>
#include <cstdint>

namespace lambdasim::core {

using Duration = std::chrono::nanoseconds;

/// The clock of the simulation. It has no now(): only the engine knows the time.
struct SimClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<SimClock, duration>;
  static constexpr bool is_steady = true;
};

using SimTime = SimClock::time_point;

inline constexpr SimTime kStartOfTime{Duration{0}};
inline constexpr SimTime kNever{Duration::max()};

/// Nanoseconds since the start of simulated time.
constexpr std::int64_t nanoseconds_of(SimTime time) {
  return time.time_since_epoch().count();
}

/// A span in seconds as a floating-point number; for statistics, never for the clock.
constexpr double seconds_of(Duration span) {
  return static_cast<double>(span.count()) * 1e-9;
}

/// The same in milliseconds.
constexpr double milliseconds_of(Duration span) {
  return static_cast<double>(span.count()) / 1e6;
}

/// Rounds a non-negative number of nanoseconds to the clock; negative numbers become 0 and what
/// the clock cannot hold becomes the longest span a sum of a few still fits in (about 73 years).
constexpr Duration duration_of_nanoseconds(double nanoseconds) {
  constexpr double kLongest = 2.3e18;
  if (!(nanoseconds > 0.0)) {
    return Duration{0};
  }
  return Duration{
      static_cast<std::int64_t>((nanoseconds < kLongest ? nanoseconds : kLongest) + 0.5)};
}

}  // namespace lambdasim::core
