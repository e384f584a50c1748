// What a usage costs, line by line.
//
// Money is computed in exact rational arithmetic from decimal prices and integer usage and turned
// into a double once, at the end: a cost is never off by more than that rounding.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/pricing/price_table.h"
#include "models/pricing/usage.h"

namespace lambdasim::models {

/// The lines of a bill, USD.
struct Bill {
  Money requests;
  Money duration;  ///< handlers, on demand
  Money init;
  Money storage;
  Money provisioned;           ///< provisioned concurrency, for being configured
  Money provisioned_duration;  ///< handlers on it
  Money snapshots;             ///< SnapStart: kept
  Money restores;              ///< SnapStart: restored
  Money streaming;
  Money tenants;  ///< tenant isolation
  Money durable;
  Money workflows;  ///< state transitions; express: executions and their time
  Money instances;  ///< managed instances
  Money pollers;
  Money kms;
  Money logs;
  Money front_door;

  Money total() const;
  Bill& operator+=(const Bill& more);
};

/// One line of a bill: what scripts and what people call it.
struct BillLine {
  std::string_view name;
  std::string_view label;
  Money Bill::*value;
};

/// All of them, in the order in which bills show them.
std::span<const BillLine> bill_lines();

/// At the first tier, without free tier: what one more such usage costs.
Bill marginal_bill(const PriceTable& prices, const Usage& usage);

/// A month of an account: usage of all functions times `scale` (month over simulated window), tiers
/// and free tier applied to the account as a whole. Free amounts and cheaper tiers are shared out
/// over functions and lines in proportion to what they use, so the parts sum to the whole exactly.
/// A function with provisioned concurrency has no part in the free requests and GB-s.
/// @return one bill a function, in order
std::vector<Bill> monthly_bills(const PriceTable& prices, const std::vector<Usage>& usages,
                                const Money& scale);

/// What a usage would be billed for and the table has no price of, as a sentence; nothing if all is
/// there. Bills must not be asked for what is missing: they check it.
std::optional<std::string> missing_price(const PriceTable& prices, const Usage& usage);

}  // namespace lambdasim::models
