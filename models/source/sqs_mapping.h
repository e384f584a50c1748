// The event source mapping of an SQS queue: receives messages, gathers them into batches, invokes,
// and deletes what was handled.
//
// A batch is in hand from the receive of its first message until the answer to its invocation. What
// an invocation did is known when it is dispatched, and acted upon when its answer comes: messages
// that a success covers are deleted, all others come back by themselves when their visibility
// timeout has passed, even while the handler still runs. A refused batch is kept and tried again
// until its messages are about to come back.
#pragma once

#include <memory>
#include <vector>

#include "models/source/sqs_pollers.h"
#include "models/source/sqs_queue.h"
#include "sim/engine/event_source.h"

namespace lambdasim::models {

struct SqsSettings {
  std::size_t batch_limit = 10;      ///< messages, by number and by payload
  std::int64_t message_size = 1024;  ///< bytes
  core::Duration batch_window{0};
  bool reports_item_failures = false;
  double poison = 0;
  double duplicates = 0;
  core::Duration poll_latency{0};
  core::Duration throttle_backoff{0};  ///< before the second try; doubles
  std::size_t in_flight_limit = 0;
  SqsQueueRules queue;
  SqsScaling scaling;
  bool pollers_are_billed = false;
  std::vector<double> groups;  ///< cumulative shares of a FIFO queue's; empty: a standard queue
};

class SqsMapping final : public engine::EventSource {
 public:
  SqsMapping(std::shared_ptr<const SqsSettings> settings, const engine::SourceRun& run);

  void offer(const engine::Arrival& arrival, const core::InvocationNumbers& numbers,
             std::uint32_t event, engine::Outbox& outbox) override;
  void wake(core::SimTime now, std::uint32_t token, engine::Outbox& outbox) override;
  void refused(const engine::Request& request, engine::Refusal why, core::SimTime now,
               engine::Outbox& outbox) override;
  void ended(const engine::Request& request, const engine::InvocationRecord& record,
             engine::Outbox& outbox) override;
  engine::SourceTotals finish(core::SimTime horizon) override;

 private:
  enum class State : std::uint8_t { kFree, kGathering, kFetched, kInvoked, kAnswered, kDropped };
  struct Batch {
    std::vector<SqsReceipt> messages;
    core::SimTime received;            // the first of them
    core::SimTime due = core::kNever;  // when it asked to be woken
    std::uint32_t next = kNothing;     // free one
    std::uint8_t tries = 0;
    State state = State::kFree;
    bool is_measured = false;
    bool has_succeeded = false;
  };

  /// What most queues have in common among their messages.
  struct Aside {
    core::Duration recorded{-1};
    core::FunctionId function;  ///< one of the versions that an alias names
    bool operator==(const Aside&) const = default;
  };

  void keep_aside(std::uint32_t message, const Aside& aside);
  bool is_fifo() const { return !settings_->groups.empty(); }
  std::uint32_t group_of(const core::InvocationNumbers& numbers) const;
  /// Receives and invokes as much as may be.
  void pump(core::SimTime now, engine::Outbox& outbox);
  bool may_receive() const;
  void open(core::SimTime now, engine::Outbox& outbox);
  void fill(std::uint32_t index, core::SimTime now, engine::Outbox& outbox);
  void fetched(std::uint32_t index, core::SimTime now, engine::Outbox& outbox);
  void invoke(std::uint32_t index, engine::Outbox& outbox);
  void sleep(std::uint32_t index, core::SimTime until, State state, engine::Outbox& outbox);
  void wake_batch(std::uint32_t index, core::SimTime now, engine::Outbox& outbox);
  /// Does what the answer to a batch calls for.
  void settle(const Batch& batch);
  void handle(const SqsReceipt& receipt, core::SimTime end);
  void close(std::uint32_t index);
  void account_for_lost();
  core::Duration recorded_by(const Batch& batch) const;

  std::shared_ptr<const SqsSettings> settings_;
  core::SimTime warm_up_;
  Slab<SqsMessage> messages_;
  Aside usual_;  // the first message's, and of all until one differs
  bool has_usual_ = false;
  std::vector<Aside> aside_;  // by message, from then on
  std::unique_ptr<SqsQueue> queue_;
  SqsPollers pollers_;
  std::vector<Batch> batches_;
  std::uint32_t free_ = kNothing;
  std::uint32_t gathering_ = kNothing;
  core::SimTime next_look_ = core::kNever;    // at the pollers
  core::SimTime next_return_ = core::kNever;  // of messages
  std::uint64_t held_ = 0;
  engine::SourceTotals totals_;
};

}  // namespace lambdasim::models
