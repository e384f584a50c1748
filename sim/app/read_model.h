// Choosing among the models of a seam: the key of a scenario names one and gives its parameters.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/config/reader.h"

namespace lambdasim::app {

/// What scenarios may write.
template <class Entry>
std::vector<std::string_view> names_of(std::span<const Entry> models) {
  std::vector<std::string_view> names;
  for (const Entry& model : models) {
    names.push_back(model.about.name);
  }
  return names;
}

/// The model of a name out of names_of().
template <class Entry>
const Entry& model_of(std::span<const Entry> models, std::string_view name) {
  return *std::find_if(models.begin(), models.end(),
                       [name](const Entry& model) { return model.about.name == name; });
}

/// Reads the model that stands under `key`; nothing when it names none, which is reported.
template <class Entry>
auto read_model(config::ObjectReader& owner, std::string_view key,
                std::optional<std::string_view> default_name,
                std::span<const Entry> models) -> decltype(models.front().read(owner)) {
  auto variant = owner.variant(key, names_of(models), default_name);
  if (!variant) {
    return nullptr;
  }
  auto made = model_of(models, variant->name).read(variant->parameters);
  variant->parameters.finish();
  return made;
}

}  // namespace lambdasim::app
