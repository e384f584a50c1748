// The provider's side: hosts of finite memory, where contexts are placed, which go when there is no
// room.
#include <fmt/format.h>

#include "models/catalogue.h"
#include "sim/app/read_model.h"
#include "sim/app/scenario_parts.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;

/// Every function must fit on a host.
void check_sizes(ObjectReader& reader, engine::Setup& setup) {
  const config::Node* given = reader.peek("memory");
  const auto memory =
      given == nullptr ? config::Parsed<std::int64_t>{} : config::parse_megabytes(given->scalar);
  for (engine::FunctionSetup& function : setup.functions) {
    function.is_stepwise = function.is_stepwise && !is_without_steps(function, setup.backends);
    if (function.provisioned || function.managed) {
      reader.report_here(
          fmt::format("functions.{} has {}, which a fleet cannot hold", function.name,
                      function.managed ? "managed instances" : "provisioned concurrency"));
    }
    if (function.is_stepwise) {
      reader.report_here(fmt::format("functions.{} has {}, which a fleet cannot hold",
                                     function.name, kStepwiseParts));
    }
    if (memory.value && function.memory_mb > *memory.value) {
      reader.report("memory",
                    fmt::format("must hold one context of functions.{}, which has {}",
                                function.name, config::format_megabytes(function.memory_mb)));
    }
  }
}

}  // namespace

void read_fleet(ObjectReader& root, engine::Setup& setup) {
  if (!root.has("fleet")) {
    return;
  }
  constexpr std::int64_t kMostHosts = 1'000'000;
  constexpr std::int64_t kMostOfAHost = std::int64_t{1} << 30;
  ObjectReader reader = root.object("fleet");
  engine::Fleet fleet;
  fleet.hosts = static_cast<std::uint32_t>(reader.integer("hosts", std::nullopt, {1, kMostHosts}));
  fleet.memory_mb = reader.megabytes("memory", std::nullopt, {128, kMostOfAHost});
  if (reader.has("cores")) {
    fleet.cores = reader.number("cores", std::nullopt, {0.01, 1e6});
  }
  fleet.full_vcpu_mb = reader.megabytes("full_vcpu_at", fleet.full_vcpu_mb, {128, 10240});
  fleet.placement = read_model(reader, "placement", "first_fit", models::placement_models());
  fleet.eviction = read_model(reader, "evict", "lru", models::eviction_models());
  check_sizes(reader, setup);
  reader.finish();
  setup.fleet = std::move(fleet);
}

}  // namespace lambdasim::app
