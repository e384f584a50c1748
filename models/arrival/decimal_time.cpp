#include "models/arrival/decimal_time.h"

#include <array>
#include <charconv>
#include <cmath>

namespace lambdasim::models {
namespace {

constexpr std::array<std::int64_t, 10> kPowersOfTen{
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
constexpr std::size_t kMostWholeDigits = 18;
constexpr std::int64_t kMostNanoseconds = 9'200'000'000'000'000'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<core::Duration> parse_general(std::string_view text, int digits) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  const double scaled = value * static_cast<double>(kPowersOfTen[static_cast<std::size_t>(digits)]);
  if (!(std::abs(scaled) < 9.0e18)) {
    return std::nullopt;
  }
  return core::Duration{std::llround(scaled)};
}

}  // namespace

std::optional<core::Duration> parse_decimal_time(std::string_view text, int digits) {
  const std::int64_t unit = kPowersOfTen[static_cast<std::size_t>(digits)];
  const bool negative = text.starts_with('-');
  const std::string_view number = text.substr(negative || text.starts_with('+') ? 1 : 0);
  std::size_t i = 0;
  std::int64_t whole = 0;
  for (; i < number.size() && i < kMostWholeDigits && is_digit(number[i]); ++i) {
    whole = whole * 10 + (number[i] - '0');
  }
  bool any_digit = i > 0;
  std::int64_t fraction = 0;
  if (i < number.size() && number[i] == '.') {
    std::int64_t weight = unit;
    for (++i; i < number.size() && is_digit(number[i]); ++i) {
      any_digit = true;
      if (weight > 1) {
        weight /= 10;
        fraction += weight * (number[i] - '0');
      } else {
        fraction += weight == 1 && number[i] >= '5' ? 1 : 0;
        weight = 0;
      }
    }
  }
  if (i < number.size() || !any_digit || whole >= kMostNanoseconds / unit) {
    return parse_general(negative ? text : number, digits);
  }
  const std::int64_t value = whole * unit + fraction;
  return core::Duration{negative ? -value : value};
}

}  // namespace lambdasim::models
