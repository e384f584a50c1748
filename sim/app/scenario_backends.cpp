#include "sim/app/scenario_backends.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/pricing/bill.h"
#include "models/resource/databases.h"
#include "models/resource/defaults.h"
#include "sim/app/scenario_names.h"
#include "sim/app/scenario_parts.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using engine::Backend;
using namespace std::chrono_literals;

constexpr std::string_view kKms = "kms";
constexpr config::Range<std::int64_t> kCounts{1, 1'000'000};
constexpr config::Range<core::Duration> kWaits{1ms, 24h};

Backend backend_of(const std::string& name) {
  const models::BackendDefaults& defaults = models::backend_defaults();
  Backend backend;
  backend.name = name;
  backend.attempts = defaults.attempts;
  backend.backoff = defaults.backoff;
  if (name == kKms) {
    backend.per_second = defaults.kms_per_second;
    backend.burst = static_cast<double>(defaults.kms_burst);
  }
  return backend;
}

struct ProxySettings {
  std::size_t index = 0;  // of the proxy among the backends
  std::string of;
  double pool = 1;
  config::Location where;
  std::string path;
};

class BackendReader {
 public:
  BackendReader(ObjectReader& reader, Backend& backend) : reader_(reader), backend_(backend) {}

  void read() {
    read_connections();
    read_requests();
    read_throttling();
  }

  const std::optional<std::string>& proxy_of() const { return proxy_of_; }
  double pool() const { return pool_; }

 private:
  void read_connections() {
    const bool has_instance = reader_.has("instance");
    if (has_instance) {
      read_instance(reader_.text("instance"));
    }
    if (reader_.has("max_connections")) {
      backend_.max_connections =
          static_cast<std::uint32_t>(reader_.integer("max_connections", std::nullopt, kCounts));
      if (has_instance) {
        reader_.report("max_connections", "the instance says it already; give one of the two");
      }
    }
    const config::Node* when_full = reader_.peek("when_full");
    if (when_full != nullptr && when_full->kind == config::Node::Kind::kMapping) {
      ObjectReader wait = reader_.object("when_full");
      backend_.connect_wait = wait.duration("wait", std::nullopt, kWaits);
      wait.finish();
    } else {
      reader_.choice("when_full", {"error"}, 0, "{wait: 5 s}");
    }
  }

  void read_instance(const std::string& name) {
    const auto connections = models::database_connections(name);
    if (!connections) {
      const std::string guess = config::suggestion(name, models::database_names());
      reader_.report("instance",
                     fmt::format("no connections of instance '{}' are known{}", name,
                                 guess.empty() ? "; give them as max_connections" : guess));
    }
    backend_.max_connections = connections.value_or(engine::kUnlimited);
  }

  void read_requests() {
    const bool is_proxy = reader_.has("proxy_of");
    if (is_proxy) {
      proxy_of_ = reader_.text("proxy_of");
      pool_ = reader_.number("pool", models::backend_defaults().pool, {0.001, 1.0});
      if (reader_.has("parallel")) {
        reader_.report("parallel", "is what `pool` of a proxy comes to; leave it out");
      }
      if (reader_.has("instance")) {
        reader_.report("instance", "is the database's, not its proxy's");
      }
      backend_.queue_wait = models::backend_defaults().proxy_wait;
    } else if (reader_.has("parallel")) {
      backend_.parallel =
          static_cast<std::uint32_t>(reader_.integer("parallel", std::nullopt, kCounts));
    }
    if (is_proxy || reader_.has("queue_wait")) {
      backend_.queue_wait = reader_.duration(
          "queue_wait", is_proxy ? std::optional{backend_.queue_wait} : std::nullopt, kWaits);
    }
  }

  void read_throttling() {
    constexpr config::Range<double> kRates{1e-3, 1e9};
    const bool has_rate = reader_.has("rate");
    if (has_rate || backend_.per_second > 0) {
      backend_.per_second = reader_.rate(
          "rate", has_rate ? std::nullopt : std::optional{backend_.per_second}, kRates);
      const double of_a_second = has_rate ? std::ceil(backend_.per_second) : backend_.burst;
      backend_.burst = static_cast<double>(
          reader_.integer("burst", static_cast<std::int64_t>(of_a_second), {1, 1'000'000'000}));
    } else if (reader_.has("burst")) {
      reader_.report("burst", "needs a rate beside it");
    }
    backend_.attempts =
        static_cast<std::uint32_t>(reader_.integer("attempts", backend_.attempts, {1, 20}));
    backend_.backoff = reader_.time_distribution(
        "backoff", reader_.has("backoff") ? std::nullopt : std::optional{backend_.backoff});
  }

  ObjectReader& reader_;
  Backend& backend_;
  std::optional<std::string> proxy_of_;
  double pool_ = 1;
};

/// Gives proxies their pools, once all backends stand.
class Proxies {
 public:
  Proxies(std::vector<Backend>& backends, config::Diagnostics& diagnostics)
      : backends_(backends), diagnostics_(diagnostics) {}

  void add(const ProxySettings& proxy) { proxies_.push_back(proxy); }

  void connect() {
    for (const ProxySettings& proxy : proxies_) {
      connect(proxy);
    }
  }

 private:
  void connect(const ProxySettings& proxy) {
    const auto found = std::find_if(backends_.begin(), backends_.end(),
                                    [&](const Backend& one) { return one.name == proxy.of; });
    const auto index = static_cast<std::size_t>(found - backends_.begin());
    if (found == backends_.end()) {
      report(proxy, fmt::format("unknown backend '{}'{}", proxy.of,
                                config::suggestion(proxy.of, names_without(proxy.index))));
    } else if (index == proxy.index) {
      report(proxy, "a proxy cannot stand in front of itself");
    } else if (is_proxy(index)) {
      report(proxy, fmt::format("'{}' is itself a proxy", proxy.of));
    } else if (found->max_connections == engine::kUnlimited) {
      report(proxy, fmt::format("'{}' has no limit of connections that could be shared; give it "
                                "an instance or max_connections",
                                proxy.of));
    } else {
      open_pool(proxy, index);
    }
  }

  void open_pool(const ProxySettings& proxy, std::size_t database) {
    const auto pool =
        static_cast<std::uint32_t>(std::floor(proxy.pool * backends_[database].max_connections));
    backends_[proxy.index].parallel = std::max(1U, pool);
    backends_[proxy.index].proxy_of = core::BackendId{static_cast<std::uint32_t>(database)};
  }

  bool is_proxy(std::size_t index) const {
    return std::any_of(proxies_.begin(), proxies_.end(),
                       [index](const ProxySettings& proxy) { return proxy.index == index; });
  }

  std::vector<std::string> names_without(std::size_t index) const {
    std::vector<std::string> names;
    for (const Backend& backend : backends_) {
      if (backend.name != backends_[index].name) {
        names.push_back(backend.name);
      }
    }
    return names;
  }

  void report(const ProxySettings& proxy, std::string message) {
    diagnostics_.report(proxy.where, proxy.path + ".proxy_of", std::move(message));
  }

  std::vector<Backend>& backends_;
  config::Diagnostics& diagnostics_;
  std::vector<ProxySettings> proxies_;
};

}  // namespace

std::optional<core::BackendId> BackendNames::find(ObjectReader& reader, std::string_view key,
                                                  std::string_view name, bool connects) {
  std::vector<Backend>& backends = design_->setup.backends;
  const auto found = std::find_if(backends.begin(), backends.end(),
                                  [name](const Backend& one) { return one.name == name; });
  const core::BackendId id{static_cast<std::uint32_t>(found - backends.begin())};
  if (found == backends.end()) {
    if (name != kKms) {
      return std::nullopt;
    }
    backends.push_back(backend_of(std::string{kKms}));
    design_->kms = KmsKeys{.backend = id, .keys = 1, .payer = {}};
  }
  uses_.push_back({id, connects, reader.where(key), fmt::format("{}.{}", reader.path(), key)});
  return id;
}

std::vector<std::string> BackendNames::all() const {
  std::vector<std::string> names;
  for (const Backend& backend : design_->setup.backends) {
    names.push_back(backend.name);
  }
  if (std::find(names.begin(), names.end(), kKms) == names.end()) {
    names.emplace_back(kKms);
  }
  return names;
}

void BackendNames::open_pools(config::Diagnostics& diagnostics) {
  std::vector<Backend>& backends = design_->setup.backends;
  std::vector<bool> is_open(backends.size());
  for (const Use& use : uses_) {
    const Backend& proxy = backends[use.backend.value];
    if (!proxy.proxy_of || is_open[use.backend.value]) {
      continue;
    }
    is_open[use.backend.value] = true;
    Backend& database = backends[proxy.proxy_of->value];
    if (proxy.parallel > database.max_connections) {
      diagnostics.report(
          use.where, use.path,
          fmt::format("the pool of '{}' is {}, but other proxies leave only {} "
                      "connections of '{}'",
                      proxy.name, proxy.parallel, database.max_connections, database.name));
    }
    const std::uint32_t pool = std::min(proxy.parallel, database.max_connections);
    database.max_connections -= pool;
    database.for_proxies += pool;
  }
  for (const Use& use : uses_) {
    const Backend& database = backends[use.backend.value];
    if (use.connects && database.max_connections == 0) {
      diagnostics.report(use.where, use.path,
                         fmt::format("the proxies of '{}' take all its connections; make their "
                                     "pool smaller, or connect to one of them",
                                     database.name));
    }
  }
}

void note_kms(ObjectReader& function, const engine::FunctionSetup& setup, Design& design) {
  if (!design.kms || !asks(setup, design.kms->backend)) {
    return;
  }
  if (!design.kms->payer) {
    const std::size_t index = design.setup.functions.size();
    design.kms->payer = core::FunctionId{static_cast<std::uint32_t>(index)};
  }
  if (const auto missing =
          models::missing_price(design.prices, {.kms_requests = 1, .kms_key_s = 1})) {
    function.report_here(*missing);
  }
}

void read_backends(ObjectReader& root, Design& design, config::Diagnostics& diagnostics) {
  std::vector<Backend>& backends = design.setup.backends;
  Proxies proxies(backends, diagnostics);
  root.each_named("backends", false, [&](const std::string& name, ObjectReader& reader) {
    if (!is_name(name)) {
      reader.report_here(fmt::format("a backend's name {}", kNameRule));
    }
    const core::BackendId id{static_cast<std::uint32_t>(backends.size())};
    BackendReader of_one(reader, backends.emplace_back(backend_of(name)));
    of_one.read();
    if (of_one.proxy_of()) {
      proxies.add({.index = id.value,
                   .of = *of_one.proxy_of(),
                   .pool = of_one.pool(),
                   .where = reader.where("proxy_of"),
                   .path = reader.path()});
    }
    if (name == kKms) {
      const std::int64_t keys = reader.integer("keys", 1, {0, 100'000});
      design.kms = KmsKeys{.backend = id, .keys = static_cast<std::uint64_t>(keys), .payer = {}};
    }
  });
  proxies.connect();
}

}  // namespace lambdasim::app
