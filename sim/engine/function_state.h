// What a run keeps for one function: its idle contexts, its waiting requests, and the counts behind
// its peaks.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/engine/evaluate.h"
#include "sim/engine/idle_contexts.h"
#include "sim/engine/setup.h"
#include "sim/engine/simulate.h"
#include "sim/engine/waiting_queue.h"

namespace lambdasim::engine {

struct FunctionState {
  explicit FunctionState(const FunctionSetup& of)
      : setup(&of), evaluator(of), kept_at_least(of.keep_alive->at_least()), idle(of.reuse) {}

  bool is_failing(core::SimTime now) const {
    return !setup->outages.empty() &&
           std::any_of(setup->outages.begin(), setup->outages.end(), [now](const Outage& outage) {
             return outage.from <= now && now < outage.to;
           });
  }

  const FunctionSetup* setup;
  Evaluator evaluator;
  core::Duration kept_at_least;
  IdleContexts idle;
  WaitingQueue waiting;
  // Contexts and connections count expired contexts until somebody looks at them.
  std::uint32_t live = 0;
  std::uint32_t in_flight = 0;
  std::uint32_t connections = 0;
  FunctionPeaks peaks;
};

}  // namespace lambdasim::engine
