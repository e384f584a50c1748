// A file, plain or gzip, read from front to back.
#pragma once

#include <memory>
#include <span>
#include <string>

namespace lambdasim::models {

class GzipFile {
 public:
  /// @throws config::NoInput when it cannot be opened
  explicit GzipFile(const std::string& path);
  ~GzipFile();
  GzipFile(GzipFile&&) noexcept;
  GzipFile& operator=(GzipFile&&) noexcept;

  /// Reads as much as there is, at most what fits.
  /// @param damage says what is wrong with a gzip file that is cut off or damaged
  /// @return bytes read; 0 at the end, or when `damage` says something
  std::size_t read(std::span<char> into, std::string& damage);

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace lambdasim::models
