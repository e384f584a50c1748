#include "sim/config/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

namespace lambdasim::config {
namespace {

struct TimeUnit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// From the largest, so that of equally short texts the larger unit is taken.
constexpr std::array<TimeUnit, 7> kTimeUnits{{{"d", 86'400'000'000'000},
                                              {"h", 3'600'000'000'000},
                                              {"min", 60'000'000'000},
                                              {"s", 1'000'000'000},
                                              {"ms", 1'000'000},
                                              {"us", 1'000},
                                              {"ns", 1}}};

struct ByteUnit {
  std::string_view name;
  std::int64_t bytes;
};

constexpr std::array<ByteUnit, 4> kByteSizes{
    {{"GB", 1'073'741'824}, {"MB", 1'048'576}, {"KB", 1'024}, {"B", 1}}};

struct RateUnit {
  std::string_view name;
  double seconds;
};

constexpr std::array<RateUnit, 4> kRates{
    {{"/s", 1.0}, {"/min", 60.0}, {"/h", 3600.0}, {"/d", 86400.0}}};

constexpr std::int64_t kLongest = 2'300'000'000'000'000'000;

struct Split {
  std::string_view number;
  std::string_view unit;
};

bool is_one_of(char c, std::string_view letters) {
  return letters.find(c) != std::string_view::npos;
}

Split split(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && is_one_of(text[end], "0123456789.+-")) {
    ++end;
  }
  if (end > 0 && end + 1 < text.size() && is_one_of(text[end], "eE") &&
      is_one_of(text[end + 1], "0123456789+-")) {
    end = std::min(text.find_first_not_of("0123456789+-", end + 1), text.size());
  }
  const std::size_t unit = std::min(text.find_first_not_of(' ', end), text.size());
  return {text.substr(0, end), text.substr(unit)};
}

std::optional<double> to_double(std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && std::isfinite(value) ? std::optional{value} : std::nullopt;
}

/// digits / 10^decimals
struct Decimal {
  std::int64_t digits = 0;
  int decimals = 0;
};

std::optional<Decimal> to_decimal(std::string_view text) {
  Decimal decimal;
  bool seen_point = false;
  bool seen_digit = false;
  for (const char c : text) {
    if (c == '.' && !seen_point) {
      seen_point = true;
      continue;
    }
    if (c < '0' || c > '9' || decimal.digits > std::numeric_limits<std::int64_t>::max() / 100) {
      return std::nullopt;
    }
    seen_digit = true;
    decimal.digits = decimal.digits * 10 + (c - '0');
    decimal.decimals += seen_point ? 1 : 0;
  }
  return seen_digit && decimal.decimals <= 18 ? std::optional{decimal} : std::nullopt;
}

/// digits / 10^decimals * factor, rounded; nothing when it is more than kLongest.
std::optional<std::int64_t> scaled(const Decimal& decimal, std::int64_t factor) {
  std::int64_t divisor = 1;
  for (int i = 0; i < decimal.decimals; ++i) {
    divisor *= 10;
  }
  const std::int64_t common = std::gcd(divisor, factor);
  divisor /= common;
  factor /= common;
  const std::int64_t whole = decimal.digits / divisor;
  if (whole > kLongest / factor) {
    return std::nullopt;
  }
  const long double rest = static_cast<long double>(decimal.digits % divisor) *
                           static_cast<long double>(factor) / static_cast<long double>(divisor);
  const std::int64_t value = whole * factor + static_cast<std::int64_t>(std::round(rest));
  return value > kLongest ? std::nullopt : std::optional{value};
}

std::string no_unit(std::string_view text, std::string_view unit, std::string_view units) {
  if (unit.empty()) {
    return fmt::format("needs a unit ({}), got '{}'", units, text);
  }
  return fmt::format("unknown unit '{}' in '{}'; the units are {}", unit, text, units);
}

std::string decimal_text(std::int64_t value, std::int64_t unit) {
  const std::int64_t thousandths = value % unit * 1000 / unit;
  std::string text = std::to_string(value / unit);
  if (thousandths != 0) {
    text += fmt::format(".{:03}", thousandths);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text;
}

}  // namespace

Parsed<core::Duration> parse_duration(std::string_view text) {
  const auto [number, unit] = split(text);
  if (number.empty()) {
    return {{},
            fmt::format("must be a duration such as '40 ms' ({}), got '{}'", kDurationUnits, text)};
  }
  for (const TimeUnit& candidate : kTimeUnits) {
    if (candidate.name != unit) {
      continue;
    }
    if (number.front() == '-') {
      return {{}, fmt::format("must not be negative, got '{}'", text)};
    }
    const auto decimal = to_decimal(number);
    if (!decimal) {
      return {{},
              fmt::format("must be a plain number such as 4.25 before its unit, got '{}'", text)};
    }
    if (const auto value = scaled(*decimal, candidate.nanoseconds)) {
      return {core::Duration{*value}, {}};
    }
    return {{}, fmt::format("is longer than 73 years: '{}'", text)};
  }
  return {{}, no_unit(text, unit, kDurationUnits)};
}

Parsed<std::int64_t> parse_megabytes(std::string_view text) {
  const auto [number, unit] = split(text);
  if (number.empty()) {
    return {{}, fmt::format("must be a size such as '512 MB' ({}), got '{}'", kSizeUnits, text)};
  }
  if (unit != "MB" && unit != "GB") {
    return {{}, no_unit(text, unit, kSizeUnits)};
  }
  const auto value = to_double(number);
  const double megabytes = value.value_or(-1.0) * (unit == "GB" ? 1024.0 : 1.0);
  if (megabytes < 0.0 || megabytes > 1e12) {
    return {{}, fmt::format("'{}' is not a size", text)};
  }
  if (megabytes != std::floor(megabytes)) {
    return {{}, fmt::format("must be a whole number of MB, got {}", text)};
  }
  return {static_cast<std::int64_t>(megabytes), {}};
}

Parsed<std::int64_t> parse_bytes(std::string_view text) {
  const auto [number, unit] = split(text);
  if (number.empty()) {
    return {{}, fmt::format("must be a size such as '300 KB' ({}), got '{}'", kByteUnits, text)};
  }
  for (const ByteUnit& candidate : kByteSizes) {
    if (candidate.name == unit) {
      const auto decimal = to_decimal(number);
      const auto value = decimal ? scaled(*decimal, candidate.bytes) : std::nullopt;
      return {value, value ? "" : fmt::format("'{}' is not a size", text)};
    }
  }
  return {{}, no_unit(text, unit, kByteUnits)};
}

Parsed<double> parse_rate(std::string_view text) {
  const auto [number, unit] = split(text);
  if (number.empty()) {
    return {{}, fmt::format("must be a rate such as '25 /s' ({}), got '{}'", kRateUnits, text)};
  }
  for (const RateUnit& candidate : kRates) {
    if (candidate.name == unit) {
      const auto value = to_double(number);
      return value ? Parsed<double>{*value / candidate.seconds, {}}
                   : Parsed<double>{{}, fmt::format("'{}' is not a number", number)};
    }
  }
  return {{}, no_unit(text, unit, kRateUnits)};
}

Parsed<double> parse_throughput(std::string_view text) {
  const auto [number, unit] = split(text);
  if (number.empty()) {
    return {{},
            fmt::format("must be a throughput such as '75 MB/s' ({}), got '{}'", kThroughputUnits,
                        text)};
  }
  for (const ByteUnit& candidate : kByteSizes) {
    if (unit.ends_with("/s") && unit.substr(0, unit.size() - 2) == candidate.name) {
      const auto value = to_double(number);
      return value ? Parsed<double>{*value * static_cast<double>(candidate.bytes), {}}
                   : Parsed<double>{{}, fmt::format("'{}' is not a number", number)};
    }
  }
  return {{}, no_unit(text, unit, kThroughputUnits)};
}

Parsed<double> parse_number(std::string_view text) {
  const bool percent = text.ends_with('%');
  std::string_view number = percent ? text.substr(0, text.size() - 1) : text;
  while (percent && number.ends_with(' ')) {
    number.remove_suffix(1);
  }
  const auto value = to_double(number);
  if (!value) {
    return {{}, fmt::format("must be a number, got '{}'", text)};
  }
  return {percent ? *value / 100.0 : *value, {}};
}

Parsed<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return {{}, fmt::format("must be a whole number, got '{}'", text)};
  }
  return {value, {}};
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
    return false;
  }
  const auto year = parse_integer(text.substr(0, 4)).value.value_or(0);
  const auto month = parse_integer(text.substr(5, 2)).value.value_or(0);
  const auto day = parse_integer(text.substr(8, 2)).value.value_or(0);
  return year > 0 && month > 0 && day > 0 &&
         std::chrono::year_month_day{std::chrono::year{static_cast<int>(year)},
                                     std::chrono::month{static_cast<unsigned>(month)},
                                     std::chrono::day{static_cast<unsigned>(day)}}
             .ok();
}

std::string format_duration(core::Duration duration) {
  const std::int64_t value = duration.count();
  std::string number = "0";
  std::string_view chosen = "s";
  bool found = false;
  for (const TimeUnit& unit : kTimeUnits) {
    if (value < unit.nanoseconds || value % unit.nanoseconds * 1000 % unit.nanoseconds != 0) {
      continue;
    }
    std::string candidate = decimal_text(value, unit.nanoseconds);
    if (!found || candidate.size() < number.size()) {
      number = std::move(candidate);
      chosen = unit.name;
      found = true;
    }
  }
  return fmt::format("{} {}", number, chosen);
}

std::string format_megabytes(std::int64_t megabytes) {
  return fmt::format("{} MB", megabytes);
}

std::string format_bytes(std::int64_t bytes) {
  for (const ByteUnit& unit : kByteSizes) {
    if (bytes != 0 && bytes % unit.bytes == 0) {
      return fmt::format("{} {}", bytes / unit.bytes, unit.name);
    }
  }
  return "0 B";
}

std::string format_rate(double per_second) {
  std::string best;
  std::size_t length = 0;
  for (const RateUnit& unit : kRates) {
    const double value = per_second * unit.seconds;
    const std::string number = format_number(value);
    const bool exact = value / unit.seconds == per_second;
    if (exact && (best.empty() || number.size() < length)) {
      best = fmt::format("{} {}", number, unit.name);
      length = number.size();
    }
  }
  return best;
}

std::string format_throughput(double bytes_per_second) {
  std::string best;
  std::size_t length = 0;
  for (const ByteUnit& unit : kByteSizes) {  // powers of two: exact
    const std::string number = format_number(bytes_per_second / static_cast<double>(unit.bytes));
    if (best.empty() || number.size() < length) {
      best = fmt::format("{} {}/s", number, unit.name);
      length = number.size();
    }
  }
  return best;
}

std::string format_number(double number) {
  return fmt::format("{}", number);
}

}  // namespace lambdasim::config
