// A file that is written beside its final name and gets it only when it is complete and on disk.
#pragma once

#include <functional>
#include <ostream>
#include <string>

namespace lambdasim::io {

/// The name that `path` has until it is complete. @throws CannotCreate where `path` is a folder
std::string partial_name(const std::string& path);

/// Whether writing `path` would destroy `input`: it is that file, or what that is called until it
/// is complete.
bool would_overwrite(const std::string& path, const std::string& input);

/// Makes an empty file, or tells with the system's reason why it cannot be made.
/// @throws CannotCreate
void check_creatable(const std::string& path);

/// Syncs the closed file `partial`, renames it to `path` and syncs the folder. @throws IoFailure
void complete_partial_file(const std::string& partial, const std::string& path);

/// Writes a text file, whole or not at all: when `write` throws or the disk is full, an older file
/// stays as it was and nothing is left beside it. A device or a pipe is written to directly.
/// @throws CannotCreate, IoFailure
void write_text_file(const std::string& path, const std::function<void(std::ostream&)>& write);

}  // namespace lambdasim::io
