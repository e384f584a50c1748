// A FIFO queue: messages of a group are received in order, and none while others of the group are
// in flight. Messages stay in the list of their group until they are deleted; those in flight are
// its first ones, received together, so the group comes back as a whole.
//
// A receipt ends with the visibility timeout: what is deleted later stays.
#pragma once

#include "models/source/sqs_queue.h"

namespace lambdasim::models {

class SqsFifoQueue final : public SqsQueue {
 public:
  SqsFifoQueue(const SqsQueueRules& rules, Slab<SqsMessage>& messages, std::size_t groups)
      : SqsQueue(rules, messages), groups_(groups) {}
  void add(std::uint32_t message) override;
  bool has_visible() const override { return !ready_.empty(); }
  /// As many as it may of one group, then of the next.
  void receive(core::SimTime now, std::size_t at_most, std::vector<SqsReceipt>& out) override;
  bool remove(const SqsReceipt& receipt) override;
  core::SimTime next_return() const override;
  void return_due(core::SimTime now) override;

 private:
  struct Group {
    List messages;
    std::uint32_t in_flight = 0;  ///< its first ones
    std::uint32_t next = kNothing;
    std::uint32_t prev = kNothing;
    core::SimTime received;
  };
  /// Takes the group's first message off its list.
  std::uint32_t pop(Group& group);
  /// Lets the group be received again, if it has messages.
  void unlock(std::uint32_t index);

  std::vector<Group> groups_;
  List ready_;   // groups with messages, none of them in flight
  List locked_;  // groups with messages in flight, by time of receive
};

}  // namespace lambdasim::models
