#include "models/source/stream_source.h"

#include <algorithm>

namespace lambdasim::models {

using core::Duration;
using core::SimTime;
using engine::Outbox;
using State = StreamLane::State;

StreamSource::StreamSource(const StreamRules& rules, const engine::SourceRun& run)
    : rules_(rules),
      keys_(rules, run.stream_key),
      warm_up_(run.warm_up),
      lanes_(std::size_t{rules.shards} * rules.lanes_per_shard),
      phases_(rules.shards) {
  const core::RandomStream polls{run.key.seed, run.key.replication,
                                 run.stream_key ^ core::hash_name("polls")};
  for (std::uint32_t shard = 0; shard < rules.shards; ++shard) {
    const double share = polls.invocation(shard).engine(core::Purpose::kBatch).uniform();
    phases_[shard] = rules.poll_phase.value_or(
        core::duration_of_nanoseconds(share * static_cast<double>(rules.poll_interval.count())));
  }
}

void StreamSource::offer(const engine::Arrival& arrival, const core::InvocationNumbers& numbers,
                         std::uint32_t event, Outbox& outbox) {
  const std::uint32_t index = keys_.lane(numbers);
  StreamLane& lane = lanes_[index];
  StreamRecord record;
  record.arrival = arrival.time;
  record.numbers = numbers.key();
  record.recorded = arrival.recorded;
  record.event = event;
  record.function = arrival.function;
  record.counts = arrival.time >= warm_up_ ? 1 : 0;
  const bool is_poisoned =
      rules_.poison > 0 && numbers.engine(core::Purpose::kPoison).uniform() < rules_.poison;
  record.is_poisoned = is_poisoned ? 1 : 0;
  totals_.events += record.counts;
  records_.push(lane.records, record);
  totals_.peak_backlog = std::max(totals_.peak_backlog, records_.held());
  if (lane.state == State::kEmpty) {
    lane.state = State::kPolled;
    wait(index, next_poll(index, arrival.time), outbox);
  } else if (lane.state == State::kGathering && lane.records.size >= rules_.batch &&
             lane.due == lane.until) {
    const SimTime poll = next_poll(index, arrival.time);
    if (poll < lane.until) {
      wait(index, poll, outbox);
    }
  }
}

void StreamSource::wake(SimTime now, std::uint32_t token, Outbox& outbox) {
  StreamLane& lane = lanes_[token];
  if (lane.due != now) {
    return;
  }
  lane.due = core::kNever;
  if (lane.state == State::kRunning) {
    settle(token, now, outbox);
  } else if (lane.state == State::kRetrying) {
    proceed(token, now, outbox);
  } else {
    look(token, now, outbox);
  }
}

SimTime StreamSource::next_poll(std::uint32_t lane, SimTime time) const {
  if (rules_.poll_interval == Duration{0}) {
    return time;
  }
  const SimTime first = core::kStartOfTime + phases_[lane / rules_.lanes_per_shard];
  return time < first ? first : time + rules_.poll_interval - (time - first) % rules_.poll_interval;
}

void StreamSource::wait(std::uint32_t lane, SimTime due, Outbox& outbox) {
  lanes_[lane].due = due;
  outbox.wake(due, lane);
}

/// A record whose time has come leaves then, not at the next attempt.
void StreamSource::wait_to_retry(std::uint32_t index, Outbox& outbox) {
  StreamLane& lane = lanes_[index];
  SimTime due = lane.until;
  const SimTime arrival = records_[lane.records.head].arrival;
  if (rules_.age_limit < due - arrival) {
    due = arrival + rules_.age_limit;
  }
  wait(index, due, outbox);
}

void StreamSource::look(std::uint32_t index, SimTime now, Outbox& outbox) {
  StreamLane& lane = lanes_[index];
  drop_expired(lane, now);
  if (lane.records.size == 0) {
    lane.state = State::kEmpty;
    return;
  }
  if (lane.records.size < rules_.batch && rules_.window > Duration{0}) {
    if (lane.state != State::kGathering) {
      lane.state = State::kGathering;
      lane.until = now + rules_.window;
    }
    if (now < lane.until) {
      wait(index, lane.until, outbox);
      return;
    }
  }
  lane.failures = 0;
  lane.parts.push({std::min(lane.records.size, rules_.batch), 0});
  deliver(index, outbox);
}

void StreamSource::proceed(std::uint32_t index, SimTime now, Outbox& outbox) {
  StreamLane& lane = lanes_[index];
  drop_expired(lane, now);
  if (lane.parts.empty()) {
    lane.state = State::kPolled;
    look(index, now, outbox);
  } else if (lane.failures == 0 || now >= lane.until) {
    deliver(index, outbox);
  } else {
    lane.state = State::kRetrying;
    wait_to_retry(index, outbox);
  }
}

void StreamSource::deliver(std::uint32_t index, Outbox& outbox) {
  StreamLane& lane = lanes_[index];
  lane.state = State::kRunning;
  const std::uint32_t size = lane.parts.top().size;
  lane.poison_at = size;
  lane.good = 0;
  lane.counted = 0;
  engine::Request request;
  request.recorded = Duration{records_[lane.records.head].recorded < Duration{0} ? -1 : 0};
  std::uint32_t at = lane.records.head;
  for (std::uint32_t i = 0; i < size; ++i) {
    StreamRecord& record = records_[at];
    record.tries = std::min(record.tries + 1U, StreamRecord::kMostTries) & StreamRecord::kMostTries;
    if (record.is_poisoned != 0) {
      lane.poison_at = std::min(lane.poison_at, i);
    }
    if (record.counts != 0) {
      ++lane.counted;
      totals_.retries += record.tries > 1 ? 1 : 0;
    }
    request.recorded += std::max(record.recorded, Duration{0});
    at = record.next;
  }
  totals_.attempts += lane.counted;
  totals_.invocations += lane.counted != 0 ? 1 : 0;
  const StreamRecord& first = records_[lane.records.head];
  request.numbers = core::InvocationNumbers{first.numbers}.attempt(first.tries).key();
  request.event = first.event;
  request.ticket = index;
  request.items = static_cast<std::uint16_t>(size);
  request.attempt = static_cast<std::uint8_t>(std::min<std::uint32_t>(first.tries, 255));
  request.must_fail = lane.poison_at < size && !rules_.reports_failures;
  outbox.invoke(first.function, request);
}

void StreamSource::refused(const engine::Request& request, engine::Refusal, SimTime now,
                           Outbox& outbox) {
  StreamLane& lane = lanes_[request.ticket];
  totals_.throttled += lane.counted;
  back_off(lane, now);
  lane.state = State::kRetrying;
  wait_to_retry(request.ticket, outbox);
}

void StreamSource::ended(const engine::Request& request, const engine::InvocationRecord& record,
                         Outbox& outbox) {
  StreamLane& lane = lanes_[request.ticket];
  if (lane.counted != 0) {
    totals_.count_ended(record);
  }
  lane.good = record.outcome == engine::Outcome::kOk ? lane.poison_at : 0;
  std::uint32_t at = lane.records.head;
  for (std::uint32_t i = 0; i < request.items; ++i, at = records_[at].next) {
    totals_.failed += i >= lane.good ? records_[at].counts : 0;
  }
  wait(request.ticket, record.arrival + record.latency(), outbox);
}

void StreamSource::settle(std::uint32_t index, SimTime now, Outbox& outbox) {
  StreamLane& lane = lanes_[index];
  const bool splits_here = splits(lane);
  take_handled(lane, now);
  if (lane.parts.top().size == 0) {
    lane.parts.pop();
    lane.failures = 0;
  } else if (splits_here || !is_out_of_retries(lane)) {
    if (!splits_here) {
      ++lane.parts.top().retries;
    } else if (lane.good == 0) {
      lane.parts.halve();
    }
    back_off(lane, now);
  } else {
    give_up(lane);
  }
  proceed(index, now, outbox);
}

bool StreamSource::is_expired(const StreamLane& lane, SimTime now) const {
  return lane.records.size != 0 && now - records_[lane.records.head].arrival >= rules_.age_limit;
}

void StreamSource::drop_expired(StreamLane& lane, SimTime now) {
  while (is_expired(lane, now)) {
    totals_.expired += records_.pop(lane.records).counts;
    if (!lane.parts.empty() && --lane.parts.top().size == 0) {
      lane.parts.pop();
      lane.failures = 0;
    }
  }
}

void StreamSource::take_handled(StreamLane& lane, SimTime ended) {
  for (std::uint32_t i = 0; i < lane.good; ++i) {
    const StreamRecord& record = records_.pop(lane.records);
    if (record.counts != 0) {
      totals_.count_handled(ended - record.arrival);
    }
  }
  lane.parts.top().size -= lane.good;
  lane.failures = lane.good != 0 ? 0 : lane.failures;
}

/// Whether an attempt that did not handle everything leads to a split, which uses up no retry.
bool StreamSource::splits(const StreamLane& lane) const {
  return rules_.bisect && lane.good < lane.parts.top().size && lane.parts.top().size > 1;
}

bool StreamSource::is_out_of_retries(const StreamLane& lane) const {
  return rules_.retries && lane.parts.top().retries >= *rules_.retries;
}

void StreamSource::give_up(StreamLane& lane) {
  std::uint64_t& count = rules_.keeps_given_up ? totals_.dead_lettered : totals_.discarded;
  for (std::uint32_t i = 0; i < lane.parts.top().size; ++i) {
    count += records_.pop(lane.records).counts;
  }
  lane.parts.pop();
  lane.failures = 0;
}

void StreamSource::back_off(StreamLane& lane, SimTime now) {
  lane.until = now + rules_.backoff.doubled(lane.failures++);
}

engine::SourceTotals StreamSource::finish(SimTime horizon) {
  for (StreamLane& lane : lanes_) {
    bool in_flight = lane.state == State::kRunning;
    if (in_flight && lane.due != core::kNever) {
      const bool splits_here = splits(lane);
      take_handled(lane, lane.due);
      if (lane.parts.top().size != 0 && !splits_here && is_out_of_retries(lane)) {
        give_up(lane);
        in_flight = false;
      }
    }
    std::uint32_t still_running = in_flight ? lane.parts.top().size : 0;
    while (lane.records.size != 0) {
      const bool too_old =
          still_running == 0 && horizon - records_[lane.records.head].arrival > rules_.age_limit;
      still_running -= still_running != 0 ? 1 : 0;
      (too_old ? totals_.expired : totals_.left) += records_.pop(lane.records).counts;
    }
  }
  totals_.poller_s = rules_.billed_pollers *
                     static_cast<std::uint64_t>((horizon - warm_up_) / std::chrono::seconds{1});
  return std::move(totals_);
}

}  // namespace lambdasim::models
