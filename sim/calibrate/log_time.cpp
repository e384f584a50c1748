// Times as logs write them.
#include <charconv>
#include <chrono>

#include "sim/calibrate/log_line.h"

namespace lambdasim::calibrate {
namespace {

/// Takes `digits` digits off the front. @return nothing when there are fewer
std::optional<int> take(std::string_view& text, std::size_t digits) {
  int value = 0;
  if (text.size() < digits) {
    return std::nullopt;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc{} || end != text.data() + digits || value < 0) {
    return std::nullopt;
  }
  text.remove_prefix(digits);
  return value;
}

bool skip(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

std::int64_t take_fraction_us(std::string_view& text) {
  std::int64_t value = 0;
  if (!skip(text, ".,")) {
    return 0;
  }
  for (std::int64_t unit = 100'000; !text.empty() && text[0] >= '0' && text[0] <= '9'; unit /= 10) {
    value += unit * (text[0] - '0');
    text.remove_prefix(1);
  }
  return value;
}

/// `Z`, `+02:00`, `+0200` or nothing, which is UTC. @return seconds east
std::optional<std::int64_t> take_zone_s(std::string_view& text) {
  if (text.empty() || skip(text, "Z")) {
    return 0;
  }
  const bool is_west = text.front() == '-';
  if (!skip(text, "+-")) {
    return std::nullopt;
  }
  const auto hours = take(text, 2);
  skip(text, ":");
  const auto minutes = take(text, 2);
  if (!hours || !minutes) {
    return std::nullopt;
  }
  const std::int64_t east = 3600 * *hours + 60 * *minutes;
  return is_west ? -east : east;
}

std::optional<std::int64_t> parse_milliseconds(std::string_view text) {
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  // From 2001 to 5138: a year or a counter is no time.
  const bool is_time = error == std::errc{} && end == text.data() + text.size() &&
                       ms >= 1'000'000'000'000 && ms < 100'000'000'000'000;
  return is_time ? std::optional{1000 * ms} : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_time(std::string_view text) {
  if (text.find('-') == std::string_view::npos) {
    return parse_milliseconds(text);
  }
  const auto year = take(text, 4);
  const bool dash = skip(text, "-");
  const auto month = take(text, 2);
  const bool second_dash = skip(text, "-");
  const auto day = take(text, 2);
  const bool separated = skip(text, "T ");
  const auto hour = take(text, 2);
  const bool colon = skip(text, ":");
  const auto minute = take(text, 2);
  const bool second_colon = skip(text, ":");
  const auto second = take(text, 2);
  if (!year || !dash || !month || !second_dash || !day || !separated || !hour || !colon ||
      !minute || !second_colon || !second || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  const std::int64_t fraction = take_fraction_us(text);
  const auto zone = take_zone_s(text);
  if (!date.ok() || !zone || !text.empty()) {
    return std::nullopt;
  }
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const std::int64_t seconds =
      86400 * days + std::int64_t{3600} * *hour + std::int64_t{60} * *minute + *second - *zone;
  return 1'000'000 * seconds + fraction;
}

}  // namespace lambdasim::calibrate
