// Ready-made resources (a connection to PostgreSQL, a data key, ...): models/data/resources.yaml.
//
// A kind is a tree, laid under what a scenario says of a resource, so that every key of it can be
// changed one by one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/node.h"
#include "sim/core/distribution.h"

namespace lambdasim::models {

struct ResourceKind {
  std::string name;
  std::string about;      ///< in a line
  std::string explain;    ///< what it takes, in a few sentences
  config::Node resource;  ///< as scenarios write one
};

/// In the order of the file.
std::span<const ResourceKind> resource_kinds();
std::vector<std::string_view> resource_kind_names();

/// What holds of every resource that says nothing else.
struct ResourceDefaults {
  core::Distribution found_stale;  ///< ns until a use finds that the peer closed it
  core::Distribution retry_delay;  ///< ns before the second attempt
};

const ResourceDefaults& resource_defaults();

}  // namespace lambdasim::models
