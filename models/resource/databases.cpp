#include "models/resource/databases.h"

#include <algorithm>
#include <utility>

#include "models/read_data.h"

namespace lambdasim::models {
namespace {

using Databases = std::vector<std::pair<std::string, std::uint32_t>>;

Databases read_databases(config::ObjectReader& file) {
  constexpr config::Range<std::int64_t> kCounts{1, 1'000'000};
  constexpr std::int64_t kBytesAMb = std::int64_t{1} << 20;
  file.text("source");
  config::ObjectReader postgres = file.object("postgres");
  const std::int64_t each = postgres.integer("bytes_per_connection", std::nullopt, {1, 1 << 30});
  const std::int64_t most = postgres.integer("most_connections", std::nullopt, kCounts);
  const std::int64_t reserved = postgres.integer("reserved", std::nullopt, kCounts);
  Databases databases;
  postgres.each_named(
      "classes", true, [&](const std::string& name, config::ObjectReader& instance) {
        const std::int64_t memory_mb = instance.megabytes("memory", std::nullopt, {1, 1 << 24});
        const std::int64_t by_memory = std::min(memory_mb * kBytesAMb / each, most);
        const std::int64_t all = instance.integer("max_connections", by_memory, kCounts);
        databases.emplace_back(name, static_cast<std::uint32_t>(all - reserved));
      });
  postgres.finish();
  return databases;
}

const Databases& databases() {
  static const Databases read = read_data("databases.yaml", read_databases);
  return read;
}

}  // namespace

std::optional<std::uint32_t> database_connections(std::string_view instance) {
  for (const auto& [name, connections] : databases()) {
    if (name == instance) {
      return connections;
    }
  }
  return std::nullopt;
}

std::vector<std::string> database_names() {
  std::vector<std::string> names;
  for (const auto& [name, connections] : databases()) {
    names.push_back(name);
  }
  return names;
}

}  // namespace lambdasim::models
