#include "sim/app/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lambdasim::app {
namespace {

/// Characters of a UTF-8 text: bytes that do not continue another.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string grouped(std::string digits) {
  const std::size_t point = digits.find('.');
  std::size_t end = point == std::string::npos ? digits.size() : point;
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  while (end > first + 3) {
    end -= 3;
    digits.insert(end, ",");
  }
  return digits;
}

}  // namespace

std::string format_number(double value) {
  if (!std::isfinite(value)) {
    return "-";
  }
  if (value == 0) {
    return "0";
  }
  constexpr int kDigits = 4;
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  const int decimals = std::clamp(kDigits - 1 - magnitude, 0, 8);
  std::string digits = fmt::format("{:.{}f}", value, decimals);
  if (digits.find('.') != std::string::npos) {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.ends_with('.')) {
      digits.pop_back();
    }
  }
  return grouped(digits);
}

std::string format_quantity(double value, std::string_view unit) {
  if (unit.starts_with("USD")) {
    return (value < 0 ? "-$" : "$") + format_number(std::abs(value));
  }
  return unit.empty() ? format_number(value) : fmt::format("{} {}", format_number(value), unit);
}

std::string format_count(std::uint64_t count) {
  return grouped(std::to_string(count));
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr double kKilo = 1000.0;
  const auto size = static_cast<double>(bytes);
  if (size >= kKilo * kKilo * kKilo) {
    return fmt::format("{:.2f} GB", size / kKilo / kKilo / kKilo);
  }
  return size >= kKilo * kKilo ? fmt::format("{:.1f} MB", size / kKilo / kKilo)
                               : fmt::format("{:.0f} kB", std::ceil(size / kKilo));
}

std::string TextTable::to_string() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i]));
    }
  }
  std::size_t total = 0;
  for (const std::size_t width : widths) {
    total += width + 2;
  }
  std::string text;
  for (const auto& row : rows_) {
    if (row.empty()) {
      text += std::string(total - 2, '-') + '\n';
      continue;
    }
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - width_of(row[i]), ' ');
      line += (i == 0 ? "" : "  ") + (i == 0 ? row[i] + padding : padding + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace lambdasim::app
