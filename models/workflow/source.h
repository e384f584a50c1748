// Workflows as an event source: an event starts an execution, which goes from state to state,
// invokes functions and hears what became of that.
//
// An invocation that fails, or is refused, is tried again as its state says; a failure that nothing
// catches ends the execution, and nothing new starts from then on. What runs then runs to its end
// and is billed.
#pragma once

#include <memory>
#include <utility>

#include "models/catalogue.h"
#include "models/workflow/machine.h"

namespace lambdasim::models {

class WorkflowSource final : public engine::EventSourceModel {
 public:
  explicit WorkflowSource(std::shared_ptr<const Workflow> workflow)
      : workflow_(std::move(workflow)) {}
  std::unique_ptr<engine::EventSource> start(const engine::SourceRun& run) const override;

 private:
  std::shared_ptr<const Workflow> workflow_;
};

/// Not a model that `source` names: workflows have a section of their own.
extern const About kWorkflowAbout;

}  // namespace lambdasim::models
