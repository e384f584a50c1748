#include "sim/app/file_header.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/version.hpp>
#include <chrono>

#include "sim/app/version.h"

namespace lambdasim::app {
namespace {

io::CostRates rates_of(const Design& design, std::size_t function) {
  models::Usage one_ms{.requests = 0,
                       .billed_ms = 1,
                       .billed_init_ms = 0,
                       .memory_mb = design.setup.functions[function].memory_mb,
                       .storage_mb = design.billing[function].storage_mb,
                       .arm64 = design.billing[function].architecture == "arm64"};
  return {models::to_double(design.prices.usd_per_request),
          models::to_double(models::marginal_bill(design.prices, one_ms).total())};
}

void add_design(io::FileHeader& header, const Design& design) {
  const auto index = static_cast<std::uint8_t>(header.designs.size());
  std::vector<io::CostRates> rates;
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
    rates.push_back(rates_of(design, f));
  }
  header.designs.push_back({design.name, design.resolved_yaml});
  header.rates.push_back(std::move(rates));
}

std::string boost_version() {
  return fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000,
                     BOOST_VERSION % 100);
}

}  // namespace

io::FileHeader file_header(const Scenario& scenario, const ExperimentOptions& options) {
  io::FileHeader header;
  header.title = scenario.name;
  header.given_yaml = scenario.given_yaml;
  for (const Design& design : scenario.designs) {
    add_design(header, design);
  }
  const models::PriceTable& prices = scenario.designs.front().prices;
  const auto now =
      std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  header.provenance = {
      {"program", fmt::format("lambdasim {}", kVersion)},
      {"compiler", fmt::format("{} {}", kCompiler, __VERSION__)},
      {"boost", boost_version()},
      {"hdf5", io::hdf5_version()},
      {"seed", std::to_string(scenario.seed)},
      {"replications", std::to_string(scenario.replications)},
      {"prices", fmt::format("{} as of {}: {}", prices.region, prices.effective, prices.source)},
      {"arguments", fmt::format("{}", fmt::join(options.argv, " "))},
      {"written", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", now)},
  };
  return header;
}

}  // namespace lambdasim::app
