#include "sim/io/result_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <ostream>
#include <sstream>

#include "sim/io/hdf5_handle.h"

namespace lambdasim::io {
namespace {

constexpr std::uint64_t kSliceRows = std::uint64_t{1} << 16;

herr_t collect_name(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

/// The names in a group, in the order in which they were made.
std::vector<std::string> names_in(hid_t group) {
  std::vector<std::string> names;
  check_hdf5(H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, collect_name, &names),
             "list a group");
  return names;
}

ColumnType stored_type(hid_t dataset) {
  const Hdf5Handle type{H5Dget_type(dataset), H5Tclose, "read the type of a column"};
  const std::size_t size = H5Tget_size(type.get());
  switch (H5Tget_class(type.get())) {
    case H5T_STRING:
      return ColumnType::kText;
    case H5T_FLOAT:
      return ColumnType::kF64;
    default:
      break;
  }
  const bool is_signed = H5Tget_sign(type.get()) != H5T_SGN_NONE;
  if (size == 1) {
    return ColumnType::kU8;
  }
  if (size == sizeof(std::uint32_t)) {
    return is_signed ? ColumnType::kI32 : ColumnType::kU32;
  }
  return is_signed ? ColumnType::kI64 : ColumnType::kU64;
}

hid_t memory_type(ColumnType type) {
  switch (type) {
    case ColumnType::kU8:
      return H5T_NATIVE_UINT8;
    case ColumnType::kU32:
      return H5T_NATIVE_UINT32;
    case ColumnType::kU64:
      return H5T_NATIVE_UINT64;
    case ColumnType::kI32:
      return H5T_NATIVE_INT32;
    case ColumnType::kI64:
      return H5T_NATIVE_INT64;
    default:
      return H5T_NATIVE_DOUBLE;
  }
}

std::vector<std::string> split(const std::string& words) {
  std::istringstream stream(words);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) {
    return text;
  }
  std::string escaped = "\"";
  for (const char c : text) {
    escaped += c == '"' ? std::string("\"\"") : std::string(1, c);
  }
  return escaped + '"';
}

/// One cell of a CSV file: texts quoted where they must be, codes by their names.
void append_value(fmt::memory_buffer& line, const Values& values, std::size_t row,
                  const std::vector<std::string>& meanings) {
  std::visit(
      [&](const auto& column) {
        using Value = typename std::decay_t<decltype(column)>::value_type;
        if constexpr (std::is_same_v<Value, std::string>) {
          fmt::format_to(fmt::appender(line), "{}", quoted(column[row]));
        } else if (const auto code = static_cast<std::size_t>(column[row]);
                   std::is_integral_v<Value> && code < meanings.size()) {
          fmt::format_to(fmt::appender(line), "{}", meanings[code]);
        } else {
          fmt::format_to(fmt::appender(line), "{}", column[row]);
        }
      },
      values);
}

/// The names of tables or columns, for a message.
std::string listed(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

struct ResultReader::File {
  Hdf5Handle handle;

  Hdf5Handle dataset(const std::string& table, const std::string& column) const {
    return {H5Dopen2(handle.get(), fmt::format("{}/{}", table, column).c_str(), H5P_DEFAULT),
            H5Dclose, fmt::format("open column {} of {}", column, table)};
  }
  Hdf5Handle group(const std::string& table) const {
    return {H5Gopen2(handle.get(), table.c_str(), H5P_DEFAULT), H5Gclose,
            fmt::format("open table {}", table)};
  }
};

ResultReader::ResultReader(const std::string& path) : path_(path) {
  if (!std::filesystem::exists(path)) {
    const std::string partial = path + ".partial";
    throw NoFile(fmt::format("cannot read {}: {}{}", path, std::strerror(ENOENT),
                             std::filesystem::exists(partial)
                                 ? fmt::format("; an unfinished run left {}", partial)
                                 : ""));
  }
  prepare_hdf5();
  errno = 0;
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (id < 0) {
    throw IoFailure(
        fmt::format("cannot read {}: {}", path,
                    errno == EACCES ? std::strerror(EACCES) : "it is no HDF5 file, or damaged"));
  }
  file_ = std::make_unique<File>(File{{id, H5Fclose, "open a file"}});
}

ResultReader::~ResultReader() = default;

bool ResultReader::complete() const {
  return read_integer_attribute(file_->handle.get(), "complete", 0) == 1;
}

std::vector<std::string> ResultReader::tables() const {
  std::vector<std::string> tables;
  for (const std::string& name : names_in(file_->handle.get())) {
    const Hdf5Handle group = file_->group(name);
    if (H5Aexists(group.get(), "committed_rows") > 0) {
      tables.push_back(name);
    }
  }
  return tables;
}

std::uint64_t ResultReader::rows(const std::string& table) const {
  const std::vector<std::string> known = tables();
  if (std::find(known.begin(), known.end(), table) == known.end()) {
    throw NotFound(fmt::format("{} has no table '{}'; it has: {}", path_, table, listed(known)));
  }
  return read_integer_attribute(file_->group(table).get(), "committed_rows", 0);
}

std::vector<StoredColumn> ResultReader::columns(const std::string& table) const {
  rows(table);
  std::vector<StoredColumn> columns;
  for (const std::string& name : names_in(file_->group(table).get())) {
    if (name == "row") {
      continue;
    }
    const Hdf5Handle dataset = file_->dataset(table, name);
    columns.push_back({name, stored_type(dataset.get()),
                       read_text_attribute(dataset.get(), "units"),
                       split(read_text_attribute(dataset.get(), "flag_meanings"))});
  }
  return columns;
}

void ResultReader::read_raw(const std::string& table, const std::string& column, ColumnType type,
                            std::uint64_t from, std::uint64_t count, void* out) const {
  const Hdf5Handle dataset = file_->dataset(table, column);
  if (stored_type(dataset.get()) != type) {
    throw IoFailure(fmt::format("column {} of {} is of another type", column, table));
  }
  if (count == 0) {
    return;
  }
  const hsize_t first = from;
  const hsize_t size = count;
  const Hdf5Handle memory{H5Screate_simple(1, &size, nullptr), H5Sclose, "read a column"};
  const Hdf5Handle space{H5Dget_space(dataset.get()), H5Sclose, "read a column"};
  check_hdf5(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, &first, nullptr, &size, nullptr),
             "read a column");
  if (type != ColumnType::kText) {
    check_hdf5(
        H5Dread(dataset.get(), memory_type(type), memory.get(), space.get(), H5P_DEFAULT, out),
        fmt::format("read column {} of {}", column, table));
    return;
  }
  const Hdf5Handle text = text_type();
  std::vector<char*> pointers(count);
  check_hdf5(
      H5Dread(dataset.get(), text.get(), memory.get(), space.get(), H5P_DEFAULT, pointers.data()),
      fmt::format("read column {} of {}", column, table));
  auto* texts = static_cast<std::string*>(out);
  for (std::size_t i = 0; i < count; ++i) {
    texts[i] = pointers[i] == nullptr ? "" : pointers[i];
  }
  check_hdf5(H5Dvlen_reclaim(text.get(), memory.get(), H5P_DEFAULT, pointers.data()),
             "read a column");
}

Values ResultReader::slice(const std::string& table, const StoredColumn& column, std::uint64_t from,
                           std::uint64_t count) const {
  switch (column.type) {
    case ColumnType::kU8:
      return read<std::uint8_t>(table, column.name, from, count);
    case ColumnType::kU32:
      return read<std::uint32_t>(table, column.name, from, count);
    case ColumnType::kU64:
      return read<std::uint64_t>(table, column.name, from, count);
    case ColumnType::kI32:
      return read<std::int32_t>(table, column.name, from, count);
    case ColumnType::kI64:
      return read<std::int64_t>(table, column.name, from, count);
    case ColumnType::kF64:
      return read<double>(table, column.name, from, count);
    case ColumnType::kText:
      break;
  }
  return read<std::string>(table, column.name, from, count);
}

std::vector<StoredColumn> ResultReader::chosen_columns(
    const std::string& table, const std::vector<std::string>& names) const {
  std::vector<StoredColumn> stored = columns(table);
  if (names.empty()) {
    return stored;
  }
  std::vector<std::string> known;
  for (const StoredColumn& column : stored) {
    known.push_back(column.name);
  }
  std::vector<StoredColumn> chosen;
  for (const std::string& name : names) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      throw NotFound(
          fmt::format("table {} has no column '{}'; it has: {}", table, name, listed(known)));
    }
    chosen.push_back(stored[static_cast<std::size_t>(found - known.begin())]);
  }
  return chosen;
}

void ResultReader::write_csv(const std::string& table, const std::vector<std::string>& columns,
                             std::ostream& out) const {
  const std::uint64_t total = rows(table);
  const std::vector<StoredColumn> chosen = chosen_columns(table, columns);
  for (std::size_t c = 0; c < chosen.size(); ++c) {
    out << (c == 0 ? "" : ",") << chosen[c].name;
  }
  out << '\n';
  for (std::uint64_t from = 0; from < total && out; from += kSliceRows) {
    const std::uint64_t count = std::min(kSliceRows, total - from);
    std::vector<Values> slices;
    for (const StoredColumn& column : chosen) {
      slices.push_back(slice(table, column, from, count));
    }
    fmt::memory_buffer lines;
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t c = 0; c < chosen.size(); ++c) {
        if (c > 0) {
          lines.push_back(',');
        }
        append_value(lines, slices[c], i, chosen[c].meanings);
      }
      lines.push_back('\n');
    }
    out.write(lines.data(), static_cast<std::streamsize>(lines.size()));
  }
}

}  // namespace lambdasim::io
