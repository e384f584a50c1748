#include "models/pricing/price_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace lambdasim::models {
namespace {

void lower(std::vector<Tier>& tiers, const Money& price) {
  for (Tier& tier : tiers) {
    tier.usd_per_gb_s = std::min(tier.usd_per_gb_s, price);
  }
}

}  // namespace

bool apply_savings_plan(PriceTable& prices, SavingsPlan plan) {
  if (plan == SavingsPlan::kNone) {
    return true;
  }
  const bool no_upfront = plan == SavingsPlan::kNoUpfront;
  const ByArchitecture& of_plan =
      no_upfront ? prices.usd_per_gb_s_no_upfront : prices.usd_per_gb_s_all_upfront;
  if (!of_plan.x86_64 || !of_plan.arm64) {
    return false;
  }
  lower(prices.x86_64, *of_plan.x86_64);
  lower(prices.arm64, *of_plan.arm64);
  prices.plan = no_upfront ? "savings plan without upfront payment" : "savings plan paid upfront";
  return true;
}

std::string title(const PriceTable& prices) {
  return fmt::format("{} as of {}{}{}", prices.region, prices.effective,
                     prices.plan.empty() ? "" : ", ", prices.plan);
}

std::string no_price(const PriceTable& prices, std::string_view what) {
  return fmt::format("no price of {} in {} is known for {}", what, prices.region, prices.effective);
}

}  // namespace lambdasim::models
