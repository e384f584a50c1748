#include "models/source/sqs_pollers.h"

namespace lambdasim::models {

SqsPollers::SqsPollers(const SqsScaling& scaling, core::SimTime warm_up)
    : scaling_(scaling), pollers_(scaling.minimum), counted_until_(warm_up) {}

void SqsPollers::settle(core::SimTime now) {
  if (is_saturated_) {
    while (next_growth_ <= now && pollers_ < scaling_.maximum) {
      become(pollers_ + 1, next_growth_);
      next_growth_ += scaling_.growth_interval;
    }
    return;
  }
  while (now - span_ >= scaling_.down_after) {
    span_ += scaling_.down_after;
    become(std::min(pollers_, needed_for(most_in_hand_)), span_);
    most_in_hand_ = in_hand_;
    if (pollers_ <= needed_for(in_hand_)) {
      span_ += (now - span_) / scaling_.down_after * scaling_.down_after;
    }
  }
}

void SqsPollers::take() {
  most_in_hand_ = std::max(most_in_hand_, ++in_hand_);
}

void SqsPollers::polled(std::size_t messages, core::SimTime now) {
  const auto count = static_cast<std::int64_t>(messages);
  const std::int64_t polls = (count + scaling_.messages_per_poll - 1) / scaling_.messages_per_poll;
  const core::Duration of_one =
      std::max(polls * scaling_.poll_interval, count * scaling_.transfer_time);
  next_poll_ = std::max(next_poll_, now) + of_one / pollers_;
}

core::SimTime SqsPollers::saturated(core::SimTime now) {
  if (!is_saturated_) {
    is_saturated_ = true;
    next_growth_ = now + scaling_.growth_interval;
  }
  const core::SimTime growth = pollers_ < scaling_.maximum ? next_growth_ : core::kNever;
  return next_poll_ > now ? std::min(growth, next_poll_) : growth;
}

void SqsPollers::relaxed(core::SimTime now) {
  if (is_saturated_) {
    is_saturated_ = false;
    span_ = now;
    most_in_hand_ = in_hand_;
  }
}

void SqsPollers::back_off(core::SimTime now) {
  settle(now);
  if (scaling_.step_down == 0) {
    return;
  }
  const std::uint32_t fewer = pollers_ - std::min(pollers_, scaling_.step_down);
  become(std::min(pollers_, std::max(scaling_.minimum, fewer)), now);
  next_growth_ = now + scaling_.growth_interval;
}

std::uint64_t SqsPollers::poller_seconds(core::SimTime end) {
  settle(end);
  become(pollers_, end);
  return poller_seconds_ + (poller_rest_ > core::Duration{0} ? 1 : 0);
}

void SqsPollers::become(std::uint32_t pollers, core::SimTime when) {
  if (when > counted_until_) {
    constexpr std::chrono::seconds kSecond{1};
    const core::Duration span = when - counted_until_;
    poller_rest_ += pollers_ * (span % kSecond);
    poller_seconds_ += pollers_ * static_cast<std::uint64_t>(span / kSecond) +
                       static_cast<std::uint64_t>(poller_rest_ / kSecond);
    poller_rest_ %= kSecond;
    counted_until_ = when;
  }
  pollers_ = pollers;
}

std::uint32_t SqsPollers::needed_for(std::uint32_t batches) const {
  const std::uint32_t pollers =
      (batches + scaling_.batches_per_poller - 1) / scaling_.batches_per_poller;
  return std::max(scaling_.minimum, pollers);
}

}  // namespace lambdasim::models
