// Writes one table: a group with a 1-D dataset a column, in chunks of equal size, columns in step.
//
// Rows count as committed once their columns are flushed and the attribute `committed_rows` says
// so; what a killed program leaves beyond that is ignored by readers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/io/chunk_codec.h"
#include "sim/io/column.h"
#include "sim/io/hdf5_handle.h"

namespace lambdasim::io {

class TableWriter {
 public:
  static constexpr std::size_t kChunkRows = std::size_t{1} << 16;

  /// @param level compression, see ChunkCodec
  /// @param chunk_rows rows a chunk; less than kChunkRows for a table known to be small
  TableWriter(hid_t file, const std::string& name, const std::vector<ColumnSpec>& columns,
              int level, std::size_t chunk_rows = kChunkRows);

  /// Fills `count` values of a column into `out`, from row `from` of what is being appended.
  using Fill =
      std::function<void(std::size_t column, std::size_t from, std::size_t count, void* out)>;
  void append(std::size_t rows, const Fill& fill);

  std::uint64_t rows() const { return rows_; }
  /// Writes what is still short of a chunk too. Appending may go on afterwards.
  void flush();
  /// Declares the rows written so far complete. The caller has flushed the file.
  void commit();

 private:
  struct ColumnState {
    ColumnSpec spec;
    Hdf5Handle dataset;
    ChunkCodec codec;
    std::vector<std::byte> buffer;   // one chunk
    std::vector<std::string> texts;  // one chunk, of kText
  };

  ColumnState make_column(const ColumnSpec& spec, int level);
  void describe(const ColumnState& column);
  void make_row_scale();
  void write_chunk(std::size_t rows);
  void write_texts(ColumnState& column, std::size_t rows);

  std::size_t chunk_rows_;
  Hdf5Handle group_;
  Hdf5Handle row_scale_;
  std::vector<ColumnState> columns_;
  std::uint64_t rows_ = 0;     // appended
  std::uint64_t written_ = 0;  // of them in the datasets
  std::size_t filled_ = 0;     // rows in the buffers: rows_ modulo the chunk
};

}  // namespace lambdasim::io
