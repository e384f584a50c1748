#include "sim/engine/event_queue.h"

#include <algorithm>
#include <cstdlib>

namespace lambdasim::engine {

/// Adds the rest of a bucket to now_, which holds its first event, and sorts it.
void EventQueue::take_rest_of_bucket(std::uint32_t node) {
  while (node != kNone) {
    if (++in_now_ == now_.size()) {
      now_.resize(2 * now_.size());
    }
    now_[in_now_] = nodes_[node].event;
    --in_wheel_;
    const std::uint32_t next = nodes_[node].next;
    nodes_[node].next = free_;
    free_ = node;
    node = next;
  }
  constexpr std::size_t kFew = 16;
  if (in_now_ > kFew) {
    const auto first = now_.begin() + 1;
    std::sort(first, first + static_cast<std::ptrdiff_t>(in_now_),
              [](const Event& a, const Event& b) { return b < a; });
    return;
  }
  for (std::size_t i = 2; i <= in_now_; ++i) {
    put_in_order(i, now_[i]);
  }
}

/// Fits the wheel to the traffic of the last kRetuneEvery events: buckets of a quarter to half a
/// mean gap, at least 16 an event. By Little's law it then spans several mean residence times.
void EventQueue::retune() {
  LAMBDASIM_CHECK(sequence_ < (std::uint64_t{1} << Event::kSequenceBits), "too many events");
  const core::SimTime now = top().time();
  const auto gap = static_cast<std::uint64_t>((now - tuned_at_).count()) / popped_;
  popped_ = 0;
  tuned_at_ = now;
  const int shift = std::max(static_cast<int>(std::bit_width(gap)) - 2, 4);
  const std::size_t buckets = std::clamp(std::bit_ceil(size() * 32), kFewestBuckets, kMostBuckets);
  if (std::abs(shift - shift_) <= 1 && mask_ + 1 >= buckets / 2 && mask_ + 1 <= buckets * 4) {
    return;
  }
  std::vector<Event> all(now_.begin() + 1, now_.begin() + 1 + static_cast<std::ptrdiff_t>(in_now_));
  in_now_ = 0;
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
