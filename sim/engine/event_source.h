// Contract of an event source: what stands between events and a function, such as a queue, a stream
// or a caller that tries again. models/source implements it.
//
// A source takes events, asks for invocations and hears what became of each. It never calls the
// engine: it leaves what it wants in an outbox. A handler is evaluated when it is dispatched, so
// ended() is called then, about a future that is already decided; what a source does about it at
// that later time it does when it is woken. After the horizon nobody is woken: what a source then
// still holds is left over.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/core/histogram.h"
#include "sim/core/random.h"
#include "sim/engine/arrivals.h"
#include "sim/engine/records.h"
#include "sim/engine/request.h"

namespace lambdasim::engine {

/// What became of the events of one source that arrived in [warm_up, horizon). Each is in exactly
/// one of handled, expired, dead_lettered, discarded and left, so these add up to `events`.
struct SourceTotals {
  std::uint64_t events = 0;
  std::uint64_t sent = 0;           ///< of events: sent by steps of handlers
  std::uint64_t handled = 0;        ///< some attempt succeeded
  std::uint64_t expired = 0;        ///< became too old
  std::uint64_t dead_lettered = 0;  ///< given up and kept: dead-letter queue or destination
  std::uint64_t discarded = 0;      ///< given up and lost
  std::uint64_t left = 0;           ///< still queued, or on its way, at the end of the run
  std::uint64_t attempts = 0;       ///< deliveries of these events, refused ones included
  std::uint64_t retries = 0;        ///< of attempts: beyond the first of an event
  std::uint64_t throttled = 0;      ///< of attempts: refused for a limit
  std::uint64_t failed = 0;         ///< of attempts: ended in an error or a timeout
  std::uint64_t duplicates = 0;     ///< handled once more after they had been handled
  std::uint64_t invocations = 0;    ///< requests that carried them, refused ones included
  std::uint64_t cold = 0;           ///< of these invocations: waited for a context to be made
  std::uint64_t billed_ms = 0;      ///< of these invocations
  std::uint64_t poller_s = 0;       ///< pollers x seconds, where pollers are billed
  std::uint64_t operations = 0;  ///< of durable executions: starts, checkpoints, suspends, retries
  std::uint64_t written_bytes = 0;   ///< by these operations
  std::uint64_t starts_refused = 0;  ///< of executions, for the rate of starts; no attempts
  std::uint64_t transitions = 0;     ///< of workflows: states entered and tried again
  std::uint64_t workflow_ms = 0;     ///< of workflows: execution time, each rounded up as billed
  std::uint64_t peak_backlog = 0;    ///< most events that were held at once, whole run
  /// Of events: by FunctionId, possibly cut short; only where events are charged for.
  std::vector<std::uint64_t> charged;
  core::Duration oldest{0};  ///< greatest age at which one was handled
  core::Histogram delay{9};  ///< from arrival to the end of the attempt that succeeded

  /// An invocation ended that carried events which count.
  void count_ended(const InvocationRecord& record) {
    billed_ms += record.billed_ms;
    cold += is_cold(record.start) ? 1 : 0;
  }
  /// An event that counts was handled, at this age.
  void count_handled(core::Duration age) {
    ++handled;
    delay.add(age);
    oldest = std::max(oldest, age);
  }
};

/// What a source asks for: invocations now, and to be woken later.
class Outbox {
 public:
  struct Wake {
    core::SimTime time;
    std::uint32_t token;
  };

  /// Asks for an invocation at this moment; only from offer() and wake(). The engine fills in
  /// arrival and source.
  void invoke(core::FunctionId function, const Request& request) {
    invocations.push_back({function, request});
  }
  /// Asks to be woken at `time`, which must not be past, with `token`.
  void wake(core::SimTime time, std::uint32_t token) { wakes.push_back({time, token}); }

  /// Hands out an execution of a workflow, with what it had of each function.
  void execution(const ExecutionRecord& record, std::span<const FunctionUse> of_functions) {
    executions.push_back(record);
    uses.insert(uses.end(), of_functions.begin(), of_functions.end());
    uses_end.push_back(uses.size());
  }
  std::span<const FunctionUse> uses_of(std::size_t execution) const {
    const std::size_t begin = execution == 0 ? 0 : uses_end[execution - 1];
    return std::span{uses}.subspan(begin, uses_end[execution] - begin);
  }

  std::vector<Invocation> invocations;
  std::vector<Wake> wakes;
  std::vector<ExecutionRecord> executions;
  std::vector<FunctionUse> uses;      ///< of all `executions`, in order
  std::vector<std::size_t> uses_end;  ///< of each, within `uses`
};

/// The state of a source in one run.
class EventSource {
 public:
  virtual ~EventSource() = default;
  /// Called once, at the start of simulated time.
  virtual void start(Outbox& /*outbox*/) {}
  /// An event arrives.
  /// @param event its number within the run
  virtual void offer(const Arrival& arrival, const core::InvocationNumbers& numbers,
                     std::uint32_t event, Outbox& outbox) = 0;
  /// A time that it asked for has come. At one time, after contexts became free and before
  /// arrivals.
  virtual void wake(core::SimTime now, std::uint32_t token, Outbox& outbox) = 0;
  /// An invocation that it asked for was refused: at once, and at no cost.
  virtual void refused(const Request& request, Refusal why, core::SimTime now, Outbox& outbox) = 0;
  /// An invocation that it asked for has been dispatched and ends as `record` says, later.
  virtual void ended(const Request& request, const InvocationRecord& record, Outbox& outbox) = 0;
  /// The run is over: executions of workflows that it still holds are handed out. Called once.
  virtual void end_run(core::SimTime /*horizon*/, Outbox& /*outbox*/) {}
  /// The run is over: what it still holds is left. Called once, last.
  virtual SourceTotals finish(core::SimTime horizon) = 0;
};

/// What a source is told about its run.
struct SourceRun {
  RunKey key;
  std::uint64_t stream_key = 0;  ///< of its arrivals: identifies it in the scenario
  core::SimTime warm_up;         ///< events that arrive earlier are not counted
  std::uint32_t index = 0;       ///< of the workload's entry
};

/// The description of a source, immutable and shared by all runs.
class EventSourceModel {
 public:
  virtual ~EventSourceModel() = default;
  virtual std::unique_ptr<EventSource> start(const SourceRun& run) const = 0;
  /// Whether steps of handlers can send events to it: whoever sends does not wait for an answer.
  virtual bool takes_sent() const { return true; }
  /// Whether its totals hold pollers that are paid for.
  virtual bool bills_pollers() const { return false; }
};

}  // namespace lambdasim::engine
