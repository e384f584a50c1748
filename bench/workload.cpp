#include "bench/workload.h"

#include <cmath>
#include <string>

#include "sim/engine/step_graph.h"
#include "tests/support/model_from_yaml.h"

namespace lambdasim::bench {
namespace {

engine::FunctionSetup function_of(std::string name, const Workload& workload) {
  engine::FunctionSetup function;
  function.name = std::move(name);
  function.memory_mb = 1792;
  function.timeout = std::chrono::seconds{900};
  function.lifetime = core::Distribution::constant(1e18);
  function.runtime_init = core::Distribution::constant(1e8);
  function.handler = {{.kind = engine::StepKind::kWait,
                       .resource = {},
                       .purpose = static_cast<std::uint32_t>(core::Purpose::kFirstStep),
                       .time = core::Distribution::lognormal_mu_sigma(
                           std::log(workload.service_median_ns), workload.service_sigma)}};
  return function;
}

void share_models(engine::Setup& setup) {
  const auto cpu = test::cpu("proportional", 1792);
  const auto keep_alive = test::keep_alive("fixed", "{ttl: 10 min}");
  for (engine::FunctionSetup& function : setup.functions) {
    function.cpu = cpu;
    function.init_cpu = cpu;
    function.keep_alive = keep_alive;
  }
}

}  // namespace

Workload workload_with(double in_flight, std::uint64_t invocations) {
  Workload workload;
  workload.invocations = invocations;
  const double mean_s = workload.service_median_ns * 1e-9 *
                        std::exp(workload.service_sigma * workload.service_sigma / 2);
  workload.rate_per_s = in_flight / mean_s;
  return workload;
}

engine::Setup engine_setup(const Workload& workload) {
  engine::Setup setup;
  setup.horizon = core::duration_of_nanoseconds(static_cast<double>(workload.invocations) /
                                                workload.rate_per_s * 1e9);
  setup.account_concurrency = 1'000'000;
  setup.functions.push_back(function_of("function", workload));
  setup.arrivals.push_back(test::poisson_arrivals(workload.rate_per_s, core::FunctionId{0},
                                                  core::hash_name("function")));
  share_models(setup);
  return setup;
}

engine::Setup everything_on(const Workload& workload) {
  using core::Distribution;
  engine::Setup setup = engine_setup(workload);
  setup.account_concurrency = 2'000;
  engine::FunctionSetup& function = setup.functions.front();
  function.memory_mb = 512;
  function.cpu = test::cpu("quota", function.memory_mb);
  function.keep_alive = test::keep_alive(
      "distribution", "{limit: {quantiles: {p0: 60 s, p3: 270 s, p43: 315 s, p100: 360 s}}}");
  function.sandbox = Distribution::uniform(50e6, 100e6);
  function.lifetime = Distribution::uniform(5e9, 20e9);
  function.return_delay = Distribution::uniform(4e6, 8e6);
  function.call_overhead = Distribution::lognormal_mean_cv(1.15e6, 0.24);
  function.extension_tail = Distribution::exponential(2e6);
  function.shutdown = Distribution::constant(5e8);
  function.proactive = {1.0, std::chrono::seconds{10}};
  function.failures = {
      .error = 0.01, .crash = 0.001, .out_of_memory = 0.001, .init = 0.01, .at = 1};
  function.resources = {{engine::Where::kOutsideHandler, true, {function.handler.front()}}};
  function.handler.insert(function.handler.begin(),
                          {engine::StepKind::kUse, core::ResourceId{0}, 0, {}});
  function.handler.push_back(
      {engine::StepKind::kCpu, {}, 65, Distribution::lognormal_mean_cv(6e6, 0.5)});
  return setup;
}

engine::FunctionSetup twenty_steps(bool as_graph) {
  constexpr std::size_t kLayer = 4;
  engine::FunctionSetup function = function_of("steps", Workload{});
  function.memory_mb = 512;
  function.cpu = test::cpu("quota", function.memory_mb);
  function.handler.clear();
  std::vector<std::vector<std::size_t>> needs(20);
  for (std::uint32_t i = 0; i < needs.size(); ++i) {
    const bool is_wait = i % 2 == 0;
    function.handler.push_back({is_wait ? engine::StepKind::kWait : engine::StepKind::kCpu,
                                {},
                                64 + i,
                                core::Distribution::lognormal_mean_cv(is_wait ? 8e6 : 1e6, 0.5)});
    if (i >= kLayer) {
      const std::size_t layer = i / kLayer * kLayer;
      needs[i] = {layer - kLayer + i % kLayer, layer - kLayer + (i + 1) % kLayer};
    }
  }
  if (as_graph) {
    function.graphs.handler =
        std::make_shared<const engine::StepGraph>(engine::compile_graph(needs));
  }
  return function;
}

engine::Setup many_functions_setup(std::uint32_t functions, std::uint64_t invocations) {
  constexpr double kDecades = 6;
  engine::Setup setup;
  setup.account_concurrency = 1'000'000;
  double total_rate = 0;
  for (std::uint32_t f = 0; f < functions; ++f) {
    setup.functions.push_back(function_of(std::to_string(f), Workload{}));
    const double rate = std::pow(10.0, kDecades * f / functions - 4);
    total_rate += rate;
    setup.arrivals.push_back(
        test::poisson_arrivals(rate, core::FunctionId{f}, core::hash_name(std::to_string(f))));
  }
  setup.horizon =
      core::duration_of_nanoseconds(static_cast<double>(invocations) / total_rate * 1e9);
  share_models(setup);
  return setup;
}

}  // namespace lambdasim::bench
