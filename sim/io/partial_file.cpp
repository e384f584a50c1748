#include "sim/io/partial_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "sim/io/errors.h"

namespace lambdasim::io {
namespace {

void sync_path(const std::string& path, const char* what) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 || ::fsync(descriptor) != 0) {
    const std::string reason = std::strerror(errno);
    if (descriptor >= 0) {
      ::close(descriptor);
    }
    throw IoFailure(fmt::format("cannot sync {} {}: {}", what, path, reason));
  }
  ::close(descriptor);
}

/// HDF5 hides why a file cannot be made; the system tells.
void check_creatable(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    throw CannotCreate(fmt::format("cannot create {}: {}", path, std::strerror(errno)));
  }
  ::close(descriptor);
}

}  // namespace

Hdf5Handle create_partial_file(const std::string& path) {
  prepare_hdf5();
  check_creatable(path);
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

void complete_partial_file(const std::string& partial, const std::string& path) {
  sync_path(partial, "file");
  if (std::rename(partial.c_str(), path.c_str()) != 0) {
    throw IoFailure(fmt::format("cannot rename {} to {}: {}", partial, path, std::strerror(errno)));
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  sync_path(folder.empty() ? "." : folder, "folder");
}

}  // namespace lambdasim::io
