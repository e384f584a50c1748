// YAML as other tools write it, where tags and merge keys have a meaning.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/node.h"

namespace lambdasim::config {

struct Dialect {
  /// The key that a tag is short for: with `Ref` for `!Ref`, the value `!Ref X` is read as
  /// `{Ref: X}`. What is empty is reported, as everywhere else.
  std::function<std::string(std::string_view tag)> key_of_tag;
};

/// As load_text() of node.h, but tags are read as the dialect says, and a merge key (`<<`) adds
/// what the mapping does not have itself.
Node load_text(std::string_view text, const std::string& name, Diagnostics& diagnostics,
               const Dialect& dialect);

/// What to write beside and above the values of a tree; neither may hold the end of a line.
struct Comments {
  std::map<const Node*, std::string> beside;
  std::map<const Node*, std::vector<std::string>> above;  ///< an empty one is an empty line
};

/// As to_yaml() of node.h, with comments.
std::string to_yaml(const Node& node, const Comments& comments);

}  // namespace lambdasim::config
