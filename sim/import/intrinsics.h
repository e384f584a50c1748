// The functions of CloudFormation (Ref, Fn::Sub, Fn::If, ...), resolved as far as a template can be
// without being deployed: parameters by what is given or their defaults, mappings, conditions,
// text. What cannot be resolved stays as it is.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/config/node.h"
#include "sim/import/findings.h"

namespace lambdasim::import {

/// `!Ref` is short for `Ref`, `!Condition` for `Condition`, any other `!X` for `Fn::X`.
std::string key_of_cloudformation_tag(std::string_view tag);

class Intrinsics {
 public:
  /// @param given values of parameters
  Intrinsics(const config::Node& root, const std::map<std::string, std::string>& given,
             Findings& findings);

  /// The tree with what can be resolved; what Ref: AWS::NoValue removes is gone.
  config::Node resolve(const config::Node& node) const;

  /// Whether a condition holds; nothing if that cannot be known.
  std::optional<bool> condition(const std::string& name) const;

 private:
  config::Node resolve_mapping(const config::Node& node) const;
  std::optional<config::Node> apply(const std::string& function,
                                    const config::Node& argument) const;
  std::optional<config::Node> parameter(const std::string& name, const config::Node& at) const;
  std::optional<config::Node> substitute(const config::Node& argument) const;
  std::optional<config::Node> choose(const config::Node& argument) const;
  std::optional<bool> holds(const config::Node& node) const;

  const config::Node& root_;
  std::map<std::string, std::string> given_;
  /// Of conditions asked for; nothing while one is worked out, so that circles end.
  mutable std::map<std::string, std::optional<bool>> known_;
};

/// Ids of resources that an expression names (by Ref, GetAtt or Sub), in order; a plain text counts
/// as one, too.
std::vector<std::string> ids_in(const config::Node& node);

}  // namespace lambdasim::import
