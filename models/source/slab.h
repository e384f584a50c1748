// Things that event sources hold by the million: kept in chunks that never move, named by index,
// used again once they are given back. So a run in steady state allocates nothing, and memory grows
// to the most that were held at once, without the doubling of a vector. An index is what requests
// carry as their ticket and wakes as their token.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace lambdasim::models {

/// Index of nothing.
inline constexpr std::uint32_t kNothing = ~std::uint32_t{0};

/// @tparam T has a member `std::uint32_t next`, which is the slab's while T is not in use
template <class T>
class Slab {
 public:
  T& operator[](std::uint32_t index) { return chunks_[index >> kShift][index & kMask]; }
  const T& operator[](std::uint32_t index) const { return chunks_[index >> kShift][index & kMask]; }

  /// Index of one that is not in use, as T was when it was given back, or T{}.
  std::uint32_t take() {
    if (free_ == kNothing) {
      grow();
    }
    const std::uint32_t index = free_;
    free_ = (*this)[index].next;
    return index;
  }
  void give_back(std::uint32_t index) {
    (*this)[index].next = free_;
    free_ = index;
  }
  /// Every index is smaller.
  std::uint32_t size() const { return static_cast<std::uint32_t>(chunks_.size() << kShift); }

 private:
  static constexpr unsigned kShift = 12;
  static constexpr std::uint32_t kMask = (std::uint32_t{1} << kShift) - 1;

  void grow() {
    const std::uint32_t first = size();
    chunks_.push_back(std::make_unique<T[]>(kMask + 1));
    for (std::uint32_t i = kMask + 1; i-- > 0;) {
      give_back(first + i);
    }
  }

  std::vector<std::unique_ptr<T[]>> chunks_;
  std::uint32_t free_ = kNothing;
};

/// A list threaded through the `next` and `prev` of what it holds.
class List {
 public:
  bool empty() const { return head_ == kNothing; }
  std::uint32_t front() const { return head_; }

  template <class Items>
  void push_back(Items& items, std::uint32_t index) {
    items[index].prev = tail_;
    items[index].next = kNothing;
    (tail_ == kNothing ? head_ : items[tail_].next) = index;
    tail_ = index;
  }
  template <class Items>
  void unlink(Items& items, std::uint32_t index) {
    const std::uint32_t prev = items[index].prev;
    const std::uint32_t next = items[index].next;
    (prev == kNothing ? head_ : items[prev].next) = next;
    (next == kNothing ? tail_ : items[next].prev) = prev;
  }

 private:
  std::uint32_t head_ = kNothing;
  std::uint32_t tail_ = kNothing;
};

}  // namespace lambdasim::models
