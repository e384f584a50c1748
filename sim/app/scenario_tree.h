// The trees behind a scenario: platform preset, under the file, under --set, under a design's
// entries. Values are read from them elsewhere; here only their places are known.
#pragma once

#include <string>
#include <vector>

#include "sim/app/scenario.h"
#include "sim/config/node.h"

namespace lambdasim::app {

/// Everything one design says, platform included.
struct DesignTree {
  std::string name;
  std::string effective;  ///< date from which the platform behaves so
  config::Node tree;
};

/// Reports what is wrong with the file as a whole, the overrides and the designs. A file that is
/// not YAML gives no trees.
std::vector<DesignTree> design_trees(std::string_view text, const std::string& file,
                                     const std::vector<Override>& overrides,
                                     config::Diagnostics& diagnostics);

/// The same, but of variants of one design instead of the designs.
std::vector<DesignTree> variant_trees(std::string_view text, const std::string& file,
                                      const std::vector<Override>& overrides,
                                      const std::string& design,
                                      const std::vector<Variant>& variants,
                                      config::Diagnostics& diagnostics);

}  // namespace lambdasim::app
