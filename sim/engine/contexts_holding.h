// What the contexts of stepwise functions hold, and when they lose it: resources of a certain age,
// connections to backends.
#pragma once

#include "sim/engine/contexts.h"

namespace lambdasim::engine {

/// INIT, which ran step by step, is over: the context is ready, now or soon.
template <Recorder R>
void Contexts<R>::initialised(FunctionState& function, Slot slot) {
  Context& context = pool_[slot];
  const ContextHistory& history = pool_.history(slot);
  rest(function, context, history.ready());
  recorder_.initialising(context.function, history.created, history.ready());
  events_.push(history.ready(), EventKind::kReady, slot);
}

/// The context is as its snapshot was.
template <Recorder R>
void Contexts<R>::restore(const FunctionState& function, Slot slot, core::SimTime at) {
  Context& context = pool_[slot];
  context.made = function.evaluator.made_in_init();
  for (Held& held : holdings_[slot].held) {
    held = {.made = at, .used = at};
  }
}

/// What INIT would have made before the run, or before the time from which on it is simulated: a
/// connection where there is one left, without waiting.
template <Recorder R>
void Contexts<R>::make_all(FunctionState& function, Slot slot, core::SimTime at) {
  holdings_.begin(slot, *function.setup);
  restore(function, slot, at);
  std::uint32_t& made = pool_[slot].made;
  for (std::uint32_t i = 0; i < function.setup->resources.size(); ++i) {
    const auto backend = function.setup->resources[i].backend;
    const std::uint32_t bit = std::uint32_t{1} << i;
    if ((made & bit) == 0 || !backend) {
      continue;
    }
    if (backends_.has_room(*backend)) {
      backends_.connect(*backend, at);
      hold_connections(function, 1, at);
    } else {
      made &= ~bit;
    }
  }
}

/// INIT of a new context that was to begin before now, unnoticed: as it takes when nothing is in
/// its way.
/// @return false when it is not over yet, and is still to be run
template <Recorder R>
bool Contexts<R>::begin_before(FunctionState& function, Slot slot, core::SimTime now) {
  Context& context = pool_[slot];
  ContextHistory& history = pool_.history(slot);
  initialise(function, slot, core::InvocationNumbers{context.last_numbers});
  if (context.needs_init || history.ready() > now) {
    history.init = history.billed_init = core::Duration{0};
    context.made = 0;
    context.needs_init = false;
    return false;
  }
  make_all(function, slot, history.ready());
  rest(function, context, history.ready());
  recorder_.initialising(context.function, history.created, history.ready());
  return true;
}

/// The connection of a resource ends at `at`, or did when the peer closed it.
template <Recorder R>
void Contexts<R>::close_connection(FunctionState& function, Slot slot, core::ResourceId id,
                                   core::SimTime at) {
  const Resource& resource = function.setup->resources[id.value];
  Held& held = holdings_[slot].held[id.value];
  if (held.is_closed) {
    return;
  }
  held.is_closed = true;
  const core::SimTime ended = std::max(held.made, held.ended_by(resource.valid, at));
  --function.connections;
  recorder_.connected(*resource.backend, held.made, ended);
  backends_.disconnect(*resource.backend, ended);
}

/// The context no longer has the resources of a mask.
template <Recorder R>
void Contexts<R>::drop(FunctionState& function, Slot slot, std::uint32_t resources,
                       core::SimTime at) {
  for (std::uint32_t i = 0; i < function.setup->resources.size(); ++i) {
    if ((resources >> i & 1U) != 0 && function.setup->resources[i].backend) {
      close_connection(function, slot, core::ResourceId{i}, at);
    }
  }
  pool_[slot].made &= ~resources;
}

/// Connections that a context still has.
template <Recorder R>
std::uint32_t Contexts<R>::open_connections(const FunctionState& function, Slot slot) {
  std::uint32_t open = 0;
  for (std::uint32_t i = 0; i < function.setup->resources.size(); ++i) {
    const bool is_made = (pool_[slot].made >> i & 1U) != 0;
    open += is_made && function.setup->resources[i].backend && !holdings_[slot].held[i].is_closed
                ? 1U
                : 0U;
  }
  return open;
}

/// A context comes to rest: its backends learn how long they can be sure of its connections.
template <Recorder R>
void Contexts<R>::note_rest(FunctionState& function, Slot slot) {
  const Context& context = pool_[slot];
  const core::SimTime ends = ends_at(function, slot);
  for (std::uint32_t i = 0; i < function.setup->resources.size(); ++i) {
    const Resource& resource = function.setup->resources[i];
    const Held& held = holdings_[slot].held[i];
    if ((context.made >> i & 1U) != 0 && resource.backend && !held.is_closed) {
      backends_.may_end(*resource.backend, held.ended_by(resource.valid, ends));
    }
  }
}

/// When an idle context comes to its end, unless it is used before.
template <Recorder R>
core::SimTime Contexts<R>::ends_at(const FunctionState& function, Slot slot) {
  const Context& context = pool_[slot];
  const core::SimTime recycled = std::max(context.recycle_at, context.idle_since);
  if (context.provisioned) {
    return recycled;
  }
  return std::min(recycled, expires_at(function, slot));
}

/// Looks at every idle context that may hold a connection to a backend, so that the count is exact.
template <Recorder R>
void Contexts<R>::look_for_connections(core::BackendId backend, core::SimTime now) {
  backends_.begin_look(backend);
  for (const core::FunctionId id : backends_.functions(backend)) {
    FunctionState& function = functions_[id.value];
    for (const Slot slot : take_all_idle(function, pool_)) {
      if (is_gone(function, slot, now)) {
        continue;
      }
      for (std::uint32_t i = 0; i < function.setup->resources.size(); ++i) {
        const Resource& resource = function.setup->resources[i];
        if ((pool_[slot].made >> i & 1U) != 0 && resource.backend &&
            holdings_[slot].held[i].is_stale(resource.valid, now)) {
          close_connection(function, slot, core::ResourceId{i}, now);
        }
      }
      put_back(function, slot);
    }
  }
}

}  // namespace lambdasim::engine
