// What is written on the things of a graph, from the resolved scenario: as its author would write
// it, with every default that matters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/config/node.h"
#include "sim/engine/setup.h"

namespace lambdasim::app {

/// A value in one line: `lognormal median 40 ms, p99 120 ms`.
std::string value_text(const config::Node& value);

/// What an entry of the workload is: where its events come from, at which rate, and when.
std::vector<std::string> entry_lines(const config::Node& entry, core::Duration horizon);

/// What a step does: `request db`, `takes 3 ms`.
std::vector<std::string> step_lines(const config::Node& step);

/// Name and settings of a function; its limits, too.
std::vector<std::string> function_lines(const engine::Setup& setup,
                                        const engine::FunctionSetup& function);
std::vector<std::string> backend_lines(const engine::Backend& backend);
/// What bounds everything together.
std::string account_text(const engine::Setup& setup);

/// How many calls or events: `10 at once, 20 %`; empty: one, always.
std::string times_text(std::uint32_t times, std::string_view of, double probability);

}  // namespace lambdasim::app
