// What the tests of this folder have in common: a function that is nothing but a server, under the
// Poisson arrivals and keep-alive models that scenarios use.
#pragma once

#include <memory>

#include "models/arrival/poisson.h"
#include "models/keepalive/distribution.h"
#include "models/keepalive/fixed.h"
#include "models/keepalive/idle_window.h"
#include "tests/support/replications.h"
#include "tests/support/scripted.h"
#include "tests/support/theory.h"

namespace lambdasim::test {

inline std::shared_ptr<const engine::ArrivalProcess> poisson(double rate_per_s,
                                                             std::uint32_t function = 0,
                                                             std::uint64_t stream_key = 11) {
  return std::make_shared<const models::Poisson>(rate_per_s, core::FunctionId{function},
                                                 stream_key);
}

inline Duration seconds(double seconds) {
  return core::duration_of_nanoseconds(seconds * 1e9);
}

/// Starts and returns take no time, contexts are kept for ever, no timeout that matters.
inline engine::FunctionSetup server(Distribution service) {
  engine::FunctionSetup function = plain_function(0s, 24h * 3650);
  function.timeout = 24h;
  function.lifetime = constant(24h * 3650);
  function.handler[0].time = std::move(service);
  return function;
}

inline engine::Setup system_of(engine::FunctionSetup function, double rate_per_s, Duration warm_up,
                               Duration measured) {
  engine::Setup setup;
  setup.warm_up = warm_up;
  setup.horizon = warm_up + measured;
  setup.account_concurrency = 1'000'000;
  setup.functions = {std::move(function)};
  setup.arrivals = {poisson(rate_per_s)};
  return setup;
}

}  // namespace lambdasim::test
