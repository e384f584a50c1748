// The YAML tree as this project sees it: ordered, with the place of every key and value, duplicate
// keys and merge keys already reported. yaml-cpp is behind load_text() and never seen elsewhere.
//
// Scalars are kept as written: what they mean is up to the reader that asks for them, so nothing is
// guessed here (`010` stays 010, `no` stays no). Aliases are copies of what their anchor marks.
#pragma once

#include <list>
#include <set>
#include <string>
#include <string_view>

#include "sim/config/diagnostics.h"

namespace lambdasim::config {

struct Entry;

struct Node {
  enum class Kind { kNull, kScalar, kSequence, kMapping };

  Kind kind = Kind::kNull;
  Location where;      ///< of the value
  std::string scalar;  ///< as written
  // Lists, so that a reference to a value stays good while its neighbours are added.
  std::list<Node> items;     ///< of a sequence
  std::list<Entry> entries;  ///< of a mapping, in order

  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
  /// Removes a key of a mapping, if it is there.
  void erase(std::string_view key);
};

struct Entry {
  std::string key;
  Location where;  ///< of the key
  Node value;
};

/// The whole text of a file. @throws NoInput when it cannot be read.
std::string read_text_file(const std::string& path);

/// Reads one YAML document. Syntax errors, duplicate keys, anchors that merge (`<<`) and several
/// documents are reported. @throws NoInput when the file cannot be read.
Node load_file(const std::string& path, Diagnostics& diagnostics);
/// The same from text; `name` stands for the file in messages.
Node load_text(std::string_view text, const std::string& name, Diagnostics& diagnostics);

/// Names of which only one can stand in a mapping: as a mapping's only key such a name says what
/// kind of thing the mapping is (a model, a distribution, a step).
struct Alternatives {
  std::set<std::string, std::less<>> merged;  ///< over the same name, parameters merge
  std::set<std::string, std::less<>> whole;   ///< over the same name, parameters are replaced
  std::set<std::string, std::less<>> items;   ///< like `whole`, but only of items of lists
  std::set<std::string, std::less<>> beside;  ///< keys that may stand beside such a name
};

/// Lays `over` on `base`: mappings merge key by key, everything else is replaced. A mapping whose
/// only key is an alternative is replaced by one with any other key; what stands beside it stays
/// when the name does. A mapping of numbers laid on a sequence changes its items, which count from
/// 0; a number past its end is reported.
/// @param path of both, for messages
void overlay(Node& base, const Node& over, const Alternatives& alternatives,
             Diagnostics& diagnostics, const std::string& path = "");

/// Places a tree and all that is in it at `where`, for messages.
void relocate(Node& node, const Location& where);

/// Mappings within mappings along a dotted path (`functions.get_user.memory`), with `value` at its
/// end. Every key on the way is placed at `where`. Empty parts of a path are reported.
Node nested(std::string_view path, const Node& value, const Location& where,
            Diagnostics& diagnostics);

/// Block-style YAML of the tree; loads back into an equal tree.
std::string to_yaml(const Node& node);

}  // namespace lambdasim::config
