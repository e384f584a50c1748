// What a context has beside memory and CPU: /tmp with files that are fetched once, and the network.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/distribution.h"
#include "sim/core/time.h"

namespace lambdasim::engine {

/// What becomes of a file for which /tmp has no room.
enum class WhenFull : std::uint8_t {
  kError,              ///< the handler fails
  kLeastRecentlyUsed,  ///< files that were not used for longest make room
};

/// A file, or one out of several of the same size, that handlers want in /tmp.
struct File {
  std::string name;
  std::int64_t bytes = 0;
  core::Distribution latency;  ///< ns until the first byte comes
  std::vector<double> shares;  ///< of `count` variants, by number, cumulated: the last is 1
  std::uint32_t purpose = 0;   ///< of the random numbers that pick the variant
};

/// Incoming traffic of a context: a bucket of bytes that are fast, a steady rate after them.
struct Network {
  double bytes_per_s = 0;
  double burst_bytes_per_s = 0;
  std::int64_t burst_bytes = 0;  ///< fast again after every pause
  std::int64_t first_bytes = 0;  ///< fast once in the life of a context
};

struct Storage {
  std::int64_t bytes = 0;  ///< of /tmp
  double read_bytes_per_s = 0;
  double write_bytes_per_s = 0;
  WhenFull when_full = WhenFull::kError;
  Network network;
  std::vector<File> files;
};

/// What /tmp of the contexts of one function did in [warm_up, horizon).
struct StorageTotals {
  std::uint64_t hits = 0;           ///< fetches that found the file
  std::uint64_t misses = 0;         ///< fetches that brought it
  std::uint64_t evicted = 0;        ///< files that made room
  std::uint64_t full = 0;           ///< fetches and writes that found no room
  std::uint64_t fetched_bytes = 0;  ///< by misses
  std::int64_t peak_bytes = 0;      ///< most that one context held, whole run
};

}  // namespace lambdasim::engine
