#include "sim/app/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/pricing/bill.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

/// What was accepted of a function on managed instances is there.
std::int64_t most_memory_mb(const engine::FunctionSetup& function) {
  return function.managed ? function.memory_mb : kMostMemoryMb;
}

bool asks_too_much(const engine::FunctionSetup& function, const FunctionBilling& billing) {
  return function.memory_mb > most_memory_mb(function) || function.timeout > kMostTimeout ||
         billing.storage_mb > kMostStorageMb;
}

std::vector<std::string> beyond_lambda(const engine::FunctionSetup& function,
                                       const FunctionBilling& billing, const CallTimes& times) {
  std::vector<std::string> beyond;
  const auto add = [&beyond](std::string_view what, const std::string& asked,
                             const std::string& most) {
    beyond.push_back(fmt::format("{} {}, at most {}", what, asked, most));
  };
  if (function.memory_mb > most_memory_mb(function)) {
    add("memory", config::format_megabytes(function.memory_mb),
        config::format_megabytes(kMostMemoryMb));
  }
  if (function.timeout > kMostTimeout) {
    add("timeout", config::format_duration(function.timeout),
        config::format_duration(kMostTimeout));
  }
  if (billing.storage_mb > kMostStorageMb) {
    add("ephemeral_storage", config::format_megabytes(billing.storage_mb),
        config::format_megabytes(kMostStorageMb));
  }
  if (function.timeout >= kMostTimeout && !(times.lambda_s <= core::seconds_of(kMostTimeout))) {
    beyond.push_back(
        fmt::format("its mean call takes longer than {}", config::format_duration(kMostTimeout)));
  }
  return beyond;
}

models::Work work_of(const engine::FunctionSetup& function, const FunctionBilling& billing,
                     const CallCounts& counts, const CallTimes& times) {
  models::Work work;
  work.calls_per_s = counts.calls_per_s;
  work.peak_factor = counts.calls_per_s > 0 ? counts.peak_per_s / counts.calls_per_s : 1.0;
  work.wait_s = times.wait_s;
  work.cpu_s = times.cpu_s;
  work.longest_s = std::max(core::seconds_of(function.timeout),
                            function.timeout >= kMostTimeout ? times.p99_s : 0.0);
  work.least_vcpu = vcpu_of(*function.cpu);
  work.memory_mb = function.memory_mb;
  work.storage_mb = billing.storage_mb;
  work.arm64 = billing.architecture == "arm64";
  return work;
}

/// A mean call, billed in steps, at the first tier and without free tier or INIT.
double lambda_usd_per_call(const models::PriceTable& prices, const CallTimes& times,
                           const models::Work& work, std::uint32_t step_ms) {
  constexpr double kRounding = 1e-6;  // steps; what adding up doubles may have left
  models::Usage usage;
  usage.requests = 1;
  usage.billed_ms =
      step_ms * static_cast<std::uint64_t>(std::ceil(times.lambda_s * 1e3 / step_ms - kRounding));
  usage.memory_mb = work.memory_mb;
  usage.storage_mb = work.storage_mb;
  usage.arm64 = work.arm64;
  return models::to_double(models::marginal_bill(prices, usage).total());
}

void price(FunctionFit& fit, const Design& design, std::uint32_t step_ms,
           const models::Sizing& sizing) {
  if (fit.beyond.empty()) {
    fit.lambda_usd_per_call = lambda_usd_per_call(design.prices, fit.times, fit.work, step_ms);
  }
  for (models::Alternative& alternative : models::alternatives(sizing, fit.prices, fit.work)) {
    FitOption option{std::move(alternative), std::nullopt};
    if (fit.lambda_usd_per_call && option.alternative.why_not.empty()) {
      option.break_even =
          models::break_even(option.alternative, fit.work.peak_factor, *fit.lambda_usd_per_call);
    }
    fit.options.push_back(std::move(option));
  }
}

class DesignFit {
 public:
  DesignFit(const Scenario& scenario, const Design& design, FitReport& report)
      : scenario_(scenario),
        design_(design),
        report_(report),
        prices_(models::alternative_prices(design.prices.region)) {}

  void add(FitScope scope) {
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < design_.setup.functions.size(); ++i) {
      if (scope == FitScope::kAll || design_.setup.functions[i].timeout >= kMostTimeout ||
          asks_too_much(design_.setup.functions[i], design_.billing[i])) {
        candidates.push_back(i);
      }
    }
    if (candidates.empty()) {
      return;
    }
    counts_ = count_calls(design_.setup, scenario_.seed, scenario_.sizing);
    for (const std::size_t i : candidates) {
      FunctionFit fit = fit_of(i);
      if (scope == FitScope::kAll || !fit.beyond.empty() || fit.can_pass) {
        report_.functions.push_back(std::move(fit));
      }
    }
  }

 private:
  FunctionFit fit_of(std::size_t index) {
    const engine::FunctionSetup& function = design_.setup.functions[index];
    const FunctionBilling& billing = design_.billing[index];
    FunctionFit fit;
    fit.function = function.name;
    fit.design = design_.name;
    fit.timeout_at = billing.timeout_at;
    fit.counts = counts_[index];
    fit.times = call_times(function, fit.counts, scenario_.seed);
    fit.beyond = beyond_lambda(function, billing, fit.times);
    const double most_s = core::seconds_of(kMostTimeout);
    fit.can_pass = function.timeout >= kMostTimeout &&
                   (!(fit.times.lambda_s <= most_s) || fit.times.p99_s > most_s);
    fit.prices = prices_;
    fit.work = work_of(function, billing, fit.counts, fit.times);
    if (std::isfinite(fit.times.lambda_s)) {
      price(fit, design_, function.billing_step_ms, scenario_.sizing);
    }
    return fit;
  }

  const Scenario& scenario_;
  const Design& design_;
  FitReport& report_;
  models::RegionPrices prices_;
  std::vector<CallCounts> counts_;
};

}  // namespace

FitReport fit_report(const Scenario& scenario, FitScope scope) {
  FitReport report{scenario.sizing, {}, scenario.designs.size()};
  for (const Design& design : scenario.designs) {
    DesignFit(scenario, design, report).add(scope);
  }
  return report;
}

}  // namespace lambdasim::app
