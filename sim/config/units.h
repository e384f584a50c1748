// Quantities with written units: text to value and back. A value is written in the unit that needs
// the fewest characters, exactly: reading it again gives the same nanosecond, megabyte or double.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/time.h"

namespace lambdasim::config {

inline constexpr std::string_view kDurationUnits = "ns, us, ms, s, min, h or d";
inline constexpr std::string_view kSizeUnits = "MB or GB";
inline constexpr std::string_view kByteUnits = "B, KB, MB or GB";
inline constexpr std::string_view kRateUnits = "/s, /min, /h or /d";
inline constexpr std::string_view kThroughputUnits = "B/s, KB/s, MB/s or GB/s";

/// What was read: a value, or a sentence on what is wrong.
template <class T>
struct Parsed {
  std::optional<T> value;
  std::string error;
};

/// `4.25 ms`; exact where a nanosecond can hold it, else rounded. Not negative, at most 73 years.
Parsed<core::Duration> parse_duration(std::string_view text);
/// MB, whole; 1 GB is 1,024 MB.
Parsed<std::int64_t> parse_megabytes(std::string_view text);
/// Bytes, rounded; a KB is 1,024 B, an MB 1,024 KB, a GB 1,024 MB.
Parsed<std::int64_t> parse_bytes(std::string_view text);
/// Per second.
Parsed<double> parse_rate(std::string_view text);
/// Bytes per second; a KB is 1,024 B, an MB 1,024 KB, a GB 1,024 MB.
Parsed<double> parse_throughput(std::string_view text);
/// A plain number, or a percentage (`12 %` is 0.12).
Parsed<double> parse_number(std::string_view text);
/// A plain whole number; `010` is ten.
Parsed<std::int64_t> parse_integer(std::string_view text);
/// Whether it is a day of the calendar as YYYY-MM-DD.
bool is_date(std::string_view text);

std::string format_duration(core::Duration duration);
std::string format_megabytes(std::int64_t megabytes);
/// In the largest unit that divides it.
std::string format_bytes(std::int64_t bytes);
std::string format_rate(double per_second);
std::string format_throughput(double bytes_per_second);
/// The shortest text that reads as the same double.
std::string format_number(double number);

}  // namespace lambdasim::config
