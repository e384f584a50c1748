// The future: events in total order (see event.h), at about constant cost for any number of them.
//
// Near events lie in a wheel: an array of buckets of 2^n ns, each an unsorted list; a bucket is
// sorted when its turn comes, and then is `now_`. What the wheel cannot hold (beyond its span, or
// before the bucket whose turn it is) goes into a heap, and the next event is the lesser of both
// fronts. Width and number of buckets follow the traffic: about one event in three buckets, so that
// little is left to sort, and a span of several times the mean residence. The order of events
// depends on none of this.
//
// A context waits for at most one event at a time, and an event source knows what it still waits
// for, so no event is ever cancelled.
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
  EventQueue() : now_(kMostNow + 2, Event::last()) { resize_wheel(kFewestBuckets); }

  std::size_t size() const { return heap_.size() + in_now_ + in_wheel_; }
  bool empty() const { return size() == 0; }

  /// The next event; Event::last() when there is none.
  const Event& top() const {
    const Event& near = now_[in_now_];
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
    const Event event = now_[in_now_];
    if (heap_.top() < event) [[unlikely]] {
      return heap_.pop();
    }
    if (--in_now_ == 0 && in_wheel_ != 0) {
      turn();
    }
    return event;
  }

 private:
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
    if (in_now_ + in_wheel_ == 0) {
      turn_ = bucket - 1;
    }
    if (bucket - turn_ - 1 < mask_) [[likely]] {
      link(event, bucket & mask_);
      if (in_now_ == 0) [[unlikely]] {
        turn();
      }
    } else if (bucket == turn_ && in_now_ < kMostNow) {
      put_in_order(++in_now_, event);
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

  /// Puts an event into now_, of which all before `hole` is sorted; Event::last() stops the search.
  void put_in_order(std::size_t hole, Event event) {
    for (; now_[hole - 1] < event; --hole) {
      now_[hole] = now_[hole - 1];
    }
    now_[hole] = event;
  }

  /// Makes the next occupied bucket the current one. There must be one, and the current one
  /// must be used up.
  void turn() {
    const std::size_t index = next_occupied((turn_ + 1) & mask_);
    turn_ += 1 + ((index - (turn_ + 1)) & mask_);
    occupied_[index / 64] &= ~(std::uint64_t{1} << (index % 64));
    const std::uint32_t first = first_[index];
    first_[index] = kNone;
    Node& node = nodes_[first];
    now_[1] = node.event;
    in_now_ = 1;
    const std::uint32_t second = node.next;
    node.next = free_;
    free_ = first;
    --in_wheel_;
    if (second != kNone) [[unlikely]] {
      take_rest_of_bucket(second);
    }
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

  void take_rest_of_bucket(std::uint32_t node);
  void retune();
  void resize_wheel(std::size_t buckets);

  std::vector<Event> now_;  // Event::last(), then the bucket whose turn it is, latest first
  std::size_t in_now_ = 0;  // events of that bucket
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
