// What reading a template brought to light beside functions and their sources.
#pragma once

#include "sim/config/diagnostics.h"

namespace lambdasim::import {

struct Findings {
  config::Diagnostics errors;   ///< the template cannot be what it says
  config::Diagnostics missed;   ///< not read though it may matter; a mistake where one is strict
  config::Diagnostics no_part;  ///< known, and without a part in a simulation
};

}  // namespace lambdasim::import
