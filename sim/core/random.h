// Random numbers that belong to invocations, not to the order of events.
//
// Every number is a function of a key (seed, replication, stream, number within the stream,
// purpose). Two designs that serve the same invocation therefore draw the same numbers for it,
// whatever else happens (common random numbers), and so do 1 thread and N machines.
//
// A key costs one 64-bit mix per invocation; each further number costs one more (splitmix64,
// Steele, Lea, Flood 2014: a counter under a bijective finaliser). KeyedEngine is a uniform random
// bit generator for the Boost.Random distributions.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace lambdasim::core {

/// The 64-bit finaliser of splitmix64 (Stafford's variant 13 of the murmur3 mixer).
constexpr std::uint64_t mix64(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// A stable 64-bit hash of a name (FNV-1a, then mixed): the same on every machine.
constexpr std::uint64_t hash_name(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return mix64(hash);
}

/// What a number is drawn for. Steps of programs use purpose_of_step().
enum class Purpose : std::uint32_t {
  kSandbox = 1,
  kRuntimeInit,
  kLifetime,
  kKeepAlive,
  kReturnDelay,
  kCallOverhead,
  kExtensionInit,
  kExtensionTail,
  kShutdown,
  kFailure,
  kInitFailure,
  kInitFailureAgain,
  kRestore,
  kBilledRestore,
  kReplacement,
  kReuse,
  kCpu,
  kRoute,
  kPoison,
  kBackoff,
  kDuplicate,
  kBatch,
  kPrewarm,
  kPlacement,
  kTenant,
  kLaunch,
  kReplay,
  kConnect,
  kTransition,
  kChoice,
  kPause,
  kFirstStep = 64,
};

/// A uniform random bit generator over 64 bits; 8 bytes of state, freely copied.
class KeyedEngine {
 public:
  using result_type = std::uint64_t;

  explicit constexpr KeyedEngine(std::uint64_t state) : state_(state) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  constexpr result_type operator()() {
    state_ += kGolden;
    return mix64(state_);
  }
  /// Uniform on [0, 1): whether something of probability p happens is uniform() < p.
  constexpr double uniform() { return static_cast<double>((*this)() >> 11) * 0x1p-53; }

  static constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

 private:
  std::uint64_t state_;
};

/// The numbers of one invocation (or of one other numbered thing), one engine a purpose.
class InvocationNumbers {
 public:
  explicit constexpr InvocationNumbers(std::uint64_t key) : key_(key) {}

  constexpr KeyedEngine engine(std::uint32_t purpose) const {
    return KeyedEngine{key_ + purpose * 0xd1342543de82ef95ULL};
  }
  constexpr KeyedEngine engine(Purpose purpose) const {
    return engine(static_cast<std::uint32_t>(purpose));
  }
  /// Of a later attempt at the same thing: attempt 1 has these numbers themselves.
  constexpr InvocationNumbers attempt(std::uint32_t number) const {
    return number <= 1 ? *this : InvocationNumbers{mix64(key_ + number * KeyedEngine::kGolden)};
  }
  constexpr std::uint64_t key() const { return key_; }

 private:
  std::uint64_t key_;
};

/// A stream of invocations: (seed, replication, name of the stream) fixed, the number varies.
class RandomStream {
 public:
  constexpr RandomStream() = default;
  constexpr RandomStream(std::uint64_t seed, std::uint32_t replication, std::uint64_t stream)
      : key_(mix64(mix64(mix64(seed + KeyedEngine::kGolden) + replication) ^ stream)) {}

  constexpr InvocationNumbers invocation(std::uint64_t number) const {
    return InvocationNumbers{mix64(key_ + (number + 1) * KeyedEngine::kGolden)};
  }
  /// An engine that is read from front to back, for things that are generated in order.
  constexpr KeyedEngine sequential() const { return KeyedEngine{mix64(~key_)}; }

 private:
  std::uint64_t key_ = 0;
};

}  // namespace lambdasim::core
