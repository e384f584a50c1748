#include "sim/engine/hosts.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/check.h"

namespace lambdasim::engine {

core::Duration SlowedCpu::run(CpuState& state, core::Duration cpu_time,
                              std::uint32_t threads) const {
  const double stretched = static_cast<double>(cpu_time.count()) * factor_;
  return of_->run(state, core::Duration{std::llround(stretched)}, threads);
}

core::Duration SlowedCpu::run_until(CpuState& state, core::Duration cpu_time, std::uint32_t threads,
                                    core::Duration until) const {
  const core::Duration stretched{std::llround(static_cast<double>(cpu_time.count()) * factor_)};
  const core::Duration done = of_->run_until(state, stretched, threads, until);
  return done >= stretched ? cpu_time
                           : core::Duration{static_cast<std::int64_t>(
                                 static_cast<double>(done.count()) / factor_)};
}

Hosts::Hosts(const Fleet& fleet, std::size_t functions, const FutureArrivals& future)
    : fleet_(fleet),
      future_(future),
      hosts_(fleet.hosts),
      calls_(functions),
      room_mb_(fleet.hosts, fleet.memory_mb) {}

HostId Hosts::with_room(const WantedPlace& wanted) const {
  return fleet_.placement->choose(room_mb_, wanted);
}

HostId Hosts::with_room_after_evictions(const WantedPlace& wanted) {
  std::vector<std::int64_t> room = room_mb_;
  for (std::size_t h = 0; h < hosts_.size(); ++h) {
    room[h] += hosts_[h].idle_mb;
  }
  return fleet_.placement->choose(room, wanted);
}

double Hosts::priority(Slot slot, core::SimTime now) const {
  const Place& place = places_[slot];
  return fleet_.eviction->priority({.function = place.function,
                                    .now = now,
                                    .last_used = place.last_used,
                                    .calls = calls_[place.function.value],
                                    .cold_start = place.cold_start,
                                    .memory_mb = place.memory_mb,
                                    .clock = place.clock},
                                   future_);
}

Slot Hosts::victim(HostId host, core::SimTime now) const {
  const std::vector<Slot>& idle = hosts_[host].idle;
  LAMBDASIM_CHECK(!idle.empty(), "a host without idle contexts has nothing to evict");
  Slot first = idle.front();
  auto least = std::pair{priority(first, now), places_[first].last_used};
  for (const Slot slot : idle) {
    const auto key = std::pair{priority(slot, now), places_[slot].last_used};
    if (key < least) {
      least = key;
      first = slot;
    }
  }
  return first;
}

void Hosts::hold(Slot slot, HostId host, core::FunctionId function, std::int64_t memory_mb,
                 core::Duration cold_start, core::SimTime ready) {
  LAMBDASIM_CHECK(has_room(host, memory_mb), "a host holds no more than its memory");
  if (slot >= places_.size()) {
    places_.resize(slot + 1);
  }
  places_[slot] = {.host = host,
                   .index = 0,
                   .function = function,
                   .memory_mb = memory_mb,
                   .cold_start = cold_start,
                   .last_used = ready,
                   .clock = clock_};
  room_mb_[host] -= memory_mb;
}

void Hosts::release(Slot slot, bool was_last) {
  const Place& place = places_[slot];
  room_mb_[place.host] += place.memory_mb;
  if (was_last) {
    calls_[place.function.value] = 0;
  }
}

void Hosts::rest(Slot slot, core::SimTime end) {
  Place& place = places_[slot];
  Host& host = hosts_[place.host];
  place.index = static_cast<std::uint32_t>(host.idle.size());
  host.idle.push_back(slot);
  host.idle_mb += place.memory_mb;
  next_end_ = std::min(next_end_, end);
}

void Hosts::unrest(Slot slot) {
  const Place& place = places_[slot];
  Host& host = hosts_[place.host];
  const Slot last = host.idle.back();
  host.idle[place.index] = last;
  places_[last].index = place.index;
  host.idle.pop_back();
  host.idle_mb -= place.memory_mb;
}

double Hosts::run(Slot slot, core::SimTime now) {
  Place& place = places_[slot];
  Host& host = hosts_[place.host];
  host.busy_mb += place.memory_mb;
  place.last_used = now;
  place.clock = clock_;
  ++calls_[place.function.value];
  const double vcpus = static_cast<double>(host.busy_mb) / static_cast<double>(fleet_.full_vcpu_mb);
  return fleet_.cores > 0 ? std::max(1.0, vcpus / fleet_.cores) : 1.0;
}

void Hosts::finish(Slot slot) {
  hosts_[places_[slot].host].busy_mb -= places_[slot].memory_mb;
}

}  // namespace lambdasim::engine
