#include "sim/calibrate/log_file.h"

#include <cstring>

#include "sim/config/diagnostics.h"

namespace lambdasim::calibrate {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 17;

}  // namespace

void fail_in(const std::string& path, int line, std::string why) {
  std::vector<config::Diagnostic> diagnostics(1);
  diagnostics[0].where = {path, line, line > 0 ? 1 : 0};
  diagnostics[0].message = std::move(why);
  throw config::InvalidInput(std::move(diagnostics));
}

LogFile::LogFile(const std::string& path) : path_(path), file_(path), buffer_(kBuffer) {
  filled_ = buffer_.data();
  setg(filled_, filled_, filled_);
}

LogFile::int_type LogFile::underflow() {
  if (ended_line_) {
    ++line_;
    ended_line_ = false;
  }
  if (egptr() == filled_) {
    std::string damage;
    const std::size_t got = file_.read(buffer_, damage);
    if (!damage.empty()) {
      fail_in(path_, line_, damage);
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
