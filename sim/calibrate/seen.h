// What the calls of a log say about everything but durations: execution contexts, idle limits,
// order of reuse, the rate of calls, and the rule by which they were billed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/calibrate/observations.h"

namespace lambdasim::calibrate {

/// One log stream.
struct ContextSeen {
  double first_s = 0;  ///< begin of its first call, from the first call of the function
  double last_s = 0;   ///< end of its last call
  std::uint64_t calls = 0;
  bool began_warm = false;  ///< its first call here waited for no INIT
};

/// A span of the log.
struct TimelineBin {
  double from_s = 0;
  std::uint64_t calls = 0;
  std::uint64_t cold = 0;
  std::uint32_t contexts = 0;  ///< that served a call
  std::uint32_t most_busy = 0;
};

struct ContextsSeen {
  std::vector<ContextSeen> contexts;
  std::uint32_t warm_at_start = 0;  ///< first used within kStart, without INIT
  std::uint32_t proactive = 0;      ///< first used later, without INIT
  std::uint32_t most_busy = 0;      ///< calls at once
  double longest_survived_s = 0;    ///< idle gap after which a context served again; 0: none
  std::uint64_t gaps = 0;
  /// Least idle time after which a context must have been gone: a call started cold although it was
  /// idle. An upper bound of its limit, but for its lifetime.
  std::optional<double> shortest_lost_s;
  std::uint64_t lost = 0;         ///< contexts with such a bound
  std::uint64_t choices = 0;      ///< calls that found several contexts reusable
  std::uint64_t most_recent = 0;  ///< of them, served by the one whose call ended last
  std::vector<TimelineBin> timeline;

  static constexpr double kStart = 600;  ///< s
};

/// @param log with times and contexts, at least one call
ContextsSeen contexts_of(const FunctionLog& log);

struct RateSeen {
  std::int64_t first_us = 0;          ///< of the first call, since 1970 UTC
  double span_s = 0;                  ///< from the first to the last call
  double per_second = 0;              ///< (calls - 1) / span; 0 for one call
  double gap_cv = 0;                  ///< coefficient of variation of the gaps between calls
  double dispersion = 0;              ///< variance / mean of counts in windows of about ten calls
  std::vector<std::uint64_t> hourly;  ///< calls in each hour from the first call on
  std::array<double, 168> hour_of_week_s{};       ///< time seen, UTC, Monday 0:00 first
  std::array<std::uint64_t, 168> hour_of_week{};  ///< calls
  bool varies_by_hour = false;  ///< hourly counts differ by more than chance allows

  enum class Shape : std::uint8_t { kConstant, kPoisson, kBursty };
  Shape shape = Shape::kPoisson;
};

/// @param arrivals_us ascending, at least one
RateSeen rate_of(const std::vector<std::int64_t>& arrivals_us);

/// When each call was asked for, as far as the log tells: the begin of its handler less its INIT or
/// restore. Ascending.
std::vector<std::int64_t> arrivals_of(const FunctionLog& log);

enum class BillingRule : std::uint8_t {
  kUnknown,
  kInitFree,    ///< ceil(Duration)
  kInitBilled,  ///< ceil(Init Duration + Duration)
  kSteps100,    ///< Duration rounded up to 100 ms
};

struct BillingSeen {
  BillingRule rule = BillingRule::kUnknown;
  std::uint64_t follow = 0;       ///< calls that the rule explains
  std::uint64_t explained = 0;    ///< calls that tell rules apart
  std::uint64_t warm_follow = 0;  ///< warm calls billed as their Duration rounded up
  std::uint64_t warm = 0;
};

BillingSeen billing_of(const FunctionLog& log);

}  // namespace lambdasim::calibrate
