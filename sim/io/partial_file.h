// A file that is written beside its final name and gets it only when it is complete and on disk.
#pragma once

#include <string>

#include "sim/io/hdf5_handle.h"

namespace lambdasim::io {

/// An empty HDF5 file, in the old format that opens even after the program was killed.
/// @throws CannotCreate with the system's reason
Hdf5Handle create_partial_file(const std::string& path);

/// Syncs the closed file `partial`, renames it to `path` and syncs the folder. @throws IoFailure
void complete_partial_file(const std::string& partial, const std::string& path);

}  // namespace lambdasim::io
