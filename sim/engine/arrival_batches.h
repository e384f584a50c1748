// Merges the arrivals of all sources into sorted batches, so that none of them passes through the
// event queue: one compare an arrival for a single source, a bucket sort of a batch for several.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "sim/core/random.h"
#include "sim/engine/arrivals.h"
#include "sim/engine/setup.h"

namespace lambdasim::engine {

class ArrivalBatches {
 public:
  ArrivalBatches(const Setup& setup, RunKey key);

  /// The next arrivals before `until`, sorted; empty when there are none left before it. The span
  /// is good until the next call.
  std::span<const Arrival> next(core::SimTime until);

  /// See ArrivalSource::stream_key.
  std::uint64_t stream_key(std::size_t stream) const {
    return sources_[stream].source->stream_key();
  }
  /// The numbers of one invocation.
  core::InvocationNumbers numbers(const Arrival& arrival) const {
    return streams_[arrival.stream].invocation(arrival.number);
  }

 private:
  struct Source {
    std::unique_ptr<ArrivalSource> source;
    core::SimTime covered;  // every earlier arrival is in batch_ or was given out
  };

  void fill(core::SimTime until);
  void fill_window(core::SimTime window_end);
  void sort_batch();

  std::vector<Source> sources_;
  std::vector<core::RandomStream> streams_;
  std::vector<Arrival> batch_;
  std::vector<Arrival> sorted_;             // batch_ is sorted into it
  std::vector<std::uint32_t> bucket_ends_;  // of that sort
  std::size_t given_ = 0;                   // arrivals of batch_ that were given out
  core::SimTime covered_;                   // every earlier arrival is in batch_ or was given out
  core::Duration window_{1'000'000};
};

}  // namespace lambdasim::engine
