#include "bench/workload.h"

#include <cmath>
#include <memory>

#include "models/catalogue.h"

namespace lambdasim::bench {
namespace {

// Arrivals and keep-alive come from the models' catalogue as a scenario would name them.
config::Node parse(const std::string& yaml) {
  config::Diagnostics diagnostics;
  config::Node node = config::load_text(yaml, "benchmark", diagnostics);
  if (!diagnostics.empty()) {
    throw config::InvalidInput(diagnostics.sorted());
  }
  return node;
}

template <class Entry, class... Context>
auto make(std::span<const Entry> models, std::string_view name, const std::string& yaml,
          const Context&... context) {
  for (const Entry& model : models) {
    if (model.about.name == name) {
      config::Diagnostics diagnostics;
      config::Node resolved;
      const config::Node node = parse(yaml);
      config::ObjectReader reader(&node, std::string(name), diagnostics, resolved);
      auto made = model.read(reader, context...);
      if (!diagnostics.empty()) {
        throw config::InvalidInput(diagnostics.sorted());
      }
      return made;
    }
  }
  throw std::invalid_argument("no model of that name");
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
  setup.horizon = core::duration_of_nanoseconds(
      static_cast<double>(workload.invocations) / workload.rate_per_s * 1e9);
  setup.account_concurrency = 1'000'000;
  engine::FunctionSetup function;
  function.name = "function";
  function.memory_mb = 1792;
  function.timeout = std::chrono::seconds{900};
  function.lifetime = core::Distribution::constant(1e18);
  function.runtime_init = core::Distribution::constant(1e8);
  function.handler = {{.kind = engine::StepKind::kWait,
                       .resource = {},
                       .purpose = static_cast<std::uint32_t>(core::Purpose::kFirstStep),
                       .time = core::Distribution::lognormal_mu_sigma(
                           std::log(workload.service_median_ns), workload.service_sigma)}};
  function.cpu = make(models::cpu_models(), "proportional", "{}", std::int64_t{1792});
  function.init_cpu = function.cpu;
  function.keep_alive = make(models::keep_alive_models(), "fixed", "{ttl: 10 min}");
  setup.functions.push_back(function);
  models::ArrivalContext context;
  context.function = core::FunctionId{0};
  context.stream_key = core::hash_name("function");
  setup.arrivals.push_back(make(models::arrival_models(), "poisson",
                                "{rate: " + std::to_string(workload.rate_per_s) + " /s}",
                                context));
  return setup;
}

}  // namespace lambdasim::bench
