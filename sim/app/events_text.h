// What became of the events of event sources, as a terminal shows it and scripts read it: figures
// of all event sources of a design together.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/app/comparison.h"
#include "sim/app/experiment.h"
#include "sim/app/scenario.h"

namespace lambdasim::app {

/// One figure of a SourceRow.
struct EventFigure {
  std::string_view name;   ///< as in the file
  std::string_view label;  ///< as in tables
  std::string_view unit;
  double (*value)(const io::SourceRow& row);
};

/// In the order in which the table shows them.
std::span<const EventFigure> event_figures();

/// Over the replications; none where the design has no event source.
std::optional<Estimate> event_estimate(const ExperimentResult& result, std::size_t design,
                                       const EventFigure& of);

/// What a verdict is about: attempts that fail are no loss where they are tried again, so where
/// everything is invoked by event sources the share of events that are lost takes their place.
/// Where everything starts workflows, executions take the place of calls.
std::vector<io::ComparisonRow> deciding_rows(const Scenario& scenario,
                                             const ExperimentResult& result,
                                             std::vector<io::ComparisonRow> rows);

/// One table with a column a design, then an empty line; nothing where no design has an event
/// source.
std::string events_text(const Scenario& scenario, const ExperimentResult& result);

}  // namespace lambdasim::app
