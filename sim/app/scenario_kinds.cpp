#include "sim/app/scenario_kinds.h"

#include <fmt/format.h>

#include <utility>

#include "models/resource/kinds.h"

namespace lambdasim::app {
namespace {

using config::Entry;
using config::Node;

const models::ResourceKind* kind_of(const Node& resource) {
  const Node* given = resource.find("kind");
  for (const models::ResourceKind& kind : models::resource_kinds()) {
    if (given != nullptr && kind.name == given->scalar) {
      return &kind;
    }
  }
  return nullptr;
}

}  // namespace

void lay_kinds(Node& tree, const config::Alternatives& alternatives,
               config::Diagnostics& diagnostics) {
  Node nothing;
  Node* functions = tree.find("functions");
  for (Entry& function : functions != nullptr ? functions->entries : nothing.entries) {
    Node* resources = function.value.find("resources");
    for (Entry& resource : resources != nullptr ? resources->entries : nothing.entries) {
      const models::ResourceKind* kind = kind_of(resource.value);
      if (kind == nullptr) {
        continue;
      }
      Node made = kind->resource;
      config::relocate(made, resource.value.where);
      config::overlay(made, resource.value, alternatives, diagnostics,
                      fmt::format("functions.{}.resources.{}", function.key, resource.key));
      resource.value = std::move(made);
    }
  }
}

}  // namespace lambdasim::app
