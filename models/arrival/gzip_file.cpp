#include "models/arrival/gzip_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "sim/config/diagnostics.h"

namespace lambdasim::models {

struct GzipFile::Handle {
  explicit Handle(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      throw config::NoInput(fmt::format("cannot read {}: it is a folder", path));
    }
    errno = 0;
    file = gzopen(path.c_str(), "rb");
    if (file == nullptr) {
      throw config::NoInput(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
    }
    gzbuffer(file, 1U << 17);
  }
  ~Handle() { gzclose(file); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  gzFile file;
};

GzipFile::GzipFile(const std::string& path) : handle_(std::make_unique<Handle>(path)) {}

GzipFile::~GzipFile() = default;
GzipFile::GzipFile(GzipFile&&) noexcept = default;
GzipFile& GzipFile::operator=(GzipFile&&) noexcept = default;

std::size_t GzipFile::read(std::span<char> into, std::string& damage) {
  const int got = gzread(handle_->file, into.data(), static_cast<unsigned>(into.size()));
  int code = Z_OK;
  const char* reason = gzerror(handle_->file, &code);
  if (code == Z_BUF_ERROR) {
    damage = "the gzip file is cut off";
    return 0;
  }
  if (got < 0) {
    damage = fmt::format("the gzip file is damaged: {}", reason);
    return 0;
  }
  return static_cast<std::size_t>(got);
}

}  // namespace lambdasim::models
