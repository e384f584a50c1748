// What a workflow is: a state machine outside functions, whose states invoke functions, wait,
// choose, and run branches side by side, as in AWS Step Functions.
//
// States form one level each for the workflow itself and for every branch of a parallel state; no
// state is in two levels (state_graph.h checks that), so what a branch does ends with the branch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/pricing/usage.h"
#include "sim/core/distribution.h"
#include "sim/core/ids.h"
#include "sim/core/time.h"

namespace lambdasim::models {

using StateId = std::uint32_t;
inline constexpr StateId kNoState = ~StateId{0};

/// Most that `attempts` of a state can be set to; the number of an attempt fits into a byte.
inline constexpr std::int64_t kMostStateAttempts = 100;

/// How often an invocation is made before its state fails. By default once.
struct StateRetry {
  std::uint32_t attempts = 1;  ///< all of them, refused ones included
  core::Duration delay{0};     ///< from the end of the first to the second
  double rate = 1;             ///< each further delay is so many times the one before
  core::Duration maximum{core::Duration::max()};  ///< no delay is longer
  bool has_jitter = false;                        ///< uniform between 0 and what it would be
  bool of_refusals = true;
  bool of_failures = true;

  /// After so many attempts, from 1 on, of which the last had these numbers.
  core::Duration after(std::uint32_t attempts_made, std::uint64_t numbers) const;
};

/// Where a choice leads, for what is drawn below `up_to` and not below the one before.
struct StateChoice {
  double up_to = 1;
  StateId next = kNoState;
};

struct State {
  enum class Kind : std::uint8_t {
    kInvoke,    ///< one function, once
    kMap,       ///< one function, an item each
    kParallel,  ///< branches side by side, joined when all have ended
    kChoice,
    kWait,
    kEnd,
  };

  std::string name;
  Kind kind = Kind::kEnd;
  std::uint32_t function = 0;        ///< of kInvoke and kMap: index into Workflow::functions
  std::uint32_t items = 0;           ///< of kMap
  std::uint32_t concurrency = 0;     ///< of kMap: items at once; 0: all of them
  std::vector<StateId> branches;     ///< of kParallel: the first state of each
  std::vector<StateChoice> choices;  ///< of kChoice, in order of `up_to`; the last is 1
  core::Distribution wait;           ///< ns, of kWait
  bool succeeds = true;              ///< of kEnd
  StateRetry retry;                  ///< of kInvoke, and of each item of kMap
  StateId on_failure = kNoState;     ///< where a failure leads that nothing cured
  StateId next = kNoState;           ///< none: the level ends here, well
};

struct Workflow {
  std::string name;
  std::uint32_t number = 0;       ///< among the workflows of a design
  bool is_express = false;        ///< billed by time instead of by transitions
  std::int64_t memory_mb = 0;     ///< billed, of an express workflow
  core::Duration timeout{0};      ///< of an execution
  core::Distribution transition;  ///< ns before a state begins
  StateId start = 0;
  std::vector<State> states;
  std::vector<core::FunctionId> functions;  ///< that it invokes, in order of its states
};

}  // namespace lambdasim::models
