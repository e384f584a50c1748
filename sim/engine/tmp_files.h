// /tmp and the network of one execution context: which files are there, how much room is left, how
// long it takes to bring one.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/time.h"
#include "sim/engine/storage.h"

namespace lambdasim::engine {

/// How long so many bytes take.
core::Duration time_of_bytes(std::int64_t bytes, double bytes_per_s);

class TmpFiles {
 public:
  /// As a new context finds it.
  void reset(const Storage& storage);

  /// Whether a file is there; if so, it was used at `time`.
  bool find(std::uint32_t file, std::uint32_t variant, core::SimTime time);
  /// Makes room, as the storage is set.
  /// @return files that were removed for it; -1: there is no room
  int make_room(const Storage& storage, std::int64_t bytes);
  void put(std::uint32_t file, std::uint32_t variant, std::int64_t bytes, core::SimTime time);
  /// Bytes that nobody finds again.
  void write(std::int64_t bytes) { used_ += bytes; }
  void remove(std::int64_t bytes) { used_ -= bytes; }
  std::int64_t used() const { return used_; }

  /// Time from `begin` until so many bytes have come over the network.
  core::Duration transfer(const Network& network, std::int64_t bytes, core::SimTime begin);

 private:
  struct Stored {
    std::uint32_t file;
    std::uint32_t variant;
    std::int64_t bytes;
    core::SimTime used;
  };

  std::vector<Stored> files_;
  std::int64_t used_ = 0;
  std::int64_t first_left_ = 0;  // of the burst that comes once
  std::int64_t burst_left_ = 0;
  core::SimTime transferred_;  // end of the last transfer
};

}  // namespace lambdasim::engine
