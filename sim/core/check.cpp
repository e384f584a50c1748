#include "sim/core/check.h"

#include <fmt/format.h>

namespace lambdasim::core {

void fail_invariant(std::string_view condition, std::string_view file, int line,
                    const std::string& what) {
  throw InvariantViolation(
      fmt::format("{}:{}: invariant does not hold: {} ({})", file, line, condition, what));
}

}  // namespace lambdasim::core
