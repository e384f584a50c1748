// A run in which everything happens that the engine knows: cold starts, requests that wait for
// whichever context is free first, timeouts and the reset after them, recycling, keep-alive limits,
// refusals, connections, return delays, two functions that share an account.
#pragma once

#include <utility>

#include "models/arrival/poisson.h"
#include "models/cpu/proportional.h"
#include "models/keepalive/idle_window.h"
#include "tests/support/scripted.h"

namespace lambdasim::test {

/// Another process, cut off at a time before the horizon.
class ArrivalsUntil : public engine::ArrivalProcess {
 public:
  ArrivalsUntil(std::shared_ptr<const engine::ArrivalProcess> of, SimTime end)
      : of_(std::move(of)), end_(end) {}

  std::unique_ptr<engine::ArrivalSource> start(engine::RunKey key,
                                               std::uint32_t stream) const override {
    return std::make_unique<Source>(of_->start(key, stream), end_);
  }

 private:
  class Source : public engine::ArrivalSource {
   public:
    Source(std::unique_ptr<engine::ArrivalSource> of, SimTime end)
        : of_(std::move(of)), end_(end) {}
    SimTime append(SimTime until, std::size_t at_most, std::vector<engine::Arrival>& out) override {
      if (until <= end_) {
        return of_->append(until, at_most, out);
      }
      const SimTime given = of_->append(end_, at_most, out);
      return given < end_ ? given : until;
    }
    std::uint64_t stream_key() const override { return of_->stream_key(); }

   private:
    std::unique_ptr<engine::ArrivalSource> of_;
    SimTime end_;
  };

  std::shared_ptr<const engine::ArrivalProcess> of_;
  SimTime end_;
};

inline std::shared_ptr<const engine::ArrivalProcess> poisson_until(double rate_per_s, SimTime end,
                                                                   std::uint32_t function,
                                                                   std::uint64_t stream_key) {
  return std::make_shared<ArrivalsUntil>(
      std::make_shared<models::Poisson>(rate_per_s, core::FunctionId{function}, stream_key), end);
}

inline constexpr std::uint64_t kEventfulStream = 501;
inline constexpr std::uint32_t kConnectionPurpose = 99;
inline const Distribution kConnecting = Distribution::lognormal_median_p99(40e6, 300e6);

/// Handlers of about 250 ms, one in 25 longer than the timeout of 3 s; INIT of about 600 ms.
inline engine::FunctionSetup eventful_function(std::string name) {
  engine::FunctionSetup function = plain_function(0s);
  function.name = std::move(name);
  function.sandbox = Distribution::uniform(20e6, 80e6);
  function.runtime_init = Distribution::lognormal_median_p99(400e6, 1'500e6);
  function.lifetime = Distribution::uniform(20e9, 120e9);
  function.keep_alive = std::make_shared<models::IdleWindow>(1s, 4s);
  function.cpu = std::make_shared<models::Proportional>(7, 2);
  function.resources = {{engine::Where::kOutsideHandler,
                         true,
                         {{engine::StepKind::kWait, {}, kConnectionPurpose, kConnecting}}}};
  function.handler = {
      {engine::StepKind::kUse, core::ResourceId{0}, 0, {}},
      {engine::StepKind::kWait, {}, 64, Distribution::lognormal_mean_cv(350e6, 4.0)},
      {engine::StepKind::kCpu, {}, 65, Distribution::exponential(20e6)}};
  return function;
}

/// Two hours; the last call comes a quarter of an hour before the end, so that all is done by then.
inline engine::Setup eventful_setup() {
  engine::Setup setup;
  setup.horizon = 2h;
  setup.account_concurrency = 12;
  setup.functions = {eventful_function("first"), eventful_function("second")};
  setup.functions[1].timeout = 1s;
  setup.functions[1].init_is_billed = false;
  setup.arrivals = {poisson_until(8.0, at(105min), 0, kEventfulStream),
                    poisson_until(3.0, at(105min), 1, kEventfulStream + 1)};
  return setup;
}

inline engine::Setup eventful_setup_with_return_delay() {
  engine::Setup setup = eventful_setup();
  for (engine::FunctionSetup& function : setup.functions) {
    function.return_delay = Distribution::uniform(4e6, 8e6);
  }
  return setup;
}

}  // namespace lambdasim::test
