// What an SQS mapping does about the answers to its batches, and what is left at the end.
#include <algorithm>

#include "models/source/sqs_mapping.h"

namespace lambdasim::models {

using core::Duration;
using core::SimTime;

void SqsMapping::settle(const Batch& batch) {
  bool stopped = !batch.has_succeeded;
  for (const SqsReceipt& receipt : batch.messages) {
    const SqsMessage& message = messages_[receipt.message];
    const bool fails = settings_->reports_item_failures && message.is_poisoned;
    if (!stopped && !fails) {
      handle(receipt, batch.due);
    } else if (message.is_measured) {
      ++totals_.failed;
    }
    // Order is kept only if a handler stops at the first message of a FIFO batch that fails.
    stopped = stopped || (fails && is_fifo());
  }
}

void SqsMapping::handle(const SqsReceipt& receipt, SimTime end) {
  SqsMessage& message = messages_[receipt.message];
  if (message.is_gone && !message.is_handled) {
    return;  // given up before it was handled after all
  }
  if (message.is_measured && message.is_handled) {
    ++totals_.duplicates;
  } else if (message.is_measured) {
    totals_.count_handled(end - message.arrival);
  }
  message.is_handled = true;
  if (message.is_doubled) {
    message.is_doubled = false;
  } else if (queue_->remove(receipt)) {
    --held_;
  }
}

void SqsMapping::close(std::uint32_t index) {
  Batch& batch = batches_[index];
  for (const SqsReceipt& receipt : batch.messages) {
    SqsMessage& message = messages_[receipt.message];
    --message.holders;
    if (message.is_gone && message.holders == 0) {
      messages_.give_back(receipt.message);
    }
  }
  batch.messages.clear();
  batch.due = core::kNever;
  batch.state = State::kFree;
  batch.next = free_;
  free_ = index;
  pollers_.release();
}

void SqsMapping::account_for_lost() {
  for (const std::uint32_t index : queue_->lost()) {
    const SqsMessage& message = messages_[index];
    if (message.is_measured && !message.is_handled) {
      ++(queue_->is_out_of_receives(message) ? totals_.dead_lettered : totals_.expired);
    }
    --held_;
    if (message.holders == 0) {
      messages_.give_back(index);
    }
  }
  queue_->forget_lost();
}

core::Duration SqsMapping::recorded_by(const Batch& batch) const {
  if (aside_.empty() || usual_.recorded < Duration{0}) {
    return usual_.recorded;
  }
  Duration sum{0};
  for (const SqsReceipt& receipt : batch.messages) {
    sum += aside_[receipt.message].recorded;
  }
  return sum / static_cast<std::int64_t>(batch.messages.size());
}

engine::SourceTotals SqsMapping::finish(SimTime horizon) {
  totals_.poller_s = settings_->pollers_are_billed ? pollers_.poller_seconds(horizon) : 0;
  for (std::uint32_t i = 0; i < batches_.size(); ++i) {
    if (batches_[i].state == State::kAnswered) {
      settle(batches_[i]);
      close(i);
    }
  }
  for (std::uint32_t i = 0; i < messages_.size(); ++i) {
    const SqsMessage& message = messages_[i];
    if (message.is_gone || !message.is_measured || message.is_handled) {
      continue;
    }
    if (message.holders == 0 && queue_->is_out_of_receives(message)) {
      ++totals_.dead_lettered;
    } else {
      ++(queue_->is_expired(message, horizon) ? totals_.expired : totals_.left);
    }
  }
  return totals_;
}

}  // namespace lambdasim::models
