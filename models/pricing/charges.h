// The items behind a bill: each amount that a usage comes to, with the price it meets, the line it
// stands on and the monthly allowance that it draws from. Only what was used has a charge.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "models/pricing/bill.h"

namespace lambdasim::models {

/// What is free a month, to the account as a whole.
enum class Allowance { kNone, kRequests, kDuration, kStreaming, kKms, kTransitions };
inline constexpr std::size_t kAllowances = 6;

struct Charge {
  Money Bill::*line;
  Money amount;
  Price price;  ///< none: not known
  Allowance allowance;
  std::string_view what;  ///< is paid for, as in "no price of ... is known"
};

/// @param durations of a GB-s on demand
std::vector<Charge> charges_of(const PriceTable& prices, const Usage& usage,
                               const ByArchitecture& durations);

ByArchitecture first_tier_prices(const PriceTable& prices);
Money on_demand_gb_s(const Usage& usage);
Allowance duration_allowance(const Usage& usage);

/// The part of each kind of amount that is left to pay for once the allowances are used up.
struct PaidShares {
  std::array<Money, kAllowances> shares{1, 1, 1, 1, 1, 1};
  const Money& of(Allowance allowance) const { return shares[static_cast<std::size_t>(allowance)]; }
};

PaidShares paid_shares(const PriceTable& prices, const std::vector<Usage>& usages,
                       const Money& scale);

}  // namespace lambdasim::models
