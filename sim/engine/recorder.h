// Contract of a recorder: the consumer of everything a run produces, chosen at compile time.
// The engine hands out rows and spans and never asks a recorder anything. A recorder may also have
// prefetch(function) and prefetch_rest(function), called some way ahead of that function's next
// row, and parent(ParentRecord), called when a handler calls or sends.
#pragma once

#include <concepts>
#include <span>

#include "sim/engine/records.h"

namespace lambdasim::engine {

template <class R>
concept Recorder =
    requires(R recorder, const InvocationRecord& invocation, const ContextRecord& context,
             const ExecutionRecord& execution, std::span<const FunctionUse> uses,
             core::FunctionId function, core::SimTime time, std::uint32_t count) {
      /// An invocation was dispatched or refused; its future is already decided.
      recorder.invocation(invocation);
      /// A context is made and initialised from `created` to `ready`.
      recorder.initialising(function, time /*created*/, time /*ready*/);
      /// A context was idle for this span. Reported when the span ends, so possibly late.
      recorder.idle(function, time /*from*/, time /*to*/);
      /// So many provisioned contexts, or managed instances where the function runs on those, were
      /// configured for this span. Reported when it ends.
      recorder.provisioned(function, count, time /*from*/, time /*to*/);
      /// A provisioned context was ready at `time`, with so many milliseconds of INIT billed.
      recorder.provisioned_init(function, time /*ready*/, count /*billed_ms*/);
      /// A context held a connection to a backend for this span. Reported when it ends.
      recorder.connected(core::BackendId{}, time /*from*/, time /*to*/);
      /// A context ended.
      recorder.context(context);
      /// An execution of a workflow is over, with what it had of each of its functions, or the run
      /// ended under it.
      recorder.execution(execution, uses);
    };

}  // namespace lambdasim::engine
