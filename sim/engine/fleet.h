// A fleet of hosts with finite memory, and the contracts of what decides on it: which host takes a
// new context (models/placement), which idle context goes when there is no room (models/eviction).
//
// Without a fleet, memory is infinite, as AWS Lambda looks from outside. Policies are stateless;
// what they go by is kept by Hosts (hosts.h).
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "sim/core/ids.h"
#include "sim/core/random.h"
#include "sim/core/time.h"

namespace lambdasim::engine {

class FutureArrivals;

using HostId = std::uint32_t;
inline constexpr HostId kNoHost = ~HostId{0};

/// A context looks for a host.
struct WantedPlace {
  core::FunctionId function;
  std::int64_t memory_mb;
  core::InvocationNumbers numbers;
};

class Placement {
 public:
  virtual ~Placement() = default;
  /// @param room_mb memory that each host has left, or would have without its idle contexts
  /// @return a host with room, kNoHost when there is none
  virtual HostId choose(std::span<const std::int64_t> room_mb, const WantedPlace& wanted) const = 0;
};

/// An idle context that may have to go.
struct EvictionCandidate {
  core::FunctionId function;
  core::SimTime now;
  core::SimTime last_used;       ///< its last call was dispatched, or it became ready
  std::uint64_t calls = 0;       ///< of its function, since the function last had no context
  core::Duration cold_start{0};  ///< sandbox and INIT of this context
  std::int64_t memory_mb = 0;
  double clock = 0;  ///< priority of the last eviction before last_used; 0 at first
};

class Eviction {
 public:
  virtual ~Eviction() = default;
  /// The context of least priority goes first; of equals, the one unused for longest.
  virtual double priority(const EvictionCandidate& candidate,
                          const FutureArrivals& future) const = 0;
};

/// Hosts of one size.
struct Fleet {
  std::uint32_t hosts = 1;
  std::int64_t memory_mb = 0;        ///< of each
  double cores = 0;                  ///< of each; 0: as many as are wanted
  std::int64_t full_vcpu_mb = 1792;  ///< memory of a context that counts as one busy vCPU
  std::shared_ptr<const Placement> placement;
  std::shared_ptr<const Eviction> eviction;
};

}  // namespace lambdasim::engine
