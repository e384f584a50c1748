// An event source that reads a stream: Kinesis, DynamoDB Streams or Kafka.
//
// Records lie in lanes, in order. A lane that is free looks at its records at the polls of its
// shard, when its batch ends, and when a window ends; it sees all that have arrived before. It has
// one invocation at a time and starts no other before every record of its batch was handled, given
// up or expired. A lane waits for one wake at a time; older ones that still come are stale.
#pragma once

#include <memory>
#include <vector>

#include "models/source/stream_keys.h"
#include "models/source/stream_lane.h"
#include "models/source/stream_rules.h"
#include "sim/engine/event_source.h"

namespace lambdasim::models {

class StreamSource final : public engine::EventSource {
 public:
  StreamSource(const StreamRules& rules, const engine::SourceRun& run);

  void offer(const engine::Arrival& arrival, const core::InvocationNumbers& numbers,
             std::uint32_t event, engine::Outbox& outbox) override;
  void wake(core::SimTime now, std::uint32_t token, engine::Outbox& outbox) override;
  void refused(const engine::Request& request, engine::Refusal why, core::SimTime now,
               engine::Outbox& outbox) override;
  void ended(const engine::Request& request, const engine::InvocationRecord& record,
             engine::Outbox& outbox) override;
  engine::SourceTotals finish(core::SimTime horizon) override;

 private:
  /// When the shard of a lane is polled next, after `time`.
  core::SimTime next_poll(std::uint32_t lane, core::SimTime time) const;
  void wait(std::uint32_t lane, core::SimTime due, engine::Outbox& outbox);
  void wait_to_retry(std::uint32_t lane, engine::Outbox& outbox);

  /// A free lane looks whether there is a batch.
  void look(std::uint32_t lane, core::SimTime now, engine::Outbox& outbox);
  /// Goes on with the batch in work, or with the next one.
  void proceed(std::uint32_t lane, core::SimTime now, engine::Outbox& outbox);
  void deliver(std::uint32_t lane, engine::Outbox& outbox);
  void settle(std::uint32_t lane, core::SimTime now, engine::Outbox& outbox);

  bool is_expired(const StreamLane& lane, core::SimTime now) const;
  void drop_expired(StreamLane& lane, core::SimTime now);
  void take_handled(StreamLane& lane, core::SimTime ended);
  bool splits(const StreamLane& lane) const;
  bool is_out_of_retries(const StreamLane& lane) const;
  void give_up(StreamLane& lane);
  void back_off(StreamLane& lane, core::SimTime now);

  const StreamRules& rules_;
  StreamKeys keys_;
  core::SimTime warm_up_;
  std::vector<StreamLane> lanes_;
  std::vector<core::Duration> phases_;  // of the polls, a shard
  StreamRecords records_;
  engine::SourceTotals totals_;
};

class StreamModel final : public engine::EventSourceModel {
 public:
  explicit StreamModel(const StreamRules& rules) : rules_(rules) {}
  std::unique_ptr<engine::EventSource> start(const engine::SourceRun& run) const override {
    return std::make_unique<StreamSource>(rules_, run);
  }
  bool bills_pollers() const override { return rules_.billed_pollers != 0; }

 private:
  StreamRules rules_;
};

}  // namespace lambdasim::models
