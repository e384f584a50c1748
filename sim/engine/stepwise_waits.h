// How runs that go step by step wait: until the clock has caught up with them, for a connection,
// for their turn; and how they go on or give up.
#pragma once

#include "sim/engine/stepwise.h"

namespace lambdasim::engine {

/// Until the clock has caught up with the run.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::sleep(std::uint32_t index) {
  Run& run = runs_[index];
  ++run.pending;
  events_.push(run.time(), EventKind::kResume, index);
  return Did::kSuspended;
}

template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::wait(std::uint32_t index, Waits what,
                                            core::BackendId backend, core::Duration longest,
                                            core::SimTime now) {
  Run& run = runs_[index];
  run.waits = what;
  run.waits_for = backend;
  run.since = now;
  run.ticket = ++tickets_;
  const core::SimTime deadline = run.began + run.limit;
  run.gives_up = longest < deadline - now ? now + longest : deadline;
  ++run.pending;
  events_.push(run.gives_up, EventKind::kGiveUp, index);
  if (what == Waits::kConnection) {
    backends_.wait_for_connection(backend, {index, run.ticket});
  } else if (what == Waits::kTurn) {
    backends_.wait_for_turn(backend, {index, run.ticket});
  }
  return Did::kSuspended;
}

template <Recorder R>
bool Stepwise<R>::resume(std::uint32_t index, core::SimTime now) {
  Run& run = runs_[index];
  --run.pending;
  if (run.phase == Phase::kOver) {
    give_back(index);
    return false;
  }
  if (run.is_ending) {
    ended_ = index;
    return true;
  }
  const std::uint32_t fork = run.fork;
  if (run.role == Role::kTimer) {
    return work_ended(fork, now);
  }
  run.state.elapsed = now - run.began;
  const bool has_ended = advance(index, now);
  return fork == stepwise::kNoFork ? has_ended : go_on(fork, now);
}

template <Recorder R>
bool Stepwise<R>::give_up(std::uint32_t index, core::SimTime now) {
  Run& run = runs_[index];
  --run.pending;
  if (run.phase == Phase::kOver) {
    give_back(index);
    return false;
  }
  if (run.waits == Waits::kNothing || run.gives_up != now) {
    return false;  // it has what it waited for
  }
  const std::uint32_t fork = run.fork;
  const bool has_ended = stop_waiting(index, now);
  return fork == stepwise::kNoFork ? has_ended : go_on(fork, now);
}

/// The time is over that a run waits.
template <Recorder R>
bool Stepwise<R>::stop_waiting(std::uint32_t index, core::SimTime now) {
  Run& run = runs_[index];
  const Waits what = run.waits;
  if (what == Waits::kAnswers) {
    stop_waiting_for_answers(run, now);
    return end_run(index, Outcome::kTimeout, now);
  }
  BackendTotals& totals = backends_.totals(run.waits_for);
  run.waits = Waits::kNothing;
  run.ticket = 0;
  run.state.elapsed = now - run.began;
  const core::Duration waited = now - run.since;
  if (backends_.measures(run.since)) {
    (what == Waits::kConnection ? totals.connect_wait : totals.queue_wait) += waited;
    ++(what == Waits::kConnection ? totals.connects_refused : totals.gave_up);
  }
  if (run.has_front_turn) {
    run.has_front_turn = false;
    served((*run.top().program)[run.top().next].backend, now);
  }
  run.asking = Asking::kNotYet;
  if (run.state.elapsed >= run.limit) {
    return end_run(index, Outcome::kTimeout, now);
  }
  if (what == Waits::kTurn) {
    return end_run(index, Outcome::kError, now);
  }
  return attempt_failed(index, now) == Did::kFailed ? end_run(index, Outcome::kError, now)
                                                    : advance(index, now);
}

/// Somebody in line gets what it waits for, and goes on now.
/// @param waited of all that waited for the same
/// @return false when it has given up
template <Recorder R>
bool Stepwise<R>::grant(const Waiter& waiter, core::Duration& waited, core::SimTime now) {
  Run& run = runs_[waiter.run];
  if (run.ticket != waiter.ticket || run.waits == Waits::kNothing) {
    return false;
  }
  run.granted = run.waits;
  run.waits = Waits::kNothing;
  run.is_granted = true;
  if (backends_.measures(run.since)) {
    waited += now - run.since;
  }
  ++run.pending;
  events_.push(now, EventKind::kResume, waiter.run);
  return true;
}

template <Recorder R>
void Stepwise<R>::served(core::BackendId backend, core::SimTime now) {
  backends_.end_turn(backend);
  backends_.serve_queue(backend, now, [&](const Waiter& waiter) {
    return grant(waiter, backends_.totals(backend).queue_wait, now);
  });
}

template <Recorder R>
void Stepwise<R>::freed(core::BackendId backend, core::SimTime now) {
  contexts_.look_for_connections(backend, now);
  backends_.serve_connecting(backend, now, [&](const Waiter& waiter) {
    return grant(waiter, backends_.totals(backend).connect_wait, now);
  });
}

}  // namespace lambdasim::engine
