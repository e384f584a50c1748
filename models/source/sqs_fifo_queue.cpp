#include "models/source/sqs_fifo_queue.h"

#include "sim/core/check.h"

namespace lambdasim::models {

void SqsFifoQueue::add(std::uint32_t message) {
  const std::uint32_t index = messages_[message].group;
  Group& group = groups_[index];
  if (group.messages.empty()) {
    ready_.push_back(groups_, index);
  }
  group.messages.push_back(messages_, message);
}

void SqsFifoQueue::receive(core::SimTime now, std::size_t at_most, std::vector<SqsReceipt>& out) {
  while (at_most > 0 && !ready_.empty()) {
    const std::uint32_t index = ready_.front();
    Group& group = groups_[index];
    ready_.unlink(groups_, index);
    while (!group.messages.empty() && is_expired(messages_[group.messages.front()], now)) {
      lose(pop(group));
    }
    std::uint32_t message = group.messages.front();
    for (; at_most > 0 && message != kNothing; message = messages_[message].next) {
      out.push_back(hand_out(message, now));
      ++group.in_flight;
      --at_most;
    }
    if (group.in_flight > 0) {
      group.received = now;
      locked_.push_back(groups_, index);
    }
  }
}

bool SqsFifoQueue::remove(const SqsReceipt& receipt) {
  SqsMessage& message = messages_[receipt.message];
  if (message.is_gone || !message.is_in_flight || message.receives != receipt.receives) {
    return false;
  }
  Group& group = groups_[message.group];
  LAMBDASIM_CHECK(group.messages.front() == receipt.message, "a group's first message goes first");
  pop(group);
  take_back(message);
  message.is_gone = true;
  if (--group.in_flight == 0) {
    locked_.unlink(groups_, message.group);
    unlock(message.group);
  }
  return true;
}

core::SimTime SqsFifoQueue::next_return() const {
  return locked_.empty() ? core::kNever
                         : groups_[locked_.front()].received + rules_.visibility_timeout;
}

void SqsFifoQueue::return_due(core::SimTime now) {
  while (next_return() <= now) {
    const std::uint32_t index = locked_.front();
    Group& group = groups_[index];
    locked_.unlink(groups_, index);
    std::uint32_t message = group.messages.front();
    for (; group.in_flight > 0; --group.in_flight) {
      take_back(messages_[message]);
      message = messages_[message].next;
    }
    while (!group.messages.empty() && (is_out_of_receives(messages_[group.messages.front()]) ||
                                       is_expired(messages_[group.messages.front()], now))) {
      lose(pop(group));
    }
    unlock(index);
  }
}

std::uint32_t SqsFifoQueue::pop(Group& group) {
  const std::uint32_t message = group.messages.front();
  group.messages.unlink(messages_, message);
  return message;
}

void SqsFifoQueue::unlock(std::uint32_t index) {
  if (!groups_[index].messages.empty()) {
    ready_.push_back(groups_, index);
  }
}

}  // namespace lambdasim::models
