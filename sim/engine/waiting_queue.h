// Requests of one function that wait for a context, first come first served: a ring that doubles.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/request.h"

namespace lambdasim::engine {

class WaitingQueue {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  void push(const Request& request) {
    if (size_ == ring_.size()) [[unlikely]] {
      grow();
    }
    ring_[(head_ + size_++) & (ring_.size() - 1)] = request;
  }

  Request pop() {
    const Request first = ring_[head_];
    head_ = (head_ + 1) & (ring_.size() - 1);
    --size_;
    return first;
  }

 private:
  void grow() {
    std::vector<Request> larger(ring_.empty() ? 4 : ring_.size() * 2);
    for (std::size_t i = 0; i < size_; ++i) {
      larger[i] = ring_[(head_ + i) & (ring_.size() - 1)];
    }
    ring_ = std::move(larger);
    head_ = 0;
  }

  std::vector<Request> ring_;  // its size is 0 or a power of two
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

}  // namespace lambdasim::engine
