#include "sim/io/result_file.h"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <map>
#include <optional>
#include <thread>

#include "sim/io/hdf5_handle.h"
#include "sim/io/partial_file.h"
#include "sim/io/table_writer.h"

namespace lambdasim::io {
namespace {

constexpr std::uint64_t kFormatVersion = 1;
constexpr std::size_t kFewestChunkRows = 16;
constexpr int kSmallTableLevel = 1;

template <class Row, class Context>
std::vector<ColumnSpec> specs_of(const std::vector<Column<Row, Context>>& columns) {
  std::vector<ColumnSpec> specs;
  for (const auto& column : columns) {
    specs.push_back(column.spec);
  }
  return specs;
}

template <class Row, class Context>
void append_rows(TableWriter& table, const std::vector<Column<Row, Context>>& columns,
                 const std::vector<Row>& rows, const Context& context) {
  table.append(rows.size(),
               [&](std::size_t column, std::size_t from, std::size_t count, void* out) {
                 columns[column].fill(rows.data() + from, count, context, out);
               });
}

}  // namespace

std::string hdf5_version() {
  prepare_hdf5();
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

/// Owns the HDF5 file: the writer thread uses it until all tasks have ended, then the caller.
class ResultFile::Writer {
 public:
  Writer(std::string path, FileHeader header, FileOptions options)
      : path_(std::move(path)),
        partial_(partial_name(path_)),
        header_(std::move(header)),
        options_(options),
        file_(create_hdf5_file(partial_)) {
    write_header();
    invocations_.emplace(file_.get(), "invocations", specs_of(invocation_columns()),
                         options_.compression);
    contexts_.emplace(file_.get(), "contexts", specs_of(context_columns()), options_.compression);
    if (header_.has_workflows) {
      executions_.emplace(file_.get(), "executions", specs_of(execution_columns()),
                          options_.compression);
    }
    if (header_.has_parents) {
      parents_.emplace(file_.get(), "parents", specs_of(parent_columns()), options_.compression);
    }
    commit();
    thread_ = std::jthread([this] { run(); });
  }

  ~Writer() {
    handover.close();
    if (thread_.joinable()) {
      thread_.join();
    }
    if (!file_.valid()) {
      return;
    }
    try {
      if (!broken_) {
        commit();
      }
    } catch (const IoFailure&) {
      broken_ = true;
    }
    if (broken_) {
      // Closing would write a superblock that promises more than the disk took.
      file_.abandon();
    }
  }

  void note_task(std::size_t task, TaskContext context) {
    const std::lock_guard lock(tasks_mutex_);
    tasks_.resize(std::max(tasks_.size(), task + 1));
    tasks_[task] = context;
  }

  template <class Row>
  void write_table(const std::string& name, const PlainColumns<Row>& columns,
                   const std::vector<Row>& rows) {
    guarded([&] {
      wait_for_rows();
      write_small(name, columns, rows);
    });
  }

  void finish() {
    guarded([this] { complete_file(); });
    complete_partial_file(partial_, path_);
  }

  const std::string& partial_path() const { return partial_; }

  Handover handover;

 private:
  template <class Work>
  void guarded(Work work) {
    try {
      work();
    } catch (...) {
      broken_ = true;
      throw;
    }
  }

  void complete_file() {
    wait_for_rows();
    commit();
    write_attribute(file_.get(), "complete", std::uint64_t{1});
    invocations_.reset();
    contexts_.reset();
    executions_.reset();
    parents_.reset();
    small_tables_.clear();
    flush_file();
    file_.close(fmt::format("close {}", partial_));
  }

  void write_header() {
    write_attribute(file_.get(), "title", header_.title);
    write_attribute(file_.get(), "Conventions", "CF-1.8");
    write_attribute(file_.get(), "format_version", kFormatVersion);
    write_attribute(file_.get(), "complete", std::uint64_t{0});
    const Hdf5Handle provenance{
        H5Gcreate2(file_.get(), "provenance", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
        "make /provenance"};
    for (const auto& [name, value] : header_.provenance) {
      write_attribute(provenance.get(), name.c_str(), value);
    }
    write_small("functions", function_columns(), header_.functions);
    write_small("designs", design_columns(), header_.designs);
    write_small<std::string>("scenario", given_columns(), {header_.given_yaml});
  }

  static const PlainColumns<std::string>& given_columns() {
    static const PlainColumns<std::string> columns{computed<std::string, NoContext>(
        "given_yaml", "", "The scenario file as it was given",
        [](const std::string& row, const NoContext&) { return row; })};
    return columns;
  }

  /// Appends to a small table, which is made at the first call and sized by it.
  template <class Row>
  void write_small(const std::string& name, const PlainColumns<Row>& columns,
                   const std::vector<Row>& rows) {
    auto table = small_tables_.find(name);
    if (table == small_tables_.end()) {
      const std::size_t chunk =
          std::clamp(std::bit_ceil(rows.size()), kFewestChunkRows, TableWriter::kChunkRows);
      table = small_tables_
                  .try_emplace(name, file_.get(), name, specs_of(columns), kSmallTableLevel, chunk)
                  .first;
    }
    append_rows(table->second, columns, rows, NoContext{});
  }

  void run() {
    try {
      prepare_hdf5();
      std::size_t task = 0;
      Block block;
      while (handover.take(task, block)) {
        append(task, block);
        handover.recycle(std::move(block));
        block = Block{};
      }
    } catch (...) {
      broken_ = true;
      handover.fail(std::current_exception());
    }
  }

  void append(std::size_t task, const Block& block) {
    TaskContext context;
    {
      const std::lock_guard lock(tasks_mutex_);
      context = tasks_[task];
    }
    const std::uint64_t before = invocations_->rows() / rows_between_commits();
    append_rows(*invocations_, invocation_columns(), block.invocations, context);
    append_rows(*contexts_, context_columns(), block.contexts, context);
    if (executions_) {
      append_rows(*executions_, execution_columns(), block.executions, context);
    }
    if (parents_) {
      append_rows(*parents_, parent_columns(), block.parents, context);
    }
    if (invocations_->rows() / rows_between_commits() != before) {
      commit_written();
    }
  }

  std::uint64_t rows_between_commits() const {
    constexpr std::uint64_t kChunk = TableWriter::kChunkRows;
    return (options_.rows_between_commits + kChunk - 1) / kChunk * kChunk;
  }

  void wait_for_rows() {
    if (thread_.joinable()) {
      handover.close();
      thread_.join();
    }
    handover.rethrow_failure();
  }

  /// Everything handed over so far, to the last row.
  void commit() {
    invocations_->flush();
    contexts_->flush();
    if (executions_) {
      executions_->flush();
    }
    if (parents_) {
      parents_->flush();
    }
    for (auto& [name, table] : small_tables_) {
      table.flush();
    }
    commit_written();
  }

  /// Whole chunks only: cheap, and under way a chunk is never written twice.
  void commit_written() {
    flush_file();
    invocations_->commit();
    contexts_->commit();
    if (executions_) {
      executions_->commit();
    }
    if (parents_) {
      parents_->commit();
    }
    for (auto& [name, table] : small_tables_) {
      table.commit();
    }
    flush_file();
  }

  void flush_file() {
    errno = 0;
    check_hdf5(H5Fflush(file_.get(), H5F_SCOPE_GLOBAL), fmt::format("write {}", partial_));
  }

  std::string path_;
  std::string partial_;
  FileHeader header_;
  FileOptions options_;
  Hdf5Handle file_;
  std::optional<TableWriter> invocations_;
  std::optional<TableWriter> contexts_;
  std::optional<TableWriter> executions_;
  std::optional<TableWriter> parents_;
  std::map<std::string, TableWriter> small_tables_;
  std::mutex tasks_mutex_;
  std::vector<TaskContext> tasks_;
  bool broken_ = false;  // of the thread that uses the file
  std::jthread thread_;

  friend class ResultFile;
};

ResultFile::ResultFile(std::string path, FileHeader header, FileOptions options)
    : writer_(std::make_unique<Writer>(std::move(path), std::move(header), options)) {}

ResultFile::~ResultFile() = default;

TaskRows ResultFile::begin_task(std::size_t task, std::uint8_t design, std::uint32_t replication) {
  writer_->note_task(task, {design, replication, &writer_->header_.rates.at(design)});
  return {writer_->handover, task};
}

void ResultFile::write(const std::vector<SummaryRow>& rows) {
  writer_->write_table("summary", summary_columns(), rows);
}
void ResultFile::write(const std::vector<ComparisonRow>& rows) {
  writer_->write_table("comparison", comparison_columns(), rows);
}
void ResultFile::write(const std::vector<SourceRow>& rows) {
  writer_->write_table("sources", source_columns(), rows);
}
void ResultFile::write(const std::vector<WorkflowRow>& rows) {
  writer_->write_table("workflows", workflow_columns(), rows);
}

void ResultFile::write(const std::vector<BackendRow>& rows) {
  writer_->write_table("backends", backend_columns(), rows);
}
void ResultFile::write(const std::vector<ResourceRow>& rows) {
  writer_->write_table("resources", resource_columns(), rows);
}
void ResultFile::write(const std::vector<StorageRow>& rows) {
  writer_->write_table("storage", storage_columns(), rows);
}

void ResultFile::write(const std::vector<CallRow>& rows) {
  writer_->write_table("calls", call_columns(), rows);
}

void ResultFile::write(const std::vector<ConnectionRow>& rows) {
  writer_->write_table("connections", connection_columns(), rows);
}
void ResultFile::write(const std::vector<MemoryRow>& rows) {
  writer_->write_table("memory", memory_columns(), rows);
}
void ResultFile::write(const std::vector<TimelineRow>& rows) {
  writer_->write_table("timeline", timeline_columns(), rows);
}
void ResultFile::write(const std::vector<HistogramRow>& rows) {
  writer_->write_table("histograms", histogram_columns(), rows);
}
void ResultFile::finish() {
  writer_->finish();
}

const std::string& ResultFile::partial_path() const {
  return writer_->partial_path();
}

TaskRows::TaskRows(Handover& handover, std::size_t task) : handover_(&handover), task_(task) {}

TaskRows::TaskRows(TaskRows&& other) noexcept
    : handover_(std::exchange(other.handover_, nullptr)),
      task_(other.task_),
      block_(std::move(other.block_)) {}

TaskRows::~TaskRows() {
  if (handover_ != nullptr) {
    handover_->end(task_);
  }
}

void TaskRows::hand_over() {
  handover_->put(task_, block_);
}

void TaskRows::end() {
  if (!block_.empty()) {
    hand_over();
  }
  handover_->end(task_);
  handover_ = nullptr;
}

}  // namespace lambdasim::io
