// An SQS queue: which messages may be received, which are in flight, when those come back.
//
// A message that is received is out of sight for the visibility timeout, counted from that moment.
// It is gone when it is deleted with its latest receipt, when it is received no more for its number
// of receives (redrive policy), or when it is older than the retention. All visibility timeouts of
// a queue are equal, so messages come back in the order in which they were received: a list does
// for them, and everything here takes constant time a message.
//
// A message takes 48 bytes, from its arrival until nothing refers to it any more.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/source/slab.h"
#include "sim/core/time.h"

namespace lambdasim::models {

struct SqsMessage {
  core::SimTime arrival;
  std::uint64_t numbers = 0;  ///< key of its random numbers
  core::SimTime received;     ///< the last time
  std::uint32_t next = kNothing;
  std::uint32_t prev = kNothing;
  std::uint32_t event = 0;  ///< number within the run
  std::uint32_t group = 0;  ///< of a FIFO queue
  std::uint32_t receives : 22 = 0;
  bool is_measured : 1 = false;   ///< arrived after the warm-up
  bool is_poisoned : 1 = false;   ///< its handler always fails
  bool is_doubled : 1 = false;    ///< its first deletion will be lost
  bool is_handled : 1 = false;    ///< some attempt succeeded
  bool is_in_flight : 1 = false;  ///< received, and out of sight
  bool is_gone : 1 = true;        ///< no longer in the queue
  std::uint32_t attempts : 22 = 0;
  std::uint32_t holders : 10 = 0;  ///< batches that carry it
};
static_assert(sizeof(SqsMessage) == 48);

/// Proof of one receive of a message.
struct SqsReceipt {
  std::uint32_t message;
  std::uint32_t receives;  ///< the message's, then
};

struct SqsQueueRules {
  core::Duration visibility_timeout{0};
  core::Duration retention{0};
  std::uint32_t maximum_receives = 0;  ///< 0: any number
};

class SqsQueue {
 public:
  SqsQueue(const SqsQueueRules& rules, Slab<SqsMessage>& messages)
      : rules_(rules), messages_(messages) {}
  virtual ~SqsQueue() = default;

  virtual void add(std::uint32_t message) = 0;
  virtual bool has_visible() const = 0;
  /// Receives up to `at_most` messages, in order, and appends their receipts.
  virtual void receive(core::SimTime now, std::size_t at_most, std::vector<SqsReceipt>& out) = 0;
  /// Deletes a message that was received. @return whether this receipt still could
  virtual bool remove(const SqsReceipt& receipt) = 0;
  /// When the next message comes back; kNever: nothing is in flight.
  virtual core::SimTime next_return() const = 0;
  /// Brings back what is due.
  virtual void return_due(core::SimTime now) = 0;

  std::size_t in_flight() const { return in_flight_; }
  /// Messages that went otherwise than by deletion since the last call of forget_lost().
  std::span<const std::uint32_t> lost() const { return lost_; }
  void forget_lost() { lost_.clear(); }

  bool is_out_of_receives(const SqsMessage& message) const {
    return rules_.maximum_receives != 0 && message.receives >= rules_.maximum_receives;
  }
  bool is_expired(const SqsMessage& message, core::SimTime now) const {
    return now - message.arrival >= rules_.retention;
  }

 protected:
  SqsReceipt hand_out(std::uint32_t index, core::SimTime now) {
    SqsMessage& message = messages_[index];
    message.received = now;
    message.is_in_flight = true;
    ++message.receives;
    ++in_flight_;
    return {index, message.receives};
  }
  void take_back(SqsMessage& message) {
    message.is_in_flight = false;
    --in_flight_;
  }
  void lose(std::uint32_t index) {
    messages_[index].is_gone = true;
    lost_.push_back(index);
  }

  const SqsQueueRules rules_;
  Slab<SqsMessage>& messages_;

 private:
  std::size_t in_flight_ = 0;
  std::vector<std::uint32_t> lost_;
};

/// In about the order of arrival; what comes back joins the end.
class SqsStandardQueue final : public SqsQueue {
 public:
  using SqsQueue::SqsQueue;
  void add(std::uint32_t message) override { visible_.push_back(messages_, message); }
  bool has_visible() const override { return !visible_.empty(); }
  void receive(core::SimTime now, std::size_t at_most, std::vector<SqsReceipt>& out) override;
  bool remove(const SqsReceipt& receipt) override;
  core::SimTime next_return() const override;
  void return_due(core::SimTime now) override;

 private:
  List visible_;
  List in_flight_;  // by time of receive
};

}  // namespace lambdasim::models
