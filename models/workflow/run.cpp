// What comes in from outside: events, wakes, answers, the end of the run.
#include "models/workflow/run.h"

#include "models/pricing/billing_rules.h"

namespace lambdasim::models {

using core::SimTime;
using engine::ExecutionOutcome;
using engine::InvocationRecord;
using engine::Outbox;
using engine::Request;
using Then = Strand::Then;

void WorkflowRun::offer(const engine::Arrival& arrival, const core::InvocationNumbers& numbers,
                        std::uint32_t event, Outbox& outbox) {
  Execution execution;
  execution.numbers = numbers;
  execution.record = {.arrival = arrival.time,
                      .ended = arrival.time,
                      .workflow = workflow_.number,
                      .event = event,
                      .source = run_.index};
  execution.is_counted = arrival.time >= run_.warm_up;
  totals_.events += execution.is_counted ? 1 : 0;
  const std::uint32_t index = executions_.open(execution);
  totals_.peak_backlog = std::max(totals_.peak_backlog, executions_.open());
  const std::uint32_t scope = executions_[index].scope;
  enter(executions_.open_strand(scope), workflow_.start, arrival.time, outbox);
  if (executions_.release(scope) != kNothing) {
    hand_out(index, outbox);
  }
}

void WorkflowRun::wake(SimTime now, std::uint32_t token, Outbox& outbox) {
  Strand& strand = executions_.strand(token);
  if (executions_.is_called_off(strand)) {
    drop(token, outbox);
    return;
  }
  const Then then = std::exchange(strand.then, Then::kHearAnswer);
  if (then == Then::kBegin) {
    begin(token, now, outbox);
  } else if (then == Then::kTryAgain) {
    count_transition(executions_.execution_of(strand));
    invoke(token, outbox);
  } else if (then == Then::kGoOn) {
    go_on(token, now, outbox);
  } else if (then == Then::kFail) {
    fail(token, now, outbox);
  } else {
    Execution& execution = executions_.execution_of(strand);
    end_execution(execution, ExecutionOutcome::kTimedOut, deadline_of(execution));
    drop(token, outbox);
  }
}

void WorkflowRun::refused(const Request& request, engine::Refusal, SimTime now, Outbox& outbox) {
  const Strand& strand = executions_.strand(request.ticket);
  const Execution& execution = executions_.execution_of(strand);
  totals_.throttled += execution.is_counted ? 1 : 0;
  ++executions_.use(executions_.scope(strand.scope).execution, state_of(strand).function).refused;
  tried(request.ticket, state_of(strand).retry.of_refusals, now, outbox);
}

void WorkflowRun::ended(const Request& request, const InvocationRecord& record, Outbox& outbox) {
  const Strand& strand = executions_.strand(request.ticket);
  const bool is_ok = record.outcome == engine::Outcome::kOk;
  const SimTime end = record.arrival + record.latency();
  executions_.use(executions_.scope(strand.scope).execution, state_of(strand).function)
      .count(record);
  if (executions_.execution_of(strand).is_counted) {
    totals_.count_ended(record);
    totals_.failed += is_ok ? 0 : 1;
  }
  if (is_ok) {
    pause(request.ticket, end, end, Then::kGoOn, outbox);
  } else {
    tried(request.ticket, state_of(strand).retry.of_failures, end, outbox);
  }
}

/// An attempt was in vain.
void WorkflowRun::tried(std::uint32_t place, bool may_retry, SimTime end, Outbox& outbox) {
  const Strand& strand = executions_.strand(place);
  const StateRetry& retry = state_of(strand).retry;
  if (!may_retry || strand.attempts >= retry.attempts) {
    pause(place, end, end, Then::kFail, outbox);
    return;
  }
  const core::InvocationNumbers numbers =
      core::InvocationNumbers{strand.key}.attempt(strand.attempts);
  pause(place, end, end + retry.after(strand.attempts, numbers.key()), Then::kTryAgain, outbox);
}

/// Is woken at `until`, or where the time of the execution is up.
void WorkflowRun::pause(std::uint32_t place, SimTime now, SimTime until, Then then,
                        Outbox& outbox) {
  Strand& strand = executions_.strand(place);
  const SimTime deadline = deadline_of(executions_.execution_of(strand));
  strand.then = until > deadline ? Then::kTimeOut : then;
  outbox.wake(until > deadline ? std::max(now, deadline) : until, place);
}

void WorkflowRun::drop(std::uint32_t place, Outbox& outbox) {
  if (const std::uint32_t last = executions_.drop(place); last != kNothing) {
    hand_out(last, outbox);
  }
}

void WorkflowRun::end_execution(Execution& execution, ExecutionOutcome outcome, SimTime end) {
  execution.record.outcome = outcome;
  execution.record.ended = end;
  execution.is_over = true;
  executions_.scope(execution.scope).is_over = true;
  if (!execution.is_counted) {
    return;
  }
  if (outcome == ExecutionOutcome::kFinished) {
    totals_.count_handled(execution.record.latency());
  } else {
    ++totals_.discarded;
  }
}

/// Nothing of it is under way any more.
void WorkflowRun::hand_out(std::uint32_t index, Outbox& outbox) {
  const Execution& execution = executions_[index];
  if (workflow_.is_express && execution.is_counted) {
    totals_.workflow_ms += billing_rules().express_milliseconds(execution.record.latency());
  }
  outbox.execution(execution.record, executions_.uses(index));
  executions_.close(index);
}

void WorkflowRun::end_run(SimTime horizon, Outbox& outbox) {
  for (std::uint32_t index = 0; index < executions_.size(); ++index) {
    Execution& execution = executions_[index];
    if (!execution.is_open) {
      continue;
    }
    if (!execution.is_over && deadline_of(execution) < horizon) {
      end_execution(execution, ExecutionOutcome::kTimedOut, deadline_of(execution));
    } else if (!execution.is_over) {
      execution.record.ended = horizon;
      totals_.left += execution.is_counted ? 1 : 0;
    }
    hand_out(index, outbox);
  }
}

}  // namespace lambdasim::models
