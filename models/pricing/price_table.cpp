#include "models/pricing/price_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "sim/core/check.h"

namespace lambdasim::models {
namespace {

using Integer = boost::multiprecision::cpp_int;

constexpr std::int64_t kFreeStorageMb = 512;
constexpr std::int64_t kMsTimesMbAGbSecond = std::int64_t{1000} * 1024;

Money gb_seconds(std::uint64_t billed_ms, std::int64_t mb) {
  return Money{Integer{billed_ms} * mb, Integer{kMsTimesMbAGbSecond}};
}

Money storage_cost(const PriceTable& prices, const Usage& usage) {
  if (usage.storage_mb <= kFreeStorageMb) {
    return 0;
  }
  LAMBDASIM_CHECK(prices.usd_per_storage_gb_s.has_value(),
                  "a function has storage without a price");
  return gb_seconds(usage.billed_ms, usage.storage_mb - kFreeStorageMb) *
         *prices.usd_per_storage_gb_s;
}

const std::vector<Tier>& tiers_of(const PriceTable& prices, bool arm64) {
  const std::vector<Tier>& tiers = arm64 ? prices.arm64 : prices.x86_64;
  LAMBDASIM_CHECK(!tiers.empty(), "a function has an architecture without a price");
  return tiers;
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

// What a month of the account pays for one unit of each kind, after free tier and tiers.
struct AverageRates {
  Money usd_per_request = 0;
  std::array<Money, 2> usd_per_gb_s;  // x86_64, arm64
};

AverageRates average_rates(const PriceTable& prices, const std::vector<Usage>& usages,
                           const Money& scale) {
  Money requests = 0;
  std::array<Money, 2> used;
  for (const Usage& usage : usages) {
    requests += Money{usage.requests} * scale;
    used[usage.arm64 ? 1 : 0] += gb_seconds(usage.billed_ms, usage.memory_mb) * scale;
  }
  AverageRates rates;
  if (requests > prices.free_requests) {
    rates.usd_per_request = prices.usd_per_request * (requests - prices.free_requests) / requests;
  }
  const Money all = used[0] + used[1];
  if (all <= prices.free_gb_s) {
    return rates;
  }
  const Money billable_share = (all - prices.free_gb_s) / all;
  for (const bool arm64 : {false, true}) {
    const Money& of_architecture = used[arm64 ? 1 : 0];
    if (of_architecture > 0) {
      rates.usd_per_gb_s[arm64 ? 1 : 0] =
          tiered_cost(tiers_of(prices, arm64), of_architecture * billable_share) / of_architecture;
    }
  }
  return rates;
}

Bill bill_at(const PriceTable& prices, const Usage& usage, const Money& usd_per_request,
             const Money& usd_per_gb_s, const Money& scale) {
  const Money init = gb_seconds(usage.billed_init_ms, usage.memory_mb);
  const Money all = gb_seconds(usage.billed_ms, usage.memory_mb);
  return {Money{usage.requests} * usd_per_request * scale, (all - init) * usd_per_gb_s * scale,
          init * usd_per_gb_s * scale, storage_cost(prices, usage) * scale};
}

}  // namespace

Bill marginal_bill(const PriceTable& prices, const Usage& usage) {
  return bill_at(prices, usage, prices.usd_per_request,
                 tiers_of(prices, usage.arm64).front().usd_per_gb_s, 1);
}

std::vector<Bill> monthly_bills(const PriceTable& prices, const std::vector<Usage>& usages,
                                const Money& scale) {
  const AverageRates rates = average_rates(prices, usages, scale);
  std::vector<Bill> bills;
  bills.reserve(usages.size());
  for (const Usage& usage : usages) {
    bills.push_back(bill_at(prices, usage, rates.usd_per_request,
                            rates.usd_per_gb_s[usage.arm64 ? 1 : 0], scale));
  }
  return bills;
}

std::optional<std::string> missing_price(const PriceTable& prices, bool arm64,
                                         std::int64_t storage_mb) {
  if ((arm64 ? prices.arm64 : prices.x86_64).empty()) {
    return fmt::format("no price of {} in {} is known for {}", arm64 ? "arm64" : "x86_64",
                       prices.region, prices.effective);
  }
  if (storage_mb > kFreeStorageMb && !prices.usd_per_storage_gb_s) {
    return fmt::format("no price of storage above {} MB in {} is known for {}", kFreeStorageMb,
                       prices.region, prices.effective);
  }
  return std::nullopt;
}

Money decimal(std::string_view text) {
  Integer digits = 0;
  Integer scale = 1;
  bool after_point = false;
  bool any = false;
  for (const char c : text) {
    if (c == '.' && !after_point) {
      after_point = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      digits = digits * 10 + (c - '0');
      scale *= after_point ? 10 : 1;
    } else {
      any = false;
      break;
    }
  }
  if (!any) {
    throw std::invalid_argument(fmt::format("'{}' is not a decimal number", text));
  }
  return Money{digits, scale};
}

double to_double(const Money& money) {
  return static_cast<double>(money);
}

}  // namespace lambdasim::models
