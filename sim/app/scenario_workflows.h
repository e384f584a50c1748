// Reading `workflows`: state machines with their names resolved and their graph checked, and what
// entries of the workload say of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/app/scenario.h"
#include "sim/app/scenario_parts.h"
#include "sim/config/reader.h"

namespace lambdasim::app {

/// Fills design.workflows from `workflows`; the functions and the prices stand.
void read_workflows(config::ObjectReader& root, Design& design, Warnings& warnings);

/// The workflows that `workload` starts.
class StartedWorkflows {
 public:
  explicit StartedWorkflows(const std::vector<std::shared_ptr<const models::Workflow>>& workflows)
      : workflows_(workflows), started_(workflows.size()) {}

  /// The one that `start` of an entry names; null, which is reported, if there is none that could
  /// run.
  const models::Workflow* find(config::ObjectReader& item);
  static SourceSettings settings_of(const models::Workflow& workflow);
  /// The names of those that nothing starts.
  std::vector<std::string> idle() const;

 private:
  const std::vector<std::shared_ptr<const models::Workflow>>& workflows_;
  std::vector<bool> started_;
};

}  // namespace lambdasim::app
