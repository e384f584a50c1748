// What backends, resources and /tmp of a design came to, as a terminal shows it: short tables with
// a column a design, and a sentence on databases that ran out of connections.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/app/comparison.h"
#include "sim/app/experiment.h"
#include "sim/app/scenario.h"

namespace lambdasim::app {

/// One figure of a BackendRow.
struct BackendFigure {
  std::string_view name;   ///< as in the file
  std::string_view label;  ///< as in tables
  std::string_view unit;
  double (*value)(const io::BackendRow& row);
};

std::span<const BackendFigure> backend_figures();

/// Over the replications; none where the design has no such backend.
std::optional<Estimate> backend_estimate(const ExperimentResult& result, std::size_t design,
                                         std::string_view backend, const BackendFigure& of);

/// A table for each backend, one for resources, one for files, each followed by an empty line;
/// nothing where there is nothing of the kind.
std::string backends_text(const Scenario& scenario, const ExperimentResult& result);

/// A line for each design and database that had no connection left at some time.
std::string exhaustion_text(const Scenario& scenario, const ExperimentResult& result);

}  // namespace lambdasim::app
