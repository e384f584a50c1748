// Hands blocks of rows from the tasks that simulate to the one thread that writes, in the order of
// tasks: rows of task k come before those of task k + 1 however the tasks ran.
//
// Memory is bounded: a task may be a few blocks ahead of the writer, then it waits. The task whose
// turn it is always gets on, so nothing can lock up. When writing fails, every hand-over throws
// what went wrong.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <vector>

#include "sim/engine/records.h"
#include "sim/io/rows.h"

namespace lambdasim::io {

/// Rows on their way to the file.
struct Block {
  static constexpr std::size_t kRows = std::size_t{1} << 14;

  std::vector<engine::InvocationRecord> invocations;
  std::vector<engine::ContextRecord> contexts;
  std::vector<ExecutionRow> executions;
  std::vector<engine::ParentRecord> parents;  ///< see TaskRows::parent for when it is full

  bool full() const {
    return invocations.size() >= kRows || contexts.size() >= kRows || executions.size() >= kRows;
  }
  bool empty() const {
    return invocations.empty() && contexts.empty() && executions.empty() && parents.empty();
  }
};

class Handover {
 public:
  static constexpr std::size_t kMostAhead = 4;

  /// Takes a block over and gives an empty one back. Waits while the task is too far ahead.
  /// @throws what the writer failed with
  void put(std::size_t task, Block& block);
  /// The task has no more rows.
  void end(std::size_t task);

  /// The next block in the order of tasks, for the writer; waits for it.
  /// @return false when the hand-over was closed and nothing is left of the task whose turn it is
  bool take(std::size_t& task, Block& block);
  /// Gives an emptied block back for reuse.
  void recycle(Block&& block);

  /// No task will hand over any more.
  void close();
  /// Writing failed: wakes everybody.
  void fail(std::exception_ptr why);
  void rethrow_failure();

 private:
  struct Lane {
    std::deque<Block> blocks;
    bool ended = false;
  };

  Lane& lane(std::size_t task);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Lane> lanes_;
  std::vector<Block> spare_;
  std::size_t turn_ = 0;
  bool closed_ = false;
  std::exception_ptr failure_;
};

}  // namespace lambdasim::io
