// How many connections a database gives to functions, by its instance class:
// models/data/databases.yaml. Known are classes of RDS for PostgreSQL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lambdasim::models {

/// What the class allows less what is reserved for administration; nothing for an unknown class.
std::optional<std::uint32_t> database_connections(std::string_view instance);

/// The classes in the order of the file.
std::vector<std::string> database_names();

}  // namespace lambdasim::models
