#include "models/cpu/visible_vcpus.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace lambdasim::models {

std::uint32_t read_visible_vcpus(config::ObjectReader& parameters, std::int64_t memory_mb,
                                 std::int64_t full_vcpu_at) {
  constexpr std::int64_t kLargestMemory = 10240;
  std::int64_t last = 0;
  std::optional<std::int64_t> found;
  if (parameters.has("visible_vcpus")) {
    parameters.each_item("visible_vcpus", true, [&](std::size_t, config::ObjectReader& item) {
      const auto up_to = item.megabytes("up_to", std::nullopt, {128, kLargestMemory});
      const auto vcpus = item.integer("vcpus", std::nullopt, {1, 64});
      if (up_to <= last) {
        item.report("up_to", fmt::format("must be above the {} MB of the item before it", last));
      }
      last = std::max(last, up_to);
      if (!found && memory_mb <= up_to) {
        found = vcpus;
      }
    });
    if (last < kLargestMemory) {
      parameters.report("visible_vcpus",
                        fmt::format("must reach to {} MB, ends at {} MB", kLargestMemory, last));
    }
  }
  const std::int64_t rounded_up = (memory_mb + full_vcpu_at - 1) / full_vcpu_at;
  return static_cast<std::uint32_t>(found.value_or(std::max<std::int64_t>(rounded_up, 2)));
}

}  // namespace lambdasim::models
