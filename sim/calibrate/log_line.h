// One message of a function's CloudWatch log, as Lambda's platform writes it: the lines START, END,
// REPORT, INIT_START, INIT_REPORT, RESTORE_REPORT and `Task timed out`, or the same in the JSON log
// format (platform.start, platform.report, ...). What the function itself prints is nothing to us.
//
// Text: fields stand after tabs or spaces, in any order, maybe with an X-Ray part behind them.
// Grammar and figures: AWS Lambda developer guide, "Log and event formats"; the variants in use
// were collected from public logs.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace lambdasim::calibrate {

enum class LineKind : std::uint8_t {
  kOther,  ///< not of the platform
  kStart,
  kEnd,
  kReport,
  kInitStart,
  kInitReport,
  kRestoreReport,
  kTimedOut,  ///< `Task timed out after 5.01 seconds`, of logs before `Status: timeout`
};

/// How an invocation, an INIT or a restore ended, as the line says it.
enum class Status : std::uint8_t { kSuccess, kTimeout, kError, kFailure };

struct LogLine {
  LineKind kind = LineKind::kOther;
  std::string request;                  ///< request id; may be missing
  std::optional<std::int64_t> time_us;  ///< since 1970 UTC
  std::optional<double> duration_ms;    ///< of kTimedOut: the time it names
  std::optional<double> billed_ms;
  std::optional<double> init_ms;
  std::optional<double> restore_ms;
  std::optional<double> billed_restore_ms;
  std::optional<double> memory_mb;
  std::optional<double> max_used_mb;
  Status status = Status::kSuccess;
  std::string error_type;  ///< e.g. Runtime.OutOfMemory
  std::string phase;       ///< of kInitReport: init or invoke
  std::string runtime;     ///< of kInitStart, e.g. python:3.12.mainlinev2.v27
};

/// Reads a message: text or JSON.
/// @throws std::invalid_argument when it is of the platform but cannot be read (cut off, a field
/// that is no number), saying why
LogLine parse_message(std::string_view message);

/// Reads an event of the JSON log format, {"time", "type": "platform...", "record"}.
/// @throws std::invalid_argument as parse_message
LogLine parse_platform_event(const nlohmann::json& event);

/// Whether a line goes on with a REPORT line that was wrapped: it begins with a field that this one
/// has not, or with its X-Ray part.
bool continues_report(std::string_view report, std::string_view line);

/// Times of logs: `2026-10-08T07:30:29.470Z`, `2025-05-12 20:33:10.636`, with or without a zone, or
/// milliseconds since 1970. @return microseconds since 1970 UTC; nothing for another text
std::optional<std::int64_t> parse_time(std::string_view text);

/// Takes the spaces, tabs and line ends off both ends.
std::string_view trimmed(std::string_view text);

}  // namespace lambdasim::calibrate
