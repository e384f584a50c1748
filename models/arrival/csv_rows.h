// The rows of a CSV file, plain or gzip, one after the other in constant memory.
//
// A field is a view into the buffer and good until the next row. Fields may be in double quotes;
// empty lines are skipped, a byte order mark and carriage returns are dropped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/arrival/gzip_file.h"
#include "sim/config/diagnostics.h"

namespace lambdasim::models {

class CsvRows {
 public:
  /// Opens the file and reads its header.
  /// @throws config::NoInput when it cannot be opened or read
  /// @throws config::InvalidInput when it has no header or a name twice
  explicit CsvRows(const std::string& path);

  const std::vector<std::string>& header() const { return header_; }

  /// Goes to the next row. @return false at the end
  /// @throws config::InvalidInput for a row with another number of fields than the header, a line
  /// longer than the buffer, or a damaged or cut-off gzip file
  bool next();
  std::string_view field(std::size_t column) const { return fields_[column]; }

  /// Throws config::InvalidInput that points at a field of the current row.
  [[noreturn]] void fail(std::size_t column, const std::string& message) const;

 private:
  bool next_line();
  bool read_more();
  void split();
  void split_quoted(std::size_t begin);
  void read_header();
  [[noreturn]] void fail_at(int column, const std::string& message) const;

  std::string path_;
  GzipFile file_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of what is not yet given out
  std::size_t end_ = 0;    // of what was read
  bool at_end_ = false;
  int line_number_ = 0;
  std::string_view line_;
  std::vector<std::string_view> fields_;
  std::vector<std::string> header_;
};

}  // namespace lambdasim::models
