#include "sim/io/hdf5_handle.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "sim/io/errors.h"
#include "sim/io/partial_file.h"

namespace lambdasim::io {
namespace {

/// The system's reason if HDF5 met one, e.g. "No space left on device".
std::string reason() {
  return errno == 0 ? std::string("HDF5 refused") : std::string(std::strerror(errno));
}

Hdf5Handle scalar_space() {
  return {H5Screate(H5S_SCALAR), H5Sclose, "make a scalar"};
}

Hdf5Handle make_attribute(hid_t object, const char* name, hid_t type, hid_t space) {
  return {H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
          "make an attribute"};
}

}  // namespace

Hdf5Handle::Hdf5Handle(hid_t id, Close closing, std::string_view what) : id_(id), close_(closing) {
  if (id < 0) {
    throw IoFailure(fmt::format("cannot {}: {}", what, reason()));
  }
}

Hdf5Handle::Hdf5Handle(Hdf5Handle&& other) noexcept
    : id_(std::exchange(other.id_, -1)), close_(other.close_) {}

Hdf5Handle& Hdf5Handle::operator=(Hdf5Handle&& other) noexcept {
  if (this != &other) {
    reset();
    id_ = std::exchange(other.id_, -1);
    close_ = other.close_;
  }
  return *this;
}

void Hdf5Handle::close(std::string_view what) {
  const hid_t id = std::exchange(id_, -1);
  if (id >= 0) {
    check_hdf5(close_(id), what);
  }
}

void Hdf5Handle::reset() {
  if (id_ >= 0) {
    close_(std::exchange(id_, -1));
  }
}

void prepare_hdf5() {
  H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Hdf5Handle create_hdf5_file(const std::string& path) {
  prepare_hdf5();
  check_creatable(path);  // HDF5 hides why a file cannot be made; the system tells
  const Hdf5Handle access{H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "set up the file"};
  check_hdf5(H5Pset_libver_bounds(access.get(), H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST),
             "set up the file");
  const Hdf5Handle creation{H5Pcreate(H5P_FILE_CREATE), H5Pclose, "set up the file"};
  check_hdf5(H5Pset_obj_track_times(creation.get(), 0), "set up the file");
  check_hdf5(
      H5Pset_link_creation_order(creation.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
      "set up the file");
  return {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose,
          fmt::format("create {}", path)};
}

void check_hdf5(herr_t status, std::string_view what) {
  if (status < 0) {
    throw IoFailure(fmt::format("cannot {}: {}", what, reason()));
  }
}

Hdf5Handle text_type() {
  Hdf5Handle type{H5Tcopy(H5T_C_S1), H5Tclose, "make a text type"};
  check_hdf5(H5Tset_size(type.get(), H5T_VARIABLE), "make a text type");
  check_hdf5(H5Tset_cset(type.get(), H5T_CSET_UTF8), "make a text type");
  return type;
}

void write_attribute(hid_t object, const char* name, std::string_view text) {
  const Hdf5Handle type{H5Tcopy(H5T_C_S1), H5Tclose, "make a text type"};
  check_hdf5(H5Tset_size(type.get(), text.empty() ? 1 : text.size()), "size a text");
  check_hdf5(H5Tset_cset(type.get(), H5T_CSET_UTF8), "make a text type");
  check_hdf5(H5Tset_strpad(type.get(), H5T_STR_NULLPAD), "make a text type");
  const Hdf5Handle space = scalar_space();
  const Hdf5Handle attribute = make_attribute(object, name, type.get(), space.get());
  check_hdf5(H5Awrite(attribute.get(), type.get(), text.empty() ? "" : text.data()),
             "write an attribute");
}

void write_attribute(hid_t object, const char* name, std::uint64_t value) {
  // In place where it exists: a program that is killed here leaves the old value or the new one.
  const Hdf5Handle space = scalar_space();
  const Hdf5Handle attribute =
      H5Aexists(object, name) > 0
          ? Hdf5Handle{H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "open an attribute"}
          : make_attribute(object, name, H5T_STD_U64LE, space.get());
  check_hdf5(H5Awrite(attribute.get(), H5T_NATIVE_UINT64, &value), "write an attribute");
}

void write_attribute(hid_t object, const char* name, const std::vector<std::uint8_t>& values) {
  const hsize_t size = values.size();
  const Hdf5Handle space{H5Screate_simple(1, &size, nullptr), H5Sclose, "make a list"};
  const Hdf5Handle attribute = make_attribute(object, name, H5T_STD_U8LE, space.get());
  check_hdf5(H5Awrite(attribute.get(), H5T_NATIVE_UINT8, values.data()), "write an attribute");
}

std::uint64_t read_integer_attribute(hid_t object, const char* name, std::uint64_t fallback) {
  if (H5Aexists(object, name) <= 0) {
    return fallback;
  }
  const Hdf5Handle attribute{H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "open an attribute"};
  std::uint64_t value = 0;
  check_hdf5(H5Aread(attribute.get(), H5T_NATIVE_UINT64, &value), "read an attribute");
  return value;
}

std::string read_text_attribute(hid_t object, const char* name) {
  if (H5Aexists(object, name) <= 0) {
    return {};
  }
  const Hdf5Handle attribute{H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "open an attribute"};
  const Hdf5Handle type{H5Aget_type(attribute.get()), H5Tclose, "read an attribute"};
  std::string text(H5Tget_size(type.get()), '\0');
  check_hdf5(H5Aread(attribute.get(), type.get(), text.data()), "read an attribute");
  text.resize(std::strlen(text.c_str()));
  return text;
}

std::vector<std::uint8_t> read_codes_attribute(hid_t object, const char* name) {
  if (H5Aexists(object, name) <= 0) {
    return {};
  }
  const Hdf5Handle attribute{H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "open an attribute"};
  const Hdf5Handle space{H5Aget_space(attribute.get()), H5Sclose, "read an attribute"};
  std::vector<std::uint8_t> values(
      static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get())));
  check_hdf5(H5Aread(attribute.get(), H5T_NATIVE_UINT8, values.data()), "read an attribute");
  return values;
}

}  // namespace lambdasim::io
