// One run of a workflow: see source.h. What comes in from outside is in run.cpp, what states do in
// run_states.cpp, the bookkeeping in executions.h.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/workflow/executions.h"
#include "models/workflow/machine.h"
#include "sim/engine/event_source.h"

namespace lambdasim::models {

class WorkflowRun final : public engine::EventSource {
 public:
  WorkflowRun(const Workflow& workflow, const engine::SourceRun& run)
      : workflow_(workflow), run_(run), executions_(workflow) {
    for (const State& state : workflow.states) {
      places_.push_back(core::hash_name(state.name));
    }
  }

  void offer(const engine::Arrival& arrival, const core::InvocationNumbers& numbers,
             std::uint32_t event, engine::Outbox& outbox) override;
  void wake(core::SimTime now, std::uint32_t token, engine::Outbox& outbox) override;
  void refused(const engine::Request& request, engine::Refusal why, core::SimTime now,
               engine::Outbox& outbox) override;
  void ended(const engine::Request& request, const engine::InvocationRecord& record,
             engine::Outbox& outbox) override;
  void end_run(core::SimTime horizon, engine::Outbox& outbox) override;
  engine::SourceTotals finish(core::SimTime) override { return std::move(totals_); }

 private:
  void enter(std::uint32_t place, StateId state, core::SimTime now, engine::Outbox& outbox);
  void begin(std::uint32_t place, core::SimTime now, engine::Outbox& outbox);
  void begin_branches(std::uint32_t place, core::SimTime now, engine::Outbox& outbox);
  void begin_items(std::uint32_t place, core::SimTime now, engine::Outbox& outbox);
  void begin_item(std::uint32_t place, std::uint64_t key_of_map, core::SimTime now,
                  engine::Outbox& outbox);
  void invoke(std::uint32_t place, engine::Outbox& outbox);
  void tried(std::uint32_t place, bool may_retry, core::SimTime end, engine::Outbox& outbox);
  void go_on(std::uint32_t place, core::SimTime now, engine::Outbox& outbox);
  void end_strand(std::uint32_t place, core::SimTime now, engine::Outbox& outbox);
  void fail(std::uint32_t place, core::SimTime now, engine::Outbox& outbox);
  void end_execution(Execution& execution, engine::ExecutionOutcome outcome, core::SimTime end);
  void drop(std::uint32_t place, engine::Outbox& outbox);
  void hand_out(std::uint32_t index, engine::Outbox& outbox);
  void pause(std::uint32_t place, core::SimTime now, core::SimTime until, Strand::Then then,
             engine::Outbox& outbox);
  bool is_delayed(std::uint32_t place, core::SimTime now, engine::Outbox& outbox);
  StateId chosen(const Strand& strand) const;

  const State& state_of(const Strand& strand) const { return workflow_.states[strand.state]; }
  core::SimTime deadline_of(const Execution& execution) const {
    return execution.record.arrival + workflow_.timeout;
  }
  void count_transition(Execution& execution) {
    ++execution.record.transitions;
    totals_.transitions += execution.is_counted ? 1 : 0;
  }

  const Workflow& workflow_;
  engine::SourceRun run_;
  Executions executions_;
  std::vector<std::uint64_t> places_;  // by state: keys of random numbers
  engine::SourceTotals totals_;
};

}  // namespace lambdasim::models
