#include "sim/engine/event_queue.h"

#include <algorithm>
#include <cstdlib>

namespace lambdasim::engine {

void EventQueue::sort_now() {
  constexpr std::size_t kFew = 16;
  const auto later_first = [](const Event& a, const Event& b) { return b < a; };
  if (now_.size() > kFew) {
    std::sort(now_.begin(), now_.end(), later_first);
    return;
  }
  for (std::size_t i = 1; i < now_.size(); ++i) {
    const Event event = now_[i];
    std::size_t hole = i;
    for (; hole > 0 && now_[hole - 1] < event; --hole) {
      now_[hole] = now_[hole - 1];
    }
    now_[hole] = event;
  }
}

/// Fits the wheel to the traffic of the last kRetuneEvery events: buckets of 1 to 2 mean gaps, at
/// least 4 buckets an event. By Little's law it then spans several mean residence times.
void EventQueue::retune() {
  LAMBDASIM_CHECK(sequence_ < (std::uint64_t{1} << Event::kSequenceBits), "too many events");
  const core::SimTime now = top().time();
  const auto gap = static_cast<std::uint64_t>((now - tuned_at_).count()) / popped_;
  popped_ = 0;
  tuned_at_ = now;
  const int shift = std::max(static_cast<int>(std::bit_width(gap)), 4);
  const std::size_t buckets = std::clamp(std::bit_ceil(size() * 8), kFewestBuckets, kMostBuckets);
  if (std::abs(shift - shift_) <= 1 && mask_ + 1 >= buckets / 2 && mask_ + 1 <= buckets * 4) {
    return;
  }
  std::vector<Event> all = std::move(now_);
  now_.clear();
  for (const std::uint32_t first : first_) {
    for (std::uint32_t node = first; node != kNone; node = nodes_[node].next) {
      all.push_back(nodes_[node].event);
    }
  }
  while (heap_.size() != 0) {
    all.push_back(heap_.pop());
  }
  shift_ = shift;
  resize_wheel(buckets);
  std::sort(all.begin(), all.end());
  for (const Event& event : all) {
    insert(event);
  }
}

void EventQueue::resize_wheel(std::size_t buckets) {
  mask_ = buckets - 1;
  first_.assign(buckets, kNone);
  occupied_.assign(buckets / 64, 0);
  nodes_.clear();
  free_ = kNone;
  in_wheel_ = 0;
}

}  // namespace lambdasim::engine
