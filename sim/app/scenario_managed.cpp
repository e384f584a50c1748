// Functions on managed instances: how many contexts of which shape, on which machines, and what
// these cost.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cpu/proportional.h"
#include "models/pricing/alternatives.h"
#include "sim/app/scenario_parts.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using namespace std::chrono_literals;

constexpr double kMbAGb = 1024.0;
constexpr std::int64_t kMostContexts = 15'000;  // API of Lambda Managed Instances [documented]
constexpr std::int64_t kMostRequests = 1'600;   // of a context, likewise

/// The machine that a context runs on, and how many of them it holds.
struct Machine {
  models::Instance instance;
  std::uint32_t contexts = 0;
};

class MachineChoice {
 public:
  MachineChoice(const models::Sizing& sizing, const models::PriceTable& prices,
                std::int64_t memory_mb, double vcpus, bool arm64)
      : known_(models::alternative_prices(prices.region)) {
    for (const models::Instance& instance : known_.instances) {
      const std::int64_t by_memory =
          (instance.size.memory_mb - sizing.managed_reserved_mb) / memory_mb;
      const auto by_vcpus = static_cast<std::int64_t>(instance.size.vcpu / vcpus + 1e-9);
      const std::int64_t contexts = std::min(by_memory, by_vcpus);
      if (instance.arm64 == arm64 && contexts >= 1) {
        fitting_.push_back({instance, static_cast<std::uint32_t>(contexts)});
      }
    }
  }

  /// The one that is named, else the one that costs least for the fewest contexts. Reports why
  /// there is none.
  std::optional<Machine> read(ObjectReader& reader, const engine::ManagedInstances& managed) const {
    const auto is_cheaper = [&managed](const Machine& a, const Machine& b) {
      return usd_per_h(a, managed) < usd_per_h(b, managed);
    };
    const auto cheapest = std::min_element(fitting_.begin(), fitting_.end(), is_cheaper);
    if (!reader.has("instance")) {
      if (cheapest == fitting_.end()) {
        reader.report_here(
            known_.instances.empty()
                ? fmt::format("no prices of instances in {} are known", known_.region)
                : "no instance that is known holds such a context");
        return std::nullopt;
      }
      reader.text("instance", cheapest->instance.name);
      return *cheapest;
    }
    const std::string name = reader.text("instance");
    const auto found = std::find_if(fitting_.begin(), fitting_.end(), [&name](const Machine& one) {
      return one.instance.name == name;
    });
    if (found == fitting_.end()) {
      reader.report("instance", why_not(name));
      return std::nullopt;
    }
    return *found;
  }

 private:
  static double usd_per_h(const Machine& machine, const engine::ManagedInstances& managed) {
    return machine.instance.usd_per_h * managed.instances_for(managed.minimum, machine.contexts);
  }

  std::string why_not(const std::string& name) const {
    std::vector<std::string> names;
    for (const Machine& machine : fitting_) {
      names.push_back(machine.instance.name);
    }
    const auto is_it = [&name](const models::Instance& instance) { return instance.name == name; };
    if (std::any_of(known_.instances.begin(), known_.instances.end(), is_it)) {
      return fmt::format("{} holds no context of this memory, shape and architecture", name);
    }
    return fmt::format("no price of {} in {} is known{}", name, known_.region,
                       config::suggestion(name, names));
  }

  models::RegionPrices known_;
  std::vector<Machine> fitting_;
};

void check_company(ObjectReader& function, const engine::FunctionSetup& setup) {
  const engine::Failures& failures = setup.failures;
  if (setup.provisioned || setup.tenants || setup.snap_start || !setup.deployments.empty() ||
      setup.reserved_concurrency != engine::kUnreserved || setup.warm_contexts != 0 ||
      function.has("version_of")) {
    function.report("managed_instances",
                    "does not go together with provisioned, tenants, snap_start, deployments, "
                    "reserved_concurrency, warm_contexts or version_of");
  }
  if (failures.crash + failures.out_of_memory + failures.init > 0) {
    function.report("managed_instances",
                    "does not go together with failures that end a context: it serves others, too");
  }
}

void read_numbers(ObjectReader& reader, engine::ManagedInstances& managed) {
  const auto contexts = [&reader](std::string_view key, std::int64_t default_value) {
    return static_cast<std::uint32_t>(reader.integer(key, default_value, {1, kMostContexts}));
  };
  managed.minimum = contexts("minimum", managed.spread);
  managed.maximum = contexts("maximum", kMostContexts);
  managed.at_start = contexts("at_start", managed.minimum);
  if (managed.minimum > managed.maximum) {
    reader.report("minimum", fmt::format("must not exceed the maximum of {}, got {}",
                                         managed.maximum, managed.minimum));
    managed.maximum = managed.minimum;
  } else if (managed.at_start < managed.minimum || managed.at_start > managed.maximum) {
    reader.report("at_start", fmt::format("must be from {} to {}, got {}", managed.minimum,
                                          managed.maximum, managed.at_start));
  }
}

void read_scaling(ObjectReader& reader, engine::ManagedInstances& managed) {
  managed.utilization = reader.number("utilization", 0.5, {0.05, 1.0});
  managed.period = reader.duration("period", 10s, {1s, 1h});
  managed.launch = reader.time_distribution("launch", core::Distribution::constant(300e9));
  const core::Duration after = reader.duration("scale_in_after", 15min, {1s, 24h});
  managed.scale_in_after =
      static_cast<std::uint32_t>((after + managed.period - 1ns) / managed.period);
}

}  // namespace

void read_managed(ObjectReader& function, const models::PriceTable& prices,
                  engine::FunctionSetup& setup, FunctionBilling& billing) {
  if (!function.has("managed_instances")) {
    return;
  }
  constexpr std::int64_t kNanosADollar = 1'000'000'000;
  const models::Sizing& sizing = models::default_sizing();
  ObjectReader reader = function.object("managed_instances");
  engine::ManagedInstances managed;
  const double gb_per_vcpu =
      sizing.managed_gb_per_vcpu.at(reader.choice("gb_per_vcpu", {"2", "4", "8"}, 0));
  managed.vcpus = static_cast<double>(setup.memory_mb) / kMbAGb / gb_per_vcpu;
  if (managed.vcpus < sizing.managed_least_vcpu || managed.vcpus > sizing.managed_most_vcpu) {
    reader.report("gb_per_vcpu",
                  fmt::format("gives {:g} vCPUs at {}, but a context has {:g} to {:g}",
                              managed.vcpus, config::format_megabytes(setup.memory_mb),
                              sizing.managed_least_vcpu, sizing.managed_most_vcpu));
    managed.vcpus = std::clamp(managed.vcpus, sizing.managed_least_vcpu, sizing.managed_most_vcpu);
  }
  const auto most_requests = std::min(
      kMostRequests, static_cast<std::int64_t>(sizing.managed_calls_per_vcpu * managed.vcpus));
  managed.requests_per_context = static_cast<std::uint32_t>(
      reader.integer("requests_per_context", most_requests, {1, most_requests}));
  managed.cpu_limit = reader.number("cpu_limit", 1.0, {0.1, 100.0});
  managed.spread = static_cast<std::uint32_t>(sizing.managed_least);
  read_numbers(reader, managed);
  read_scaling(reader, managed);
  const MachineChoice machines(sizing, prices, setup.memory_mb, managed.vcpus,
                               billing.architecture == "arm64");
  if (const std::optional<Machine> machine = machines.read(reader, managed)) {
    managed.contexts_per_instance = machine->contexts;
    billing.nano_usd_per_instance_h =
        std::llround(machine->instance.usd_per_h * (1 + sizing.managed_surcharge) * kNanosADollar);
  }
  reader.finish();
  check_company(function, setup);
  if (setup.is_stepwise) {
    function.report("managed_instances",
                    fmt::format("does not go together with {}", kStepwiseParts));
  }
  setup.cpu = models::init_cpu(managed.vcpus);
  setup.init_cpu = setup.cpu;
  setup.managed = std::move(managed);
}

}  // namespace lambdasim::app
