#include "models/workflow/executions.h"

namespace lambdasim::models {

std::uint32_t Executions::open(const Execution& begun) {
  const std::uint32_t execution = executions_.take();
  executions_[execution] = begun;
  visits_.resize(std::max(visits_.size(), executions_.size() * states_));
  uses_.resize(std::max(uses_.size(), executions_.size() * functions_.size()));
  std::fill_n(visits_.begin() + static_cast<std::ptrdiff_t>(execution * states_), states_, 0U);
  for (std::uint32_t f = 0; f < functions_.size(); ++f) {
    use(execution, f) = {.function = functions_[f]};
  }
  executions_[execution].scope = open_scope(execution, kNothing, kNothing, 1);
  executions_[execution].is_open = true;
  ++open_;
  return execution;
}

std::uint32_t Executions::open_scope(std::uint32_t execution, std::uint32_t outer,
                                     std::uint32_t owner, std::uint32_t strands) {
  const std::uint32_t scope = scopes_.take();
  scopes_[scope] = {
      .outer = outer, .owner = owner, .execution = execution, .to_end = strands, .held = 1};
  if (outer != kNothing) {
    ++scopes_[outer].held;
  }
  return scope;
}

std::uint32_t Executions::open_strand(std::uint32_t scope) {
  const std::uint32_t strand = strands_.take();
  strands_[strand] = {.scope = scope};
  ++scopes_[scope].held;
  ++scopes_[scope].started;
  return strand;
}

std::uint32_t Executions::drop(std::uint32_t strand) {
  const std::uint32_t scope = strands_[strand].scope;
  strands_.give_back(strand);
  return release(scope);
}

/// A scope that nothing holds any more and that is not over was called off from outside: then its
/// owner was, too, and goes with it.
std::uint32_t Executions::release(std::uint32_t index) {
  while (--scopes_[index].held == 0) {
    const Scope scope = scopes_[index];
    scopes_.give_back(index);
    if (scope.outer == kNothing) {
      return scope.execution;
    }
    if (!scope.is_over) {
      strands_.give_back(scope.owner);
      --scopes_[scope.outer].held;
    }
    index = scope.outer;
  }
  return kNothing;
}

void Executions::close(std::uint32_t execution) {
  executions_[execution].is_open = false;
  executions_.give_back(execution);
  --open_;
}

bool Executions::is_called_off(const Strand& strand) const {
  for (std::uint32_t scope = strand.scope; scope != kNothing; scope = scopes_[scope].outer) {
    if (scopes_[scope].is_over) {
      return true;
    }
  }
  return false;
}

}  // namespace lambdasim::models
