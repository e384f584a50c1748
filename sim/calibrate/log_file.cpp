#include "sim/calibrate/log_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "sim/config/diagnostics.h"

namespace lambdasim::calibrate {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 17;

}  // namespace

struct LogFile::Gzip {
  explicit Gzip(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      throw config::NoInput(fmt::format("cannot read {}: it is a folder", path));
    }
    errno = 0;
    handle = gzopen(path.c_str(), "rb");
    if (handle == nullptr) {
      throw config::NoInput(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
    }
    gzbuffer(handle, 1U << 17);
  }
  ~Gzip() { gzclose(handle); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  gzFile handle;
};

void fail_in(const std::string& path, int line, std::string why) {
  std::vector<config::Diagnostic> diagnostics(1);
  diagnostics[0].where = {path, line, line > 0 ? 1 : 0};
  diagnostics[0].message = std::move(why);
  throw config::InvalidInput(std::move(diagnostics));
}

LogFile::LogFile(const std::string& path)
    : path_(path), gzip_(std::make_unique<Gzip>(path)), buffer_(kBuffer) {
  filled_ = buffer_.data();
  setg(filled_, filled_, filled_);
}

LogFile::~LogFile() = default;

LogFile::int_type LogFile::underflow() {
  if (ended_line_) {
    ++line_;
    ended_line_ = false;
  }
  if (egptr() == filled_) {
    const int got = gzread(gzip_->handle, buffer_.data(), static_cast<unsigned>(buffer_.size()));
    int code = Z_OK;
    const char* reason = gzerror(gzip_->handle, &code);
    if (got < 0 || code == Z_BUF_ERROR) {
      fail_in(path_, line_,
              code == Z_BUF_ERROR ? std::string{"the gzip file is cut off"}
                                  : fmt::format("the gzip file is damaged: {}", reason));
    }
    filled_ = buffer_.data() + got;
    setg(buffer_.data(), buffer_.data(), buffer_.data());
    if (got == 0) {
      return traits_type::eof();
    }
  }
  char* begin = egptr();
  void* end = std::memchr(begin, '\n', static_cast<std::size_t>(filled_ - begin));
  ended_line_ = end != nullptr;
  setg(begin, begin, end != nullptr ? static_cast<char*>(end) + 1 : filled_);
  return traits_type::to_int_type(*begin);
}

bool LogFile::next_line(std::string& line) {
  line.clear();
  while (sgetc() != traits_type::eof()) {
    line.append(gptr(), egptr());
    setg(egptr(), egptr(), egptr());
    if (line.back() == '\n') {
      line.pop_back();
      if (!line.empty() && line.back() == '\r') {
        line.pop_back();
      }
      return true;
    }
  }
  return !line.empty();
}

char LogFile::peek_text() {
  for (int_type c = sgetc(); c != traits_type::eof(); c = sgetc()) {
    const char character = traits_type::to_char_type(c);
    const bool is_mark = character == '\xEF' || character == '\xBB' || character == '\xBF';
    if (!is_mark && std::strchr(" \t\r\n", character) == nullptr) {
      return character;
    }
    sbumpc();
  }
  return 0;
}

}  // namespace lambdasim::calibrate
