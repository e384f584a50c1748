// From what the event sources of a run counted to the rows that people read, and to what of them
// is billed.
#pragma once

#include <vector>

#include "models/pricing/usage.h"
#include "sim/app/scenario.h"
#include "sim/engine/event_source.h"
#include "sim/io/rows.h"

namespace lambdasim::app {

/// One row an event source, and one for all of them together when there are several.
/// @param totals by index of Setup::arrivals, or fewer
std::vector<io::SourceRow> source_rows(const Design& design, std::uint8_t design_index,
                                       std::uint32_t replication,
                                       const std::vector<engine::SourceTotals>& totals);

/// Adds what is charged for the events of one function, and for the pollers that fetch them.
void add_charged_events(const Design& design, std::size_t function,
                        const std::vector<engine::SourceTotals>& totals, models::Usage& usage);

}  // namespace lambdasim::app
