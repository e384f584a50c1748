// The properties of one resource, whichever way its format writes names: `BatchSize`, `batchSize`
// and `batch_size` are one. What nobody asked for is reported by finish(), at its line.
#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/node.h"
#include "sim/import/findings.h"
#include "sim/import/stack.h"

namespace lambdasim::import {

/// A plain value, or what stands where one is expected.
struct Scalar {
  std::string text;
  config::Location where;
  std::string unknown;  ///< not empty: an expression that cannot be resolved, as it is written
};

/// Limits of a whole number, how the scenario writes it, and what it takes if it is not known.
struct Whole {
  long least = 0;
  long most = 0;
  long fallback = 0;
  std::string_view unit;  ///< ` MB`, ` s` or nothing
};

/// `!Ref Memory`: an expression as people write it.
std::string spelled(const config::Node& node);
/// The value as a scalar. @return nothing for lists and mappings that are no expression
std::optional<Scalar> scalar_of(const config::Node& node);
/// Whether it says nothing: null, "", [] or {}.
bool is_empty(const config::Node& node);
/// `GetUser` for `get_user` and `getUser`.
std::string canonical(std::string_view name);

class Properties {
 public:
  using Names = std::initializer_list<std::string_view>;

  Properties(const config::Node& node, std::string path, Findings& findings);

  const std::string& path() const { return path_; }
  const config::Location& where() const { return node_->where; }
  Findings& findings() const { return *findings_; }

  /// The value of the first of the names that is there and says something.
  const config::Node* node(Names names);
  std::optional<Scalar> scalar(Names names);
  /// A whole number. @return its value where it is known; reports what is out of its limits
  std::optional<long> whole(Names names, const Whole& whole, std::optional<Value>& value);
  /// Whether a switch is on; what is not known is `otherwise` and reported as missed.
  bool flag(Names names, bool otherwise);
  /// A mapping, or a list with one mapping in it, as Terraform writes blocks.
  std::optional<Properties> block(Names names);
  /// Its items; a mapping or scalar is a list of one.
  std::vector<const config::Node*> items(Names names);

  std::string path_of(std::string_view key) const;
  /// Reports a property that was taken but means more than is simulated.
  void miss(std::string_view key, const config::Location& where, const std::string& why) const;
  /// Reports what nobody asked for: without a part in the simulation, or missed.
  void finish(const std::set<std::string>& no_part = {});

 private:
  const config::Node* node_;
  std::string path_;
  Findings* findings_;
  std::set<const config::Node*> taken_;
};

}  // namespace lambdasim::import
