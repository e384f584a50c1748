// What things may be called, so that names can stand in paths, tables and file names.
#pragma once

#include <string_view>

namespace lambdasim::app {

inline constexpr std::string_view kNameRule =
    "must be 1 to 64 letters, digits, '-' or '_', as on AWS";
inline constexpr std::string_view kTitleRule =
    "must be 1 to 100 letters, digits, spaces, '.', '-' or '_'";

inline constexpr std::string_view kNameLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

/// Of a function or a resource.
constexpr bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of(kNameLetters) == std::string_view::npos;
}

/// Of a scenario or a design.
constexpr bool is_title(std::string_view text) {
  for (const char c : text) {
    if (kNameLetters.find(c) == std::string_view::npos && c != ' ' && c != '.') {
      return false;
    }
  }
  return !text.empty() && text.size() <= 100 && text.front() != '.' && text.front() != ' ';
}

}  // namespace lambdasim::app
