// What is under way in one run of a workflow: executions, the scopes that are joined in them, and
// the strands that go from state to state. Bookkeeping only; workflow/source.cpp says what happens.
//
// Strands live in scopes: one for the execution as a whole, one for the branches of a parallel
// state, one for the items of a map. A scope that is over (joined, or failed) or lies in one that
// is calls its strands off: each lets go when it is next woken. A scope is held by its strands and
// by the scopes within, and an execution by its scopes, so nothing is used again that a wake, a
// ticket or an answer still names.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "models/source/slab.h"
#include "models/workflow/machine.h"
#include "sim/core/random.h"
#include "sim/engine/event_source.h"

namespace lambdasim::models {

/// One place of control in an execution.
struct Strand {
  /// What it does when it is woken.
  enum class Then : std::uint8_t { kHearAnswer, kBegin, kTryAgain, kGoOn, kFail, kTimeOut };

  std::uint64_t key = 0;          ///< of the random numbers of its visit of the state
  std::uint32_t next = kNothing;  ///< the slab's
  std::uint32_t scope = kNothing;
  std::uint32_t item = kNothing;  ///< of a map; none: it is at the state as a whole
  StateId state = 0;
  std::uint32_t attempts = 0;  ///< at its state or item
  Then then = Then::kHearAnswer;
};

/// What is joined: strands that belong together.
struct Scope {
  std::uint32_t next = kNothing;  ///< the slab's
  std::uint32_t outer = kNothing;
  std::uint32_t owner = kNothing;  ///< the strand of `outer` that waits for it; none: nobody does
  std::uint32_t execution = kNothing;
  std::uint32_t to_end = 0;   ///< strands and items that have not ended, those to come included
  std::uint32_t started = 0;  ///< of them
  std::uint32_t held = 0;
  bool is_over = false;
};

struct Execution {
  core::InvocationNumbers numbers{0};
  engine::ExecutionRecord record;
  std::uint32_t next = kNothing;  ///< the slab's
  std::uint32_t scope = kNothing;
  bool is_counted = false;
  bool is_open = false;  ///< it is in use
  bool is_over = false;  ///< its outcome stands
};

class Executions {
 public:
  explicit Executions(const Workflow& workflow)
      : states_(workflow.states.size()), functions_(workflow.functions) {}

  Execution& operator[](std::uint32_t index) { return executions_[index]; }
  Strand& strand(std::uint32_t index) { return strands_[index]; }
  Scope& scope(std::uint32_t index) { return scopes_[index]; }
  Execution& execution_of(const Strand& strand) {
    return executions_[scopes_[strand.scope].execution];
  }
  std::uint32_t size() const { return executions_.size(); }
  std::uint64_t open() const { return open_; }

  /// A new execution with its scope, which is held by the caller.
  std::uint32_t open(const Execution& begun);
  /// A scope for so many strands, which is held by the caller.
  std::uint32_t open_scope(std::uint32_t execution, std::uint32_t outer, std::uint32_t owner,
                           std::uint32_t strands);
  /// A strand of a scope, held by it.
  std::uint32_t open_strand(std::uint32_t scope);
  /// A strand is no more.
  /// @return the execution if it was the last thing of it, else kNothing
  std::uint32_t drop(std::uint32_t strand);
  /// One hold less; returns as drop() does.
  std::uint32_t release(std::uint32_t scope);
  /// The execution may be used again.
  void close(std::uint32_t execution);

  /// Whether nothing that a strand would do counts any more.
  bool is_called_off(const Strand& strand) const;
  /// How often the execution came to the state before; counts this time.
  std::uint32_t visit(std::uint32_t execution, StateId state) {
    return visits_[std::size_t{execution} * states_ + state]++;
  }
  engine::FunctionUse& use(std::uint32_t execution, std::uint32_t function) {
    return uses_[std::size_t{execution} * functions_.size() + function];
  }
  std::span<const engine::FunctionUse> uses(std::uint32_t execution) const {
    return std::span{uses_}.subspan(std::size_t{execution} * functions_.size(), functions_.size());
  }

 private:
  std::size_t states_;
  const std::vector<core::FunctionId>& functions_;
  Slab<Execution> executions_;
  Slab<Scope> scopes_;
  Slab<Strand> strands_;
  std::vector<std::uint32_t> visits_;      // by execution, state
  std::vector<engine::FunctionUse> uses_;  // by execution, function
  std::uint64_t open_ = 0;
};

}  // namespace lambdasim::models
