// What bounds how much runs at once, and what it runs on: the account's limits, provisioned
// concurrency, isolated tenants.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/pricing/bill.h"
#include "sim/app/scenario_parts.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using core::Duration;
using namespace std::chrono_literals;

constexpr std::int64_t kMostConcurrency = 1'000'000'000;
constexpr std::int64_t kMostProvisioned = 1'000'000;
constexpr double kHighestRate = 1e6;

void read_scaling(ObjectReader& account, engine::ScalingRate& scaling) {
  ObjectReader reader = account.object("scaling");
  scaling.burst = reader.integer("burst", 1000, {1, kMostConcurrency});
  scaling.per_second = reader.rate("rate", 100.0, {1e-3, kHighestRate});
  scaling.of_account = reader.choice("scope", {"function", "account"}, 0) == 1;
  reader.finish();
}

std::uint32_t read_number(ObjectReader& reader, std::string_view key,
                          std::optional<std::int64_t> default_value) {
  return static_cast<std::uint32_t>(reader.integer(key, default_value, {0, kMostProvisioned}));
}

/// One entry of the schedule: once, or again and again until the end of the run.
void read_change(ObjectReader& item, Duration horizon,
                 std::vector<engine::ProvisionedChange>& schedule) {
  const Duration at = item.duration("at", std::nullopt, {1ns, 24h * 3650});
  const std::uint32_t contexts = read_number(item, "concurrency", std::nullopt);
  if (at >= horizon) {
    item.report("at", fmt::format("must be before the end of the run at {}",
                                  config::format_duration(horizon)));
  }
  const Duration every =
      item.has("every") ? item.duration("every", std::nullopt, {1min, 24h * 366}) : horizon;
  for (Duration time = at; time < horizon && every > Duration{0}; time += every) {
    schedule.push_back({core::kStartOfTime + time, contexts});
  }
}

std::optional<engine::TargetTracking> read_tracking(ObjectReader& provisioned) {
  if (!provisioned.has("target_tracking")) {
    return std::nullopt;
  }
  ObjectReader reader = provisioned.object("target_tracking");
  engine::TargetTracking tracking;
  tracking.utilization = reader.number("utilization", 0.7, {0.1, 0.9});
  tracking.minimum = read_number(reader, "minimum", 1);
  tracking.maximum = read_number(reader, "maximum", std::nullopt);
  tracking.period = reader.duration("period", 1min, {1s, 1h});
  tracking.scale_out_after =
      static_cast<std::uint32_t>(reader.integer("scale_out_after", 3, {1, 1000}));
  tracking.scale_in_after =
      static_cast<std::uint32_t>(reader.integer("scale_in_after", 15, {1, 1000}));
  tracking.scale_in_below = reader.number("scale_in_below", 0.9, {0.0, 1.0});
  if (tracking.minimum > tracking.maximum) {
    reader.report("minimum", fmt::format("must not exceed the maximum of {}, got {}",
                                         tracking.maximum, tracking.minimum));
    tracking.minimum = tracking.maximum;
  }
  reader.finish();
  return tracking;
}

}  // namespace

void read_account(ObjectReader& root, engine::Setup& setup) {
  ObjectReader account = root.object("account");
  setup.account_concurrency = account.integer("concurrency", 1000, {1, kMostConcurrency});
  setup.requests_per_context = account.rate("requests_per_context", 10.0, {1.0, kHighestRate});
  read_scaling(account, setup.scaling);
  account.finish();
}

void read_provisioned(ObjectReader& function, const models::PriceTable& prices, Duration horizon,
                      engine::FunctionSetup& setup) {
  if (!function.has("provisioned")) {
    return;
  }
  ObjectReader reader = function.object("provisioned");
  engine::ProvisionedConcurrency provisioned;
  provisioned.at_start = read_number(reader, "concurrency", std::nullopt);
  reader.each_item("schedule", false, [&](std::size_t, ObjectReader& item) {
    read_change(item, horizon, provisioned.schedule);
  });
  std::stable_sort(provisioned.schedule.begin(), provisioned.schedule.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  provisioned.tracking = read_tracking(reader);
  provisioned.preparation =
      reader.time_distribution("preparation", core::Distribution::uniform(60e9, 120e9));
  provisioned.per_minute = 60.0 * reader.rate("allocation", 100.0, {1e-3, kHighestRate});
  reader.finish();
  if (setup.snap_start) {
    function.report("provisioned", "does not go together with snap_start");
  }
  if (const auto missing =
          models::missing_price(prices, {.provisioned_ms = 1, .provisioned_s = 1})) {
    function.report("provisioned", *missing);
  }
  setup.provisioned = std::move(provisioned);
}

void read_tenants(ObjectReader& function, const models::PriceTable& prices,
                  const FunctionBilling& billing, engine::FunctionSetup& setup) {
  if (!function.has("tenants")) {
    return;
  }
  ObjectReader reader = function.object("tenants");
  const auto count = static_cast<std::size_t>(
      reader.integer("count", std::nullopt, {1, static_cast<std::int64_t>(engine::kMostTenants)}));
  const double skew = reader.number("skew", 0.0, {0.0, 10.0});
  engine::TenantIsolation tenants;
  tenants.contexts_a_place = reader.number("contexts_per_concurrency", 2.5, {0.01, 1000.0});
  tenants.shares = zipf_shares(count, skew);
  reader.finish();
  if (setup.provisioned || setup.snap_start ||
      billing.front_door == models::FrontDoor::kFunctionUrl) {
    function.report("tenants",
                    "does not go together with provisioned, snap_start or a function URL");
  }
  if (dynamic_cast<const engine::AdaptiveKeepAliveModel*>(setup.keep_alive.get()) != nullptr) {
    function.report("tenants", "does not go together with a keep-alive that learns");
  }
  if (const auto missing = models::missing_price(prices, {.isolated_contexts = 1})) {
    function.report("tenants", *missing);
  }
  setup.tenants = std::move(tenants);
}

std::vector<double> zipf_shares(std::size_t count, double skew) {
  std::vector<double> shares;
  double sum = 0;
  for (std::size_t rank = 1; rank <= count; ++rank) {
    sum += std::pow(static_cast<double>(rank), -skew);
    shares.push_back(sum);
  }
  for (double& share : shares) {
    share /= sum;
  }
  return shares;
}

std::uint32_t most_provisioned(const engine::FunctionSetup& function) {
  if (!function.provisioned) {
    return 0;
  }
  const engine::ProvisionedConcurrency& provisioned = *function.provisioned;
  std::uint32_t most = provisioned.at_start;
  for (const engine::ProvisionedChange& change : provisioned.schedule) {
    most = std::max(most, change.contexts);
  }
  return provisioned.tracking ? std::max(most, provisioned.tracking->maximum) : most;
}

}  // namespace lambdasim::app
