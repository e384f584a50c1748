#include "sim/app/scenario_workflows.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/pricing/bill.h"
#include "models/workflow/state_graph.h"
#include "sim/app/scenario_names.h"
#include "sim/app/workflow_states.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using models::Workflow;
using namespace std::chrono_literals;

/// The longest that an execution may take (AWS Step Functions quotas; documented).
constexpr core::Duration kLongestStandard = 24h * 365;
constexpr core::Duration kLongestExpress = 5min;
constexpr std::int64_t kLeastExpressMb = 64;

void read_kind(ObjectReader& reader, const models::PriceTable& prices, Workflow& workflow) {
  workflow.is_express = reader.choice("kind", {"standard", "express"}, 0) == 1;
  const core::Duration longest = workflow.is_express ? kLongestExpress : kLongestStandard;
  workflow.timeout = reader.duration("timeout", longest, {1ms, longest});
  workflow.transition = reader.time_distribution("transition", core::Distribution{});
  models::Usage usage;
  if (workflow.is_express) {
    workflow.memory_mb = reader.megabytes("memory", kLeastExpressMb, {1, kMostMemoryMb});
    usage.express_starts = 1;
    usage.express_mb_ms = 1;
  } else {
    usage.transitions = 1;
    if (reader.has("memory")) {
      reader.report("memory", "is of express workflows; a standard one is paid by the transition");
    }
  }
  if (const auto missing = models::missing_price(prices, usage)) {
    reader.report("kind", *missing);
  }
}

void check_graph(ObjectReader& reader, ObjectReader& states, const Workflow& workflow,
                 Warnings& warnings) {
  for (const models::StateProblem& problem : models::problems_of(workflow)) {
    states.report(workflow.states[problem.state].name, problem.text);
  }
  for (const models::StateId state : models::unreached_states(workflow)) {
    const std::string& name = workflow.states[state].name;
    warnings.add(states.where(name), fmt::format("{}.{}", states.path(), name),
                 "no execution comes to it");
  }
  if (workflow.functions.empty()) {
    reader.report_here("invokes no function");
  }
}

std::shared_ptr<const Workflow> read_workflow(const std::string& name, ObjectReader& reader,
                                              Design& design, Warnings& warnings) {
  Workflow workflow;
  workflow.name = name;
  workflow.number = static_cast<std::uint32_t>(design.workflows.size());
  if (!is_name(name)) {
    reader.report_here(fmt::format("a workflow's name {}", kNameRule));
  }
  read_kind(reader, design.prices, workflow);
  ObjectReader states = reader.object("states");
  StatesReader states_reader(states, design.setup, workflow);
  const bool is_whole = states_reader.read();
  if (states_reader.names().empty()) {
    reader.report("states", "is missing; a mapping of at least one name is required");
  } else {
    const std::string start = reader.text("start", states_reader.names().front());
    workflow.start = states_reader.find(reader, "start", start);
    if (is_whole && workflow.start != models::kNoState) {
      check_graph(reader, states, workflow, warnings);
    }
  }
  states.finish();
  return std::make_shared<const Workflow>(std::move(workflow));
}

}  // namespace

void read_workflows(ObjectReader& root, Design& design, Warnings& warnings) {
  if (!root.has("workflows")) {
    return;
  }
  root.each_named("workflows", true, [&](const std::string& name, ObjectReader& reader) {
    design.workflows.push_back(read_workflow(name, reader, design, warnings));
  });
}

const Workflow* StartedWorkflows::find(ObjectReader& item) {
  if (item.has("invoke")) {
    item.report("start", "stands in place of `invoke`; an entry has one of them");
  }
  if (item.has("source")) {
    item.report("source", "is of functions; a workflow starts when its event arrives");
  }
  const std::string name = item.text("start");
  std::vector<std::string> known;
  for (std::size_t i = 0; i < workflows_.size(); ++i) {
    if (workflows_[i]->name == name) {
      started_[i] = true;
      return workflows_[i]->functions.empty() ? nullptr : workflows_[i].get();
    }
    known.push_back(workflows_[i]->name);
  }
  if (!name.empty()) {
    item.report("start",
                fmt::format("unknown workflow '{}'{}", name, config::suggestion(name, known)));
  }
  return nullptr;
}

SourceSettings StartedWorkflows::settings_of(const Workflow& workflow) {
  return {.kind = "workflow",
          .charge = models::SourceCharge::kWorkflow,
          .function = std::nullopt,
          .payer = workflow.functions.front(),
          .workflow = workflow.number};
}

std::vector<std::string> StartedWorkflows::idle() const {
  std::vector<std::string> idle;
  for (std::size_t i = 0; i < workflows_.size(); ++i) {
    if (!started_[i]) {
      idle.push_back(workflows_[i]->name);
    }
  }
  return idle;
}

}  // namespace lambdasim::app
