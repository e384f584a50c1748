#include "sim/app/file_header.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/version.hpp>
#include <chrono>

#include "sim/app/totals.h"
#include "sim/app/version.h"

namespace lambdasim::app {
namespace {

/// The fixed parts of a bill (load balancers, snapshots kept, ...) belong to no call.
io::CostRates rates_of(const Design& design, std::size_t function) {
  const FunctionBilling& billing = design.billing[function];
  const models::Usage none = billed_settings(design, function);
  const auto cost = [&design](const models::Usage& usage) {
    return models::missing_price(design.prices, usage)
               ? 0.0
               : models::to_double(models::marginal_bill(design.prices, usage).total());
  };
  models::Usage refused = none;
  refused.front_door_calls = 1;
  models::Usage call = refused;
  call.requests = 1;
  call.log_bytes = static_cast<std::uint64_t>(billing.log_bytes);
  models::Usage response = none;
  response.streamed_bytes = static_cast<std::uint64_t>(billing.billed_stream_bytes());
  models::Usage restore = none;
  restore.restores = 1;
  models::Usage ms = none;
  ms.billed_ms = 1;
  models::Usage provisioned_ms = none;
  provisioned_ms.provisioned_ms = 1;
  return {.usd_per_call = cost(call),
          .usd_per_billed_ms = cost(ms),
          .usd_per_refusal = cost(refused),
          .usd_per_response = cost(response),
          .usd_per_restore = cost(restore),
          .usd_per_provisioned_ms = cost(provisioned_ms)};
}

/// The tables of all designs, each once.
std::string prices_of(const Scenario& scenario) {
  std::vector<std::string> texts;
  for (const Design& design : scenario.designs) {
    std::string text = fmt::format("{}: {}", models::title(design.prices), design.prices.source);
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) {
      texts.push_back(std::move(text));
    }
  }
  return fmt::format("{}", fmt::join(texts, "; "));
}

void add_design(io::FileHeader& header, const Design& design) {
  const auto index = static_cast<std::uint8_t>(header.designs.size());
  for (std::size_t f = 0; f < design.setup.functions.size(); ++f) {
    const engine::FunctionSetup& function = design.setup.functions[f];
    header.functions.push_back(
        {.design = index,
         .function = static_cast<std::uint32_t>(f),
         .name = function.name,
         .runtime = design.billing[f].runtime,
         .architecture = design.billing[f].architecture,
         .memory_mb = static_cast<std::uint32_t>(function.memory_mb),
         .storage_mb = static_cast<std::uint32_t>(design.billing[f].storage_mb),
         .timeout = function.timeout});
  }
  header.designs.push_back({design.name, design.resolved_yaml});
  header.rates.push_back(cost_rates(design));
  header.has_workflows = header.has_workflows || !design.workflows.empty();
  const auto reaches_out = [](const engine::FunctionSetup& function) {
    return !function.calls.empty() || !function.sends.empty();
  };
  const auto& functions = design.setup.functions;
  header.has_parents =
      header.has_parents || std::any_of(functions.begin(), functions.end(), reaches_out);
}

std::string boost_version() {
  return fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000,
                     BOOST_VERSION % 100);
}

}  // namespace

std::vector<io::CostRates> cost_rates(const Design& design) {
  std::vector<io::CostRates> rates;
  for (std::size_t f = 0; f < design.setup.functions.size(); ++f) {
    rates.push_back(rates_of(design, f));
  }
  return rates;
}

io::FileHeader file_header(const Scenario& scenario, const ExperimentOptions& options) {
  io::FileHeader header;
  header.title = scenario.name;
  header.given_yaml = scenario.given_yaml;
  for (const Design& design : scenario.designs) {
    add_design(header, design);
  }
  const auto now =
      std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  header.provenance = {
      {"program", fmt::format("lambdasim {}", kVersion)},
      {"compiler", fmt::format("{} {}", kCompiler, __VERSION__)},
      {"boost", boost_version()},
      {"hdf5", io::hdf5_version()},
      {"seed", std::to_string(scenario.seed)},
      {"replications", std::to_string(scenario.replications)},
      {"prices", prices_of(scenario)},
      {"arguments", fmt::format("{}", fmt::join(options.argv, " "))},
      {"written", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", now)},
  };
  return header;
}

}  // namespace lambdasim::app
