// The YAML tree as this project sees it: ordered, with the place of every key and value, duplicate
// keys and merge keys already reported. yaml-cpp is behind load() and never seen elsewhere.
#pragma once

#include <list>
#include <string>
#include <string_view>

#include "sim/config/diagnostics.h"

namespace lambdasim::config {

struct Entry;

struct Node {
  enum class Kind { kNull, kScalar, kSequence, kMapping };

  Kind kind = Kind::kNull;
  Location where;             ///< of the value
  std::string scalar;         ///< as written
  // Lists, so that a reference to a value stays good while its neighbours are added.
  std::list<Node> items;     ///< of a sequence
  std::list<Entry> entries;  ///< of a mapping, in order

  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
};

struct Entry {
  std::string key;
  Location where;  ///< of the key
  Node value;
};

/// Reads one YAML document. Syntax errors, duplicate keys, anchors that merge (`<<`) and several
/// documents are reported. @throws NoInput when the file cannot be read.
Node load_file(const std::string& path, Diagnostics& diagnostics);
/// The same from text; `name` stands for the file in messages.
Node load_text(std::string_view text, const std::string& name, Diagnostics& diagnostics);

/// Lays `over` on `base`: mappings merge key by key, everything else is replaced.
void overlay(Node& base, const Node& over);

/// Sets the value at a dotted path (`functions.get_user.memory`, `workload.0.arrivals`), making
/// mappings on the way. Reports a path that leads through a scalar or past the end of a sequence.
void set_path(Node& root, std::string_view path, const Node& value, Location where,
              Diagnostics& diagnostics);

/// Block-style YAML of the tree; loads back into an equal tree.
std::string to_yaml(const Node& node);

}  // namespace lambdasim::config
