// Admission: what happens to a request when it reaches the platform, from callers or from event
// sources, until a context takes it or it waits for one.
#pragma once

#include "sim/engine/engine.h"

namespace lambdasim::engine {

/// A request reaches the platform, now.
template <Recorder R>
void Engine<R>::invoke(core::FunctionId id, Request request) {
  const core::SimTime now = request.arrival;
  ++requested_;
  FunctionState& function = functions_[id.value];
  if (function.is_managed) [[unlikely]] {
    serve_managed(function, id, request);
    return;
  }
  if (!function.others.empty()) [[unlikely]] {
    request.tenant = tenant_of(function, request.event);
  }
  if (function.provisioned != nullptr && serve_provisioned(function, request)) [[unlikely]] {
    return;
  }
  const Refusal refusal = concurrency_.admit(id, request.is_synchronous, now);
  if (refusal != Refusal::kNone) [[unlikely]] {
    refuse(id, request, refusal);
    return;
  }
  const Slot warm = contexts_.take_idle(function, request, now);
  if (warm != kNoSlot) [[likely]] {
    function.take_in();
    serve(function, warm, request, now);
    return;
  }
  start_for(function, id, request, now);
}

/// Starts a context for a request, which waits for it or for any that becomes free before.
template <Recorder R>
void Engine<R>::start_for(FunctionState& function, core::FunctionId id, const Request& request,
                          core::SimTime now) {
  const bool has_room = !function.setup->tenants || has_room_for_tenant(function, now);
  if (!has_room || !concurrency_.may_start(id, now)) {
    concurrency_.release(id);
    refuse(id, request, has_room ? Refusal::kRate : Refusal::kConcurrency);
    return;
  }
  const core::InvocationNumbers numbers{request.numbers};
  if (!contexts_.start(function, id, numbers, request.tenant, now)) {
    concurrency_.release(id);
    refuse(id, request, Refusal::kNoCapacity);
    return;
  }
  function.take_in();
  function.waiting_of(request.tenant).push(request);
}

/// Isolated contexts are limited in number, busy or idle.
template <Recorder R>
bool Engine<R>::has_room_for_tenant(FunctionState& function, core::SimTime now) {
  const std::optional<core::FunctionId> owner = function.setup->version_of;
  const std::int64_t reserved =
      (owner ? setup_.functions[owner->value] : *function.setup).reserved_concurrency;
  const std::int64_t places = reserved == kUnreserved ? setup_.account_concurrency : reserved;
  const double most = function.setup->tenants->contexts_a_place * static_cast<double>(places);
  if (function.live + 1 > most) {
    contexts_.sweep(function, now);
  }
  return function.live + 1 <= most;
}

/// Whose event it is: the same at every attempt.
template <Recorder R>
std::uint16_t Engine<R>::tenant_of(const FunctionState& function, std::uint32_t event) {
  const std::vector<double>& shares = function.setup->tenants->shares;
  const double drawn = function.tenants.invocation(event).engine(core::Purpose::kTenant).uniform();
  const auto found = std::upper_bound(shares.begin(), shares.end() - 1, drawn);
  return static_cast<std::uint16_t>(found - shares.begin());
}

/// Serves a request with a provisioned context, if there is one for it.
template <Recorder R>
bool Engine<R>::serve_provisioned(FunctionState& function, const Request& request) {
  const Slot slot = provisioned_.take(function, request);
  if (slot == kNoSlot) {
    return false;
  }
  function.take_in();
  serve(function, slot, request, request.arrival);
  return true;
}

/// Serves a request with a context that others may share, if one has room.
template <Recorder R>
void Engine<R>::serve_managed(FunctionState& function, core::FunctionId id,
                              const Request& request) {
  const Slot slot = managed_.take(id, request.arrival);
  if (slot == kNoSlot) {
    refuse(id, request, Refusal::kNoCapacity);
    return;
  }
  function.take_in();
  serve(function, slot, request, request.arrival);
}

template <Recorder R>
void Engine<R>::offer(const Arrival& arrival, const core::InvocationNumbers& numbers,
                      std::uint32_t event) {
  sources_.offer(arrival, numbers, event);
  carry_out(arrival.time);
}

/// An event that a step has sent arrives, unless arrivals have stopped.
template <Recorder R>
void Engine<R>::deliver(const SentEvent& sent) {
  if (sent.time >= horizon_) {
    return;
  }
  LAMBDASIM_CHECK(!sources_.is_direct(sent.entry), "nobody waits for what a step sends");
  const core::InvocationNumbers numbers{sent.numbers};
  const Arrival arrival{.time = sent.time,
                        .number = sent_,
                        .stream = sent.entry,
                        .function = route_of(setup_.receivers[sent.entry], numbers)};
  const auto event = kFirstSentEvent + static_cast<std::uint32_t>(sent_++);
  record_parent(
      sent.origin,
      {.time = sent.time, .function = arrival.function, .event = event, .source = sent.entry});
  sources_.offer_sent(arrival, numbers, event);
  carry_out(sent.time);
}

template <Recorder R>
void Engine<R>::wake(std::uint32_t index, core::SimTime now) {
  sources_.wake(index, now);
  carry_out(now);
}

template <Recorder R>
void Engine<R>::record_parent(const Origin& origin, ParentRecord record) {
  if constexpr (requires { recorder_.parent(record); }) {
    record.parent_function = origin.function;
    record.parent_context = origin.context;
    record.parent_arrival = origin.arrival;
    recorder_.parent(record);
  }
}

template <Recorder R>
void Engine<R>::record_executions() {
  sources_.take_executions(
      [this](const ExecutionRecord& execution, std::span<const FunctionUse> uses) {
        recorder_.execution(execution, uses);
      });
}

/// Makes the invocations that event sources asked for, and notes the executions that are over.
template <Recorder R>
void Engine<R>::carry_out(core::SimTime now) {
  record_executions();
  Invocation next;
  while (sources_.take(next, now)) {
    invoke(next.function, next.request);
  }
}

}  // namespace lambdasim::engine
