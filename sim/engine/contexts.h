// The life of execution contexts: started, resting between invocations, ended, and what they hold.
//
// Between invocations a context is only a row in a stack. Whether it was still alive is asked when
// it is next looked at (keep-alive and lifetime are deadlines, not events) and its end is then
// reported at the exact time at which it happened.
#pragma once

#include <algorithm>
#include <string>

#include "sim/core/random.h"
#include "sim/engine/context_pool.h"
#include "sim/engine/function_state.h"
#include "sim/engine/recorder.h"

namespace lambdasim::engine {

template <Recorder R>
class Contexts {
 public:
  explicit Contexts(R& recorder) : recorder_(recorder) {}

  Context& operator[](Slot slot) { return pool_[slot]; }
  ContextHistory& history(Slot slot) { return pool_.history(slot); }

  /// Starts a context; it is ready at history(slot).ready().
  [[gnu::cold]] Slot start(FunctionState& function, core::FunctionId id,
                           const core::InvocationNumbers& numbers, core::SimTime now);
  /// Makes an idle context that was initialised before the run.
  void start_warm(FunctionState& function, core::FunctionId id,
                  const core::InvocationNumbers& numbers);

  /// Begins the idle period of a context, which may lie in the future.
  void rest(const FunctionState& function, Context& context, core::SimTime since) {
    context.idle_since = since;
    context.safe_until = std::min(since + function.kept_at_least, context.recycle_at);
  }
  void put_back(FunctionState& function, Slot slot) { function.idle.push(pool_, slot); }
  /// The most recently used idle context, taken out; kNoSlot without one.
  Slot take_idle(FunctionState& function, core::SimTime now) {
    while (!function.idle.empty()) {
      const Slot slot = function.idle.top();
      function.idle.pop(pool_);
      if (!is_gone(function, slot, now)) [[likely]] {
        return slot;
      }
    }
    return kNoSlot;
  }
  /// Whether an idle context ended at or before `now`; if so it is retired at its exact end.
  bool is_gone(FunctionState& function, Slot slot, core::SimTime now) {
    return now >= pool_[slot].safe_until && retire_if_ended(function, slot, now);
  }

  void hold_connections(FunctionState& function, std::uint32_t count, core::SimTime now) {
    function.connections += count;
    if (function.connections > function.peaks.connections) {
      sweep(function, now);
      function.peaks.connections = std::max(function.peaks.connections, function.connections);
    }
  }
  /// Retires every idle context that has ended by now, so that the counts are exact.
  void sweep(FunctionState& function, core::SimTime now) {
    function.idle.sweep(pool_, [&](Slot slot) { return is_gone(function, slot, now); });
  }
  /// Ends what is left of a function when the run ends.
  void end_all(FunctionState& function, core::SimTime horizon);

 private:
  [[gnu::cold]] bool retire_if_ended(FunctionState& function, Slot slot, core::SimTime now);
  void retire(FunctionState& function, Slot slot, core::SimTime at, Retirement why);

  R& recorder_;
  ContextPool pool_;
};

template <Recorder R>
Slot Contexts<R>::start(FunctionState& function, core::FunctionId id,
                        const core::InvocationNumbers& numbers, core::SimTime now) {
  const Slot slot = pool_.create();
  ContextHistory& history = pool_.history(slot);
  history.created = now;
  history.sandbox = function.evaluator.sandbox(numbers);
  history.init = function.evaluator.init(numbers);
  Context& context = pool_[slot];
  context.function = id;
  context.last_numbers = numbers.key();
  context.recycle_at = now + function.evaluator.lifetime(numbers);
  context.made = function.evaluator.made_in_init();
  rest(function, context, history.ready());
  // No idle context is left when one is started, so the count is exact here.
  function.peaks.contexts = std::max(function.peaks.contexts, ++function.live);
  hold_connections(function, function.evaluator.connections(context.made), now);
  recorder_.initialising(id, now, history.ready());
  return slot;
}

template <Recorder R>
void Contexts<R>::start_warm(FunctionState& function, core::FunctionId id,
                             const core::InvocationNumbers& numbers) {
  const Slot slot = pool_.create();
  Context& context = pool_[slot];
  context.function = id;
  context.last_numbers = numbers.key();
  context.recycle_at = core::kStartOfTime + function.evaluator.lifetime(numbers);
  context.made = function.evaluator.made_in_init();
  rest(function, context, core::kStartOfTime);
  put_back(function, slot);
  ++function.live;
  hold_connections(function, function.evaluator.connections(context.made), core::kStartOfTime);
}

template <Recorder R>
bool Contexts<R>::retire_if_ended(FunctionState& function, Slot slot, core::SimTime now) {
  const Context& context = pool_[slot];
  const core::SimTime expires =
      context.idle_since +
      function.setup->keep_alive->limit(core::InvocationNumbers{context.last_numbers});
  const core::SimTime recycled = std::max(context.recycle_at, context.idle_since);
  if (now < std::min(expires, recycled)) {
    return false;
  }
  retire(function, slot, std::min(expires, recycled),
         recycled < expires ? Retirement::kRecycled : Retirement::kIdle);
  return true;
}

template <Recorder R>
void Contexts<R>::retire(FunctionState& function, Slot slot, core::SimTime at, Retirement why) {
  const Context& context = pool_[slot];
  const ContextHistory& history = pool_.history(slot);
  if (context.idle_since < at) {
    recorder_.idle(context.function, context.idle_since, at);
  }
  const std::uint32_t connections = function.evaluator.connections(context.made);
  function.connections -= connections;
  --function.live;
  recorder_.context({.context = context.id,
                     .function = context.function,
                     .created = history.created,
                     .ready = history.ready(),
                     .retired = at,
                     .init = history.init,
                     .busy = context.busy,
                     .idle = at - history.ready() - context.busy - history.reset_init,
                     .invocations = context.invocations,
                     .resets = history.resets,
                     .connections = connections,
                     .why = why});
  pool_.destroy(slot);
}

template <Recorder R>
void Contexts<R>::end_all(FunctionState& function, core::SimTime horizon) {
  sweep(function, horizon);
  while (!function.idle.empty()) {
    const Slot slot = function.idle.top();
    function.idle.pop(pool_);
    retire(function, slot, std::max(horizon, pool_[slot].idle_since), Retirement::kEndOfRun);
  }
}

}  // namespace lambdasim::engine
