// Invariants that are checked in every build. A violated one is a defect of the simulator, never of
// the scenario: it throws InvariantViolation with the condition, the place and what was known.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace lambdasim::core {

class InvariantViolation : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void fail_invariant(std::string_view condition, std::string_view file, int line,
                                 const std::string& what);

}  // namespace lambdasim::core

#define LAMBDASIM_CHECK(condition, what)                                         \
  do {                                                                           \
    if (!(condition)) [[unlikely]] {                                             \
      ::lambdasim::core::fail_invariant(#condition, __FILE__, __LINE__, (what)); \
    }                                                                            \
  } while (false)
