// Variables of the Serverless Framework: `${self:custom.memory}`, `${opt:stage, 'dev'}`. Resolved
// where the file or the options hold the value; others (files, secrets, outputs) stay as they are.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/config/node.h"

namespace lambdasim::import {

class ServerlessVariables {
 public:
  /// @param options values of `${opt:...}` and `${param:...}`
  ServerlessVariables(const config::Node& root, const std::map<std::string, std::string>& options)
      : root_(root), options_(options) {}

  config::Node resolve(const config::Node& node);

 private:
  enum class Found { kValue, kNone, kUnknown };

  config::Node resolve_text(const config::Node& node);
  /// Of what stands between the braces.
  Found value_of(const std::string& expression, config::Node& value);
  Found value_of_one(const std::string& source, config::Node& value);
  Found own(const std::string& path, config::Node& value);

  const config::Node& root_;
  const std::map<std::string, std::string>& options_;
  int depth_ = 0;     // of variables whose values hold variables
  int resolved_ = 0;  // so far, for files whose variables multiply
};

}  // namespace lambdasim::import
