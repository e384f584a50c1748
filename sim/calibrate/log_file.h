// A log file, plain or gzip, as a stream of characters in constant memory that knows its line.
#pragma once

#include <streambuf>
#include <string>
#include <vector>

#include "models/arrival/gzip_file.h"

namespace lambdasim::calibrate {

class LogFile final : public std::streambuf {
 public:
  /// @throws config::NoInput when it cannot be opened or read
  explicit LogFile(const std::string& path);

  const std::string& path() const { return path_; }
  /// Number of the line, from 1, that the last character read stands on.
  int line() const { return line_; }
  /// Reads to the end of the line, which is dropped with a carriage return before it.
  /// @return false at the end of the file
  /// @throws config::InvalidInput for a damaged or cut-off gzip file
  bool next_line(std::string& line);
  /// The next character that is not white space, left unread; 0 at the end.
  char peek_text();

 protected:
  int_type underflow() override;  // throws as next_line

 private:
  std::string path_;
  models::GzipFile file_;
  std::vector<char> buffer_;
  char* filled_ = nullptr;  // end of what was read; the get area ends at a line or here
  int line_ = 1;
  bool ended_line_ = false;  // the get area ends with a line end
};

/// @param line 0: the file as a whole
/// @throws config::InvalidInput with the place and the reason
[[noreturn]] void fail_in(const std::string& path, int line, std::string why);

}  // namespace lambdasim::calibrate
