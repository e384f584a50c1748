// Functions with backends, for tests of what is run step by step.
#pragma once

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "tests/support/scripted.h"

namespace lambdasim::test {

inline engine::Step wait_step(Duration time, std::uint32_t purpose = 90) {
  return {engine::StepKind::kWait, {}, purpose, constant(time)};
}

inline engine::Step use_step(std::uint32_t resource, std::int64_t bytes = 0) {
  engine::Step step;
  step.kind = engine::StepKind::kUse;
  step.resource = core::ResourceId{resource};
  step.bytes = bytes;
  return step;
}

inline engine::Step request_step(Duration service, std::uint32_t backend = 0) {
  engine::Step step;
  step.kind = engine::StepKind::kRequest;
  step.time = constant(service);
  step.backend = core::BackendId{backend};
  step.purpose = 91;
  return step;
}

inline engine::Step call_step(std::uint32_t call, std::uint32_t purpose = 200) {
  engine::Step step;
  step.kind = engine::StepKind::kCall;
  step.call = call;
  step.purpose = purpose;
  return step;
}

/// Of backend 0, made in 40 ms.
inline engine::Resource connection_to(std::uint32_t backend, engine::Where where,
                                      Duration setup = 40ms) {
  engine::Resource resource{where, true, {wait_step(setup, 92)}};
  resource.name = "db";
  resource.backend = core::BackendId{backend};
  return resource;
}

/// A handler that uses its connection and then waits for 10 ms; runtime INIT of 100 ms.
inline engine::FunctionSetup connected_function(engine::Where where, Duration keep_alive = 300s) {
  engine::FunctionSetup function = plain_function(10ms, keep_alive);
  function.is_stepwise = true;
  function.runtime_init = constant(100ms);
  function.resources = {connection_to(0, where)};
  function.handler.insert(function.handler.begin(), use_step(0));
  return function;
}

inline engine::Backend backend_of(std::uint32_t connections, Duration connect_wait = 0s) {
  engine::Backend backend;
  backend.name = "users_db";
  backend.max_connections = connections;
  backend.connect_wait = connect_wait;
  backend.backoff = constant(100ms);
  return backend;
}

inline engine::Setup with_backends(engine::Setup setup, std::vector<engine::Backend> backends) {
  setup.backends = std::move(backends);
  return setup;
}

/// The invocations of one function.
inline std::vector<engine::InvocationRecord> rows_of(const RunOutput& output,
                                                     std::uint32_t function) {
  std::vector<engine::InvocationRecord> rows;
  std::copy_if(
      output.rows.invocations.begin(), output.rows.invocations.end(), std::back_inserter(rows),
      [function](const engine::InvocationRecord& row) { return row.function.value == function; });
  return rows;
}

}  // namespace lambdasim::test
