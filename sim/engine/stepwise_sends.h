// Handlers that send events: messages to a queue, records to a stream, asynchronous invocations.
// The request takes time, which is billed; nobody waits for what comes of the events. They leave
// the interpreter as arrivals of an entry of the workload, when the clock has come to the answer.
#pragma once

#include "sim/engine/stepwise.h"

namespace lambdasim::engine {

/// An event's numbers are of the invocation that sends it and of the step, so designs that do the
/// same send the same, and a further attempt at an invocation sends events of its own.
template <Recorder R>
typename Stepwise<R>::Did Stepwise<R>::send(std::uint32_t index, const Step& step,
                                            core::SimTime now) {
  Run& run = runs_[index];
  const FunctionSend& send = function_of(run).setup->sends[step.call];
  const core::InvocationNumbers numbers{run.top().numbers};
  if (!run.is_sending) {
    core::KeyedEngine engine = numbers.engine(step.purpose);
    if (engine.uniform() >= send.probability) {
      return Did::kDone;
    }
    run.state.elapsed += step.time.sample_duration(engine);
    if (run.state.elapsed > run.limit) {
      return Did::kChanged;  // it is cut short: nothing is sent
    }
    run.is_sending = true;
    if (run.time() > now) {
      return sleep(index);
    }
  }
  run.is_sending = false;
  core::KeyedEngine keys = numbers.engine(step.purpose + 1);
  for (std::uint32_t i = 0; i < send.events; ++i) {
    sent_.push({.origin = origin_of(run), .time = now, .numbers = keys(), .entry = send.entry});
  }
  return Did::kDone;
}

}  // namespace lambdasim::engine
