// Provisioned concurrency: contexts that are initialised ahead of requests and kept, a number a
// function.
//
// A number that is asked for takes a preparation and then a time a context until it is there, and
// nothing of an increase can be used before all of it is. Requests that find no provisioned context
// free spill over to contexts on demand. Provisioned contexts are recycled in the background: the
// next one is initialised before its predecessor ends, so the number stands. The number follows a
// schedule, or the use that is made of it (target tracking).
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/engine/concurrency.h"
#include "sim/engine/contexts.h"
#include "sim/engine/function_state.h"

namespace lambdasim::engine {

template <Recorder R>
class Provisioned {
 public:
  Provisioned(const Setup& setup, RunKey key, std::vector<FunctionState>& functions,
              Contexts<R>& contexts, Concurrency& concurrency, EventQueue& events, R& recorder)
      : requests_per_context_(setup.requests_per_context),
        key_(key),
        functions_(functions),
        contexts_(contexts),
        concurrency_(concurrency),
        events_(events),
        recorder_(recorder) {}

  /// What was configured before the run is there; what is to change is announced.
  void start();
  /// A change that was announced has come.
  void step(std::uint32_t index, core::SimTime now);
  /// A provisioned context for a request, taken out; kNoSlot when all are busy or the request rate
  /// is used up.
  Slot take(FunctionState& function, const Request& request);
  /// A provisioned context is not busy any more.
  void free(FunctionState& function, Context& context, core::SimTime now);
  void finish(core::SimTime horizon);

 private:
  enum class StepKind : std::uint8_t { kAsk, kAllocated, kTrack };
  struct Step {
    StepKind kind;
    core::FunctionId function;
    std::uint32_t contexts = 0;
  };

  void announce(core::SimTime time, const Step& step) {
    events_.push(time, EventKind::kProvision, static_cast<std::uint32_t>(steps_.size()));
    steps_.push_back(step);
  }
  void ask(core::FunctionId id, std::uint32_t contexts, core::SimTime now);
  void allocate(core::FunctionId id, std::uint32_t contexts, core::SimTime now);
  void withdraw(FunctionState& function, std::uint32_t contexts, core::SimTime now);
  void track(core::FunctionId id, core::SimTime now);
  void close_layers(core::FunctionId id, std::uint32_t contexts, core::SimTime now);

  double requests_per_context_;
  RunKey key_;
  std::vector<FunctionState>& functions_;
  Contexts<R>& contexts_;
  Concurrency& concurrency_;
  EventQueue& events_;
  R& recorder_;
  std::vector<Step> steps_;
};

template <Recorder R>
void Provisioned<R>::start() {
  for (std::uint32_t f = 0; f < functions_.size(); ++f) {
    const core::FunctionId id{f};
    FunctionState& function = functions_[f];
    if (function.provisioned == nullptr) {
      continue;
    }
    const ProvisionedConcurrency& setup = *function.setup->provisioned;
    function.provisioned->stream = {key_.seed, key_.replication,
                                    core::hash_name("provisioned/" + function.setup->name)};
    ask(id, setup.at_start, core::kStartOfTime);
    for (const ProvisionedChange& change : setup.schedule) {
      announce(change.at, {StepKind::kAsk, id, change.contexts});
    }
    if (setup.tracking) {
      announce(core::kStartOfTime + setup.tracking->period, {StepKind::kTrack, id});
    }
  }
}

template <Recorder R>
void Provisioned<R>::step(std::uint32_t index, core::SimTime now) {
  const Step step = steps_[index];
  switch (step.kind) {
    case StepKind::kAsk:
      ask(step.function, step.contexts, now);
      break;
    case StepKind::kAllocated:
      allocate(step.function, step.contexts, now);
      break;
    case StepKind::kTrack:
      track(step.function, now);
      break;
  }
}

/// The number that is asked for counts against the account, and is billed, from now on.
template <Recorder R>
void Provisioned<R>::ask(core::FunctionId id, std::uint32_t contexts, core::SimTime now) {
  FunctionState& function = functions_[id.value];
  ProvisionedState& state = *function.provisioned;
  const ProvisionedConcurrency& setup = *function.setup->provisioned;
  if (contexts < state.asked) {
    const std::uint32_t fewer = state.asked - contexts;
    close_layers(id, fewer, now);
    withdraw(function, fewer, now);
    concurrency_.set_aside(id, -static_cast<std::int64_t>(fewer));
  } else if (contexts > state.asked) {
    const std::uint32_t more = contexts - state.asked;
    state.layers.push_back({more, now});
    concurrency_.set_aside(id, more);
    core::KeyedEngine engine = state.stream.invocation(state.asks).engine(core::Purpose::kSandbox);
    const core::Duration preparation = setup.preparation.sample_duration(engine);
    const auto pace = core::duration_of_nanoseconds(60e9 / setup.per_minute * more);
    const bool at_once = now == core::kStartOfTime;
    announce(at_once ? now : now + preparation + pace, {StepKind::kAllocated, id, more});
  }
  ++state.asks;
  state.asked = contexts;
}

template <Recorder R>
void Provisioned<R>::allocate(core::FunctionId id, std::uint32_t contexts, core::SimTime now) {
  FunctionState& function = functions_[id.value];
  ProvisionedState& state = *function.provisioned;
  const std::uint32_t cancelled = std::min(contexts, state.cancelled);
  state.cancelled -= cancelled;
  state.allocated += contexts - cancelled;
  state.limit_requests(requests_per_context_);
  contexts_.sweep(function, now);
  for (std::uint32_t i = cancelled; i < contexts; ++i) {
    contexts_.start_provisioned(function, id, state.stream.invocation(state.created++), now);
  }
}

/// Idle contexts end now, busy ones after their handler, those that are not there yet never come.
template <Recorder R>
void Provisioned<R>::withdraw(FunctionState& function, std::uint32_t contexts, core::SimTime now) {
  ProvisionedState& state = *function.provisioned;
  const std::uint32_t pending = state.asked - state.allocated - state.cancelled;
  const std::uint32_t cancelled = std::min(contexts, pending);
  state.cancelled += cancelled;
  state.allocated -= contexts - cancelled;
  state.surplus += contexts - cancelled;
  state.limit_requests(requests_per_context_);
  contexts_.end_surplus(function, now);
}

template <Recorder R>
Slot Provisioned<R>::take(FunctionState& function, const Request& request) {
  ProvisionedState& state = *function.provisioned;
  if (request.is_synchronous && !state.requests.take(request.arrival)) {
    return kNoSlot;
  }
  const Slot slot = contexts_.take_provisioned(function, request.numbers, request.arrival);
  if (slot != kNoSlot) {
    state.count_use(+1, request.arrival);
  }
  return slot;
}

template <Recorder R>
void Provisioned<R>::free(FunctionState& function, Context& context, core::SimTime now) {
  ProvisionedState& state = *function.provisioned;
  if (context.takes_no_place) {
    context.takes_no_place = false;
    state.count_use(-1, now);
  } else {
    concurrency_.release(context.function);
  }
  if (state.surplus > 0) {
    --state.surplus;
    context.superseded = true;
    context.safe_until = core::kStartOfTime;
  }
}

/// Looks at the use of one period, as an alarm on the utilisation would.
template <Recorder R>
void Provisioned<R>::track(core::FunctionId id, core::SimTime now) {
  FunctionState& function = functions_[id.value];
  ProvisionedState& state = *function.provisioned;
  const TargetTracking& tracking = *function.setup->provisioned->tracking;
  announce(now + tracking.period, {StepKind::kTrack, id});
  state.count_use(0, now);
  const double used = core::seconds_of(state.used) / core::seconds_of(tracking.period);
  state.used = core::Duration{0};
  if (state.allocated == 0 || state.asked != state.allocated) {
    state.high = state.low = 0;
    return;
  }
  const double utilization = used / state.allocated;
  state.high = utilization > tracking.utilization ? state.high + 1 : 0;
  state.low = utilization < tracking.scale_in_below * tracking.utilization ? state.low + 1 : 0;
  if (state.high < tracking.scale_out_after && state.low < tracking.scale_in_after) {
    return;
  }
  state.high = state.low = 0;
  const auto wanted = static_cast<std::uint32_t>(std::ceil(used / tracking.utilization));
  ask(id, std::clamp(wanted, tracking.minimum, tracking.maximum), now);
}

/// An increase is billed as a layer of its own; a decrease takes away from the latest ones.
template <Recorder R>
void Provisioned<R>::close_layers(core::FunctionId id, std::uint32_t contexts, core::SimTime now) {
  std::vector<ProvisionedState::Layer>& layers = functions_[id.value].provisioned->layers;
  while (contexts > 0) {
    ProvisionedState::Layer& last = layers.back();
    const std::uint32_t closed = std::min(contexts, last.contexts);
    recorder_.provisioned(id, closed, last.since, now);
    contexts -= closed;
    last.contexts -= closed;
    if (last.contexts == 0) {
      layers.pop_back();
    }
  }
}

template <Recorder R>
void Provisioned<R>::finish(core::SimTime horizon) {
  for (std::uint32_t f = 0; f < functions_.size(); ++f) {
    if (functions_[f].provisioned != nullptr) {
      close_layers(core::FunctionId{f}, functions_[f].provisioned->asked, horizon);
    }
  }
}

}  // namespace lambdasim::engine
