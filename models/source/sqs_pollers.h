// How many batches of a queue may be in hand at once, as Lambda scales a mapping.
//
// The limit is a number of pollers times the batches of each. While messages wait and nothing more
// may be taken, a poller is added at every growth interval. After each span without a backlog the
// pollers fall to what the most batches in hand within it needed. Failures take some away at once.
// Falls are made up when the pollers are next looked at, at the times at which they were due.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/time.h"

namespace lambdasim::models {

struct SqsScaling {
  std::uint32_t minimum = 5;  ///< pollers, at the start and without a backlog
  std::uint32_t maximum = 1250;
  std::uint32_t batches_per_poller = 1;
  core::Duration growth_interval{0};  ///< between two new pollers
  core::Duration down_after{0};       ///< the span without a backlog
  std::uint32_t step_down = 0;        ///< pollers fewer after a failure
  core::Duration poll_interval{0};    ///< between two polls of one poller; 0: they cost no time
  std::uint32_t messages_per_poll = 10;
  core::Duration transfer_time{0};  ///< of one message through one poller
};

class SqsPollers {
 public:
  SqsPollers(const SqsScaling& scaling, core::SimTime warm_up);

  /// Brings the number of pollers up to date; first of all at every moment.
  void settle(core::SimTime now);
  bool may_take(core::SimTime now) const {
    return in_hand_ < std::uint64_t{pollers_} * scaling_.batches_per_poller && next_poll_ <= now;
  }
  void take();
  void release() { --in_hand_; }
  /// That many messages were fetched.
  void polled(std::size_t messages, core::SimTime now);
  /// Messages wait although all that may be was taken.
  /// @return when that may have changed: ask again then
  core::SimTime saturated(core::SimTime now);
  /// No message waits.
  void relaxed(core::SimTime now);
  /// An invocation failed or was refused.
  void back_off(core::SimTime now);

  std::uint32_t pollers() const { return pollers_; }
  std::uint32_t in_hand() const { return in_hand_; }
  /// Pollers times seconds from the warm-up to `end`, rounded up.
  std::uint64_t poller_seconds(core::SimTime end);

 private:
  void become(std::uint32_t pollers, core::SimTime when);
  std::uint32_t needed_for(std::uint32_t batches) const;

  const SqsScaling scaling_;
  std::uint32_t pollers_;
  std::uint32_t in_hand_ = 0;
  std::uint32_t most_in_hand_ = 0;  // within the span
  bool is_saturated_ = false;
  core::SimTime next_growth_ = core::kNever;
  core::SimTime next_poll_ = core::kStartOfTime;
  core::SimTime span_ = core::kStartOfTime;  // its beginning
  core::SimTime counted_until_;
  std::uint64_t poller_seconds_ = 0;
  core::Duration poller_rest_{0};
};

}  // namespace lambdasim::models
