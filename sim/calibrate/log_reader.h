// Reads CloudWatch logs in whichever form they were exported, one event after the other:
//
//   text    REPORT lines and JSON events as consoles, `aws logs tail` and `sam logs` print them
//   JSON    `aws logs filter-log-events`, a subscription's message, an array of events, or one
//   event
//           a line
//   CSV     CloudWatch Logs Insights, with @timestamp and @message or with the parsed fields
//
// each plain or gzip. What a file is, its first characters tell. Memory is that of one event.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/calibrate/log_line.h"
#include "sim/config/diagnostics.h"

namespace lambdasim::calibrate {

struct LogEvent {
  LogLine line;           ///< with the time of the event
  std::string group;      ///< log group; empty: not told
  std::string stream;     ///< log stream, which is one execution context; empty: not told
  bool is_sorted = true;  ///< of a file whose events stand in order of time, stream by stream
};

/// Takes an event. @throws std::invalid_argument to refuse it
using TakeEvent = std::function<void(const LogEvent&)>;

/// What was read, and what was skipped.
struct ReadCounts {
  std::uint64_t events = 0;  ///< of the platform
  std::uint64_t bad = 0;
  std::vector<config::Diagnostic> first_bad;  ///< the first few
};

/// @param skip_bad counts what cannot be read and goes on
/// @throws config::NoInput when there is no file; config::InvalidInput with file, line and reason
/// of the first event that cannot be read
void read_log(const std::string& path, bool skip_bad, const TakeEvent& take, ReadCounts& counts);

}  // namespace lambdasim::calibrate
