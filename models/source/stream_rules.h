// What a stream and the mapping that reads it are told, in whole numbers and spans: the same for
// Kinesis, DynamoDB and Kafka, which differ in their defaults and in which of these can be set.
#pragma once

#include <cstdint>
#include <optional>

#include "models/source/backoff.h"
#include "sim/core/time.h"

namespace lambdasim::models {

struct StreamRules {
  std::uint32_t shards = 1;
  std::uint32_t lanes_per_shard = 1;         ///< invocations at once of one shard
  std::uint32_t batch = 100;                 ///< most records of a batch, by number and by size
  core::Duration window{0};                  ///< how long a batch that is not full is waited for
  core::Duration poll_interval{0};           ///< of a shard; 0: records are seen as they arrive
  std::optional<core::Duration> poll_phase;  ///< of every shard; else drawn, one for each

  std::uint64_t keys = 0;  ///< partition keys; 0: every record has its own
  double skew = 0;         ///< Zipf's exponent: key k is drawn in proportion to 1 / k^skew
  double poison = 0;       ///< share of records whose handler always fails

  std::optional<std::uint32_t> retries;             ///< of a batch; none: no limit
  core::Duration age_limit{core::Duration::max()};  ///< of a record, when it expires
  Backoff backoff{std::chrono::seconds{1}, std::chrono::minutes{1}};  ///< by failures in a row
  bool bisect = false;            ///< a batch that fails is split in halves
  bool reports_failures = false;  ///< the handler names the first record that failed
  bool keeps_given_up = false;    ///< records that are given up go to a destination

  std::uint64_t billed_pollers = 0;
};

}  // namespace lambdasim::models
