#include "models/source/stream_keys.h"

#include <algorithm>
#include <cmath>

namespace lambdasim::models {
namespace {

/// (exp(x) - 1) / x.
double relative_exp(double x) {
  return std::abs(x) > 1e-8 ? std::expm1(x) / x : 1.0 + x / 2.0;
}

/// log(1 + x) / x.
double relative_log(double x) {
  return std::abs(x) > 1e-8 ? std::log1p(x) / x : 1.0 - x / 2.0;
}

/// `word` as a fraction of 2^32, times `count`.
std::uint32_t scaled(std::uint64_t word, std::uint32_t count) {
  return static_cast<std::uint32_t>((word & 0xffff'ffff) * count >> 32);
}

}  // namespace

Zipf::Zipf(std::uint64_t count, double exponent)
    : count_(static_cast<double>(count)),
      exponent_(exponent),
      from_(integral(1.5) - 1.0),
      to_(integral(count_ + 0.5)),
      sure_(2.0 - inverse(integral(2.5) - density(2.0))) {}

double Zipf::density(double x) const {
  return std::exp(-exponent_ * std::log(x));
}

double Zipf::integral(double x) const {
  const double log = std::log(x);
  return relative_exp((1.0 - exponent_) * log) * log;
}

double Zipf::inverse(double y) const {
  const double t = std::max(-1.0, y * (1.0 - exponent_));
  return std::exp(relative_log(t) * y);
}

std::uint64_t Zipf::sample(core::KeyedEngine& engine) const {
  for (;;) {
    const double y = to_ + engine.uniform() * (from_ - to_);
    const double x = inverse(y);
    const double k = std::clamp(std::floor(x + 0.5), 1.0, count_);
    if (k - x <= sure_ || y >= integral(k + 0.5) - density(k)) {
      return static_cast<std::uint64_t>(k);
    }
  }
}

StreamKeys::StreamKeys(const StreamRules& rules, std::uint64_t stream_key)
    : stream_key_(stream_key),
      keys_(rules.keys),
      shards_(rules.shards),
      lanes_per_shard_(rules.lanes_per_shard),
      zipf_(std::max<std::uint64_t>(rules.keys, 1), rules.skew) {}

std::uint32_t StreamKeys::lane(const core::InvocationNumbers& numbers) const {
  auto engine = numbers.engine(core::Purpose::kBatch);
  const std::uint64_t hash =
      keys_ == 0 ? engine()
                 : core::mix64(stream_key_ + zipf_.sample(engine) * core::KeyedEngine::kGolden);
  return scaled(hash >> 32, shards_) * lanes_per_shard_ + scaled(hash, lanes_per_shard_);
}

}  // namespace lambdasim::models
