#include "models/arrival/varying_rate.h"

#include <fmt/format.h>

#include "sim/config/units.h"

namespace lambdasim::models {

bool is_peak_above(double base, double peak, config::ObjectReader& parameters) {
  if (peak >= base) {
    return true;
  }
  if (parameters.has("peak") && parameters.has("base")) {
    parameters.report("peak", fmt::format("must not be below the base ({}), got {}",
                                          config::format_rate(base), config::format_rate(peak)));
  }
  return false;
}

}  // namespace lambdasim::models
