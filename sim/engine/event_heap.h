// An implicit 4-ary heap of events: O(log n), four siblings share a cache line. The part of the
// event queue that takes whatever does not fit the wheel.
#pragma once

#include <cstdint>
#include <new>
#include <vector>

#include "sim/engine/event.h"

namespace lambdasim::engine {

class EventHeap {
 public:
  EventHeap() { heap_.resize(kPad + kArity + 1); }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// The next event; Event::last() when there is none.
  const Event& top() const { return heap_[kPad]; }

  void push(const Event& event) {
    if (kPad + size_ + kArity + 1 >= heap_.size()) [[unlikely]] {
      grow();
    }
    std::size_t hole = size_++;
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / kArity;
      if (!(event < at(parent))) {
        break;
      }
      at(hole) = at(parent);
      hole = parent;
    }
    at(hole) = event;
  }

  /// Takes the next event out. The queue must not be empty.
  Event pop() {
    const Event top = at(0);
    const Event moved = at(--size_);
    at(size_) = Event::last();
    if (size_ == 0) {
      return top;
    }
    std::size_t hole = 0;
    for (std::size_t child = 1; child < size_; child = hole * kArity + 1) {
      const std::size_t least = least_of_four(child);
      if (!(at(least) < moved)) {
        break;
      }
      at(hole) = at(least);
      hole = least;
    }
    at(hole) = moved;
    return top;
  }

 private:
  static constexpr std::size_t kArity = 4;
  static constexpr std::size_t kPad = 3;  // puts four siblings into one cache line
  static constexpr std::size_t kCacheLine = 64;

  template <class T>
  struct LineAligned {
    using value_type = T;
    LineAligned() = default;
    template <class U>
    explicit LineAligned(const LineAligned<U>&) {}
    T* allocate(std::size_t n) {
      return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{kCacheLine}));
    }
    void deallocate(T* p, std::size_t) { ::operator delete(p, std::align_val_t{kCacheLine}); }
    bool operator==(const LineAligned&) const { return true; }
    template <class U>
    struct rebind {
      using other = LineAligned<U>;
    };
  };
  struct Slot : Event {
    constexpr Slot() : Event(Event::last()) {}
    constexpr Slot& operator=(const Event& event) {
      Event::operator=(event);
      return *this;
    }
  };

  Event& at(std::size_t index) { return heap_[kPad + index]; }

  std::size_t least_of_four(std::size_t first) {
    // Sums of compare results, not conditionals: which child is least cannot be predicted.
    const std::size_t left = first + static_cast<std::size_t>(at(first + 1) < at(first));
    const std::size_t right = first + 2 + static_cast<std::size_t>(at(first + 3) < at(first + 2));
    return left + (right - left) * static_cast<std::size_t>(at(right) < at(left));
  }

  void grow() { heap_.resize(heap_.size() * 2); }

  std::vector<Slot, LineAligned<Slot>> heap_;
  std::size_t size_ = 0;
};

}  // namespace lambdasim::engine
