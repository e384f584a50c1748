// The backends of a run: who holds their connections, whose turn it is, and what that came to.
//
// A backend knows contexts and handlers by number only. It says whether there is a connection or a
// turn; who has to wait stands in a line, which Stepwise serves when kServed or kFreed comes. An
// idle context that has ended, unnoticed, holds its connections until somebody looks, so before a
// limit or a peak is believed the contexts are looked at: not more often than one may have ended.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/engine/backend.h"
#include "sim/engine/event_queue.h"
#include "sim/engine/setup.h"
#include "sim/engine/token_bucket.h"

namespace lambdasim::engine {

/// Somebody who waits: the number of a run and of its wait, which is another one each time.
struct Waiter {
  std::uint32_t run;
  std::uint64_t ticket;
};

class Backends {
 public:
  Backends(const Setup& setup, EventQueue& events);

  const Backend& setup(core::BackendId id) const { return setup_.backends[id.value]; }
  BackendTotals& totals(core::BackendId id) { return states_[id.value].totals; }
  /// The functions whose contexts may hold connections to it.
  const std::vector<core::FunctionId>& functions(core::BackendId id) const {
    return states_[id.value].functions;
  }
  /// Tells it the time, which what ended earlier, unnoticed, does not.
  void set_time(core::SimTime now) { now_ = std::max(now_, now); }
  /// Whether what begins at this time counts.
  bool measures(core::SimTime time) const { return measured_from_ <= time && time < horizon_; }

  // Connections.
  bool has_room(core::BackendId id) const {
    return states_[id.value].connections < setup(id).max_connections;
  }
  bool is_waited_for(core::BackendId id) const { return !states_[id.value].connecting.empty(); }
  /// Whether the count must be exact before one more connection is made.
  bool must_look(core::BackendId id, core::SimTime now) const {
    const State& state = states_[id.value];
    return now >= state.next_end &&
           (state.connections + state.pooled >= state.totals.peak_connections || !has_room(id));
  }
  void begin_look(core::BackendId id) { states_[id.value].next_end = core::kNever; }
  /// An idle context comes to its end, or loses its connection, at this time at the earliest.
  void may_end(core::BackendId id, core::SimTime time);
  void connect(core::BackendId id, core::SimTime now);
  /// @param at possibly past: when it happened
  void disconnect(core::BackendId id, core::SimTime at);
  void wait_for_connection(core::BackendId id, const Waiter& waiter);

  // Turns: of a proxy, connections of its pool.
  bool has_turn(core::BackendId id) const {
    return states_[id.value].busy < setup(id).parallel && states_[id.value].queue.empty();
  }
  void take_turn(core::BackendId id, core::SimTime now);
  void end_turn(core::BackendId id) { --states_[id.value].busy; }
  void wait_for_turn(core::BackendId id, const Waiter& waiter) {
    states_[id.value].queue.push_back(waiter);
  }
  bool is_within_rate(core::BackendId id, core::SimTime now) {
    return states_[id.value].rate.take(now);
  }

  /// Lets those in line go ahead, as many as can.
  /// @param take whether a waiter still waits; it has what it waited for, then
  template <class Take>
  void serve_queue(core::BackendId id, core::SimTime now, Take take) {
    State& state = states_[id.value];
    while (!state.queue.empty() && state.busy < setup(id).parallel) {
      const Waiter next = state.queue.front();
      state.queue.pop_front();
      if (take(next)) {
        take_turn(id, now);
      }
    }
  }
  template <class Take>
  void serve_connecting(core::BackendId id, core::SimTime now, Take take) {
    State& state = states_[id.value];
    state.next_look = core::kNever;
    while (!state.connecting.empty() && has_room(id)) {
      const Waiter next = state.connecting.front();
      state.connecting.pop_front();
      if (take(next)) {
        connect(id, now);
      }
    }
    look_again(id);
  }

  /// The measured window begins. The connections are those that there are.
  void begin_measuring();
  /// When a proxy opened each connection of its pool to the backend behind it; they stay open.
  const std::vector<core::SimTime>& pool_opened(core::BackendId proxy) const {
    return states_[proxy.value].pool;
  }
  /// The run is over.
  std::vector<BackendTotals> finish();

 private:
  struct State {
    std::uint32_t connections = 0;  // of contexts
    std::uint32_t busy = 0;
    std::vector<core::SimTime> pool;  // of a proxy: when its connections were opened
    std::uint32_t pooled = 0;         // these, at the backend behind
    TokenBucket rate;
    std::deque<Waiter> connecting;
    std::deque<Waiter> queue;
    core::SimTime next_end = core::kNever;   // no idle context ends before
    core::SimTime next_look = core::kNever;  // when they are looked at, for those in line
    bool is_full = false;
    core::SimTime full_since;
    core::SimTime full_until = core::kNever;
    std::vector<core::FunctionId> functions;
    BackendTotals totals;
  };

  static void count_peak(State& state) {
    state.totals.peak_connections =
        std::max(state.totals.peak_connections, state.connections + state.pooled);
  }
  void count_full(State& state);
  void look_again(core::BackendId id);

  const Setup& setup_;
  EventQueue& events_;
  core::SimTime now_;
  core::SimTime measured_from_;
  core::SimTime horizon_;
  std::vector<State> states_;
};

}  // namespace lambdasim::engine
