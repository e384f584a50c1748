#include "models/resource/kinds.h"

#include "models/read_data.h"

namespace lambdasim::models {
namespace {

struct ResourceFile {
  ResourceDefaults defaults;
  std::vector<ResourceKind> kinds;
};

ResourceFile read_file(config::ObjectReader& file) {
  file.text("source");
  ResourceFile read;
  config::ObjectReader defaults = file.object("resource");
  read.defaults.found_stale = defaults.time_distribution("found_stale", std::nullopt);
  read.defaults.retry_delay = defaults.time_distribution("retry_delay", std::nullopt);
  defaults.finish();
  file.each_named("kinds", true, [&read](const std::string& name, config::ObjectReader& reader) {
    ResourceKind kind;
    kind.name = name;
    kind.about = reader.text("about");
    kind.explain = reader.text("explain");
    LAMBDASIM_CHECK(reader.has("resource"), name);
    kind.resource = *reader.peek("resource");
    read.kinds.push_back(std::move(kind));
  });
  return read;
}

const ResourceFile& resource_file() {
  static const ResourceFile read = read_data("resources.yaml", read_file);
  return read;
}

}  // namespace

std::span<const ResourceKind> resource_kinds() {
  return resource_file().kinds;
}

std::vector<std::string_view> resource_kind_names() {
  std::vector<std::string_view> names;
  for (const ResourceKind& kind : resource_kinds()) {
    names.push_back(kind.name);
  }
  return names;
}

const ResourceDefaults& resource_defaults() {
  return resource_file().defaults;
}

}  // namespace lambdasim::models
