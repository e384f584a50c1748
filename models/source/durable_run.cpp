// One run of durable executions.
#include "models/source/durable.h"

#include <algorithm>

#include "models/source/slab.h"
#include "sim/engine/token_bucket.h"

namespace lambdasim::models {
namespace {

using core::Duration;
using core::SimTime;
using engine::InvocationRecord;
using engine::Outbox;
using engine::Request;
using engine::Segment;

constexpr std::uint32_t kMostAttemptsShown = 255;
constexpr unsigned kAttemptBits = 8;  // of the number of an attempt within an execution
static_assert(kMostDurableAttempts < std::int64_t{1} << kAttemptBits);

struct Execution {
  enum class State : std::uint8_t {
    kWaiting,  // for its next attempt, which a wake begins
    kRunning,  // dispatched, or waiting for a context
    kOver,     // until the end of its last attempt
  };

  SimTime arrival;
  SimTime due;  // the next attempt, of kWaiting; kNever: it expires before
  std::uint64_t numbers = 0;
  Duration recorded{-1};
  Duration backoff{0};  // before the next attempt, if this one is refused
  core::FunctionId function;
  std::uint32_t event = 0;
  std::uint32_t next = kNothing;  // the slab's
  std::uint32_t attempts = 0;     // at its segment, refused ones included
  std::uint16_t segment = 0;      // from 0
  std::uint8_t failures = 0;      // at its segment
  State state = State::kWaiting;
  bool is_started = false;
  bool is_counted = false;
  bool is_open = false;  // it is in use
};

class DurableRun final : public engine::EventSource {
 public:
  DurableRun(const DurableRules& rules, const engine::Durable& plan, SimTime warm_up)
      : rules_(rules),
        plan_(plan),
        warm_up_(warm_up),
        starts_(static_cast<double>(rules.start_burst), rules.starts_a_second) {}

  void offer(const engine::Arrival& arrival, const core::InvocationNumbers& numbers,
             std::uint32_t event, Outbox& outbox) override;
  void wake(SimTime now, std::uint32_t token, Outbox& outbox) override;
  void refused(const Request& request, engine::Refusal why, SimTime now, Outbox& outbox) override;
  void ended(const Request& request, const InvocationRecord& record, Outbox& outbox) override;
  engine::SourceTotals finish(SimTime horizon) override;

 private:
  using State = Execution::State;

  void go_on(std::uint32_t place, SimTime now, Outbox& outbox);
  bool has_started(Execution& execution, SimTime now);
  void attempt(std::uint32_t place, Outbox& outbox);
  void back_off(std::uint32_t place, SimTime now, Outbox& outbox);
  void wait_until(std::uint32_t place, SimTime from, SimTime next, Outbox& outbox);
  void completed(std::uint32_t place, SimTime end, Outbox& outbox);
  void failed(std::uint32_t place, SimTime end, Outbox& outbox);
  void over(std::uint32_t place, SimTime end, Outbox& outbox);
  void count_operations(const Execution& execution, std::uint64_t number, std::uint64_t bytes) {
    totals_.operations += execution.is_counted ? number : 0;
    totals_.written_bytes += execution.is_counted ? bytes : 0;
  }
  SimTime deadline_of(const Execution& execution) const {
    return execution.arrival + plan_.execution_timeout;
  }
  /// Of the attempt that it is at: no two of an execution have the same, a refused one aside.
  static core::InvocationNumbers numbers_of(const Execution& execution) {
    const std::uint32_t before = std::uint32_t{execution.segment} << kAttemptBits;
    return core::InvocationNumbers{execution.numbers}.attempt(before + execution.failures + 1U);
  }

  const DurableRules& rules_;
  const engine::Durable& plan_;
  SimTime warm_up_;
  engine::TokenBucket starts_;
  Slab<Execution> executions_;
  std::uint64_t held_ = 0;
  engine::SourceTotals totals_;
};

void DurableRun::offer(const engine::Arrival& arrival, const core::InvocationNumbers& numbers,
                       std::uint32_t event, Outbox& outbox) {
  Execution execution;
  execution.arrival = arrival.time;
  execution.numbers = numbers.key();
  execution.recorded = arrival.recorded;
  execution.backoff = rules_.refused.first;
  execution.function = arrival.function;
  execution.event = event;
  execution.is_counted = arrival.time >= warm_up_;
  execution.is_open = true;
  if (execution.is_counted) {
    ++totals_.events;
    totals_.charged.resize(
        std::max<std::size_t>(totals_.charged.size(), arrival.function.value + 1));
    ++totals_.charged[arrival.function.value];
  }
  totals_.peak_backlog = std::max(totals_.peak_backlog, ++held_);
  const std::uint32_t place = executions_.take();
  executions_[place] = execution;
  go_on(place, arrival.time, outbox);
}

void DurableRun::wake(SimTime now, std::uint32_t token, Outbox& outbox) {
  Execution& execution = executions_[token];
  if (execution.state == State::kWaiting && execution.due == now) {
    go_on(token, now, outbox);
    return;
  }
  if (execution.state == State::kWaiting) {
    totals_.expired += execution.is_counted ? 1 : 0;
  }
  --held_;
  execution.is_open = false;
  executions_.give_back(token);
}

void DurableRun::go_on(std::uint32_t place, SimTime now, Outbox& outbox) {
  if (has_started(executions_[place], now)) {
    attempt(place, outbox);
  } else {
    back_off(place, now, outbox);
  }
}

/// Starts it if it is not yet, which is its first operation.
bool DurableRun::has_started(Execution& execution, SimTime now) {
  if (execution.is_started) {
    return true;
  }
  execution.is_started = starts_.take(now);
  if (execution.is_started) {
    count_operations(execution, 1, 0);
  } else {
    totals_.starts_refused += execution.is_counted ? 1 : 0;
  }
  return execution.is_started;
}

void DurableRun::attempt(std::uint32_t place, Outbox& outbox) {
  Execution& execution = executions_[place];
  ++execution.attempts;
  if (execution.is_counted) {
    ++totals_.attempts;
    ++totals_.invocations;
    totals_.retries += execution.attempts > 1 ? 1 : 0;
  }
  execution.state = State::kRunning;
  Request request;
  request.numbers = numbers_of(execution).key();
  request.recorded = execution.recorded;
  request.event = execution.event;
  request.ticket = place;
  request.segment = static_cast<std::uint16_t>(execution.segment + 1U);
  request.attempt = static_cast<std::uint8_t>(std::min(execution.attempts, kMostAttemptsShown));
  request.is_synchronous = false;
  outbox.invoke(execution.function, request);
}

void DurableRun::back_off(std::uint32_t place, SimTime now, Outbox& outbox) {
  Execution& execution = executions_[place];
  const Duration backoff = execution.backoff;
  execution.backoff = rules_.refused.next(backoff);
  wait_until(place, now, now + backoff, outbox);
}

/// The next attempt, unless the execution becomes too old before it.
void DurableRun::wait_until(std::uint32_t place, SimTime from, SimTime next, Outbox& outbox) {
  Execution& execution = executions_[place];
  const SimTime deadline = deadline_of(execution);
  execution.state = State::kWaiting;
  execution.due = next < deadline ? next : core::kNever;
  outbox.wake(next < deadline ? next : std::max(from, deadline), place);
}

void DurableRun::refused(const Request& request, engine::Refusal, SimTime now, Outbox& outbox) {
  totals_.throttled += executions_[request.ticket].is_counted ? 1 : 0;
  back_off(request.ticket, now, outbox);
}

void DurableRun::ended(const Request& request, const InvocationRecord& record, Outbox& outbox) {
  Execution& execution = executions_[request.ticket];
  const bool is_ok = record.outcome == engine::Outcome::kOk;
  const SimTime end = record.arrival + record.latency();
  execution.backoff = rules_.refused.first;
  if (execution.is_counted) {
    totals_.count_ended(record);
    totals_.failed += is_ok ? 0 : 1;
  }
  if (end > deadline_of(execution)) {
    totals_.expired += execution.is_counted ? 1 : 0;
    over(request.ticket, end, outbox);
  } else if (is_ok) {
    completed(request.ticket, end, outbox);
  } else {
    failed(request.ticket, end, outbox);
  }
}

void DurableRun::completed(std::uint32_t place, SimTime end, Outbox& outbox) {
  Execution& execution = executions_[place];
  const Segment& segment = plan_.segments[execution.segment];
  count_operations(execution, segment.operations, segment.written_bytes);
  if (execution.segment + 1U < plan_.segments.size()) {
    core::KeyedEngine engine =
        core::InvocationNumbers{execution.numbers}.engine(segment.pause_purpose);
    ++execution.segment;
    execution.attempts = 0;
    execution.failures = 0;
    wait_until(place, end, end + segment.pause.sample_duration(engine), outbox);
    return;
  }
  if (execution.is_counted) {
    totals_.count_handled(end - execution.arrival);
  }
  over(place, end, outbox);
}

void DurableRun::failed(std::uint32_t place, SimTime end, Outbox& outbox) {
  Execution& execution = executions_[place];
  if (execution.failures + 1U < rules_.attempts) {
    // The attempt that failed decides it.
    const Duration backoff = rules_.backoff.drawn(execution.failures, numbers_of(execution));
    ++execution.failures;
    count_operations(execution, 1, 0);
    wait_until(place, end, end + backoff, outbox);
    return;
  }
  totals_.discarded += execution.is_counted ? 1 : 0;
  over(place, end, outbox);
}

void DurableRun::over(std::uint32_t place, SimTime end, Outbox& outbox) {
  executions_[place].state = State::kOver;
  outbox.wake(end, place);
}

engine::SourceTotals DurableRun::finish(SimTime) {
  for (std::uint32_t place = 0; place < executions_.size(); ++place) {
    const Execution& execution = executions_[place];
    const bool is_left = execution.is_open && execution.state != State::kOver;
    totals_.left += execution.is_counted && is_left ? 1 : 0;
  }
  return std::move(totals_);
}

}  // namespace

std::unique_ptr<engine::EventSource> DurableExecutions::start(const engine::SourceRun& run) const {
  return std::make_unique<DurableRun>(rules_, *plan_, run.warm_up);
}

}  // namespace lambdasim::models
