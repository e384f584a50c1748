// Numbers and tables as people read them in a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lambdasim::app {

/// Four significant digits at most, no exponent: 0.01234, 48.1, 1,234,567.
std::string format_number(double value);
/// A number with its unit: `48.1 ms`, `1.2 %`, `$4.21`; a missing unit is left out.
std::string format_quantity(double value, std::string_view unit);
/// 1234567 as 1,234,567.
std::string format_count(std::uint64_t count);
/// 1.2 MB, 830 kB.
std::string format_bytes(std::uint64_t bytes);

/// A table with a header; the first column is set to the left, the others to the right.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) : rows_{std::move(header)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  /// A line between the rows before and after.
  void add_rule() { rows_.emplace_back(); }
  std::string to_string() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace lambdasim::app
