// Which memory size to choose: the figures of one function at every size, all on the same arrivals
// and random numbers, and the sizes that are cheapest, fastest and the best balance of both.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/app/comparison.h"
#include "sim/app/scenario.h"
#include "sim/io/rows.h"

namespace lambdasim::app {

inline constexpr std::string_view kDefaultMemorySizes =
    "128,192,256,384,512,768,1024,1280,1536,1769,2048,3008,4096,5120,6144,7168,8192,10240";

/// Sizes and ranges in MB, `128,512,1024..2048/256`: ascending, each once. None: the default ones;
/// of a function on managed instances those of 1, 2, 4, 8 and 16 vCPUs.
/// @throws std::invalid_argument saying what is right
std::vector<std::int64_t> memory_sizes(const std::optional<std::string>& text,
                                       const engine::FunctionSetup& function);

struct MemoryPoint {
  std::int64_t memory_mb = 0;
  Estimate duration_ms;  ///< Duration as REPORT gives it: handler, without INIT
  Estimate p50_ms, p95_ms, p99_ms;
  Estimate cold, timeouts, refused;  ///< percent
  Estimate cost;                     ///< USD per million served calls
  bool is_left_out = false;          ///< clearly more timeouts than at another size: not chosen
};

struct MemoryChoice {
  std::size_t point = 0;
  /// Other points whose paired difference from it, in what it was chosen by, may be 0; empty for
  /// one replication, which tells nothing about that.
  std::vector<std::size_t> alike;
};

struct MemoryCurve {
  std::vector<MemoryPoint> points;                          ///< as the sizes
  std::optional<MemoryChoice> cheapest, fastest, balanced;  ///< none: no size served a call
};

/// Cheapest is the least cost a call, fastest the least mean Duration; where equal, the other
/// decides. The best balance has the least
///   balance x cost / largest cost + (1 - balance) x Duration / largest Duration,
/// as the strategy `balanced` of AWS Lambda Power Tuning (lambda/analyzer.js).
/// @param sizes of design 0, 1, ...
/// @param balance weight of the cost, 0 to 1
MemoryCurve memory_curve(std::span<const io::SummaryRow> summaries, std::int32_t function,
                         const std::vector<std::int64_t>& sizes, double balance);

/// As the file holds it.
std::vector<io::MemoryRow> memory_rows(const MemoryCurve& curve, std::int32_t function);

}  // namespace lambdasim::app
