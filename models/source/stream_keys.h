// Partition keys: which a record has, and which lane of a stream its key leads to.
//
// A record draws its key from its own numbers. Where a key leads is a hash of the key, as on
// Kinesis and Kafka: few keys load shards unevenly, and one key never changes its lane. It depends
// on the stream alone, so designs and replications place a key alike.
#pragma once

#include <cstdint>

#include "models/source/stream_rules.h"
#include "sim/core/random.h"

namespace lambdasim::models {

/// Numbers 1 to n with probabilities in proportion to 1 / k^s, in constant time and memory:
/// rejection-inversion (Hoermann, Derflinger 1996, ACM TOMACS 6(3)).
class Zipf {
 public:
  Zipf(std::uint64_t count, double exponent);
  std::uint64_t sample(core::KeyedEngine& engine) const;

 private:
  double density(double x) const;
  double integral(double x) const;
  double inverse(double y) const;

  double count_;
  double exponent_;
  double from_;
  double to_;
  double sure_;  // distance below the inverse at which nothing is rejected
};

class StreamKeys {
 public:
  StreamKeys(const StreamRules& rules, std::uint64_t stream_key);
  /// The lane of a record: shard x lanes of a shard + lane within it.
  std::uint32_t lane(const core::InvocationNumbers& numbers) const;

 private:
  std::uint64_t stream_key_;
  std::uint64_t keys_;
  std::uint32_t shards_;
  std::uint32_t lanes_per_shard_;
  Zipf zipf_;
};

}  // namespace lambdasim::models
