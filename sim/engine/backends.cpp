#include "sim/engine/backends.h"

#include "sim/core/check.h"

namespace lambdasim::engine {

Backends::Backends(const Setup& setup, EventQueue& events)
    : setup_(setup),
      events_(events),
      measured_from_(core::kStartOfTime + setup.warm_up),
      horizon_(core::kStartOfTime + setup.horizon) {
  for (const Backend& backend : setup.backends) {
    State& state = states_.emplace_back();
    state.rate = {std::max(backend.burst, 1.0), backend.per_second};
    state.totals.served_of.resize(setup.functions.size());
  }
  for (std::uint32_t f = 0; f < setup.functions.size(); ++f) {
    for (const Resource& resource : setup.functions[f].resources) {
      if (!resource.backend) {
        continue;
      }
      auto& functions = states_[resource.backend->value].functions;
      if (functions.empty() || functions.back().value != f) {
        functions.push_back(core::FunctionId{f});
      }
    }
  }
}

void Backends::may_end(core::BackendId id, core::SimTime time) {
  State& state = states_[id.value];
  state.next_end = std::min(state.next_end, time);
  look_again(id);
}

/// Those in line wait for an idle context to end: that takes an event.
void Backends::look_again(core::BackendId id) {
  State& state = states_[id.value];
  if (!state.connecting.empty() && state.next_end < state.next_look) {
    state.next_look = std::max(state.next_end, now_);
    events_.push(state.next_look, EventKind::kFreed, id.value);
  }
}

void Backends::connect(core::BackendId id, core::SimTime now) {
  State& state = states_[id.value];
  LAMBDASIM_CHECK(has_room(id), setup(id).name);
  count_full(state);
  ++state.connections;
  count_peak(state);
  if (!has_room(id)) {
    state.is_full = true;
    state.full_since = now;
    state.full_until = core::kNever;
  }
}

void Backends::disconnect(core::BackendId id, core::SimTime at) {
  State& state = states_[id.value];
  LAMBDASIM_CHECK(state.connections > 0, setup(id).name);
  --state.connections;
  state.full_until = std::min(state.full_until, std::max(at, state.full_since));
  if (!state.connecting.empty()) {
    state.next_look = std::min(state.next_look, now_);
    events_.push(now_, EventKind::kFreed, id.value);
  }
}

void Backends::wait_for_connection(core::BackendId id, const Waiter& waiter) {
  states_[id.value].connecting.push_back(waiter);
  look_again(id);
}

void Backends::take_turn(core::BackendId id, core::SimTime now) {
  State& state = states_[id.value];
  ++state.busy;
  if (const auto behind = setup(id).proxy_of; behind && state.busy > state.pool.size()) {
    state.pool.push_back(now);
    ++states_[behind->value].pooled;
    count_peak(states_[behind->value]);
  }
}

/// Takes note of the time at the limit that has ended, if one has.
void Backends::count_full(State& state) {
  if (state.is_full && state.full_until < core::kNever) {
    const core::SimTime from = std::max(state.full_since, measured_from_);
    const core::SimTime until = std::min(state.full_until, horizon_);
    state.totals.at_limit += std::max(until - from, core::Duration{0});
    state.is_full = false;
  }
}

void Backends::begin_measuring() {
  for (State& state : states_) {
    state.totals.peak_connections = state.connections + state.pooled;
  }
}

std::vector<BackendTotals> Backends::finish() {
  std::vector<BackendTotals> all;
  for (State& state : states_) {
    state.full_until = std::min(state.full_until, horizon_);
    count_full(state);
    all.push_back(std::move(state.totals));
  }
  return all;
}

}  // namespace lambdasim::engine
