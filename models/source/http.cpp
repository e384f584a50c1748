#include "models/source/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/source/slab.h"
#include "sim/config/units.h"

namespace lambdasim::models {
namespace {

using core::Duration;
using core::SimTime;
using engine::InvocationRecord;
using engine::Outbox;
using engine::Request;

struct OpenCall {
  enum class State : std::uint8_t {
    kCalling,     // waits for the answer of its latest attempt, which is not yet known
    kBackingOff,  // until `due`
    kDecided,     // the answer, or giving up, comes at `due`
    kOver,        // attempts or stale wakes are still to come
  };

  SimTime arrival;
  SimTime deadline;  // of the latest attempt
  SimTime due;
  std::uint64_t numbers = 0;
  Duration recorded{-1};
  core::FunctionId function;
  std::uint32_t event = 0;
  std::uint32_t next = kNothing;  // the slab's
  std::uint8_t attempts = 0;
  std::uint8_t under_way = 0;  // attempts of unknown end
  std::uint8_t successes = 0;
  std::uint32_t wakes = 0;
  State state = State::kCalling;
  bool is_counted = false;
  bool is_open = false;  // it is in use
};

class CallersRun final : public engine::EventSource {
 public:
  CallersRun(const CallerRules& rules, SimTime warm_up) : rules_(rules), warm_up_(warm_up) {}

  void offer(const engine::Arrival& arrival, const core::InvocationNumbers& numbers,
             std::uint32_t event, Outbox& outbox) override;
  void wake(SimTime now, std::uint32_t token, Outbox& outbox) override;
  void refused(const Request& request, engine::Refusal why, SimTime now, Outbox& outbox) override;
  void ended(const Request& request, const InvocationRecord& record, Outbox& outbox) override;
  engine::SourceTotals finish(SimTime horizon) override;

 private:
  using State = OpenCall::State;

  void attempt(std::uint32_t place, SimTime now, Outbox& outbox);
  void await(std::uint32_t place, State state, SimTime due, Outbox& outbox);
  void learn(std::uint32_t place, bool is_ok, SimTime answer, Outbox& outbox);
  void fail(std::uint32_t place, SimTime when, bool may_retry, Outbox& outbox);
  void give_back_if_through(std::uint32_t place);
  void count_repetitions(const OpenCall& call) {
    totals_.duplicates += call.is_counted && call.successes > 1 ? call.successes - 1U : 0U;
  }

  const CallerRules& rules_;
  SimTime warm_up_;
  Slab<OpenCall> calls_;
  std::uint64_t held_ = 0;
  engine::SourceTotals totals_;
};

void CallersRun::offer(const engine::Arrival& arrival, const core::InvocationNumbers& numbers,
                       std::uint32_t event, Outbox& outbox) {
  OpenCall call;
  call.arrival = arrival.time;
  call.numbers = numbers.key();
  call.recorded = arrival.recorded;
  call.function = arrival.function;
  call.event = event;
  call.is_counted = arrival.time >= warm_up_;
  call.is_open = true;
  totals_.events += call.is_counted ? 1 : 0;
  totals_.peak_backlog = std::max(totals_.peak_backlog, ++held_);
  const std::uint32_t place = calls_.take();
  calls_[place] = call;
  attempt(place, arrival.time, outbox);
}

void CallersRun::wake(SimTime now, std::uint32_t token, Outbox& outbox) {
  OpenCall& call = calls_[token];
  --call.wakes;
  if (call.state == State::kBackingOff && call.due == now) {
    attempt(token, now, outbox);
  } else if (call.state == State::kCalling && call.deadline == now) {
    totals_.failed += call.is_counted ? 1 : 0;
    fail(token, now, rules_.after_timeout, outbox);
  } else if (call.state == State::kDecided && call.due == now) {
    call.state = State::kOver;
    --held_;
  }
  give_back_if_through(token);
}

void CallersRun::attempt(std::uint32_t place, SimTime now, Outbox& outbox) {
  OpenCall& call = calls_[place];
  ++call.attempts;
  ++call.under_way;
  if (call.is_counted) {
    ++totals_.attempts;
    ++totals_.invocations;
    totals_.retries += call.attempts > 1 ? 1 : 0;
  }
  call.state = State::kCalling;
  call.deadline = core::kNever;
  if (rules_.timeout != Duration::max()) {
    call.deadline = now + rules_.timeout;
    ++call.wakes;
    outbox.wake(call.deadline, place);
  }
  Request request;
  request.numbers = core::InvocationNumbers{call.numbers}.attempt(call.attempts).key();
  request.recorded = call.recorded;
  request.event = call.event;
  request.ticket = place;
  request.attempt = call.attempts;
  outbox.invoke(call.function, request);
}

void CallersRun::await(std::uint32_t place, State state, SimTime due, Outbox& outbox) {
  OpenCall& call = calls_[place];
  call.state = state;
  call.due = due;
  ++call.wakes;
  outbox.wake(due, place);
}

void CallersRun::refused(const Request& request, engine::Refusal, SimTime now, Outbox& outbox) {
  OpenCall& call = calls_[request.ticket];
  --call.under_way;
  totals_.throttled += call.is_counted ? 1 : 0;
  fail(request.ticket, now, rules_.after_refusal, outbox);
}

void CallersRun::ended(const Request& request, const InvocationRecord& record, Outbox& outbox) {
  OpenCall& call = calls_[request.ticket];
  const bool is_ok = record.outcome == engine::Outcome::kOk;
  --call.under_way;
  call.successes = static_cast<std::uint8_t>(call.successes + (is_ok ? 1 : 0));
  if (call.is_counted) {
    totals_.count_ended(record);
  }
  if (call.state == State::kCalling && request.attempt == call.attempts) {
    learn(request.ticket, is_ok, record.arrival + record.latency(), outbox);
  }
  give_back_if_through(request.ticket);
}

/// How the attempt ends that the caller waits for.
void CallersRun::learn(std::uint32_t place, bool is_ok, SimTime answer, Outbox& outbox) {
  OpenCall& call = calls_[place];
  const bool is_late = answer > call.deadline;
  if (is_ok && !is_late) {
    if (call.is_counted) {
      totals_.count_handled(answer - call.arrival);
    }
    await(place, State::kDecided, answer, outbox);
    return;
  }
  totals_.failed += call.is_counted ? 1 : 0;
  fail(place, std::min(answer, call.deadline), is_late ? rules_.after_timeout : rules_.after_error,
       outbox);
}

void CallersRun::fail(std::uint32_t place, SimTime when, bool may_retry, Outbox& outbox) {
  OpenCall& call = calls_[place];
  if (may_retry && call.attempts <= rules_.retries) {
    const core::InvocationNumbers numbers{call.numbers};
    const Duration backoff =
        rules_.backoff.drawn(call.attempts - 1U, numbers.attempt(call.attempts));
    await(place, State::kBackingOff, when + backoff, outbox);
    return;
  }
  totals_.discarded += call.is_counted ? 1 : 0;
  await(place, State::kDecided, when, outbox);
}

void CallersRun::give_back_if_through(std::uint32_t place) {
  OpenCall& call = calls_[place];
  if (call.state == State::kOver && call.under_way == 0 && call.wakes == 0) {
    count_repetitions(call);
    call.is_open = false;
    calls_.give_back(place);
  }
}

engine::SourceTotals CallersRun::finish(SimTime) {
  for (std::uint32_t place = 0; place < calls_.size(); ++place) {
    const OpenCall& call = calls_[place];
    if (call.is_open) {
      const bool is_left = call.state == State::kCalling || call.state == State::kBackingOff;
      totals_.left += call.is_counted && is_left ? 1 : 0;
      count_repetitions(call);
    }
  }
  return std::move(totals_);
}

constexpr std::array<Parameter, 4> kParameters{{
    {"timeout", "how long the caller waits for the answer to one attempt, 1 ms to 1 h", "for ever",
     "an assumption; clients have limits of their own (botocore: 60 s) [general knowledge]"},
    {"retries", "most retries of a call, 0 to 20; 2 is what AWS SDKs do", "0",
     "Lambda itself never tries again [documented]"},
    {"retry_on",
     "throttled, errors, timeouts: after what the caller tries again; errors are the function's "
     "(5xx), timeouts the caller's own",
     "{throttled: true, errors: true, timeouts: true}",
     "AWS SDKs, standard mode: throttling, 500, 502, 503, 504 and timeouts [documented]; the "
     "Invoke call of an SDK gets function errors with status 200 and does not repeat them: set "
     "errors: false"},
    {"backoff",
     "base, cap, jitter: before the n-th retry at most min(cap, base x 2^(n-1)); jitter full draws "
     "uniformly between 0 and that, none waits that long",
     "{base: 1 s, cap: 20 s, jitter: full}", "AWS SDKs, standard mode before 2026 [documented]"},
}};

CallerRules read_retries(config::ObjectReader& parameters, CallerRules rules) {
  using namespace std::chrono_literals;
  for (const std::string_view key : {"retry_on", "backoff"}) {
    if (rules.retries == 0 && parameters.has(key)) {
      parameters.report(key, "has no effect without retries");
    }
  }
  config::ObjectReader on = parameters.object("retry_on");
  rules.after_refusal = on.boolean("throttled", true);
  rules.after_error = on.boolean("errors", true);
  rules.after_timeout = on.boolean("timeouts", true);
  on.finish();
  rules.backoff = read_retry_backoff(parameters, {1s, 20s}, {0s, 1h});
  return rules;
}

}  // namespace

std::unique_ptr<engine::EventSource> HttpCallers::start(const engine::SourceRun& run) const {
  return std::make_unique<CallersRun>(rules_, run.warm_up);
}

const About kHttpAbout{
    "http", "callers that wait for the answer",
    "Every arrival is one synchronous invocation: a request through a function URL, API Gateway, a "
    "load balancer or an SDK. Lambda never tries again what fails; a caller with retries does, "
    "after a backoff. A caller with a timeout gives an attempt up when no answer came by then; the "
    "invocation goes on and is billed. A call is handled when its caller gets an answer of the "
    "attempt it waits for, and lost (discarded) when it gives up. What succeeds after its caller "
    "gave the attempt up does not handle the call; every success of one call beyond the first is "
    "a duplicate.",
    "AWS Lambda documentation, synchronous invocation; AWS SDKs and Tools Reference Guide, retry "
    "behavior [documented]",
    kParameters};

std::shared_ptr<const engine::EventSourceModel> read_http(config::ObjectReader& parameters,
                                                          const SourceContext&) {
  using namespace std::chrono_literals;
  CallerRules rules;
  if (parameters.has("timeout")) {
    rules.timeout = parameters.duration("timeout", std::nullopt, {1ms, 1h});
  }
  if (parameters.has("retries")) {
    rules.retries = static_cast<std::uint32_t>(parameters.integer("retries", 0, {0, 20}));
  }
  if (rules.retries > 0 || parameters.has("retry_on") || parameters.has("backoff")) {
    rules = read_retries(parameters, rules);
  }
  if (rules.retries == 0 && rules.timeout == Duration::max()) {
    return nullptr;
  }
  return std::make_shared<const HttpCallers>(rules);
}

}  // namespace lambdasim::models
