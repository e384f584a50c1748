#include "sim/io/table_writer.h"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cerrno>

#include "sim/io/errors.h"

namespace lambdasim::io {
namespace {

constexpr unsigned kInOrder = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

hid_t file_type(ColumnType type) {
  switch (type) {
    case ColumnType::kU8:
      return H5T_STD_U8LE;
    case ColumnType::kU32:
      return H5T_STD_U32LE;
    case ColumnType::kU64:
      return H5T_STD_U64LE;
    case ColumnType::kI32:
      return H5T_STD_I32LE;
    case ColumnType::kI64:
      return H5T_STD_I64LE;
    default:
      return H5T_IEEE_F64LE;
  }
}

Hdf5Handle chunked_properties(ColumnType type, int level, std::size_t chunk_rows) {
  Hdf5Handle properties{H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "describe a column"};
  const hsize_t chunk = chunk_rows;
  check_hdf5(H5Pset_chunk(properties.get(), 1, &chunk), "describe a column");
  check_hdf5(H5Pset_obj_track_times(properties.get(), 0), "describe a column");
  if (level > 0 && type != ColumnType::kText) {
    check_hdf5(H5Pset_shuffle(properties.get()), "describe a column");
    check_hdf5(H5Pset_deflate(properties.get(), static_cast<unsigned>(level)), "describe a column");
  }
  return properties;
}

Hdf5Handle growing_space() {
  const hsize_t now = 0;
  const hsize_t most = H5S_UNLIMITED;
  return {H5Screate_simple(1, &now, &most), H5Sclose, "describe a column"};
}

}  // namespace

std::size_t size_of(ColumnType type) {
  switch (type) {
    case ColumnType::kU8:
      return 1;
    case ColumnType::kU32:
    case ColumnType::kI32:
      return 4;
    case ColumnType::kText:
      return 0;
    default:
      return 8;
  }
}

TableWriter::TableWriter(hid_t file, const std::string& name,
                         const std::vector<ColumnSpec>& columns, int level, std::size_t chunk_rows)
    : chunk_rows_(chunk_rows) {
  const Hdf5Handle properties{H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "describe a table"};
  check_hdf5(H5Pset_obj_track_times(properties.get(), 0), "describe a table");
  check_hdf5(H5Pset_link_creation_order(properties.get(), kInOrder), "describe a table");
  group_ = {H5Gcreate2(file, name.c_str(), H5P_DEFAULT, properties.get(), H5P_DEFAULT), H5Gclose,
            fmt::format("make table {}", name)};
  make_row_scale();
  for (const ColumnSpec& spec : columns) {
    columns_.push_back(make_column(spec, level));
    describe(columns_.back());
  }
  write_attribute(group_.get(), "committed_rows", std::uint64_t{0});
}

TableWriter::ColumnState TableWriter::make_column(const ColumnSpec& spec, int level) {
  const Hdf5Handle properties = chunked_properties(spec.type, level, chunk_rows_);
  const Hdf5Handle space = growing_space();
  const Hdf5Handle text = text_type();
  const hid_t type = spec.type == ColumnType::kText ? text.get() : file_type(spec.type);
  Hdf5Handle dataset{H5Dcreate2(group_.get(), std::string(spec.name).c_str(), type, space.get(),
                                H5P_DEFAULT, properties.get(), H5P_DEFAULT),
                     H5Dclose, fmt::format("make column {}", spec.name)};
  const std::size_t size = size_of(spec.type);
  return {spec, std::move(dataset), ChunkCodec(std::max<std::size_t>(size, 1), level),
          std::vector<std::byte>(size * chunk_rows_),
          std::vector<std::string>(size == 0 ? chunk_rows_ : 0)};
}

void TableWriter::describe(const ColumnState& column) {
  const hid_t dataset = column.dataset.get();
  if (!column.spec.unit.empty()) {
    write_attribute(dataset, "units", column.spec.unit);
  }
  write_attribute(dataset, "long_name", column.spec.long_name);
  if (!column.spec.meanings.empty()) {
    std::vector<std::uint8_t> values;
    for (std::size_t i = 0; i < column.spec.meanings.size(); ++i) {
      values.push_back(static_cast<std::uint8_t>(i));
    }
    write_attribute(dataset, "flag_values", values);
    write_attribute(dataset, "flag_meanings",
                    fmt::format("{}", fmt::join(column.spec.meanings, " ")));
  }
  check_hdf5(H5DSattach_scale(dataset, row_scale_.get(), 0), "attach the dimension of the rows");
}

/// The dimension that all columns share, in netCDF's form for one without coordinates of its own.
void TableWriter::make_row_scale() {
  const Hdf5Handle properties = chunked_properties(ColumnType::kU8, 0, chunk_rows_);
  const Hdf5Handle space = growing_space();
  row_scale_ = {H5Dcreate2(group_.get(), "row", H5T_STD_U8LE, space.get(), H5P_DEFAULT,
                           properties.get(), H5P_DEFAULT),
                H5Dclose, "make the dimension of the rows"};
  check_hdf5(
      H5DSset_scale(row_scale_.get(), "This is a netCDF dimension but not a netCDF variable."),
      "make the dimension of the rows");
}

void TableWriter::append(std::size_t rows, const Fill& fill) {
  for (std::size_t from = 0; from < rows;) {
    const std::size_t count = std::min(rows - from, chunk_rows_ - filled_);
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      ColumnState& column = columns_[c];
      void* out = column.spec.type == ColumnType::kText
                      ? static_cast<void*>(column.texts.data() + filled_)
                      : column.buffer.data() + filled_ * size_of(column.spec.type);
      fill(c, from, count, out);
    }
    from += count;
    filled_ += count;
    rows_ += count;
    if (filled_ == chunk_rows_) {
      write_chunk(chunk_rows_);
      filled_ = 0;
    }
  }
}

void TableWriter::flush() {
  if (filled_ != 0 && written_ < rows_) {
    write_chunk(filled_);
  }
}

/// Writes the buffers as the chunk that begins where full chunks end. The part of a chunk behind
/// the last row is whatever the buffer held; the extent hides it, so it is cleared for equal bytes.
void TableWriter::write_chunk(std::size_t rows) {
  const hsize_t first = rows_ - rows;
  const hsize_t extent = rows_;
  errno = 0;
  check_hdf5(H5Dset_extent(row_scale_.get(), &extent), "extend a table");
  for (ColumnState& column : columns_) {
    check_hdf5(H5Dset_extent(column.dataset.get(), &extent), "extend a column");
    if (column.spec.type == ColumnType::kText) {
      write_texts(column, rows);
      continue;
    }
    const std::size_t used = rows * size_of(column.spec.type);
    std::fill(column.buffer.begin() + static_cast<std::ptrdiff_t>(used), column.buffer.end(),
              std::byte{0});
    const std::span<const std::byte> bytes = column.codec.encode(column.buffer);
    check_hdf5(
        H5Dwrite_chunk(column.dataset.get(), H5P_DEFAULT, 0, &first, bytes.size(), bytes.data()),
        fmt::format("write column {}", column.spec.name));
  }
  written_ = rows_;
}

void TableWriter::write_texts(ColumnState& column, std::size_t rows) {
  std::vector<const char*> pointers(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    pointers[i] = column.texts[i].c_str();
  }
  const hsize_t first = rows_ - rows;
  const hsize_t count = rows;
  const Hdf5Handle type = text_type();
  const Hdf5Handle memory{H5Screate_simple(1, &count, nullptr), H5Sclose, "write a column"};
  const Hdf5Handle file{H5Dget_space(column.dataset.get()), H5Sclose, "write a column"};
  check_hdf5(H5Sselect_hyperslab(file.get(), H5S_SELECT_SET, &first, nullptr, &count, nullptr),
             "write a column");
  check_hdf5(H5Dwrite(column.dataset.get(), type.get(), memory.get(), file.get(), H5P_DEFAULT,
                      pointers.data()),
             fmt::format("write column {}", column.spec.name));
}

void TableWriter::commit() {
  write_attribute(group_.get(), "committed_rows", written_);
}

}  // namespace lambdasim::io
