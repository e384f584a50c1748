// What a run keeps for one function: its idle contexts, its waiting requests, and the counts behind
// its peaks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "sim/engine/evaluate.h"
#include "sim/engine/idle_contexts.h"
#include "sim/engine/setup.h"
#include "sim/engine/simulate.h"
#include "sim/engine/waiting_queue.h"

namespace lambdasim::engine {

/// What is kept of a function whose contexts are looked at whenever one comes to rest or is used:
/// its keep-alive learns, or its hosts have finite memory.
struct Watch {
  std::unique_ptr<AdaptiveKeepAlive> policy;  ///< none: the limits of its keep-alive hold
  bool is_resting = false;                    ///< it was called before, and nothing is in flight
  core::SimTime rested_at;                    ///< when its last execution ended
  core::SimTime next_end = core::kNever;      ///< no idle context ends before this
  core::SimTime prewarm_at;                   ///< when a context is to be started ahead of a call
  core::SimTime prewarmed_until;              ///< how long that one is kept
  std::uint64_t prewarm_numbers = 0;
};

struct FunctionState {
  /// @param watched none for a function that need not be looked at
  FunctionState(const FunctionSetup& of, std::unique_ptr<Watch> watched)
      : setup(&of),
        evaluator(of),
        kept_at_least(watched ? kAskAlways : of.keep_alive->at_least()),
        idle(of.reuse),
        watch(std::move(watched)) {}

  /// Makes every look at a context the moment at which its exact end is asked for.
  static constexpr core::Duration kAskAlways{-1};

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
  std::unique_ptr<Watch> watch;
};

}  // namespace lambdasim::engine
