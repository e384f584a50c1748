#include "models/source/sqs_mapping.h"

#include <algorithm>

#include "models/source/sqs_fifo_queue.h"
#include "sim/core/check.h"

namespace lambdasim::models {
namespace {

using core::Duration;
using core::Purpose;
using core::SimTime;
using engine::Outbox;

// Tokens of wakes; all others are numbers of batches.
constexpr std::uint32_t kLook = ~std::uint32_t{0};
constexpr std::uint32_t kReturn = kLook - 1;

std::unique_ptr<SqsQueue> queue_of(const SqsSettings& settings, Slab<SqsMessage>& messages) {
  if (settings.groups.empty()) {
    return std::make_unique<SqsStandardQueue>(settings.queue, messages);
  }
  return std::make_unique<SqsFifoQueue>(settings.queue, messages, settings.groups.size());
}

/// Asks to be woken at `time` unless that comes earlier anyway.
void arm(SimTime& timer, SimTime time, std::uint32_t token, Outbox& outbox) {
  if (time < timer) {
    timer = time;
    outbox.wake(time, token);
  }
}

}  // namespace

SqsMapping::SqsMapping(std::shared_ptr<const SqsSettings> settings, const engine::SourceRun& run)
    : settings_(std::move(settings)),
      warm_up_(run.warm_up),
      queue_(queue_of(*settings_, messages_)),
      pollers_(settings_->scaling, run.warm_up) {}

void SqsMapping::offer(const engine::Arrival& arrival, const core::InvocationNumbers& numbers,
                       std::uint32_t event, Outbox& outbox) {
  pollers_.settle(arrival.time);
  const auto happens = [&numbers](Purpose purpose, double probability) {
    return probability > 0 && numbers.engine(purpose).uniform() < probability;
  };
  const std::uint32_t index = messages_.take();
  SqsMessage& message = messages_[index];
  message = SqsMessage{};
  message.arrival = arrival.time;
  message.numbers = numbers.key();
  message.event = event;
  message.group = is_fifo() ? group_of(numbers) : 0;
  message.is_measured = arrival.time >= warm_up_;
  message.is_poisoned = happens(Purpose::kPoison, settings_->poison);
  message.is_doubled = happens(Purpose::kDuplicate, settings_->duplicates);
  message.is_gone = false;
  keep_aside(index, {arrival.recorded, arrival.function});
  totals_.events += message.is_measured ? 1 : 0;
  totals_.peak_backlog = std::max(totals_.peak_backlog, ++held_);
  queue_->add(index);
  pump(arrival.time, outbox);
}

void SqsMapping::keep_aside(std::uint32_t message, const Aside& aside) {
  if (!has_usual_) {
    usual_ = aside;
    has_usual_ = true;
  }
  if (aside_.empty() && aside == usual_) {
    return;
  }
  aside_.resize(messages_.size(), usual_);
  aside_[message] = aside;
}

std::uint32_t SqsMapping::group_of(const core::InvocationNumbers& numbers) const {
  const std::vector<double>& groups = settings_->groups;
  const double at = numbers.engine(Purpose::kBatch).uniform();
  const auto found = std::upper_bound(groups.begin(), groups.end() - 1, at);
  return static_cast<std::uint32_t>(found - groups.begin());
}

void SqsMapping::wake(SimTime now, std::uint32_t token, Outbox& outbox) {
  pollers_.settle(now);
  if (token == kReturn) {
    next_return_ = core::kNever;
    queue_->return_due(now);
    account_for_lost();
  } else if (token != kLook) {
    wake_batch(token, now, outbox);
  } else if (now == next_look_) {
    next_look_ = core::kNever;
  }
  pump(now, outbox);
}

void SqsMapping::pump(SimTime now, Outbox& outbox) {
  if (gathering_ != kNothing) {
    fill(gathering_, now, outbox);
  }
  while (gathering_ == kNothing && may_receive() && pollers_.may_take(now)) {
    open(now, outbox);
  }
  if (may_receive()) {
    arm(next_look_, pollers_.saturated(now), kLook, outbox);
  } else {
    pollers_.relaxed(now);
  }
  arm(next_return_, queue_->next_return(), kReturn, outbox);
}

bool SqsMapping::may_receive() const {
  return queue_->has_visible() && queue_->in_flight() < settings_->in_flight_limit;
}

void SqsMapping::open(SimTime now, Outbox& outbox) {
  if (free_ == kNothing) {
    free_ = static_cast<std::uint32_t>(batches_.size());
    batches_.emplace_back();
  }
  const std::uint32_t index = free_;
  Batch& batch = batches_[index];
  free_ = batch.next;
  batch.received = now;
  batch.tries = 0;
  batch.state = State::kGathering;
  batch.is_measured = false;
  pollers_.take();
  fill(index, now, outbox);
  if (batch.state != State::kGathering) {
    return;
  }
  if (batch.messages.empty()) {
    close(index);
  } else if (settings_->batch_window == Duration{0}) {
    fetched(index, now, outbox);
  } else {
    gathering_ = index;
    sleep(index, now + settings_->batch_window, State::kGathering, outbox);
  }
}

void SqsMapping::fill(std::uint32_t index, SimTime now, Outbox& outbox) {
  std::vector<SqsReceipt>& messages = batches_[index].messages;
  const std::size_t before = messages.size();
  queue_->receive(
      now,
      std::min(settings_->batch_limit - before, settings_->in_flight_limit - queue_->in_flight()),
      messages);
  account_for_lost();
  for (std::size_t i = before; i < messages.size(); ++i) {
    ++messages_[messages[i].message].holders;
    LAMBDASIM_CHECK(messages_[messages[i].message].holders != 0, "too many receipts are held");
  }
  if (messages.size() == settings_->batch_limit) {
    gathering_ = kNothing;
    fetched(index, now, outbox);
  }
}

void SqsMapping::fetched(std::uint32_t index, SimTime now, Outbox& outbox) {
  pollers_.polled(batches_[index].messages.size(), now);
  if (settings_->poll_latency == Duration{0}) {
    invoke(index, outbox);
  } else {
    sleep(index, now + settings_->poll_latency, State::kFetched, outbox);
  }
}

void SqsMapping::invoke(std::uint32_t index, Outbox& outbox) {
  Batch& batch = batches_[index];
  bool is_poisoned = false;
  for (const SqsReceipt& receipt : batch.messages) {
    SqsMessage& message = messages_[receipt.message];
    const bool is_retry = message.attempts > 0;
    ++message.attempts;
    is_poisoned = is_poisoned || message.is_poisoned;
    if (message.is_measured) {
      batch.is_measured = true;
      ++totals_.attempts;
      totals_.retries += is_retry ? 1 : 0;
    }
  }
  totals_.invocations += batch.is_measured ? 1 : 0;
  batch.tries = static_cast<std::uint8_t>(std::min(batch.tries + 1, 255));
  batch.state = State::kInvoked;
  batch.due = core::kNever;
  const std::uint32_t index_of_first = batch.messages.front().message;
  const SqsMessage& first = messages_[index_of_first];
  const core::InvocationNumbers numbers{first.numbers};
  outbox.invoke(aside_.empty() ? usual_.function : aside_[index_of_first].function,
                {.arrival = {},
                 .numbers = numbers.attempt(first.attempts).key(),
                 .recorded = recorded_by(batch),
                 .event = first.event,
                 .ticket = index,
                 .items = static_cast<std::uint16_t>(batch.messages.size()),
                 .attempt = static_cast<std::uint8_t>(std::min<std::uint32_t>(first.attempts, 255)),
                 .must_fail = is_poisoned && !settings_->reports_item_failures});
}

void SqsMapping::refused(const engine::Request& request, engine::Refusal /*why*/, SimTime now,
                         Outbox& outbox) {
  constexpr int kMostDoublings = 20;
  Batch& batch = batches_[request.ticket];
  for (const SqsReceipt& receipt : batch.messages) {
    totals_.throttled += messages_[receipt.message].is_measured ? 1 : 0;
  }
  pollers_.back_off(now);
  const SimTime again =
      now + settings_->throttle_backoff * (1LL << std::min(batch.tries - 1, kMostDoublings));
  const SimTime last = std::max(now, batch.received + settings_->queue.visibility_timeout);
  sleep(request.ticket, std::min(again, last), again < last ? State::kFetched : State::kDropped,
        outbox);
}

void SqsMapping::ended(const engine::Request& request, const engine::InvocationRecord& record,
                       Outbox& outbox) {
  Batch& batch = batches_[request.ticket];
  if (batch.is_measured) {
    totals_.count_ended(record);
  }
  batch.has_succeeded = record.outcome == engine::Outcome::kOk;
  sleep(request.ticket, record.arrival + record.latency(), State::kAnswered, outbox);
}

void SqsMapping::sleep(std::uint32_t index, SimTime until, State state, Outbox& outbox) {
  batches_[index].due = until;
  batches_[index].state = state;
  outbox.wake(until, index);
}

void SqsMapping::wake_batch(std::uint32_t index, SimTime now, Outbox& outbox) {
  const Batch& batch = batches_[index];
  if (batch.due != now) {
    return;  // it slept for something that came otherwise
  }
  switch (batch.state) {
    case State::kGathering:
      gathering_ = kNothing;
      fetched(index, now, outbox);
      break;
    case State::kFetched:
      invoke(index, outbox);
      break;
    case State::kAnswered:
      settle(batch);
      if (!batch.has_succeeded && !settings_->reports_item_failures) {
        pollers_.back_off(now);
      }
      close(index);
      break;
    default:
      close(index);
  }
}

}  // namespace lambdasim::models
