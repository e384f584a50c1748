#include "models/lifecycle/snap_start.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <vector>

#include "models/read_data.h"
#include "sim/config/reader.h"
#include "sim/core/check.h"

namespace lambdasim::models {
namespace {

struct SnapStartData {
  std::vector<std::string> packages;
  std::int64_t largest_storage_mb = 0;
  core::Distribution billed_restore;
  std::vector<std::string> runtimes;
  std::map<std::string, core::Distribution, std::less<>> restore;
};

SnapStartData read_snap_start(config::ObjectReader& file) {
  SnapStartData data;
  const config::Node* packages = file.peek("packages");
  LAMBDASIM_CHECK(packages != nullptr, "snapstart.yaml does not say which packages may use it");
  for (const config::Node& package : packages->items) {
    data.packages.push_back(package.scalar);
  }
  data.largest_storage_mb = file.megabytes("largest_storage", std::nullopt, {512, 10240});
  data.billed_restore = file.time_distribution("billed_restore", std::nullopt);
  file.each_named("runtimes", true, [&](const std::string& name, config::ObjectReader& runtime) {
    data.runtimes.push_back(name);
    if (runtime.has("restore")) {
      data.restore.emplace(name, runtime.time_distribution("restore", std::nullopt));
    }
  });
  return data;
}

const SnapStartData& data() {
  static const SnapStartData read = read_data("snapstart.yaml", read_snap_start);
  return read;
}

bool is_among(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::optional<std::string> snap_start_excluded(std::string_view runtime, std::string_view package,
                                               std::int64_t storage_mb) {
  if (!is_among(data().runtimes, runtime)) {
    return fmt::format("is not offered for {}; it is for {}", runtime,
                       fmt::join(data().runtimes, ", "));
  }
  if (!is_among(data().packages, package)) {
    return fmt::format("is offered for package {} only, not for {}",
                       fmt::join(data().packages, ", "), package);
  }
  if (storage_mb > data().largest_storage_mb) {
    return fmt::format("excludes ephemeral_storage above {} MB, got {} MB",
                       data().largest_storage_mb, storage_mb);
  }
  return std::nullopt;
}

std::optional<core::Distribution> snap_start_restore(std::string_view runtime) {
  const auto found = data().restore.find(runtime);
  return found == data().restore.end() ? std::nullopt : std::optional{found->second};
}

core::Distribution snap_start_billed_restore() {
  return data().billed_restore;
}

}  // namespace lambdasim::models
