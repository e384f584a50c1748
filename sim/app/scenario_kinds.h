// Lays ready-made kinds of resources under what a scenario says of its resources, so that each
// value of a kind can be changed by the file, by a design or by --set.
#pragma once

#include "sim/config/node.h"

namespace lambdasim::app {

/// @param tree of a whole scenario; resources with a known `kind` become complete
void lay_kinds(config::Node& tree, const config::Alternatives& alternatives,
               config::Diagnostics& diagnostics);

}  // namespace lambdasim::app
