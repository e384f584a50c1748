#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "sim/config/reader.h"

namespace lambdasim::config {
namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// Damerau-Levenshtein distance (optimal string alignment): insert, delete, replace, swap.
std::size_t distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> rows(3 * width);
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& {
    return rows[(i % 3) * width + j];
  };
  for (std::size_t i = 0; i <= a.size(); ++i) {
    at(i, 0) = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      if (i == 0) {
        at(i, j) = j;
        continue;
      }
      const std::size_t replaced = at(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0U : 1U);
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
      }
    }
  }
  return at(a.size(), b.size());
}

}  // namespace

std::optional<std::string> did_you_mean(std::string_view word,
                                        const std::vector<std::string>& names) {
  const std::string typed = lower(word);
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(1, typed.size() / 3) + 1;
  for (const std::string& name : names) {
    const std::size_t longer = std::max(name.size(), typed.size());
    if (longer - std::min(name.size(), typed.size()) >= best_distance) {
      continue;
    }
    const std::size_t steps = distance(typed, lower(name));
    if (steps < best_distance && steps < longer) {
      best_distance = steps;
      best = name;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& names) {
  const auto guess = did_you_mean(word, names);
  return guess ? fmt::format("; did you mean '{}'?", *guess) : "";
}

}  // namespace lambdasim::config
