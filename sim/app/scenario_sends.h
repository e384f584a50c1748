// Events that handlers send to entries of the workload: `send` steps, the names of entries, and
// what leads back to where it came from.
#pragma once

#include <string>
#include <vector>

#include "sim/app/scenario_parts.h"

namespace lambdasim::app {

/// Names of the entries of `workload`, by number, before they are read; empty where one has none.
std::vector<std::string> entry_names(const config::ObjectReader& root);

/// By number of the entry: whether steps send events to it.
std::vector<bool> entries_sent_to(const engine::Setup& setup, std::size_t entries);

/// Reads where a `send` step sends events, and how many, beside it.
/// @return its index among the sends of the function
std::uint32_t read_send(config::ObjectReader& item, StepNames& names);

/// Reports what is sent round without end, once the workload stands; warns of what may come back.
void check_sends(config::ObjectReader& root, const Design& design, Warnings& warnings);

}  // namespace lambdasim::app
