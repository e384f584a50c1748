// Dated prices of one region, as read from models/data/prices. A price that is not known is absent,
// and whoever needs it must say so: none is ever derived from another region or date.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/pricing/billing_rules.h"
#include "sim/config/reader.h"

namespace lambdasim::models {

/// None: not known.
using Price = std::optional<Money>;

/// A price that holds up to a monthly amount (GB-s); the last tier has no end (0).
struct Tier {
  Money usd_per_gb_s;
  std::uint64_t up_to_gb_s = 0;
};

struct ByArchitecture {
  Price x86_64;
  Price arm64;
  const Price& of(bool is_arm64) const { return is_arm64 ? arm64 : x86_64; }
};

struct PriceTable {
  std::string region;
  std::string effective;  ///< date
  std::string source;
  std::string plan;  ///< the savings plan that is in the tiers; empty: none
  Price usd_per_request;
  std::vector<Tier> x86_64;  ///< empty: not known
  std::vector<Tier> arm64;
  Price usd_per_storage_gb_s;  ///< ephemeral storage above what is free
  ByArchitecture usd_per_provisioned_gb_s;
  ByArchitecture usd_per_provisioned_duration_gb_s;
  Price usd_per_snapshot_gb_s;
  Price usd_per_restored_gb;
  Price usd_per_streamed_gb;
  ByArchitecture usd_per_isolated_gb;  ///< tenant isolation: of a context created
  Price usd_per_durable_operation;
  Price usd_per_durable_written_gb;
  Price usd_per_durable_gb_month;
  Price usd_per_transition;     ///< of a standard workflow
  Price usd_per_express_start;  ///< of an express workflow
  Price usd_per_express_gb_s;
  Price usd_per_sqs_poller_hour;
  Price usd_per_kafka_poller_hour;
  Price usd_per_kms_request;
  Price usd_per_kms_key_month;
  Price usd_per_logs_gb;
  Price usd_per_rest_call;  ///< API Gateway
  Price usd_per_http_call;
  Price usd_per_balancer_hour;  ///< Application Load Balancer
  Price usd_per_lcu_hour;
  ByArchitecture usd_per_gb_s_no_upfront;  ///< Compute Savings Plans
  ByArchitecture usd_per_gb_s_all_upfront;
  std::uint64_t free_requests = 0;  ///< a month, as all that follows
  std::uint64_t free_gb_s = 0;      ///< all architectures together
  std::uint64_t free_streamed_gb = 0;
  std::uint64_t free_kms_requests = 0;
  std::uint64_t free_transitions = 0;

  const std::vector<Tier>& tiers(bool is_arm64) const { return is_arm64 ? arm64 : x86_64; }
};

/// The prices of a region that held on a date (YYYY-MM-DD).
/// Reports (at `region_key` of `reader`) a region or date without figures, naming those that exist,
/// and a region whose requests have no known price. What is returned then is complete, but of
/// another region.
PriceTable read_prices(config::ObjectReader& reader, std::string_view region_key,
                       std::string_view date);

enum class SavingsPlan { kNone, kNoUpfront, kAllUpfront };

/// Puts the price of a Compute Savings Plan in place of every tier that costs more: all duration is
/// taken to be under the plan. Requests and the other lines keep their prices.
/// @return whether it is known what the plan costs; if not, nothing is changed
bool apply_savings_plan(PriceTable& prices, SavingsPlan plan);

/// As tables and files name it: `us-east-1 as of 2022-08-01`, and its savings plan.
std::string title(const PriceTable& prices);

/// The sentence about a price that is not known.
std::string no_price(const PriceTable& prices, std::string_view what);

}  // namespace lambdasim::models
