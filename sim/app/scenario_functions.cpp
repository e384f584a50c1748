#include <fmt/format.h>

#include <algorithm>

#include "models/catalogue.h"
#include "models/lifecycle/runtimes.h"
#include "models/pricing/bill.h"
#include "sim/app/read_model.h"
#include "sim/app/scenario_calls.h"
#include "sim/app/scenario_names.h"
#include "sim/app/scenario_parts.h"
#include "sim/app/scenario_sends.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using namespace std::chrono_literals;

/// The CPU model of each memory size in use; functions of one size share it.
class CpuModels {
 public:
  explicit CpuModels(ObjectReader& root)
      : variant_(root.variant("cpu", names_of(models::cpu_models()), std::nullopt)) {}

  std::shared_ptr<const engine::CpuModel> of(std::int64_t memory_mb) {
    const auto found = models_.find(memory_mb);
    if (found != models_.end() || !variant_) {
      return variant_ ? found->second : nullptr;
    }
    return models_[memory_mb] =
               model_of(models::cpu_models(), variant_->name).read(variant_->parameters, memory_mb);
  }

  void finish() {
    if (variant_) {
      of(128);
      variant_->parameters.finish();
    }
  }

 private:
  std::optional<ObjectReader::Variant> variant_;
  std::map<std::int64_t, std::shared_ptr<const engine::CpuModel>> models_;
};

class FunctionReader {
 public:
  FunctionReader(CpuModels& cpu, const engine::FunctionSetup& prototype, InitBilling init_billing,
                 std::vector<std::string> names, std::vector<std::string> entries, Design& design,
                 Warnings& warnings, config::Diagnostics& diagnostics)
      : cpu_(cpu),
        prototype_(prototype),
        init_billing_(init_billing),
        names_(std::move(names)),
        entries_(std::move(entries)),
        design_(design),
        warnings_(warnings),
        diagnostics_(diagnostics),
        backends_(design),
        runtimes_(models::runtime_names()) {}

  void read(const std::string& name, ObjectReader& reader) {
    if (!is_name(name)) {
      reader.report_here(fmt::format("a function's name {}", kNameRule));
    }
    engine::FunctionSetup setup = prototype_;
    setup.name = name;
    FunctionBilling billing;
    read_package(reader, setup, billing);
    read_sizes(reader, setup, billing);
    read_concurrency(reader, setup);
    read_programs(reader, billing, setup);
    read_own_lifecycle(reader, billing, design_.setup.horizon, setup);
    read_provisioned(reader, design_.prices, design_.setup.horizon, setup);
    setup.init_is_billed = init_is_billed(billing);
    read_billed_traffic(reader, design_.prices, setup, billing);
    read_tenants(reader, design_.prices, billing, setup);
    read_managed(reader, design_.prices, setup, billing);
    read_version(reader, setup.reserved_concurrency);
    design_.setup.functions.push_back(std::move(setup));
    design_.billing.push_back(std::move(billing));
  }

  /// Checks what can only be seen when all functions stand.
  void finish() {
    std::vector<engine::FunctionSetup>& functions = design_.setup.functions;
    std::vector<std::string> names;
    for (const engine::FunctionSetup& function : functions) {
      names.push_back(function.name);
    }
    for (std::size_t i = 0; i < functions.size(); ++i) {
      if (!versions_[i].of.empty()) {
        functions[i].version_of = find_owner(versions_[i], names);
      }
    }
    check_provisioned();
    backends_.open_pools(diagnostics_);
  }

 private:
  void read_package(ObjectReader& reader, engine::FunctionSetup& setup, FunctionBilling& billing) {
    const bool has_init = reader.has("runtime_init");
    billing.runtime = reader.text("runtime", has_init ? "custom" : "");
    if (billing.runtime.empty()) {
      reader.report("runtime",
                    "is missing; name a runtime such as python3.13, or give runtime_init");
    }
    constexpr std::string_view kArchitectures[] = {"x86_64", "arm64"};
    constexpr std::string_view kPackages[] = {"zip", "image"};
    billing.architecture =
        kArchitectures[reader.choice("architecture", {kArchitectures[0], kArchitectures[1]}, 0)];
    billing.package = kPackages[reader.choice("package", {kPackages[0], kPackages[1]}, 0)];
    if (has_init) {
      setup.runtime_init = reader.time_distribution("runtime_init", std::nullopt);
    } else if (!billing.runtime.empty()) {
      setup.runtime_init = measured_init(reader, billing);
    }
    if (design_.prices.tiers(billing.architecture == "arm64").empty()) {
      reader.report("architecture", models::no_price(design_.prices, billing.architecture));
    }
  }

  core::Distribution measured_init(ObjectReader& reader, const FunctionBilling& billing) {
    if (std::find(runtimes_.begin(), runtimes_.end(), billing.runtime) == runtimes_.end()) {
      const std::string guess = config::suggestion(billing.runtime, runtimes_);
      reader.report("runtime",
                    fmt::format("no init durations of runtime '{}' are known{}", billing.runtime,
                                guess.empty() ? "; give them as runtime_init" : guess));
      return {};
    }
    const auto measured =
        models::runtime_init(billing.runtime, billing.architecture, billing.package);
    if (!measured) {
      reader.report("runtime", fmt::format("no init durations of {} on {} as {} are known; give "
                                           "them as runtime_init",
                                           billing.runtime, billing.architecture, billing.package));
    }
    return measured.value_or(core::Distribution{});
  }

  void read_sizes(ObjectReader& reader, engine::FunctionSetup& setup, FunctionBilling& billing) {
    const bool is_managed = reader.has("managed_instances");
    const models::Sizing& sizing = models::default_sizing();
    const std::int64_t least_mb = is_managed ? sizing.managed_least_mb : 128;
    const std::int64_t most_mb = is_managed ? sizing.managed_most_mb : kMostMemoryMb;
    setup.memory_mb = reader.megabytes("memory", least_mb, {least_mb, most_mb});
    take_beyond(reader, "memory", config::parse_megabytes, most_mb, setup.memory_mb);
    setup.cpu = cpu_.of(std::min(setup.memory_mb, kMostMemoryMb));
    setup.timeout = reader.duration("timeout", 3s, {1s, kMostTimeout});
    billing.timeout_at = reader.where("timeout");
    if (setup.timeout % 1s != 0s) {
      reader.report("timeout", fmt::format("must be a whole number of seconds, got {}",
                                           reader.peek("timeout")->scalar));
    }
    take_beyond(reader, "timeout", config::parse_duration, kMostTimeout, setup.timeout);
    billing.storage_mb = reader.megabytes("ephemeral_storage", 512, {512, kMostStorageMb});
    if (const auto missing = models::missing_price(
            design_.prices, {.billed_ms = 1, .storage_mb = billing.storage_mb})) {
      reader.report("ephemeral_storage", *missing);
    }
    take_beyond(reader, "ephemeral_storage", config::parse_megabytes, kMostStorageMb,
                billing.storage_mb);
  }

  /// Takes a value that was reported as beyond `most`, and notes that this is what is wrong with
  /// it.
  template <class T>
  void take_beyond(const ObjectReader& reader, std::string_view key,
                   config::Parsed<T> (*parse)(std::string_view), T most, T& value) {
    const config::Node* given = reader.peek(key);
    const auto asked = given == nullptr ? config::Parsed<T>{} : parse(given->scalar);
    if (asked.value && *asked.value > most) {
      value = *asked.value;
      design_.beyond.push_back({reader.where(key), fmt::format("{}.{}", reader.path(), key)});
    }
  }

  void read_concurrency(ObjectReader& reader, engine::FunctionSetup& setup) {
    const std::int64_t account = design_.setup.account_concurrency;
    std::int64_t most = account;
    if (reader.has("reserved_concurrency")) {
      most = reader.integer("reserved_concurrency", std::nullopt, {0, kMostConcurrency});
      setup.reserved_concurrency = most;
      check_reserved(reader, most, account);
    }
    setup.warm_contexts = static_cast<std::uint32_t>(
        reader.integer("warm_contexts", 0, {0, std::min(most, account)}));
  }

  struct Version {
    std::string of;  // empty: it is a function of its own
    config::Location where;
    std::string path;
    config::Location provisioned_at;
  };

  void read_version(ObjectReader& reader, std::int64_t reserved) {
    Version version{.of = {},
                    .where = reader.where("version_of"),
                    .path = reader.path(),
                    .provisioned_at = reader.where("provisioned")};
    if (reader.has("version_of")) {
      version.of = reader.text("version_of");
      if (reserved != engine::kUnreserved) {
        reader.report("reserved_concurrency", "is the function's, not a version's");
      }
    }
    versions_.push_back(std::move(version));
  }

  std::optional<core::FunctionId> find_owner(const Version& version,
                                             const std::vector<std::string>& names) {
    const auto found = std::find(names.begin(), names.end(), version.of);
    const std::string path = version.path + ".version_of";
    if (found == names.end()) {
      diagnostics_.report(version.where, path,
                          fmt::format("unknown function '{}'{}", version.of,
                                      config::suggestion(version.of, names)));
      return std::nullopt;
    }
    const auto owner = static_cast<std::size_t>(found - names.begin());
    if (!versions_[owner].of.empty()) {
      diagnostics_.report(
          version.where, path,
          fmt::format("'{}' is itself a version of '{}'", version.of, versions_[owner].of));
      return std::nullopt;
    }
    return core::FunctionId{static_cast<std::uint32_t>(owner)};
  }

  /// Provisioned contexts are taken out of what the function or the account has.
  void check_provisioned() {
    const std::vector<engine::FunctionSetup>& functions = design_.setup.functions;
    std::int64_t unreserved = design_.setup.account_concurrency - reserved_;
    std::vector<std::int64_t> left;
    for (const engine::FunctionSetup& function : functions) {
      left.push_back(function.reserved_concurrency);
    }
    for (std::size_t i = 0; i < functions.size(); ++i) {
      const std::int64_t most = most_provisioned(functions[i]);
      const std::size_t owner =
          functions[i].version_of.value_or(core::FunctionId{static_cast<std::uint32_t>(i)}).value;
      const bool is_reserved = functions[owner].reserved_concurrency != engine::kUnreserved;
      std::int64_t& pool = is_reserved ? left[owner] : unreserved;
      if (most > pool) {
        diagnostics_.report(
            versions_[i].provisioned_at, versions_[i].path + ".provisioned",
            fmt::format("asks for {} contexts, but {} has only {} left", most,
                        is_reserved ? "its reserved concurrency" : "the unreserved concurrency",
                        pool));
        return;
      }
      pool -= most;
    }
  }

  void check_reserved(ObjectReader& reader, std::int64_t reserved, std::int64_t account) {
    constexpr std::int64_t kKeptUnreserved = 100;
    const bool fitted = reserved_ <= account - kKeptUnreserved;
    reserved_ += reserved;
    if (reserved > account) {
      reader.report("reserved_concurrency",
                    fmt::format("must not exceed the account's concurrency of {}, got {}", account,
                                reserved));
    } else if (reserved > 0 && (fitted || reserved_ == reserved) &&
               reserved_ > account - kKeptUnreserved) {
      reader.report("reserved_concurrency",
                    fmt::format("all functions up to here reserve {} of the account's {}; at least "
                                "{} must stay unreserved",
                                reserved_, account, kKeptUnreserved));
    }
  }

  bool init_is_billed(const FunctionBilling& billing) const {
    const bool managed_zip =
        billing.package == "zip" && models::is_managed_runtime(billing.runtime);
    return init_billing_ == InitBilling::kBilled ||
           (init_billing_ == InitBilling::kFreeForManagedZip && !managed_zip);
  }

  void read_programs(ObjectReader& reader, const FunctionBilling& billing,
                     engine::FunctionSetup& setup) {
    StepNames names;
    ProgramLinks links;
    names.backends = &backends_;
    names.functions = names_;
    names.entries = entries_;
    setup.storage = read_storage(reader, billing.storage_mb, names);
    setup.resources = read_resources(reader, names);
    setup.init = read_steps(reader, "init", false, "init", StepsOf::kInit, names, &links.init);
    HandlerSteps handler = read_handler(reader, names);
    setup.handler = std::move(handler.steps);
    links.handler = std::move(handler.links);
    read_durable(reader, design_.prices, handler.marks, setup);
    setup.ping = read_steps(reader, "ping", false, "ping", StepsOf::kHandler, names, &links.ping);
    setup.first_call = read_first_call(reader, billing, setup.handler);
    setup.calls = std::move(names.calls);
    setup.sends = std::move(names.sends);
    setup.is_stepwise = is_stepwise(setup) && !(reader.has("managed_instances") &&
                                                is_without_steps(setup, design_.setup.backends));
    read_graphs(reader, links, handler.marks, setup, design_.critical_paths);
    note_kms(reader, setup, design_);
    for (const auto& [name, id] : names.resources) {
      if (!names.used[id.value]) {
        warnings_.add(reader.where("resources"),
                      fmt::format("{}.resources.{}", reader.path(), name),
                      setup.resources[id.value].where == engine::Where::kOutsideHandler
                          ? "is made in every INIT, but no step uses it"
                          : "is never made: no step uses it");
      }
    }
  }

  static constexpr std::int64_t kMostConcurrency = 1'000'000'000;

  CpuModels& cpu_;
  const engine::FunctionSetup& prototype_;
  InitBilling init_billing_;
  std::vector<std::string> names_;    // of all functions, in order
  std::vector<std::string> entries_;  // of the workload
  Design& design_;
  Warnings& warnings_;
  config::Diagnostics& diagnostics_;
  BackendNames backends_;
  std::vector<std::string> runtimes_;
  std::vector<Version> versions_;
  std::int64_t reserved_ = 0;
};

}  // namespace

void read_functions(ObjectReader& root, const engine::FunctionSetup& prototype,
                    InitBilling init_billing, Design& design, Warnings& warnings,
                    config::Diagnostics& diagnostics) {
  CpuModels cpu(root);
  std::vector<std::string> names;
  if (const config::Node* given = root.peek("functions")) {
    for (const config::Entry& entry : given->entries) {
      names.push_back(entry.key);
    }
  }
  FunctionReader functions(cpu, prototype, init_billing, std::move(names), entry_names(root),
                           design, warnings, diagnostics);
  root.each_named("functions", true, [&functions](const std::string& name, ObjectReader& reader) {
    functions.read(name, reader);
  });
  functions.finish();
  check_calls(root, design.setup, warnings);
  cpu.finish();
}

}  // namespace lambdasim::app
