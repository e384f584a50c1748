// An event of the engine: 16 bytes that are their own sort key.
//
// The time is the high word; kind, sequence number and context slot are the low one. So comparing
// two events is one branch-free 128-bit compare, and events at the same time come out by kind first
// (the order of EventKind is part of the contract), then in the order in which they were scheduled.
#pragma once

#include <cstdint>

#include "sim/core/time.h"

namespace lambdasim::engine {

/// What happens, in the order in which it happens when times are equal.
enum class EventKind : std::uint8_t {
  kReusable = 0,   ///< a context can be chosen again after an invocation
  kReady = 1,      ///< a context has finished INIT
  kReleased = 2,   ///< a shared context has one request less; the slot is the number of the request
  kServed = 3,     ///< a backend has served a request; the slot is the backend
  kFreed = 4,      ///< connections may have become free that somebody waits for; likewise
  kInit = 5,       ///< a sandbox is made whose INIT is run step by step
  kResume = 6,     ///< the time has come at which steps go on; the slot is the number of the run
  kGiveUp = 7,     ///< a wait has become too long; likewise
  kProvision = 8,  ///< provisioned concurrency changes; the slot is the number of the change
  kScale = 9,      ///< managed contexts are counted or join; the slot is the number of the step
  kWake = 10,      ///< an event source asked to be woken; the slot is its number among those
  kPrewarm = 11,   ///< a context may be started ahead of a call; the slot is the function
};

class Event {
 public:
  static constexpr int kSlotBits = 24;
  static constexpr int kSequenceBits = 36;
  static constexpr std::uint32_t kMostSlots = std::uint32_t{1} << kSlotBits;

  constexpr Event() = default;
  constexpr Event(core::SimTime time, EventKind kind, std::uint64_t sequence, std::uint32_t slot)
      : time_(static_cast<std::uint64_t>(core::nanoseconds_of(time))),
        rest_(static_cast<std::uint64_t>(kind) << (kSlotBits + kSequenceBits) |
              sequence << kSlotBits | slot) {}

  constexpr core::SimTime time() const {
    return core::SimTime{core::Duration{static_cast<std::int64_t>(time_)}};
  }
  constexpr EventKind kind() const {
    return static_cast<EventKind>(rest_ >> (kSlotBits + kSequenceBits));
  }
  constexpr std::uint32_t slot() const {
    return static_cast<std::uint32_t>(rest_ & (kMostSlots - 1));
  }
  /// Later than every event, at core::kNever; also pads the heap.
  static constexpr Event last() {
    Event event;
    event.time_ = static_cast<std::uint64_t>(core::nanoseconds_of(core::kNever));
    event.rest_ = ~std::uint64_t{0};
    return event;
  }

  friend constexpr bool operator<(const Event& a, const Event& b) { return a.key() < b.key(); }

 private:
  __extension__ using Key = unsigned __int128;
  constexpr Key key() const { return static_cast<Key>(time_) << 64 | rest_; }

  std::uint64_t time_ = 0;
  std::uint64_t rest_ = 0;
};
static_assert(sizeof(Event) == 16);

}  // namespace lambdasim::engine
