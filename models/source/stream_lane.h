// One lane of a stream: the records whose keys lead here, of which the first ones may be in work.
//
// A batch is the front of the queue, so nothing can overtake it. Halves of a batch that was split
// are parts, the next one on top; what remains of a batch is the sum of its parts.
#pragma once

#include <array>
#include <cstdint>

#include "models/source/stream_records.h"
#include "sim/core/check.h"

namespace lambdasim::models {

/// Records that are delivered together.
struct BatchPart {
  std::uint32_t size = 0;
  std::uint32_t retries = 0;  ///< used up by failures that did not split it
};

/// The parts of one batch. A half is at most half as long, rounded up, so a batch of 10,000 never
/// has more than 15.
class BatchParts {
 public:
  bool empty() const { return count_ == 0; }
  BatchPart& top() { return parts_[count_ - 1]; }
  const BatchPart& top() const { return parts_[count_ - 1]; }
  void push(BatchPart part) {
    LAMBDASIM_CHECK(count_ < parts_.size(), "a batch has few parts");
    parts_[count_++] = part;
  }
  void pop() { --count_; }
  /// The first half is next, the second half behind it.
  void halve() {
    BatchPart& second = top();
    BatchPart first = second;
    first.size = second.size / 2;
    second.size -= first.size;
    push(first);
  }

 private:
  std::array<BatchPart, 16> parts_;
  std::uint32_t count_ = 0;
};

struct StreamLane {
  enum class State : std::uint8_t {
    kEmpty,      ///< no records, and nothing is waited for
    kPolled,     ///< records, which the next poll sees
    kGathering,  ///< records that were seen, until the batch is full or the window ends
    kRunning,    ///< an invocation
    kRetrying,   ///< a batch that failed or was refused waits
  };

  RecordQueue records;
  BatchParts parts;                  ///< of the batch in work, the front of `records`
  core::SimTime due = core::kNever;  ///< the wake that counts; any other is stale
  core::SimTime until;               ///< gathering: end of the window; retrying: next attempt
  std::uint32_t failures = 0;        ///< attempts in a row without a record handled
  std::uint32_t poison_at = 0;       ///< of the attempt: first poisoned record, or its size
  std::uint32_t good = 0;            ///< of the attempt: records handled, from the front
  std::uint32_t counted = 0;         ///< of the attempt: records that count
  State state = State::kEmpty;
};

}  // namespace lambdasim::models
