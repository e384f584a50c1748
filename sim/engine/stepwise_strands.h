// Steps that need one another, in runs that go step by step: each step of the graph is a run of its
// own, a strand, beside the others of the same handler (or INIT).
//
// Strands share the context and the CPU, so they do not go ahead of the clock but where they only
// wait. Work shares the CPU evenly by threads, as in step_graph.h: how far it has come is settled
// whenever other work joins, and the end that is then due first is announced by one event, which
// counts only as long as nothing has joined since.
#pragma once

#include <algorithm>

#include "sim/engine/stepwise.h"

namespace lambdasim::engine {

/// The steps of a graph begin.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::fork(std::uint32_t index, core::SimTime now) {
  if (unused_forks_.empty()) {
    unused_forks_.push_back(static_cast<std::uint32_t>(forks_.size()));
    forks_.emplace_back();
  }
  const std::uint32_t id = unused_forks_.back();
  unused_forks_.pop_back();
  const std::uint32_t timer = take_run(runs_[index].slot);
  Run& run = runs_[index];
  Fork& fork = forks_[id];
  fork.root = index;
  fork.timer = timer;
  fork.program = run.top().program;
  fork.graph = run.top().graph;
  fork.end = run.state.elapsed;
  fork.has_failed = fork.is_cut = false;
  fork.being_made = fork.never_made = 0;
  fork.still_needed = fork.graph->needed;
  fork.begin.assign(fork.program->size(), run.state.elapsed);
  fork.ready.assign(fork.graph->roots.begin(), fork.graph->roots.end());
  fork.worked = 0;
  fork.threads = 0;
  fork.work_due = core::kNever;
  runs_[timer].phase = run.phase;
  runs_[timer].role = Role::kTimer;
  runs_[timer].fork = id;
  return join(fork, now);
}

/// Begins the strands that can begin, and looks whether all are over, or one has failed.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::join(Fork& fork, core::SimTime now) {
  while (!fork.ready.empty() && !fork.has_failed) {
    const std::uint8_t step = fork.ready.back();
    fork.ready.pop_back();
    start_strand(fork, step, now);
  }
  if (!fork.has_failed && !fork.strands.empty()) {
    return Did::kSuspended;
  }
  Run& root = runs_[fork.root];
  if (fork.has_failed) {
    while (!fork.strands.empty()) {
      abandon(fork.strands.back(), now);
    }
    root.state.elapsed = now - root.began;
  } else {
    // What was cut short lies beyond the limit, however little.
    root.state.elapsed = fork.is_cut ? root.limit + core::Duration{1} : fork.end;
  }
  const bool has_failed = fork.has_failed;
  fork.working.clear();
  fork.parked.clear();
  runs_[fork.timer].phase = Phase::kOver;
  give_back(fork.timer);
  unused_forks_.push_back(runs_[fork.timer].fork);
  --root.depth;
  return has_failed ? Did::kFailed : Did::kChanged;
}

/// One of the strands, or the CPU, has gone on.
template <Recorder R>
bool Stepwise<R>::go_on(std::uint32_t fork, core::SimTime now) {
  const std::uint32_t root = forks_[fork].root;
  switch (join(forks_[fork], now)) {
    case Did::kSuspended:
      return false;
    case Did::kFailed:
      return end_phase(root, Outcome::kError, now);
    default:
      return advance(root, now);
  }
}

template <Recorder R>
void Stepwise<R>::start_strand(Fork& fork, std::uint8_t step, core::SimTime now) {
  const std::uint32_t index = take_run(runs_[fork.root].slot);
  const Run& root = runs_[fork.root];
  Run& strand = runs_[index];
  strand.phase = root.phase;
  strand.role = Role::kStrand;
  strand.fork = runs_[fork.timer].fork;
  strand.began = root.began;
  strand.limit = root.limit;
  strand.cpu = root.cpu;
  strand.call = root.call;
  strand.request = root.request;
  strand.state.elapsed = fork.begin[step];
  push(strand, {.program = fork.program, .next = step, .end = step + 1U});
  fork.strands.push_back(index);
  advance(index, now);
}

/// A strand has come to its end, to the limit, or to a failure, now.
template <Recorder R>
void Stepwise<R>::end_strand(std::uint32_t index, Outcome outcome) {
  Run& strand = runs_[index];
  Fork& fork = forks_[strand.fork];
  const core::Duration ended = strand.state.elapsed;
  const std::uint32_t making = strand.making;
  const std::uint8_t step = static_cast<std::uint8_t>(strand.frames.front().end - 1);
  close_strand(index);
  if (outcome == Outcome::kError) {
    fork.has_failed = true;
  } else if (outcome == Outcome::kTimeout) {
    fork.is_cut = true;
    fork.never_made |= making;
    cut_parked(fork);
  } else {
    fork.end = std::max(fork.end, ended);
    for (std::size_t i = fork.graph->first[step]; i < fork.graph->first[step + 1U]; ++i) {
      const std::uint8_t next = fork.graph->followers[i];
      fork.begin[next] = std::max(fork.begin[next], ended);
      if (--fork.still_needed[next] == 0) {
        fork.ready.push_back(next);
      }
    }
  }
}

/// What is still being set up stays the context's until the run ends.
template <Recorder R>
void Stepwise<R>::close_strand(std::uint32_t index) {
  Run& strand = runs_[index];
  if (strand.is_calling) {
    stop_calling(strand);
  }
  keep_connected(strand);
  strand.phase = Phase::kOver;
  std::erase(forks_[strand.fork].strands, index);
  give_back(index);
}

/// Those that wait for what nobody makes before the limit.
template <Recorder R>
void Stepwise<R>::cut_parked(Fork& fork) {
  std::vector<Parked> cut;
  std::erase_if(fork.parked, [&](const Parked& parked) {
    const bool is_cut = (fork.never_made >> parked.resource.value & 1U) != 0;
    if (is_cut) {
      cut.push_back(parked);
    }
    return is_cut;
  });
  for (const Parked& parked : cut) {
    end_strand(parked.strand, Outcome::kTimeout);
  }
}

/// Another strand has failed: what this one has or waits for is given up.
template <Recorder R>
void Stepwise<R>::abandon(std::uint32_t index, core::SimTime now) {
  Run& strand = runs_[index];
  if (strand.waits == Waits::kAnswers) {
    stop_waiting_for_answers(strand, now);
  } else if (strand.is_granted && strand.granted == Waits::kTurn) {
    served(strand.waits_for, now);
  } else if (strand.is_granted) {
    hold_connection(strand, now);
  }
  if (strand.has_front_turn) {
    served((*strand.top().program)[strand.top().next].backend, now);
  }
  strand.waits = Waits::kNothing;
  strand.ticket = 0;
  close_strand(index);
}

/// Waits while another strand makes the resource.
/// @return kDone when none does
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::wait_for_maker(std::uint32_t index, core::ResourceId id) {
  Run& strand = runs_[index];
  Fork& fork = forks_[strand.fork];
  const std::uint32_t bit = std::uint32_t{1} << id.value;
  if ((fork.being_made & ~strand.making & bit) == 0) {
    return Did::kDone;
  }
  if ((fork.never_made & bit) != 0) {
    strand.state.elapsed = strand.limit + core::Duration{1};
    return Did::kChanged;
  }
  fork.parked.push_back({index, id});
  return Did::kSuspended;
}

template <Recorder R>
void Stepwise<R>::begin_making(Run& strand, core::ResourceId id) {
  if (strand.role != Role::kStrand) {
    return;
  }
  const std::uint32_t bit = std::uint32_t{1} << id.value;
  strand.making |= bit;
  forks_[strand.fork].being_made |= bit;
}

/// Those that waited for the resource look again, now.
template <Recorder R>
void Stepwise<R>::end_making(Run& strand, core::ResourceId id, core::SimTime now) {
  if (strand.role != Role::kStrand) {
    return;
  }
  Fork& fork = forks_[strand.fork];
  const std::uint32_t bit = std::uint32_t{1} << id.value;
  strand.making &= ~bit;
  fork.being_made &= ~bit;
  std::erase_if(fork.parked, [&](const Parked& parked) {
    if (parked.resource == id) {
      Run& waiting = runs_[parked.strand];
      waiting.state.elapsed = now - waiting.began;
      ++waiting.pending;
      events_.push(now, EventKind::kResume, parked.strand);
    }
    return parked.resource == id;
  });
}

/// CPU time beside that of other strands.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::work(std::uint32_t index, const Step& step,
                                            core::SimTime now) {
  Run& strand = runs_[index];
  Fork& fork = forks_[strand.fork];
  if (strand.has_worked) {
    strand.has_worked = false;
    return Did::kDone;
  }
  core::KeyedEngine engine = core::InvocationNumbers{strand.top().numbers}.engine(step.purpose);
  const core::Duration time = step.kind == StepKind::kCpuRecorded
                                  ? strand.call.recorded
                                  : step.time.sample_duration(engine);
  if (time <= core::Duration{0}) {
    return Did::kDone;
  }
  settle_work(fork, now);
  const double of_each = static_cast<double>(time.count()) / step.threads;
  fork.working.push_back({fork.worked + of_each, step.threads, index});
  fork.threads += step.threads;
  announce_work(fork, now);
  return Did::kSuspended;
}

/// Brings what is at work up to now.
template <Recorder R>
void Stepwise<R>::settle_work(Fork& fork, core::SimTime now) {
  Run& root = runs_[fork.root];
  const core::Duration elapsed = std::max(root.state.elapsed, now - root.began);
  if (fork.working.empty()) {
    root.state.elapsed = elapsed;
    fork.worked = 0;
    return;
  }
  const Work& first = *stepwise::first_work(fork);
  const core::Duration left = stepwise::work_left(fork, first);
  const core::Duration done = root.cpu->run_until(root.state, left, fork.threads, elapsed);
  fork.worked =
      done < left ? fork.worked + static_cast<double>(done.count()) / fork.threads : first.due;
}

/// Announces the end of the work that ends first, at the limit at the latest.
template <Recorder R>
void Stepwise<R>::announce_work(Fork& fork, core::SimTime now) {
  fork.work_due = core::kNever;
  if (fork.working.empty()) {
    return;
  }
  const Run& root = runs_[fork.root];
  fork.after = root.state;
  if (const core::Duration left = stepwise::work_left(fork, *stepwise::first_work(fork));
      left > core::Duration{0}) {
    root.cpu->run(fork.after, left, fork.threads);
  }
  fork.work_due = std::max(now, root.began + std::min(fork.after.elapsed, root.limit));
  ++runs_[fork.timer].pending;
  events_.push(fork.work_due, EventKind::kResume, fork.timer);
}

/// The time has come at which work was to end.
template <Recorder R>
bool Stepwise<R>::work_ended(std::uint32_t id, core::SimTime now) {
  Fork& fork = forks_[id];
  if (now != fork.work_due) {
    return false;
  }
  Run& root = runs_[fork.root];
  fork.work_due = core::kNever;
  if (fork.after.elapsed > root.limit) {
    std::vector<Work> cut;
    cut.swap(fork.working);
    for (const Work& work : cut) {
      end_strand(work.strand, Outcome::kTimeout);
    }
    return go_on(id, now);
  }
  const auto first = stepwise::first_work(fork);
  const std::uint32_t index = first->strand;
  root.state = fork.after;
  fork.worked = first->due;
  fork.threads -= first->threads;
  fork.working.erase(first);
  runs_[index].state.elapsed = now - root.began;
  runs_[index].has_worked = true;
  advance(index, now);
  if (fork.work_due == core::kNever) {
    announce_work(fork, now);
  }
  return go_on(id, now);
}

}  // namespace lambdasim::engine
