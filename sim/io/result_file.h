// The output file: HDF5, columnar, streamed. docs/file_format.md describes what is in it.
//
// It is written beside its final name, as NAME.partial, and renamed when it is complete: a file
// with its final name is complete, and an older one stays untouched until then. One thread writes;
// simulation threads hand over rows and never compress.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/io/errors.h"
#include "sim/io/handover.h"
#include "sim/io/rows.h"
#include "sim/io/tables.h"

namespace lambdasim::io {

/// Version of the HDF5 library in use, e.g. 1.10.8.
std::string hdf5_version();

/// What is known before the first row.
struct FileHeader {
  std::string title;
  std::string given_yaml;
  std::vector<DesignRow> designs;
  std::vector<FunctionRow> functions;         ///< of every design
  std::vector<std::vector<CostRates>> rates;  ///< by design, function
  bool has_workflows = false;                 ///< there is a table of executions
  bool has_parents = false;                   ///< there is a table of calls and sent events
  /// Names and values of /provenance: the one place that may differ between runs of one scenario.
  std::vector<std::pair<std::string, std::string>> provenance;
};

struct FileOptions {
  int compression = 1;  ///< 0: none
  /// Rows between two commits; rounded up to whole chunks. Counted, not timed, so that the file
  /// does not depend on the speed of the machine.
  std::uint64_t rows_between_commits = std::uint64_t{1} << 20;
};

class ResultFile;

/// The rows of one task. Used by one thread; rows are copied and handed over by the block.
class TaskRows {
 public:
  TaskRows(TaskRows&& other) noexcept;
  TaskRows& operator=(TaskRows&&) = delete;
  /// Ends the task if end() was not reached, dropping what was not handed over.
  ~TaskRows();

  /// @throws IoFailure when writing failed, here or in any other task
  void invocation(const engine::InvocationRecord& record) {
    block_.invocations.push_back(record);
    if (block_.full()) [[unlikely]] {
      hand_over();
    }
  }
  void context(const engine::ContextRecord& record) {
    block_.contexts.push_back(record);
    if (block_.full()) [[unlikely]] {
      hand_over();
    }
  }
  void execution(const ExecutionRow& row) {
    block_.executions.push_back(row);
    if (block_.full()) [[unlikely]] {
      hand_over();
    }
  }
  /// Looks at its own rows alone, so that those who write none of them pay nothing for it.
  void parent(const engine::ParentRecord& record) {
    block_.parents.push_back(record);
    if (block_.parents.size() >= Block::kRows) [[unlikely]] {
      hand_over();
    }
  }
  void end();

 private:
  friend class ResultFile;
  TaskRows(Handover& handover, std::size_t task);
  void hand_over();

  Handover* handover_;
  std::size_t task_;
  Block block_;
};

class ResultFile {
 public:
  /// @throws CannotCreate, IoFailure
  ResultFile(std::string path, FileHeader header, FileOptions options = {});
  /// Without finish() the partial file stays, up to what could be written.
  ~ResultFile();
  ResultFile(const ResultFile&) = delete;
  ResultFile& operator=(const ResultFile&) = delete;

  /// Tasks are numbered 0, 1, ... without gaps and are begun in any order, on any thread.
  TaskRows begin_task(std::size_t task, std::uint8_t design, std::uint32_t replication);

  // The small tables, once all tasks have ended; writing again appends.
  void write(const std::vector<SummaryRow>& rows);
  void write(const std::vector<ComparisonRow>& rows);
  void write(const std::vector<SourceRow>& rows);
  void write(const std::vector<WorkflowRow>& rows);
  void write(const std::vector<BackendRow>& rows);
  void write(const std::vector<ResourceRow>& rows);
  void write(const std::vector<StorageRow>& rows);
  void write(const std::vector<CallRow>& rows);
  void write(const std::vector<ConnectionRow>& rows);
  void write(const std::vector<MemoryRow>& rows);
  void write(const std::vector<TimelineRow>& rows);
  void write(const std::vector<HistogramRow>& rows);

  /// Commits, syncs and renames. @throws IoFailure
  void finish();

  const std::string& partial_path() const;

 private:
  class Writer;
  std::unique_ptr<Writer> writer_;
};

}  // namespace lambdasim::io
