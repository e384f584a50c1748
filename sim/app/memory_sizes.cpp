#include <fmt/format.h>

#include <cmath>
#include <set>
#include <stdexcept>

#include "models/pricing/alternatives.h"
#include "sim/app/memory_curve.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

constexpr std::int64_t kLeastMb = 128;
constexpr std::size_t kMostSizes = 255;

class SizesReader {
 public:
  explicit SizesReader(std::int64_t most_mb) : most_mb_(most_mb) {}

  std::vector<std::int64_t> read(std::string_view text) {
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      const std::string_view part = text.substr(begin, end - begin);
      const std::size_t dots = part.find("..");
      if (dots == std::string_view::npos) {
        sizes_.insert(number(part, part, kLeastMb));
      } else {
        add_range(part, dots);
      }
      begin = end + 1;
    }
    if (sizes_.size() > kMostSizes) {
      fail(fmt::format("at most {} sizes at once, got {}", kMostSizes, sizes_.size()));
    }
    return {sizes_.begin(), sizes_.end()};
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw std::invalid_argument(
        fmt::format("--sizes takes whole MB from {} to {} and ranges FROM..TO/STEP, separated by "
                    "commas, e.g. 128,512,1024..2048/256; {}",
                    kLeastMb, most_mb_, what));
  }

  std::int64_t number(std::string_view text, std::string_view part, std::int64_t least) const {
    const auto value = config::parse_integer(text).value;
    if (!value || *value < least || *value > most_mb_) {
      fail(fmt::format("got '{}'", part));
    }
    return *value;
  }

  void add_range(std::string_view part, std::size_t dots) {
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
      sizes_.insert(size);
    }
  }

  std::int64_t most_mb_;
  std::set<std::int64_t> sizes_;
};

/// The sizes of 1, 2, 4, ... vCPUs in the shape of the function.
std::vector<std::int64_t> sizes_by_vcpus(const engine::FunctionSetup& function,
                                         const models::Sizing& sizing) {
  const double mb_per_vcpu = static_cast<double>(function.memory_mb) / function.managed->vcpus;
  std::vector<std::int64_t> sizes;
  for (double vcpus = sizing.managed_least_vcpu; vcpus <= sizing.managed_most_vcpu; vcpus *= 2) {
    const std::int64_t size = std::llround(vcpus * mb_per_vcpu);
    if (size >= sizing.managed_least_mb && size <= sizing.managed_most_mb) {
      sizes.push_back(size);
    }
  }
  return sizes;
}

}  // namespace

std::vector<std::int64_t> memory_sizes(const std::optional<std::string>& text,
                                       const engine::FunctionSetup& function) {
  if (!function.managed) {
    return SizesReader(kMostMemoryMb).read(text ? *text : kDefaultMemorySizes);
  }
  const models::Sizing& sizing = models::default_sizing();
  return text ? SizesReader(sizing.managed_most_mb).read(*text) : sizes_by_vcpus(function, sizing);
}

}  // namespace lambdasim::app
