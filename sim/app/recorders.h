// The one recorder that the program instantiates the engine with: totals always, the timeline and
// the rows of the file where the scenario wants them.
#pragma once

#include "sim/app/scenario.h"
#include "sim/app/workflow_totals.h"
#include "sim/core/random.h"
#include "sim/engine/recorders/summary.h"
#include "sim/engine/recorders/timeline.h"
#include "sim/io/result_file.h"

namespace lambdasim::app {

class AllRecorders {
 public:
  /// @param rows where invocations, contexts and executions go
  AllRecorders(const engine::Setup& setup, const OutputSettings& output, int histogram_bits,
               WorkflowTotals& workflows, io::TaskRows& rows)
      : summary_(setup.functions.size(), setup.warm_up, setup.horizon, histogram_bits),
        timeline_(setup.functions.size(), setup.horizon, output.timeline_bins),
        workflows_(workflows),
        rows_(rows),
        contexts_(output.contexts),
        sample_every_(output.records == Records::kNone ? 0 : output.sample_every) {}

  void invocation(const engine::InvocationRecord& record) {
    summary_.invocation(record);
    timeline_.invocation(record);
    if (is_sampled(record.arrival, record.function.value)) {
      rows_.invocation(record);
    }
  }
  void prefetch(core::FunctionId function) const { summary_.prefetch(function); }
  void prefetch_rest(core::FunctionId function) const { summary_.prefetch_rest(function); }
  void initialising(core::FunctionId function, core::SimTime created, core::SimTime ready) {
    summary_.initialising(function, created, ready);
    timeline_.initialising(function, created, ready);
  }
  void idle(core::FunctionId function, core::SimTime from, core::SimTime to) {
    summary_.idle(function, from, to);
    timeline_.idle(function, from, to);
  }
  void provisioned(core::FunctionId function, std::uint32_t contexts, core::SimTime from,
                   core::SimTime to) {
    summary_.provisioned(function, contexts, from, to);
  }
  void provisioned_init(core::FunctionId function, core::SimTime ready, std::uint32_t billed_ms) {
    summary_.provisioned_init(function, ready, billed_ms);
  }
  void connected(core::BackendId backend, core::SimTime from, core::SimTime to) {
    summary_.connected(backend, from, to);
    timeline_.connected(backend, from, to);
  }
  void context(const engine::ContextRecord& record) {
    if (contexts_) {
      rows_.context(record);
    }
  }
  void execution(const engine::ExecutionRecord& record, std::span<const engine::FunctionUse> uses) {
    const io::ExecutionRow row = workflows_.add(record, uses);
    if (is_sampled(record.arrival, record.workflow)) {
      rows_.execution(row);
    }
  }

  /// Kept where the row of the parent is.
  void parent(const engine::ParentRecord& record) {
    if (is_sampled(record.parent_arrival, record.parent_function.value)) {
      rows_.parent(record);
    }
  }

  const engine::SummaryRecorder& summary() const { return summary_; }
  const engine::TimelineRecorder& timeline() const { return timeline_; }

 private:
  /// The same arrivals are sampled in every design: the choice hangs on the arrival alone.
  bool is_sampled(core::SimTime time, std::uint32_t of) const {
    if (sample_every_ <= 1) {
      return sample_every_ == 1;
    }
    const auto arrival = static_cast<std::uint64_t>(core::nanoseconds_of(time));
    return core::mix64(core::mix64(arrival) + of) % sample_every_ == 0;
  }

  engine::SummaryRecorder summary_;
  engine::TimelineRecorder timeline_;
  WorkflowTotals& workflows_;
  io::TaskRows& rows_;
  bool contexts_;
  std::uint64_t sample_every_;  // 0: none
};

}  // namespace lambdasim::app
