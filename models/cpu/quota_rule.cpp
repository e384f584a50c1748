#include "models/cpu/quota_rule.h"

#include <algorithm>

namespace lambdasim::models {

using core::Duration;
using engine::CpuState;

Duration QuotaRule::time_of_tick(const CpuState& state) const {
  return state.next_tick * tick - state.phase;
}

void QuotaRule::refill(CpuState& state) const {
  state.pool = quota + std::min(state.pool, Duration{0});
}

void QuotaRule::fill_pool(CpuState& state) const {
  const std::int64_t current = (state.elapsed + state.phase) / period;
  while (current > state.period && state.pool < Duration{0}) {
    ++state.period;
    refill(state);
  }
  if (current > state.period) {
    state.period = current;
    state.pool = quota;
  }
}

void QuotaRule::fill_slices(CpuState& state) const {
  const Duration taken =
      std::clamp(state.pool, Duration{0}, std::max(cores * slice - state.local, Duration{0}));
  state.local += taken;
  state.pool -= taken;
}

void QuotaRule::wait_for_refills(CpuState& state) const {
  while (state.local <= Duration{0}) {
    ++state.period;
    refill(state);
    fill_slices(state);
  }
  state.elapsed = state.period * period - state.phase;
  state.next_tick = (state.elapsed + state.phase) / tick + 1;
}

CpuState QuotaRule::fresh(Duration phase, Duration elapsed) const {
  CpuState state;
  state.phase = phase;
  state.elapsed = elapsed;
  state.period = (elapsed + phase) / period;
  state.next_tick = std::max<std::int64_t>((elapsed + phase - Duration{1}) / tick, 0) + 1;
  state.pool = quota;
  fill_slices(state);
  const Duration paid = scaled(quota, state.period, 1);
  state.pool -= std::max(overhead - paid, Duration{0});
  return state;
}

void QuotaRule::account_tick(CpuState& state) const {
  fill_pool(state);
  ++state.next_tick;
  if (state.local > Duration{0}) {
    return;
  }
  fill_slices(state);
  if (state.local <= Duration{0}) {
    wait_for_refills(state);
  }
}

void QuotaRule::catch_up(CpuState& state) const {
  state.elapsed = std::max(state.elapsed, time_of_tick(state) - tick);
  const Duration now = state.elapsed;
  if (state.local < Duration{0} && time_of_tick(state) < now) {
    state.elapsed = time_of_tick(state);
    account_tick(state);
    state.elapsed = std::max(now, state.elapsed);
  }
  if (time_of_tick(state) < state.elapsed) {
    fill_pool(state);
    state.next_tick = (state.elapsed + state.phase - Duration{1}) / tick + 1;
  }
  if (const Duration most = cores * slice; state.local > most) {
    state.pool = std::min(quota, state.pool + state.local - most);
    state.local = most;
  }
}

void QuotaRule::run_to_tick(CpuState& state, Duration& left, Duration room) const {
  const bool ends = left <= cores * room;
  const Duration used = ends ? left : cores * room;
  state.elapsed += ends ? shared_among(left, cores) : room;
  state.local -= used;
  left -= used;
}

void QuotaRule::run(CpuState& state, Duration cpu_time) const {
  Duration left = cpu_time;
  for (std::int64_t ticks = 0; left > Duration{0} && ticks <= kExactTicks;) {
    const Duration until_tick = time_of_tick(state) - state.elapsed;
    if (until_tick <= Duration{0}) {
      account_tick(state);
      ++ticks;
      continue;
    }
    run_to_tick(state, left, until_tick);
  }
  if (left > Duration{0}) {
    state.elapsed += scaled(left, period.count(), quota.count());
  }
}

Duration QuotaRule::run_until(CpuState& state, Duration cpu_time, Duration until) const {
  Duration left = cpu_time;
  while (left > Duration{0} && state.elapsed < until) {
    const Duration until_tick = time_of_tick(state) - state.elapsed;
    if (until_tick <= Duration{0}) {
      account_tick(state);
    } else {
      run_to_tick(state, left, std::min(until_tick, until - state.elapsed));
    }
  }
  state.elapsed = std::min(state.elapsed, until);
  return cpu_time - left;
}

Duration scaled(Duration time, std::int64_t numerator, std::int64_t denominator) {
  constexpr std::int64_t kExactBelow = std::int64_t{1} << 62;
  if (numerator == 0 || time.count() < kExactBelow / numerator) {
    return Duration{(time.count() * numerator + denominator / 2) / denominator};
  }
  const double factor = static_cast<double>(numerator) / static_cast<double>(denominator);
  return core::duration_of_nanoseconds(static_cast<double>(time.count()) * factor);
}

}  // namespace lambdasim::models
