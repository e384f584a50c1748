// What states do: how an execution goes from one to the next.
#include "models/workflow/run.h"

namespace lambdasim::models {

using core::Duration;
using core::SimTime;
using engine::ExecutionOutcome;
using engine::Outbox;
using engine::Request;
using Kind = State::Kind;
using Then = Strand::Then;

/// Comes to a state. Choices take no time of their own, so they are gone through here.
void WorkflowRun::enter(std::uint32_t place, StateId state, SimTime now, Outbox& outbox) {
  Strand& strand = executions_.strand(place);
  Execution& execution = executions_.execution_of(strand);
  const std::uint32_t index = executions_.scope(strand.scope).execution;
  for (;; state = chosen(strand)) {
    strand.state = state;
    strand.attempts = 0;
    strand.key = core::mix64(core::mix64(execution.numbers.key() ^ places_[state]) +
                             executions_.visit(index, state));
    count_transition(execution);
    if (is_delayed(place, now, outbox)) {
      return;
    }
    if (state_of(strand).kind != Kind::kChoice) {
      begin(place, now, outbox);
      return;
    }
  }
}

/// Whether a transition takes time, after which the strand begins.
bool WorkflowRun::is_delayed(std::uint32_t place, SimTime now, Outbox& outbox) {
  const Strand& strand = executions_.strand(place);
  core::KeyedEngine engine = core::InvocationNumbers{strand.key}.engine(core::Purpose::kTransition);
  const Duration delay = workflow_.transition.sample_duration(engine);
  if (delay > Duration{0}) {
    pause(place, now, now + delay, Then::kBegin, outbox);
  }
  return delay > Duration{0};
}

StateId WorkflowRun::chosen(const Strand& strand) const {
  const double drawn = core::InvocationNumbers{strand.key}.engine(core::Purpose::kChoice).uniform();
  const std::vector<StateChoice>& choices = state_of(strand).choices;
  const auto found =
      std::find_if(choices.begin(), choices.end() - 1,
                   [drawn](const StateChoice& choice) { return drawn < choice.up_to; });
  return found->next;
}

/// The state itself, or an item of it.
void WorkflowRun::begin(std::uint32_t place, SimTime now, Outbox& outbox) {
  const Strand& strand = executions_.strand(place);
  const State& state = state_of(strand);
  if (strand.item != kNothing || state.kind == Kind::kInvoke) {
    invoke(place, outbox);
  } else if (state.kind == Kind::kMap) {
    begin_items(place, now, outbox);
  } else if (state.kind == Kind::kParallel) {
    begin_branches(place, now, outbox);
  } else if (state.kind == Kind::kChoice) {
    enter(place, chosen(strand), now, outbox);
  } else if (state.kind == Kind::kWait) {
    core::KeyedEngine engine = core::InvocationNumbers{strand.key}.engine(core::Purpose::kPause);
    pause(place, now, now + state.wait.sample_duration(engine), Then::kGoOn, outbox);
  } else if (state.succeeds) {
    end_strand(place, now, outbox);
  } else {
    fail(place, now, outbox);
  }
}

/// Branches may end, and fail, at once; the scope is held until all have begun.
void WorkflowRun::begin_branches(std::uint32_t place, SimTime now, Outbox& outbox) {
  const Strand& owner = executions_.strand(place);
  const std::vector<StateId>& branches = state_of(owner).branches;
  const std::uint32_t index =
      executions_.open_scope(executions_.scope(owner.scope).execution, owner.scope, place,
                             static_cast<std::uint32_t>(branches.size()));
  for (const StateId first : branches) {
    const std::uint32_t strand = executions_.open_strand(index);
    if (executions_.is_called_off(executions_.strand(strand))) {
      drop(strand, outbox);
      break;
    }
    enter(strand, first, now, outbox);
  }
  if (const std::uint32_t last = executions_.release(index); last != kNothing) {
    hand_out(last, outbox);
  }
}

void WorkflowRun::begin_items(std::uint32_t place, SimTime now, Outbox& outbox) {
  const Strand& owner = executions_.strand(place);
  const State& state = state_of(owner);
  const std::uint64_t key = owner.key;
  const std::uint32_t at_once =
      state.concurrency == 0 ? state.items : std::min(state.items, state.concurrency);
  const std::uint32_t index = executions_.open_scope(executions_.scope(owner.scope).execution,
                                                     owner.scope, place, state.items);
  for (std::uint32_t item = 0; item < at_once; ++item) {
    const std::uint32_t strand = executions_.open_strand(index);
    executions_.strand(strand).state = owner.state;
    executions_.strand(strand).item = item;
    begin_item(strand, key, now, outbox);
  }
  if (const std::uint32_t last = executions_.release(index); last != kNothing) {
    hand_out(last, outbox);
  }
}

void WorkflowRun::begin_item(std::uint32_t place, std::uint64_t key_of_map, SimTime now,
                             Outbox& outbox) {
  Strand& strand = executions_.strand(place);
  strand.attempts = 0;
  strand.key = core::mix64(~key_of_map + strand.item);
  count_transition(executions_.execution_of(strand));
  if (!is_delayed(place, now, outbox)) {
    begin(place, now, outbox);
  }
}

void WorkflowRun::invoke(std::uint32_t place, Outbox& outbox) {
  Strand& strand = executions_.strand(place);
  const Execution& execution = executions_.execution_of(strand);
  ++strand.attempts;
  if (execution.is_counted) {
    ++totals_.attempts;
    ++totals_.invocations;
    totals_.retries += strand.attempts > 1 ? 1 : 0;
  }
  Request request;
  request.numbers = core::InvocationNumbers{strand.key}.attempt(strand.attempts).key();
  request.event = execution.record.event;
  request.ticket = place;
  request.attempt = static_cast<std::uint8_t>(strand.attempts);
  outbox.invoke(workflow_.functions[state_of(strand).function], request);
}

/// What it was at has ended well.
void WorkflowRun::go_on(std::uint32_t place, SimTime now, Outbox& outbox) {
  const Strand& strand = executions_.strand(place);
  if (strand.item != kNothing || state_of(strand).next == kNoState) {
    end_strand(place, now, outbox);
  } else {
    enter(place, state_of(strand).next, now, outbox);
  }
}

/// It has ended well: the next item takes its place, or the scope has one less to wait for.
void WorkflowRun::end_strand(std::uint32_t place, SimTime now, Outbox& outbox) {
  Strand& strand = executions_.strand(place);
  Scope& scope = executions_.scope(strand.scope);
  --scope.to_end;
  if (strand.item != kNothing && scope.started < state_of(strand).items) {
    strand.item = scope.started++;
    begin_item(place, executions_.strand(scope.owner).key, now, outbox);
    return;
  }
  const bool is_joined = scope.to_end == 0;
  const std::uint32_t owner = scope.owner;
  if (is_joined) {
    scope.is_over = true;
    if (owner == kNothing) {
      end_execution(executions_.execution_of(strand), ExecutionOutcome::kFinished, now);
    }
  }
  drop(place, outbox);
  if (is_joined && owner != kNothing) {
    go_on(owner, now, outbox);
  }
}

/// A failure leads where it is caught, of the state or of the nearest one around it, or ends the
/// execution.
void WorkflowRun::fail(std::uint32_t place, SimTime now, Outbox& outbox) {
  while (place != kNothing) {
    const Strand& strand = executions_.strand(place);
    const StateId on_failure = state_of(strand).on_failure;
    if (strand.item == kNothing && on_failure != kNoState) {
      enter(place, on_failure, now, outbox);
      return;
    }
    Scope& scope = executions_.scope(strand.scope);
    const std::uint32_t owner = scope.owner;
    scope.is_over = true;
    if (owner == kNothing) {
      end_execution(executions_.execution_of(strand), ExecutionOutcome::kFailed, now);
    }
    drop(place, outbox);
    place = owner;
  }
}

}  // namespace lambdasim::models
