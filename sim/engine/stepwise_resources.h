// How resources are made, used, found to be of no more use, and closed, in a run that goes step by
// step.
#pragma once

#include <bit>

#include "sim/engine/stepwise.h"

namespace lambdasim::engine {

/// Uses a resource that is good, or begins to make it: then the step is looked at again.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::use(std::uint32_t index, const Step& step,
                                           core::SimTime now) {
  Run& run = runs_[index];
  const core::ResourceId id = step.resource;
  const Resource& resource = function_of(run).setup->resources[id.value];
  const std::uint32_t bit = std::uint32_t{1} << id.value;
  Held& held = contexts_.holdings(run.slot).held[id.value];
  const std::uint64_t counts = measures(run) ? 1 : 0;
  std::uint32_t& temporary = whole(run).temporary;
  if (run.role == Role::kStrand) {
    if (const Did did = wait_for_maker(index, id); did != Did::kDone) {
      return did;
    }
  }
  if (((contexts_[run.slot].made | temporary) & bit) != 0) {
    const bool is_stale = held.is_stale(resource.valid, run.time());
    if (!is_stale && !held.is_used_up(resource.valid, run.time(), step.bytes)) {
      totals_of(run, id).reused += counts;
      held.used = run.time();
      held.bytes += step.bytes;
      ++held.uses;
      return Did::kDone;
    }
    if (resource.backend && run.time() > now) {
      return sleep(index);
    }
    (is_stale ? totals_of(run, id).stale : totals_of(run, id).renewed) += counts;
    contexts_.drop(function_of(run), run.slot, bit, run.time());
    temporary &= ~bit;
    if (is_stale) {
      begin_making(run, id);
      push(run, {.program = &resource.found_stale, .doing = Doing::kStale, .resource = id});
      return Did::kChanged;
    }
  }
  begin_making(run, id);
  push(run, {.program = &resource.setup,
             .doing = Doing::kSetup,
             .must_connect = resource.backend.has_value(),
             .resource = id});
  return Did::kChanged;
}

/// Takes a connection of the backend, waits for one, or is refused.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::connect(std::uint32_t index, core::SimTime now) {
  Run& run = runs_[index];
  if (run.time() > now) {
    return sleep(index);
  }
  if (run.is_granted) {
    hold_connection(run, now);
    return Did::kChanged;
  }
  const core::ResourceId id = run.top().resource;
  const core::BackendId backend = *function_of(run).setup->resources[id.value].backend;
  BackendTotals& totals = backends_.totals(backend);
  const bool counts = backends_.measures(now);
  totals.connects += counts ? 1 : 0;
  if (backends_.must_look(backend, now)) {
    contexts_.look_for_connections(backend, now);
  }
  if (!backends_.has_room(backend) || backends_.is_waited_for(backend)) {
    const core::Duration longest = backends_.setup(backend).connect_wait;
    if (longest > core::Duration{0}) {
      totals.connects_waited += counts ? 1 : 0;
      return wait(index, Waits::kConnection, backend, longest, now);
    }
    totals.connects_refused += counts ? 1 : 0;
    return attempt_failed(index, now);
  }
  backends_.connect(backend, now);
  hold_connection(run, now);
  return Did::kChanged;
}

/// The backend has given it the connection.
template <Recorder R>
void Stepwise<R>::hold_connection(Run& run, core::SimTime now) {
  Frame& frame = run.top();
  run.is_granted = false;
  contexts_.hold_connections(function_of(run), 1, now);
  frame.must_connect = false;
  frame.is_connected = true;
  contexts_.holdings(run.slot).held[frame.resource.value] = {.made = now, .used = now};
}

/// The set-up has come to its end: to the resource, or to a failure.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::made(std::uint32_t index, core::SimTime now) {
  Run& run = runs_[index];
  const Frame frame = run.top();
  const core::ResourceId id = frame.resource;
  const Resource& resource = function_of(run).setup->resources[id.value];
  if (resource.making.fails > 0) {
    if (frame.is_connected && run.time() > now) {
      return sleep(index);
    }
    const core::Purpose purpose = core::Purpose::kConnect;
    core::KeyedEngine engine = core::InvocationNumbers{frame.numbers + id.value}.engine(purpose);
    if (engine.uniform() < resource.making.fails) {
      return attempt_failed(index, now);
    }
  }
  totals_of(run, id).made += measures(run) ? 1 : 0;
  Held& held = contexts_.holdings(run.slot).held[id.value];
  const core::SimTime connected = frame.is_connected ? held.made : run.time();
  held = {.made = connected, .used = run.time(), .uses = 0, .bytes = 0, .is_closed = false};
  const std::uint32_t bit = std::uint32_t{1} << id.value;
  (resource.where == Where::kInsideHandler ? whole(run).temporary : contexts_[run.slot].made) |=
      bit;
  end_making(run, id, now);
  --run.depth;
  // The use that it was made for: it is good for that, however short it is good.
  Frame& user = run.top();
  const Step& step = (*user.program)[user.next];
  held.uses = 1;
  held.bytes = step.bytes;
  user.item = 0;
  ++user.next;
  return Did::kChanged;
}

/// An attempt to make a resource came to nothing: another one later, or none.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::attempt_failed(std::uint32_t index, core::SimTime now) {
  Run& run = runs_[index];
  Frame& frame = run.top();
  FunctionState& function = function_of(run);
  const Resource& resource = function.setup->resources[frame.resource.value];
  totals_of(run, frame.resource).failed += measures(run) ? 1 : 0;
  if (frame.is_connected) {
    contexts_.close_connection(function, run.slot, frame.resource, now);
    frame.is_connected = false;
  }
  if (frame.attempt >= resource.making.attempts) {
    return Did::kFailed;
  }
  ++frame.attempt;
  frame.numbers = run.call.numbers.attempt(frame.attempt).key();
  const core::InvocationNumbers numbers{frame.numbers + frame.resource.value};
  run.state.elapsed +=
      doubled(resource.making.delay, frame.attempt - 1, numbers.engine(core::Purpose::kBackoff));
  frame.next = 0;
  frame.must_connect = resource.backend.has_value();
  return Did::kChanged;
}

/// Begins to close one of the resources that were made for the invocation alone.
/// @return false when none of them needs that
template <Recorder R>
bool Stepwise<R>::tear_down_next(Run& run) {
  std::uint32_t left = run.temporary & ~run.closed;
  while (left != 0) {
    const auto id = static_cast<std::uint32_t>(std::countr_zero(left));
    run.closed |= std::uint32_t{1} << id;
    const Program& teardown = function_of(run).setup->resources[id].teardown;
    if (!teardown.empty()) {
      push(run,
           {.program = &teardown, .doing = Doing::kTeardown, .resource = core::ResourceId{id}});
      return true;
    }
    left = run.temporary & ~run.closed;
  }
  return false;
}

}  // namespace lambdasim::engine
