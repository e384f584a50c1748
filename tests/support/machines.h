// Workflows written down in tests, and runs of them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/workflow/source.h"
#include "tests/support/scripted.h"

namespace lambdasim::test {

using models::kNoState;
using models::State;
using models::StateId;
using models::Workflow;

inline State state(std::string name, State::Kind kind, StateId next = kNoState) {
  State state;
  state.name = std::move(name);
  state.kind = kind;
  state.next = next;
  return state;
}

inline State invokes(std::string name, std::uint32_t function, StateId next = kNoState) {
  State made = state(std::move(name), State::Kind::kInvoke, next);
  made.function = function;
  return made;
}

inline State waits_for(std::string name, Duration time, StateId next = kNoState) {
  State made = state(std::move(name), State::Kind::kWait, next);
  made.wait = constant(time);
  return made;
}

inline State maps(std::string name, std::uint32_t function, std::uint32_t items,
                  std::uint32_t concurrency, StateId next = kNoState) {
  State made = state(std::move(name), State::Kind::kMap, next);
  made.function = function;
  made.items = items;
  made.concurrency = concurrency;
  return made;
}

inline State parallel(std::string name, std::vector<StateId> branches, StateId next = kNoState) {
  State made = state(std::move(name), State::Kind::kParallel, next);
  made.branches = std::move(branches);
  return made;
}

inline State chooses(std::string name, std::vector<models::StateChoice> choices) {
  State made = state(std::move(name), State::Kind::kChoice);
  made.choices = std::move(choices);
  return made;
}

inline State ends(std::string name, bool succeeds) {
  State made = state(std::move(name), State::Kind::kEnd);
  made.succeeds = succeeds;
  return made;
}

/// @param functions that it invokes: so many, numbered from 0
inline Workflow workflow_of(std::vector<State> states, std::uint32_t functions) {
  Workflow workflow;
  workflow.name = "order";
  workflow.timeout = 24h * 365;
  workflow.states = std::move(states);
  for (std::uint32_t f = 0; f < functions; ++f) {
    workflow.functions.push_back(core::FunctionId{f});
  }
  return workflow;
}

inline engine::Setup workflow_setup(Workflow workflow, std::vector<engine::FunctionSetup> functions,
                                    std::vector<ScriptedArrival> arrivals, Duration horizon = 1h) {
  engine::Setup setup = setup_of(std::move(functions), std::move(arrivals), horizon);
  setup.sources = {std::make_shared<const models::WorkflowSource>(
      std::make_shared<const Workflow>(std::move(workflow)))};
  return setup;
}

}  // namespace lambdasim::test
