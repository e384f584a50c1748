// The idle contexts of one function, and which of them serves the next request.
//
// Most recently used first is what AWS Lambda does: a stack linked through the slab, two moves a
// call. The other orders are there to study, each at its natural cost: a queue through the slab, a
// list from which one is drawn, a heap by age.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/core/random.h"
#include "sim/engine/context_pool.h"
#include "sim/engine/setup.h"

namespace lambdasim::engine {

class IdleContexts {
 public:
  explicit IdleContexts(ReuseOrder order = ReuseOrder::kMostRecent) : order_(order) {}

  /// The most recently used one, where that is the order; for prefetching.
  Slot front() const { return front_; }
  bool empty() const { return front_ == kNoSlot && list_.empty(); }

  void put(ContextPool& pool, Slot slot) {
    if (order_ == ReuseOrder::kMostRecent) [[likely]] {
      pool[slot].next_idle = front_;
      front_ = slot;
    } else {
      put_elsewhere(pool, slot);
    }
  }

  /// Takes out the one whose turn it is. There must be one.
  /// @param numbers of the request that it is for
  Slot take(ContextPool& pool, std::uint64_t numbers) {
    if (order_ == ReuseOrder::kMostRecent) [[likely]] {
      return take_front(pool);
    }
    return take_elsewhere(pool, numbers);
  }

  /// Takes all of them out, in an order in which they can be put back as they were.
  std::vector<Slot> take_all(ContextPool& pool) {
    std::vector<Slot> all;
    while (front_ != kNoSlot) {
      all.push_back(take_front(pool));
    }
    if (order_ == ReuseOrder::kMostRecent) {
      std::reverse(all.begin(), all.end());
    }
    for (const Aged& aged : list_) {
      all.push_back(aged.second);
    }
    list_.clear();
    return all;
  }

 private:
  using Aged = std::pair<std::uint32_t, Slot>;  // the one with the largest number goes first

  Slot take_front(ContextPool& pool) {
    const Slot slot = front_;
    front_ = pool[slot].next_idle;
    return slot;
  }

  [[gnu::cold, gnu::noinline]] void put_elsewhere(ContextPool& pool, Slot slot) {
    if (order_ == ReuseOrder::kLeastRecent) {
      pool[slot].next_idle = kNoSlot;
      (front_ == kNoSlot ? front_ : pool[back_].next_idle) = slot;
      back_ = slot;
      return;
    }
    const std::uint32_t number = pool[slot].id.value;
    list_.emplace_back(order_ == ReuseOrder::kOldest ? ~number : number, slot);
    if (order_ != ReuseOrder::kRandom) {
      std::push_heap(list_.begin(), list_.end());
    }
  }

  [[gnu::cold, gnu::noinline]] Slot take_elsewhere(ContextPool& pool, std::uint64_t numbers) {
    if (order_ == ReuseOrder::kLeastRecent) {
      return take_front(pool);
    }
    if (order_ == ReuseOrder::kRandom) {
      core::KeyedEngine engine = core::InvocationNumbers{numbers}.engine(core::Purpose::kReuse);
      std::swap(list_[engine() % list_.size()], list_.back());
    } else {
      std::pop_heap(list_.begin(), list_.end());
    }
    const Slot slot = list_.back().second;
    list_.pop_back();
    return slot;
  }

  ReuseOrder order_;
  Slot front_ = kNoSlot;
  Slot back_ = kNoSlot;
  std::vector<Aged> list_;
};

}  // namespace lambdasim::engine
