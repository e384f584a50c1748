#include "sim/io/partial_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "sim/io/errors.h"

namespace lambdasim::io {
namespace {

namespace fs = std::filesystem;

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

void write_text(const std::string& path, const std::function<void(std::ostream&)>& write) {
  std::ofstream out(path, std::ios::binary);
  if (!out) {
    throw CannotCreate(fmt::format("cannot create {}: {}", path, std::strerror(errno)));
  }
  write(out);
  out.close();
  if (!out) {
    throw IoFailure(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  }
}

}  // namespace

std::string partial_name(const std::string& path) {
  if (fs::is_directory(path)) {
    throw CannotCreate(fmt::format("cannot create {}: {}", path, std::strerror(EISDIR)));
  }
  return path + ".partial";
}

bool would_overwrite(const std::string& path, const std::string& input) {
  std::error_code none;
  return fs::equivalent(path, input, none) || fs::equivalent(path + ".partial", input, none);
}

void check_creatable(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    throw CannotCreate(fmt::format("cannot create {}: {}", path, std::strerror(errno)));
  }
  ::close(descriptor);
}

void complete_partial_file(const std::string& partial, const std::string& path) {
  sync_path(partial, "file");
  if (std::rename(partial.c_str(), path.c_str()) != 0) {
    throw IoFailure(fmt::format("cannot rename {} to {}: {}", partial, path, std::strerror(errno)));
  }
  const std::string folder = fs::path(path).parent_path().string();
  sync_path(folder.empty() ? "." : folder, "folder");
}

void write_text_file(const std::string& path, const std::function<void(std::ostream&)>& write) {
  if (fs::is_character_file(path) || fs::is_fifo(path)) {
    write_text(path, write);
    return;
  }
  const std::string partial = partial_name(path);
  try {
    write_text(partial, write);
    complete_partial_file(partial, path);
  } catch (...) {
    std::error_code ignored;
    fs::remove(partial, ignored);
    throw;
  }
}

}  // namespace lambdasim::io
