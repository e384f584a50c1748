// The future: events in total order (see event.h), at about constant cost for any number of them.
//
// Near events lie in a wheel: an array of buckets of 2^n ns, each an unsorted list; a bucket is
// sorted when its turn comes, and then is `now_`. What the wheel cannot hold (beyond its span, or
// before the bucket whose turn it is) goes into a heap, and the next event is the lesser of both
// fronts. Width and number of buckets follow the traffic: about two events a bucket, a span of
// several times the mean residence. The order of events depends on none of this.
//
// A context waits for at most one event at a time, so no event is ever stale or cancelled.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "sim/core/check.h"
#include "sim/core/time.h"
#include "sim/engine/event.h"
#include "sim/engine/event_heap.h"

namespace lambdasim::engine {

class EventQueue {
 public:
  EventQueue() { resize_wheel(kFewestBuckets); }

  std::size_t size() const { return heap_.size() + now_.size() + in_wheel_; }
  bool empty() const { return size() == 0; }

  /// The next event; Event::last() when there is none.
  const Event& top() const {
    const Event& near = now_.empty() ? kLast : now_.back();
    return heap_.top() < near ? heap_.top() : near;
  }

  void push(core::SimTime time, EventKind kind, std::uint32_t slot) {
    insert(Event{time, kind, sequence_++, slot});
  }

  /// Takes the next event out. The queue must not be empty.
  Event pop() {
    if (++popped_ == kRetuneEvery) [[unlikely]] {
      retune();
    }
    if (now_.empty() || heap_.top() < now_.back()) {
      return heap_.pop();
    }
    const Event event = now_.back();
    now_.pop_back();
    if (now_.empty() && in_wheel_ != 0) {
      turn();
    }
    return event;
  }

 private:
  static constexpr Event kLast = Event::last();
  static constexpr std::size_t kFewestBuckets = 256;
  static constexpr std::size_t kMostBuckets = std::size_t{1} << 20;
  static constexpr std::size_t kMostNow = 32;  // sorted insertion stays cheap up to here
  static constexpr std::uint32_t kRetuneEvery = 8192;
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  struct Node {
    Event event;
    std::uint32_t next;
  };

  void insert(const Event& event) {
    const std::uint64_t bucket = bucket_of(event);
    if (now_.empty() && in_wheel_ == 0) {
      turn_ = bucket - 1;
    }
    if (bucket - turn_ - 1 < mask_) [[likely]] {
      link(event, bucket & mask_);
      if (now_.empty()) {
        turn();
      }
    } else if (bucket == turn_ && now_.size() < kMostNow) {
      insert_now(event);
    } else {
      heap_.push(event);
    }
  }

  std::uint64_t bucket_of(const Event& event) const {
    return static_cast<std::uint64_t>(core::nanoseconds_of(event.time())) >> shift_;
  }

  void link(const Event& event, std::size_t index) {
    std::uint32_t node = free_;
    if (node == kNone) [[unlikely]] {
      node = static_cast<std::uint32_t>(nodes_.size());
      nodes_.push_back({event, kNone});
    } else {
      free_ = nodes_[node].next;
    }
    nodes_[node] = {event, first_[index]};
    first_[index] = node;
    occupied_[index / 64] |= std::uint64_t{1} << (index % 64);
    ++in_wheel_;
  }

  void insert_now(const Event& event) {
    now_.push_back(event);
    for (std::size_t i = now_.size() - 1; i > 0 && now_[i - 1] < now_[i]; --i) {
      std::swap(now_[i - 1], now_[i]);
    }
  }

  /// Makes the next occupied bucket the current one. There must be one, and now_ must be empty.
  void turn() {
    const std::size_t index = next_occupied((turn_ + 1) & mask_);
    turn_ += 1 + ((index - (turn_ + 1)) & mask_);
    occupied_[index / 64] &= ~(std::uint64_t{1} << (index % 64));
    std::uint32_t node = first_[index];
    first_[index] = kNone;
    while (node != kNone) {
      now_.push_back(nodes_[node].event);
      const std::uint32_t next = nodes_[node].next;
      nodes_[node].next = free_;
      free_ = node;
      node = next;
    }
    in_wheel_ -= now_.size();
    sort_now();
  }

  std::size_t next_occupied(std::size_t from) const {
    std::size_t word = from / 64;
    std::uint64_t bits = occupied_[word] & (~std::uint64_t{0} << (from % 64));
    while (bits == 0) {
      word = (word + 1) & (occupied_.size() - 1);
      bits = occupied_[word];
    }
    return word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
  }

  void sort_now();
  void retune();
  void resize_wheel(std::size_t buckets);

  std::vector<Event> now_;  // the bucket whose turn it is, latest first
  std::uint64_t turn_ = 0;  // its number: time >> shift_
  int shift_ = 20;
  std::uint64_t mask_ = 0;  // number of buckets - 1
  std::size_t in_wheel_ = 0;
  std::vector<std::uint32_t> first_;     // node of each bucket
  std::vector<std::uint64_t> occupied_;  // a bit a bucket
  std::vector<Node> nodes_;
  std::uint32_t free_ = kNone;
  EventHeap heap_;
  std::uint64_t sequence_ = 0;
  std::uint32_t popped_ = 0;
  core::SimTime tuned_at_;
};

}  // namespace lambdasim::engine
