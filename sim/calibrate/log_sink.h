// What the readers of all forms hand events to: it counts, and decides what becomes of bad ones.
#pragma once

#include <stdexcept>
#include <utility>

#include "sim/calibrate/log_file.h"
#include "sim/calibrate/log_reader.h"

namespace lambdasim::calibrate {

class LogSink {
 public:
  LogSink(LogFile& file, bool skip_bad, const TakeEvent& take, ReadCounts& counts)
      : file_(file), skip_bad_(skip_bad), take_(take), counts_(counts) {}

  LogFile& file() { return file_; }

  /// Hands on what `make` gives, unless it is not of the platform.
  /// @param make gives a LogEvent, or throws std::invalid_argument
  template <class Make>
  void add(int line, Make make) {
    try {
      LogEvent event = make();
      if (event.line.kind != LineKind::kOther) {
        take_(event);
        ++counts_.events;
      }
    } catch (const std::invalid_argument& error) {
      bad(line, error.what());
    }
  }

  /// @throws config::InvalidInput unless what is bad is skipped
  void bad(int line, std::string why) {
    if (!skip_bad_) {
      fail_in(file_.path(), line, std::move(why));
    }
    ++counts_.bad;
    constexpr std::size_t kKept = 5;
    if (counts_.first_bad.size() < kKept) {
      config::Diagnostic& kept = counts_.first_bad.emplace_back();
      kept.where = {file_.path(), line, 1};
      kept.message = std::move(why);
    }
  }

 private:
  LogFile& file_;
  bool skip_bad_;
  const TakeEvent& take_;
  ReadCounts& counts_;
};

void read_text_log(LogSink& sink);
void read_json_log(LogSink& sink);    ///< one value, or several after each other
void read_json_lines(LogSink& sink);  ///< a value a line
void read_csv_log(LogSink& sink, const std::string& header);

/// Whether a first line is the header of a CSV file.
bool is_csv_header(std::string_view line);

}  // namespace lambdasim::calibrate
