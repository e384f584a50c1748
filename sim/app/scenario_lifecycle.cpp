// How contexts of a function live and what goes wrong: what `lifecycle` and `billing` say for all
// functions, and what a function says of its own.
#include <fmt/format.h>

#include "models/catalogue.h"
#include "models/cpu/proportional.h"
#include "models/lifecycle/snap_start.h"
#include "sim/app/read_model.h"
#include "sim/app/scenario_parts.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using core::Duration;
using engine::FunctionSetup;
using namespace std::chrono_literals;

constexpr config::Range<double> kProbability{0.0, 1.0};

/// Reads a distribution that holds already, unless the mapping gives another.
void read_own(ObjectReader& reader, std::string_view key, core::Distribution& value) {
  value = reader.time_distribution(key, reader.has(key) ? std::nullopt : std::optional{value});
}

void read_extensions(ObjectReader& owner, FunctionSetup& setup) {
  ObjectReader extensions = owner.object("extensions");
  read_own(extensions, "init", setup.extension_init);
  read_own(extensions, "after_response", setup.extension_tail);
  read_own(extensions, "shutdown", setup.shutdown);
  extensions.finish();
}

void read_proactive(ObjectReader& owner, engine::ProactiveInit& proactive) {
  ObjectReader reader = owner.object("proactive_init");
  proactive.share = reader.number("share", proactive.share, kProbability);
  proactive.used_within = reader.duration("used_within", proactive.used_within, {Duration{0}, 24h});
  reader.finish();
}

void read_outages(ObjectReader& failures, std::vector<engine::Outage>& outages) {
  failures.each_item("outages", false, [&outages](std::size_t, ObjectReader& item) {
    const core::SimTime from =
        core::kStartOfTime + item.duration("at", std::nullopt, {0ns, 24h * 3650});
    outages.push_back({from, from + item.duration("lasts", std::nullopt, {1ns, 24h * 3650})});
  });
}

void read_failures(ObjectReader& function, FunctionSetup& setup) {
  engine::Failures& failures = setup.failures;
  ObjectReader reader = function.object("failures");
  failures.error = reader.number("error", 0.0, kProbability);
  failures.crash = reader.number("crash", 0.0, kProbability);
  failures.out_of_memory = reader.number("out_of_memory", 0.0, kProbability);
  failures.init = reader.number("init", 0.0, kProbability);
  failures.at = reader.number("at", 1.0, kProbability);
  if (setup.is_stepwise && failures.at < 1) {
    reader.report("at", fmt::format("must be 100 % where a function has {}", kStepwiseParts));
  }
  if (failures.error + failures.crash + failures.out_of_memory > 1) {
    reader.report_here("error, crash and out_of_memory exclude each other: together at most 100 %");
  }
  read_outages(reader, setup.outages);
  reader.finish();
}

void read_deployments(ObjectReader& function, Duration horizon, FunctionSetup& setup) {
  function.each_item("deployments", false, [&](std::size_t, ObjectReader& item) {
    const Duration at = item.duration("at", std::nullopt, {1ns, 24h * 3650});
    const core::SimTime time = core::kStartOfTime + at;
    if (!setup.deployments.empty() && time <= setup.deployments.back()) {
      item.report("at", "must be later than the deployment before");
    } else if (at >= horizon) {
      item.report("at", fmt::format("must be before the end of the run at {}",
                                    config::format_duration(horizon)));
    }
    setup.deployments.push_back(time);
  });
}

void read_snap_start(ObjectReader& function, const FunctionBilling& billing, FunctionSetup& setup) {
  const config::Node* given = function.peek("snap_start");
  const bool has_figures = given != nullptr && given->kind == config::Node::Kind::kMapping;
  if (!has_figures && !function.boolean("snap_start", false)) {
    return;
  }
  if (const auto why =
          models::snap_start_excluded(billing.runtime, billing.package, billing.storage_mb)) {
    function.report("snap_start", *why);
    return;
  }
  const auto restore = models::snap_start_restore(billing.runtime);
  engine::SnapStart snap{restore.value_or(core::Distribution{}),
                         models::snap_start_billed_restore()};
  if (has_figures) {
    ObjectReader figures = function.object("snap_start");
    snap.restore =
        figures.time_distribution("restore", figures.has("restore") ? std::nullopt : restore);
    read_own(figures, "billed_restore", snap.billed_restore);
    figures.finish();
  } else if (!restore) {
    function.report("snap_start", fmt::format("no restore durations of {} are known; give them: "
                                              "{{restore: 600 ms}}",
                                              billing.runtime));
  }
  setup.snap_start = snap;
}

void read_savings_plan(ObjectReader& billing, models::PriceTable& prices) {
  constexpr std::string_view kPlans[] = {"none", "no_upfront", "all_upfront"};
  const std::size_t plan = billing.choice("savings_plan", {kPlans[0], kPlans[1], kPlans[2]}, 0);
  if (!models::apply_savings_plan(prices, static_cast<models::SavingsPlan>(plan))) {
    billing.report("savings_plan",
                   models::no_price(prices, fmt::format("savings plan {}", kPlans[plan])));
  }
}

}  // namespace

std::shared_ptr<const engine::KeepAlive> read_keep_alive(ObjectReader& owner) {
  return read_model(owner, "keep_alive", std::nullopt, models::keep_alive_models());
}

void read_lifecycle(ObjectReader& reader, FunctionSetup& setup) {
  read_own(reader, "sandbox", setup.sandbox);
  read_own(reader, "return_delay", setup.return_delay);
  read_own(reader, "call_overhead", setup.call_overhead);
  if (reader.has("keep_alive") || setup.keep_alive == nullptr) {
    setup.keep_alive = read_keep_alive(reader);
  }
  read_own(reader, "lifetime", setup.lifetime);
  if (reader.has("maximum_age")) {
    setup.maximum_age = reader.duration("maximum_age", std::nullopt, {1ms, 24h * 3650});
  }
  setup.package_load = reader.duration("load_per_mb", setup.package_load, {0ms, 10s});
  setup.reuse = static_cast<engine::ReuseOrder>(
      reader.choice("reuse", {"most_recent", "least_recent", "random", "newest", "oldest"},
                    static_cast<std::size_t>(setup.reuse)));
  setup.init_limit = reader.duration("init_limit", setup.init_limit, {1ms, 900s});
  if (reader.has("init_vcpus") || setup.init_cpu == nullptr) {
    setup.init_cpu = models::init_cpu(reader.number("init_vcpus", 1.0, {0.1, 6.0}));
  }
  setup.reset_init_at_full_speed =
      reader.boolean("reset_init_at_full_speed", setup.reset_init_at_full_speed);
  read_extensions(reader, setup);
  read_proactive(reader, setup.proactive);
}

InitBilling read_billing(ObjectReader& root, const std::string& effective, FunctionSetup& setup,
                         models::PriceTable& prices) {
  ObjectReader billing = root.object("billing");
  const auto init = static_cast<InitBilling>(
      billing.choice("init", {"billed", "free_for_managed_zip", "free"}, std::nullopt));
  setup.failed_init_is_billed = billing.choice("failed_init", {"billed", "free"}, 1) == 0;
  setup.reset_init_in_duration = billing.boolean("reset_init_in_duration", true);
  const Duration step = billing.duration("step", 1ms, {1ms, 1s});
  if (step % 1ms != 0ms) {
    billing.report("step", "must be whole milliseconds");
  }
  setup.billing_step_ms = static_cast<std::uint32_t>(step / 1ms);
  prices = models::read_prices(root, "region", billing.date("price_date", effective));
  read_savings_plan(billing, prices);
  billing.finish();
  return init;
}

void read_own_lifecycle(ObjectReader& function, const FunctionBilling& billing, Duration horizon,
                        FunctionSetup& setup) {
  if (engine::takes_recorded(setup.handler)) {
    setup.call_overhead = core::Distribution{};  // what was measured holds it already
  }
  read_lifecycle(function, setup);
  setup.package_load *= function.megabytes("package_size", 0, {0, 10240});  // until here of 1 MB
  read_failures(function, setup);
  read_deployments(function, horizon, setup);
  read_snap_start(function, billing, setup);
}

}  // namespace lambdasim::app
