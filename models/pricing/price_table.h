// Dated prices of one region, as read from models/data/prices, and what a usage costs under them.
//
// Money is computed in exact rational arithmetic from decimal prices and integer usage and turned
// into a double once, at the end: a cost is never off by more than that rounding.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/reader.h"

namespace lambdasim::models {

/// An exact amount of money, in USD.
using Money = boost::multiprecision::cpp_rational;

/// A price that holds up to a monthly amount (GB-s); the last tier has no end (0).
struct Tier {
  Money usd_per_gb_s;
  std::uint64_t up_to_gb_s = 0;
};

struct PriceTable {
  std::string region;
  std::string effective;  ///< date
  std::string source;
  Money usd_per_request;
  std::vector<Tier> x86_64;
  std::vector<Tier> arm64;                    ///< empty: not known
  std::optional<Money> usd_per_storage_gb_s;  ///< ephemeral storage above 512 MB; none: not known
  std::uint64_t free_requests = 0;            ///< a month
  std::uint64_t free_gb_s = 0;                ///< a month, all architectures together
};

/// What one function used, in integers. Memory and storage are the settings, not what was touched.
struct Usage {
  std::uint64_t requests = 0;
  std::uint64_t billed_ms = 0;       ///< INIT included
  std::uint64_t billed_init_ms = 0;  ///< the part of billed_ms that INIT added
  std::int64_t memory_mb = 128;
  std::int64_t storage_mb = 512;
  bool arm64 = false;
};

/// The lines of a bill, USD.
struct Bill {
  Money requests;
  Money duration;  ///< handlers
  Money init;
  Money storage;
  Money total() const { return requests + duration + init + storage; }
};

/// At the first tier, without free tier: what one more such usage costs.
Bill marginal_bill(const PriceTable& prices, const Usage& usage);

/// A month of an account: usage of all functions times `scale` (month over simulated window), tiers
/// and free tier applied to the account as a whole. The free tier and cheaper tiers are shared out
/// over functions and lines in proportion to GB-s, so the parts sum to the whole exactly.
/// @return one bill a function, in order
std::vector<Bill> monthly_bills(const PriceTable& prices, const std::vector<Usage>& usages,
                                const Money& scale);

/// The prices of a region that held on a date (YYYY-MM-DD).
/// Reports (at `region_key` of `reader`) a region or date without figures, naming those that exist;
/// what is returned then is complete, but of another region.
PriceTable read_prices(config::ObjectReader& reader, std::string_view region_key,
                       std::string_view date);

/// What a function would be billed for and the table has no price of, as a sentence; nothing if all
/// is there. Bills must not be asked for what is missing: they check it.
std::optional<std::string> missing_price(const PriceTable& prices, bool arm64,
                                         std::int64_t storage_mb);

/// Exact value of a decimal such as "0.0000166667". @throws std::invalid_argument
Money decimal(std::string_view text);
double to_double(const Money& money);

}  // namespace lambdasim::models
