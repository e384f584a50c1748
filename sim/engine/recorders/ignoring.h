// A recorder that keeps nothing: the base of those that keep little, which hide what they take.
#pragma once

#include <cstdint>
#include <span>

#include "sim/engine/records.h"

namespace lambdasim::engine {

class IgnoringRecorder {
 public:
  void invocation(const InvocationRecord&) {}
  void initialising(core::FunctionId, core::SimTime, core::SimTime) {}
  void idle(core::FunctionId, core::SimTime, core::SimTime) {}
  void provisioned(core::FunctionId, std::uint32_t, core::SimTime, core::SimTime) {}
  void provisioned_init(core::FunctionId, core::SimTime, std::uint32_t) {}
  void connected(core::BackendId, core::SimTime, core::SimTime) {}
  void context(const ContextRecord&) {}
  void execution(const ExecutionRecord&, std::span<const FunctionUse>) {}
};

}  // namespace lambdasim::engine
