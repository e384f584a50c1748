#include "models/source/async.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/source/slab.h"
#include "sim/config/units.h"

namespace lambdasim::models {
namespace {

using core::Duration;
using core::SimTime;
using engine::InvocationRecord;
using engine::Outbox;
using engine::Request;

constexpr std::uint32_t kMostAttemptsShown = 255;

struct OpenEvent {
  enum class State : std::uint8_t {
    kWaiting,   // for its next attempt, which a wake begins
    kRunning,   // dispatched, or waiting for a context
    kHandled,   // until the end of its last attempt
    kGivenUp,   // likewise
    kRepeated,  // handled, and delivered once more
  };

  SimTime arrival;
  SimTime due;  // the next attempt, of kWaiting; kNever: it expires before
  std::uint64_t numbers = 0;
  Duration recorded{-1};
  Duration backoff{0};  // before the next attempt, if this one is refused
  core::FunctionId function;
  std::uint32_t event = 0;
  std::uint32_t next = kNothing;  // the slab's
  std::uint32_t attempts = 0;     // refused ones included
  std::uint8_t served = 0;        // attempts that were not refused
  State state = State::kWaiting;
  bool is_counted = false;
  bool is_open = false;  // it is in use
  bool is_poisoned = false;
};

class AsyncRun final : public engine::EventSource {
 public:
  AsyncRun(const AsyncRules& rules, SimTime warm_up) : rules_(rules), warm_up_(warm_up) {}

  void offer(const engine::Arrival& arrival, const core::InvocationNumbers& numbers,
             std::uint32_t event, Outbox& outbox) override;
  void wake(SimTime now, std::uint32_t token, Outbox& outbox) override;
  void refused(const Request& request, engine::Refusal why, SimTime now, Outbox& outbox) override;
  void ended(const Request& request, const InvocationRecord& record, Outbox& outbox) override;
  engine::SourceTotals finish(SimTime horizon) override;

 private:
  using State = OpenEvent::State;

  void attempt(std::uint32_t place, Outbox& outbox);
  void wait_until(std::uint32_t place, SimTime from, SimTime next, Outbox& outbox);
  void failed(std::uint32_t place, SimTime end, Outbox& outbox);
  void handled(std::uint32_t place, SimTime end, Outbox& outbox);
  void close(std::uint32_t place);
  bool is_repeated(const OpenEvent& event) const {
    return rules_.duplicates > 0 &&
           numbers_of(event).engine(core::Purpose::kDuplicate).uniform() < rules_.duplicates;
  }
  static core::InvocationNumbers numbers_of(const OpenEvent& event) {
    return core::InvocationNumbers{event.numbers};
  }

  const AsyncRules& rules_;
  SimTime warm_up_;
  Slab<OpenEvent> events_;
  std::uint64_t held_ = 0;
  engine::SourceTotals totals_;
};

void AsyncRun::offer(const engine::Arrival& arrival, const core::InvocationNumbers& numbers,
                     std::uint32_t event, Outbox& outbox) {
  const bool is_counted = arrival.time >= warm_up_;
  if (is_counted) {
    ++totals_.events;
    totals_.charged.resize(
        std::max<std::size_t>(totals_.charged.size(), arrival.function.value + 1));
    ++totals_.charged[arrival.function.value];
  }
  totals_.peak_backlog = std::max(totals_.peak_backlog, ++held_);
  OpenEvent open;
  open.arrival = arrival.time;
  open.numbers = numbers.key();
  open.recorded = arrival.recorded;
  open.backoff = rules_.backoff.first;
  open.function = arrival.function;
  open.event = event;
  open.is_counted = is_counted;
  open.is_open = true;
  open.is_poisoned =
      rules_.poison > 0 && numbers.engine(core::Purpose::kPoison).uniform() < rules_.poison;
  core::KeyedEngine engine = numbers.engine(core::Purpose::kBackoff);
  const Duration delay = rules_.delay.sample_duration(engine);
  const std::uint32_t place = events_.take();
  events_[place] = open;
  if (delay == Duration{0}) {
    attempt(place, outbox);
  } else {
    wait_until(place, arrival.time, arrival.time + delay, outbox);
  }
}

void AsyncRun::wake(SimTime now, std::uint32_t token, Outbox& outbox) {
  OpenEvent& event = events_[token];
  if (event.state == State::kWaiting && event.due == now) {
    attempt(token, outbox);
    return;
  }
  if (event.state == State::kWaiting) {
    totals_.expired += event.is_counted ? 1 : 0;
  } else if (event.state == State::kHandled && is_repeated(event)) {
    event.state = State::kRepeated;
    attempt(token, outbox);
    return;
  }
  close(token);
}

void AsyncRun::attempt(std::uint32_t place, Outbox& outbox) {
  OpenEvent& event = events_[place];
  ++event.attempts;
  if (event.is_counted) {
    ++totals_.attempts;
    ++totals_.invocations;
    totals_.retries += event.attempts > 1 ? 1 : 0;
  }
  if (event.state == State::kWaiting) {
    event.state = State::kRunning;
  }
  Request request;
  request.numbers = numbers_of(event).attempt(event.served + 1U).key();
  request.recorded = event.recorded;
  request.event = event.event;
  request.ticket = place;
  request.attempt = static_cast<std::uint8_t>(std::min(event.attempts, kMostAttemptsShown));
  request.is_synchronous = false;
  request.must_fail = event.is_poisoned;
  outbox.invoke(event.function, request);
}

/// The next attempt, unless the event becomes too old before it, which may be so when it begins to
/// wait.
void AsyncRun::wait_until(std::uint32_t place, SimTime from, SimTime next, Outbox& outbox) {
  OpenEvent& event = events_[place];
  const SimTime too_old = event.arrival + rules_.maximum_age;
  event.state = State::kWaiting;
  event.due = next < too_old ? next : core::kNever;
  outbox.wake(next < too_old ? next : std::max(from, too_old), place);
}

void AsyncRun::refused(const Request& request, engine::Refusal, SimTime now, Outbox& outbox) {
  OpenEvent& event = events_[request.ticket];
  totals_.throttled += event.is_counted ? 1 : 0;
  if (event.state == State::kRepeated) {
    close(request.ticket);
    return;
  }
  const Duration backoff = event.backoff;
  event.backoff = rules_.backoff.next(backoff);
  wait_until(request.ticket, now, now + backoff, outbox);
}

void AsyncRun::ended(const Request& request, const InvocationRecord& record, Outbox& outbox) {
  OpenEvent& event = events_[request.ticket];
  const bool is_ok = record.outcome == engine::Outcome::kOk;
  const SimTime end = record.arrival + record.latency();
  ++event.served;
  event.backoff = rules_.backoff.first;
  if (event.is_counted) {
    totals_.count_ended(record);
    totals_.failed += is_ok ? 0 : 1;
  }
  if (event.state == State::kRepeated) {
    totals_.duplicates += event.is_counted && is_ok ? 1 : 0;
    event.state = State::kGivenUp;
    outbox.wake(end, request.ticket);
  } else if (is_ok) {
    handled(request.ticket, end, outbox);
  } else {
    failed(request.ticket, end, outbox);
  }
}

void AsyncRun::handled(std::uint32_t place, SimTime end, Outbox& outbox) {
  OpenEvent& event = events_[place];
  event.state = State::kHandled;
  if (event.is_counted) {
    totals_.count_handled(end - event.arrival);
  }
  outbox.wake(end, place);
}

void AsyncRun::failed(std::uint32_t place, SimTime end, Outbox& outbox) {
  OpenEvent& event = events_[place];
  if (event.served <= rules_.maximum_retries) {
    wait_until(place, end, end + rules_.retry_after[event.served - 1U], outbox);
    return;
  }
  event.state = State::kGivenUp;
  if (event.is_counted) {
    ++(rules_.on_failure == OnFailure::kNone ? totals_.discarded : totals_.dead_lettered);
  }
  outbox.wake(end, place);
}

void AsyncRun::close(std::uint32_t place) {
  --held_;
  events_[place].is_open = false;
  events_.give_back(place);
}

engine::SourceTotals AsyncRun::finish(SimTime) {
  for (std::uint32_t place = 0; place < events_.size(); ++place) {
    const OpenEvent& event = events_[place];
    const bool is_left = event.state == State::kWaiting || event.state == State::kRunning;
    totals_.left += event.is_open && event.is_counted && is_left ? 1 : 0;
  }
  return std::move(totals_);
}

constexpr std::array<Parameter, 8> kParameters{{
    {"maximum_retries", "retries after function errors, 0 to 2", "2",
     "MaximumRetryAttempts [documented]"},
    {"retry_after", "first, second: from the end of an attempt that failed to the next one",
     "{first: 1 min, second: 2 min}", "AWS Lambda documentation [documented]"},
    {"backoff", "first, most: from a refusal to the next attempt; doubles with each refusal",
     "{first: 1 s, most: 5 min}", "AWS Lambda documentation [documented]"},
    {"maximum_age", "age at which an event that waits is given up, 60 s to 6 h", "6 h",
     "MaximumEventAge [documented]"},
    {"on_failure",
     "where an event goes that is given up: none (lost), dead_letter_queue or destination", "none",
     "nothing is configured by default [documented]"},
    {"duplicates", "share of handled events that are delivered once more", "0",
     "it happens, but no rate is published"},
    {"poison", "share of events for which the handler always fails", "0", "an assumption of yours"},
    {"delay", "from the arrival to the first attempt (a distribution)", "0 ms",
     "tens of milliseconds are usual [general knowledge]; no figure is published, so none is "
     "added"},
}};

}  // namespace

std::unique_ptr<engine::EventSource> AsyncQueue::start(const engine::SourceRun& run) const {
  return std::make_unique<AsyncRun>(rules_, run.warm_up);
}

const About kAsyncAbout{
    "async", "asynchronous invocation (S3, SNS, EventBridge): Lambda's own queue and its retries",
    "An event that fails in the function (an error, a timeout) is tried again retry_after the end "
    "of the attempt, maximum_retries times; then it goes to on_failure, or is lost. An event that "
    "is refused goes back to the queue and is tried again after a backoff that doubles with each "
    "refusal and starts anew once an attempt ran; refusals use up no retry. An event that still "
    "waits at maximum_age expires at that moment; one that runs then is let run, and expires when "
    "it fails. Expired events go to on_failure, too, but count as expired. A duplicate is "
    "delivered at the end of the attempt that succeeded, once, and never tried again. Asynchronous "
    "calls count towards concurrency but not towards the request rate. That a long queue makes "
    "Lambda read more slowly is left out: no rule is published.",
    "AWS Lambda documentation, error handling of asynchronous invocation [documented]",
    kParameters};

std::shared_ptr<const engine::EventSourceModel> read_async(config::ObjectReader& parameters,
                                                           const SourceContext&) {
  using namespace std::chrono_literals;
  AsyncRules rules;
  rules.maximum_retries =
      static_cast<std::uint32_t>(parameters.integer("maximum_retries", 2, {0, 2}));
  config::ObjectReader retry = parameters.object("retry_after");
  rules.retry_after = {retry.duration("first", 1min, {0ms, 6h}),
                       retry.duration("second", 2min, {0ms, 6h})};
  retry.finish();
  rules.backoff = read_refusal_backoff(parameters, "backoff", {1ms, 6h});
  rules.maximum_age = parameters.duration("maximum_age", 6h, {60s, 6h});
  rules.on_failure = static_cast<OnFailure>(
      parameters.choice("on_failure", {"none", "dead_letter_queue", "destination"}, 0));
  rules.duplicates = parameters.number("duplicates", 0, {0, 1});
  rules.poison = parameters.number("poison", 0, {0, 1});
  rules.delay = parameters.time_distribution("delay", core::Distribution{});
  return std::make_shared<const AsyncQueue>(std::move(rules));
}

}  // namespace lambdasim::models
