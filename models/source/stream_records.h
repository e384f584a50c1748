// The records that a stream holds, in a slab, chained in order of arrival into one queue a lane:
// 40 bytes a record.
#pragma once

#include <cstdint>

#include "models/source/slab.h"
#include "sim/core/ids.h"
#include "sim/core/time.h"

namespace lambdasim::models {

struct StreamRecord {
  core::SimTime arrival;
  std::uint64_t numbers = 0;  ///< key of its random numbers
  core::Duration recorded{-1};
  std::uint32_t event = 0;
  std::uint32_t next = kNothing;  ///< behind it in its lane, or of the free ones
  core::FunctionId function;      ///< whose batches it leads
  std::uint32_t tries : 30 = 0;   ///< deliveries so far, refused ones too, up to kMostTries
  std::uint32_t counts : 1 = 0;   ///< it arrived after the warm-up
  std::uint32_t is_poisoned : 1 = 0;

  static constexpr std::uint32_t kMostTries = (std::uint32_t{1} << 30) - 1;
};
static_assert(sizeof(StreamRecord) == 40);

/// A first-in, first-out queue of records.
struct RecordQueue {
  std::uint32_t head = kNothing;
  std::uint32_t tail = kNothing;
  std::uint32_t size = 0;
};

class StreamRecords {
 public:
  StreamRecord& operator[](std::uint32_t index) { return records_[index]; }
  const StreamRecord& operator[](std::uint32_t index) const { return records_[index]; }
  /// In all queues.
  std::uint64_t held() const { return held_; }

  void push(RecordQueue& queue, StreamRecord record) {
    record.next = kNothing;
    const std::uint32_t index = records_.take();
    records_[index] = record;
    (queue.size == 0 ? queue.head : records_[queue.tail].next) = index;
    queue.tail = index;
    ++queue.size;
    ++held_;
  }

  /// Takes the first record out; its place stays readable until the next push().
  const StreamRecord& pop(RecordQueue& queue) {
    StreamRecord& record = records_[queue.head];
    const std::uint32_t index = queue.head;
    queue.head = record.next;
    records_.give_back(index);
    --queue.size;
    --held_;
    return record;
  }

 private:
  Slab<StreamRecord> records_;
  std::uint64_t held_ = 0;
};

}  // namespace lambdasim::models
