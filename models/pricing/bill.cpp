#include "models/pricing/bill.h"

#include <algorithm>
#include <array>

#include "models/pricing/charges.h"
#include "sim/core/check.h"

namespace lambdasim::models {
namespace {

constexpr std::array<BillLine, 17> kLines{{
    {"requests", "requests", &Bill::requests},
    {"duration", "duration", &Bill::duration},
    {"init", "INIT", &Bill::init},
    {"storage", "/tmp above 512 MB", &Bill::storage},
    {"provisioned", "provisioned concurrency", &Bill::provisioned},
    {"provisioned_duration", "duration, provisioned", &Bill::provisioned_duration},
    {"snapstart_cache", "SnapStart cache", &Bill::snapshots},
    {"snapstart_restore", "SnapStart restores", &Bill::restores},
    {"streaming", "response streaming", &Bill::streaming},
    {"tenant_isolation", "tenant isolation", &Bill::tenants},
    {"durable", "durable operations", &Bill::durable},
    {"workflows", "workflows", &Bill::workflows},
    {"managed_instances", "managed instances", &Bill::instances},
    {"pollers", "event pollers", &Bill::pollers},
    {"kms", "KMS", &Bill::kms},
    {"logs", "logs", &Bill::logs},
    {"front_door", "front door", &Bill::front_door},
}};

Bill bill_of(const std::vector<Charge>& charges, const PaidShares& paid, const Money& scale) {
  Bill bill;
  for (const Charge& charge : charges) {
    LAMBDASIM_CHECK(charge.price.has_value(), "a usage without a price is billed");
    bill.*charge.line += charge.amount * paid.of(charge.allowance) * *charge.price * scale;
  }
  return bill;
}

Money tiered_cost(const std::vector<Tier>& tiers, const Money& gb_s) {
  Money cost = 0;
  Money begin = 0;
  for (const Tier& tier : tiers) {
    const bool last = tier.up_to_gb_s == 0;
    const Money end = last ? gb_s : std::min<Money>(gb_s, Money{tier.up_to_gb_s});
    if (end > begin) {
      cost += (end - begin) * tier.usd_per_gb_s;
      begin = end;
    }
  }
  return cost;
}

/// What a month of the account pays for a GB-s of each architecture, on average over the tiers.
ByArchitecture average_duration_prices(const PriceTable& prices, const std::vector<Usage>& usages,
                                       const PaidShares& paid, const Money& scale) {
  std::array<Money, 2> billable;
  for (const Usage& usage : usages) {
    billable[usage.arm64 ? 1 : 0] +=
        on_demand_gb_s(usage) * paid.of(duration_allowance(usage)) * scale;
  }
  ByArchitecture average = first_tier_prices(prices);
  for (const bool arm64 : {false, true}) {
    const Money& gb_s = billable[arm64 ? 1 : 0];
    Price& price = arm64 ? average.arm64 : average.x86_64;
    if (gb_s > 0 && price) {
      price = tiered_cost(prices.tiers(arm64), gb_s) / gb_s;
    }
  }
  return average;
}

}  // namespace

std::span<const BillLine> bill_lines() {
  return kLines;
}

Money Bill::total() const {
  Money sum = 0;
  for (const BillLine& line : kLines) {
    sum += this->*line.value;
  }
  return sum;
}

Bill& Bill::operator+=(const Bill& more) {
  for (const BillLine& line : kLines) {
    this->*line.value += more.*line.value;
  }
  return *this;
}

Bill marginal_bill(const PriceTable& prices, const Usage& usage) {
  return bill_of(charges_of(prices, usage, first_tier_prices(prices)), PaidShares{}, 1);
}

std::vector<Bill> monthly_bills(const PriceTable& prices, const std::vector<Usage>& usages,
                                const Money& scale) {
  const PaidShares paid = paid_shares(prices, usages, scale);
  const ByArchitecture durations = average_duration_prices(prices, usages, paid, scale);
  std::vector<Bill> bills;
  bills.reserve(usages.size());
  for (const Usage& usage : usages) {
    bills.push_back(bill_of(charges_of(prices, usage, durations), paid, scale));
  }
  return bills;
}

std::optional<std::string> missing_price(const PriceTable& prices, const Usage& usage) {
  for (const Charge& charge : charges_of(prices, usage, first_tier_prices(prices))) {
    if (!charge.price) {
      return no_price(prices, charge.what);
    }
  }
  return std::nullopt;
}

}  // namespace lambdasim::models
