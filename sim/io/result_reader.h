// Reads result files, complete ones and what a killed run left: tables up to their last commit.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "sim/io/column.h"
#include "sim/io/errors.h"

namespace lambdasim::io {

/// A column as it stands in a file.
struct StoredColumn {
  std::string name;
  ColumnType type;
  std::string unit;
  std::vector<std::string> meanings;  ///< of codes, from 0 on
};

/// The values of a column, in its own type.
using Values =
    std::variant<std::vector<std::uint8_t>, std::vector<std::uint32_t>, std::vector<std::uint64_t>,
                 std::vector<std::int32_t>, std::vector<std::int64_t>, std::vector<double>,
                 std::vector<std::string>>;

/// There is no such file.
class NoFile : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A table or column that a file does not have.
class NotFound : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ResultReader {
 public:
  /// @throws NoFile, or IoFailure when it is no result file
  explicit ResultReader(const std::string& path);
  ~ResultReader();

  /// Whether the run that wrote it finished.
  bool complete() const;
  std::vector<std::string> tables() const;
  /// @throws NotFound naming the tables that exist
  std::uint64_t rows(const std::string& table) const;
  std::vector<StoredColumn> columns(const std::string& table) const;

  /// `count` values from row `from` on; T must be the column's own type.
  template <class T>
  std::vector<T> read(const std::string& table, const std::string& column, std::uint64_t from,
                      std::uint64_t count) const {
    std::vector<T> values(count);
    read_raw(table, column, type_of<T>(), from, count, values.data());
    return values;
  }

  /// Writes rows as CSV with a header, codes by their names, a slice at a time.
  /// @param columns names; empty: all
  void write_csv(const std::string& table, const std::vector<std::string>& columns,
                 std::ostream& out) const;

 private:
  void read_raw(const std::string& table, const std::string& column, ColumnType type,
                std::uint64_t from, std::uint64_t count, void* out) const;

  Values slice(const std::string& table, const StoredColumn& column, std::uint64_t from,
               std::uint64_t count) const;
  std::vector<StoredColumn> chosen_columns(const std::string& table,
                                           const std::vector<std::string>& names) const;

  struct File;
  std::unique_ptr<File> file_;
  std::string path_;
};

}  // namespace lambdasim::io
