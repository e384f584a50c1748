// A thin layer over the HDF5 C API: handles that close themselves, return codes that throw.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lambdasim::io {

/// Owns one HDF5 identifier and closes it with the function it was made with.
class Hdf5Handle {
 public:
  using Close = herr_t (*)(hid_t);

  Hdf5Handle() = default;
  /// @param what names the operation for the message of IoFailure when `id` is not valid
  Hdf5Handle(hid_t id, Close closing, std::string_view what);
  ~Hdf5Handle() { reset(); }
  Hdf5Handle(Hdf5Handle&& other) noexcept;
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept;
  Hdf5Handle(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(const Hdf5Handle&) = delete;

  hid_t get() const { return id_; }
  bool valid() const { return id_ >= 0; }
  /// Closes it and reports a failure, which a destructor cannot.
  void close(std::string_view what);
  /// Leaves it open for good: what is on disk stays as it is.
  void abandon() { id_ = -1; }

 private:
  void reset();

  hid_t id_ = -1;
  Close close_ = nullptr;
};

/// Silences HDF5 on this thread, and keeps it from closing files at exit, where it crashes when a
/// full disk kept a file from closing. To be called before HDF5 is used, on every thread.
void prepare_hdf5();

/// An empty HDF5 file, in the old format that opens even after the program was killed.
/// @throws CannotCreate with the system's reason
Hdf5Handle create_hdf5_file(const std::string& path);

/// Throws IoFailure with the system's reason when an HDF5 call failed.
void check_hdf5(herr_t status, std::string_view what);

void write_attribute(hid_t object, const char* name, std::string_view text);
void write_attribute(hid_t object, const char* name, std::uint64_t value);
void write_attribute(hid_t object, const char* name, const std::vector<std::uint8_t>& values);
std::uint64_t read_integer_attribute(hid_t object, const char* name, std::uint64_t fallback);
std::string read_text_attribute(hid_t object, const char* name);
std::vector<std::uint8_t> read_codes_attribute(hid_t object, const char* name);

/// The type of variable-length UTF-8 strings.
Hdf5Handle text_type();

}  // namespace lambdasim::io
