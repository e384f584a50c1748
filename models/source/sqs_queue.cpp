#include "models/source/sqs_queue.h"

namespace lambdasim::models {

void SqsStandardQueue::receive(core::SimTime now, std::size_t at_most,
                               std::vector<SqsReceipt>& out) {
  while (at_most > 0 && !visible_.empty()) {
    const std::uint32_t index = visible_.front();
    visible_.unlink(messages_, index);
    if (is_expired(messages_[index], now)) {
      lose(index);
      continue;
    }
    in_flight_.push_back(messages_, index);
    out.push_back(hand_out(index, now));
    --at_most;
  }
}

bool SqsStandardQueue::remove(const SqsReceipt& receipt) {
  SqsMessage& message = messages_[receipt.message];
  if (message.is_gone || message.receives != receipt.receives) {
    return false;
  }
  if (message.is_in_flight) {
    in_flight_.unlink(messages_, receipt.message);
    take_back(message);
  } else {
    visible_.unlink(messages_, receipt.message);
  }
  message.is_gone = true;
  return true;
}

core::SimTime SqsStandardQueue::next_return() const {
  return in_flight_.empty() ? core::kNever
                            : messages_[in_flight_.front()].received + rules_.visibility_timeout;
}

void SqsStandardQueue::return_due(core::SimTime now) {
  while (next_return() <= now) {
    const std::uint32_t index = in_flight_.front();
    in_flight_.unlink(messages_, index);
    take_back(messages_[index]);
    if (is_out_of_receives(messages_[index]) || is_expired(messages_[index], now)) {
      lose(index);
    } else {
      visible_.push_back(messages_, index);
    }
  }
}

}  // namespace lambdasim::models
