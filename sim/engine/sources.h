// The event sources of one run: hands them what arrives and what became of their requests, and
// carries out what they leave in the outbox.
#pragma once

#include <memory>
#include <vector>

#include "sim/engine/arrival_batches.h"
#include "sim/engine/event_queue.h"
#include "sim/engine/event_source.h"
#include "sim/engine/setup.h"

namespace lambdasim::engine {

class Sources {
 public:
  /// @param arrivals of the run, whose streams the sources belong to
  /// @param events where wakes are announced
  Sources(const Setup& setup, RunKey key, const ArrivalBatches& arrivals, EventQueue& events);

  /// Whether what arrives in this stream reaches the function as it is.
  bool is_direct(std::uint32_t stream) const { return !any_ || sources_[stream] == nullptr; }

  void start();
  void offer(const Arrival& arrival, const core::InvocationNumbers& numbers, std::uint32_t event);
  /// The same of an event that a step has sent.
  void offer_sent(const Arrival& arrival, const core::InvocationNumbers& numbers,
                  std::uint32_t event);
  /// A wake has come; it is dropped when it lies beyond the horizon.
  void wake(std::uint32_t index, core::SimTime now);
  void refused(const Request& request, Refusal why, core::SimTime now);
  void ended(const Request& request, const InvocationRecord& record);

  /// The next invocation that was asked for, with its source filled in; the arrival is now.
  bool take(Invocation& next, core::SimTime now);

  /// Hands executions of workflows that are over to `take`, with what they had of functions.
  template <class Take>
  void take_executions(Take take) {
    for (std::size_t i = 0; i < outbox_.executions.size(); ++i) {
      take(outbox_.executions[i], outbox_.uses_of(i));
    }
    outbox_.executions.clear();
    outbox_.uses.clear();
    outbox_.uses_end.clear();
  }

  /// The run is over; executions may be taken once more.
  void end_run();
  /// One entry a stream; those of direct streams are empty.
  std::vector<SourceTotals> finish();

 private:
  struct Sleeper {
    std::uint32_t source;
    std::uint32_t token;  // or the next free one
  };

  /// Moves what `source` left in the outbox to where it belongs.
  void collect(std::uint32_t source);

  core::SimTime warm_up_;
  core::SimTime horizon_;
  EventQueue& events_;
  bool any_ = false;
  std::vector<std::unique_ptr<EventSource>> sources_;
  std::vector<std::uint64_t> sent_;  // by source: events that count
  Outbox outbox_;
  InvocationQueue asked_;
  std::vector<Sleeper> sleepers_;
  std::uint32_t free_ = ~std::uint32_t{0};
};

}  // namespace lambdasim::engine
