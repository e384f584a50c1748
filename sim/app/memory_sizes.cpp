#include <fmt/format.h>

#include <set>
#include <stdexcept>

#include "sim/app/memory_curve.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

constexpr std::int64_t kLeastMb = 128;
constexpr std::int64_t kMostMb = 10240;
constexpr std::size_t kMostSizes = 255;

[[noreturn]] void fail(std::string_view what) {
  throw std::invalid_argument(
      fmt::format("--sizes takes whole MB from {} to {} and ranges FROM..TO/STEP, separated by "
                  "commas, e.g. 128,512,1024..2048/256; {}",
                  kLeastMb, kMostMb, what));
}

std::int64_t number(std::string_view text, std::string_view part, std::int64_t least) {
  const auto value = config::parse_integer(text).value;
  if (!value || *value < least || *value > kMostMb) {
    fail(fmt::format("got '{}'", part));
  }
  return *value;
}

void add_range(std::set<std::int64_t>& sizes, std::string_view part, std::size_t dots) {
  const std::size_t slash = part.find('/', dots);
  if (slash == std::string_view::npos) {
    fail(fmt::format("'{}' has no step", part));
  }
  const std::int64_t from = number(part.substr(0, dots), part, kLeastMb);
  const std::int64_t to = number(part.substr(dots + 2, slash - dots - 2), part, kLeastMb);
  const std::int64_t step = number(part.substr(slash + 1), part, 1);
  if (to < from) {
    fail(fmt::format("'{}' ends before it begins", part));
  }
  for (std::int64_t size = from; size <= to; size += step) {
    sizes.insert(size);
  }
}

}  // namespace

std::vector<std::int64_t> parse_memory_sizes(std::string_view text) {
  std::set<std::int64_t> sizes;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view part = text.substr(begin, end - begin);
    const std::size_t dots = part.find("..");
    if (dots == std::string_view::npos) {
      sizes.insert(number(part, part, kLeastMb));
    } else {
      add_range(sizes, part, dots);
    }
    begin = end + 1;
  }
  if (sizes.size() > kMostSizes) {
    fail(fmt::format("at most {} sizes at once, got {}", kMostSizes, sizes.size()));
  }
  return {sizes.begin(), sizes.end()};
}

}  // namespace lambdasim::app
