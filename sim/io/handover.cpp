#include "sim/io/handover.h"

#include <utility>

namespace lambdasim::io {

Handover::Lane& Handover::lane(std::size_t task) {
  while (lanes_.size() <= task) {
    lanes_.emplace_back();
  }
  return lanes_[task];
}

void Handover::put(std::size_t task, Block& block) {
  std::unique_lock lock(mutex_);
  Lane& own = lane(task);
  changed_.wait(lock, [&] { return own.blocks.size() < kMostAhead || failure_; });
  if (failure_) {
    std::rethrow_exception(failure_);
  }
  own.blocks.push_back(std::move(block));
  block = Block{};
  if (!spare_.empty()) {
    block = std::move(spare_.back());
    spare_.pop_back();
  }
  changed_.notify_all();
}

void Handover::end(std::size_t task) {
  const std::lock_guard lock(mutex_);
  lane(task).ended = true;
  changed_.notify_all();
}

bool Handover::take(std::size_t& task, Block& block) {
  std::unique_lock lock(mutex_);
  while (true) {
    Lane& next = lane(turn_);
    if (!next.blocks.empty()) {
      task = turn_;
      block = std::move(next.blocks.front());
      next.blocks.pop_front();
      changed_.notify_all();
      return true;
    }
    if (next.ended) {
      ++turn_;
    } else if (closed_) {
      return false;
    } else {
      changed_.wait(lock);
    }
  }
}

void Handover::recycle(Block&& block) {
  block.invocations.clear();
  block.contexts.clear();
  block.executions.clear();
  block.parents.clear();
  const std::lock_guard lock(mutex_);
  spare_.push_back(std::move(block));
}

void Handover::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

void Handover::fail(std::exception_ptr why) {
  const std::lock_guard lock(mutex_);
  failure_ = std::move(why);
  changed_.notify_all();
}

void Handover::rethrow_failure() {
  const std::lock_guard lock(mutex_);
  if (failure_) {
    std::rethrow_exception(failure_);
  }
}

}  // namespace lambdasim::io
