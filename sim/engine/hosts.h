// The hosts of a fleet in one run: who holds how much memory where, which contexts are idle there,
// how many vCPUs are busy.
//
// Knows slots, not contexts: Contexts tells it when one is made, comes to rest, is used, or ends.
// Finding a host is a walk over the hosts, an eviction one over the idle contexts of one host; both
// happen only when a context is started.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/context_pool.h"
#include "sim/engine/cpu_model.h"
#include "sim/engine/fleet.h"

namespace lambdasim::engine {

/// A CPU that others share: all work takes longer by one factor.
class SlowedCpu final : public CpuModel {
 public:
  SlowedCpu(const CpuModel& of, double factor) : of_(&of), factor_(factor) {}
  core::Duration run(CpuState& state, core::Duration cpu_time,
                     std::uint32_t threads) const override;
  /// To the nanosecond of CPU time below, each time it is cut.
  core::Duration run_until(CpuState& state, core::Duration cpu_time, std::uint32_t threads,
                           core::Duration until) const override;

 private:
  const CpuModel* of_;
  double factor_;
};

class Hosts {
 public:
  /// @param future must outlive this
  Hosts(const Fleet& fleet, std::size_t functions, const FutureArrivals& future);

  /// A host that has room now; kNoHost when none has.
  HostId with_room(const WantedPlace& wanted) const;
  /// A host that has room once idle contexts are evicted; kNoHost when none has.
  HostId with_room_after_evictions(const WantedPlace& wanted);
  bool has_room(HostId host, std::int64_t memory_mb) const { return room_mb_[host] >= memory_mb; }
  /// The idle context of a host that goes first. There must be one.
  Slot victim(HostId host, core::SimTime now) const;

  void hold(Slot slot, HostId host, core::FunctionId function, std::int64_t memory_mb,
            core::Duration cold_start, core::SimTime ready);
  /// A context ended. What it held is free.
  /// @param was_last of its function
  void release(Slot slot, bool was_last);
  void rest(Slot slot, core::SimTime end);
  void unrest(Slot slot);
  /// A handler is dispatched.
  /// @return by how much longer its CPU time takes, at least 1
  double run(Slot slot, core::SimTime now);
  void finish(Slot slot);
  /// An idle context was evicted that had this priority.
  void evicted(Slot slot, core::SimTime now) { clock_ = std::max(clock_, priority(slot, now)); }

  HostId host_of(Slot slot) const { return places_[slot].host; }
  std::span<const Slot> idle_on(HostId host) const { return hosts_[host].idle; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(hosts_.size()); }

  /// No idle context ends before this.
  core::SimTime next_end() const { return next_end_; }
  /// Begins a walk over all idle contexts that ends those whose time has come.
  void begin_sweep() { next_end_ = core::kNever; }
  void swept(core::SimTime end) { next_end_ = std::min(next_end_, end); }

 private:
  struct Host {
    std::int64_t idle_mb = 0;
    std::int64_t busy_mb = 0;
    std::vector<Slot> idle;
  };
  struct Place {
    HostId host = kNoHost;
    std::uint32_t index = 0;  // among the idle ones of its host
    core::FunctionId function;
    std::int64_t memory_mb = 0;
    core::Duration cold_start{0};
    core::SimTime last_used;
    double clock = 0;
  };

  double priority(Slot slot, core::SimTime now) const;

  const Fleet& fleet_;
  const FutureArrivals& future_;
  std::vector<Host> hosts_;
  std::vector<Place> places_;          // by slot
  std::vector<std::uint64_t> calls_;   // by function
  std::vector<std::int64_t> room_mb_;  // by host
  double clock_ = 0;
  core::SimTime next_end_ = core::kNever;
};

}  // namespace lambdasim::engine
