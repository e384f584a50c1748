// Calls of other functions out of handlers: `call` steps, and who calls whom.
#pragma once

#include <string>
#include <vector>

#include "sim/app/scenario_parts.h"

namespace lambdasim::app {

/// Reads what a `call` step calls, and how, beside it.
/// @return its index among the calls of the function
std::uint32_t read_call(config::ObjectReader& item, StepNames& names);

/// Reports calls that cannot be answered, once all functions stand: of durable functions, of those
/// that take recorded durations, and functions that call each other without end.
void check_calls(config::ObjectReader& root, const engine::Setup& setup, Warnings& warnings);

}  // namespace lambdasim::app
