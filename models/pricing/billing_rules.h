// The quantities in which AWS bills, as models/data/billing.yaml gives them with their sources:
// what turns something that happened into an amount that a price can be put on.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <string_view>

#include "sim/core/time.h"

namespace lambdasim::models {

/// An exact amount of money in USD, or of what it is paid for.
using Money = boost::multiprecision::cpp_rational;

struct BillingRules {
  core::Duration month{0};
  std::int64_t event_first_bytes = 0;  ///< of an asynchronous event, one request
  std::int64_t event_step_bytes = 0;   ///< one more request each
  std::int64_t storage_free_mb = 0;
  std::int64_t response_free_bytes = 0;
  core::Duration provisioned_step{0};
  core::Duration snapshot_minimum{0};
  core::Duration poller_minimum{0};
  core::Duration express_step{0};      ///< of the time of an express workflow
  std::int64_t express_memory_mb = 0;  ///< one more chunk of its memory each
  std::uint64_t lcu_connections_a_second = 0;
  Money lcu_gb_an_hour;

  /// What an asynchronous event of that size is billed as.
  std::uint64_t requests_of_event(std::int64_t payload_bytes) const;
  /// The part of a streamed response that is not free.
  std::int64_t billed_response_bytes(std::int64_t response_bytes) const;
  /// Context-seconds of provisioned concurrency that was configured for so long.
  std::uint64_t provisioned_seconds(core::Duration configured, std::uint64_t contexts) const;
  /// Milliseconds that a SnapStart snapshot is billed for which was active for so long.
  std::uint64_t snapshot_milliseconds(core::Duration active) const;
  /// Seconds that one provisioned poller is billed for.
  std::uint64_t poller_seconds(core::Duration active) const;
  /// Milliseconds that an execution of an express workflow is billed for.
  std::uint64_t express_milliseconds(core::Duration time) const;
  /// Memory that it is billed for.
  std::int64_t billed_express_mb(std::int64_t memory_mb) const;
  /// LCU-hours that one call through an Application Load Balancer uses up.
  Money lcu_hours(std::int64_t bytes) const;
};

/// The rules that are built in.
const BillingRules& billing_rules();

/// Exact value of a decimal such as "0.0000166667". @throws std::invalid_argument
Money decimal(std::string_view text);
double to_double(const Money& money);

}  // namespace lambdasim::models
