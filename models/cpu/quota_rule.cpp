#include "models/cpu/quota_rule.h"

#include <algorithm>

namespace lambdasim::models {

using core::Duration;
using engine::CpuState;

CpuState QuotaRule::fresh() const {
  CpuState state;
  state.pool = quota;
  state.period = 0;
  state.next_tick = 1;
  return state;
}

void QuotaRule::fill_pool(CpuState& state, Duration now) const {
  const std::int64_t current = now / period;
  if (current > state.period) {
    state.period = current;
    state.pool = quota;
  }
}

void QuotaRule::fill_slice(CpuState& state) const {
  const Duration taken = std::min(slice - state.local, state.pool);
  state.local += taken;
  state.pool -= taken;
}

Duration QuotaRule::wait_for_refills(CpuState& state) const {
  while (state.local <= Duration{0}) {
    ++state.period;
    state.pool = quota;
    fill_slice(state);
  }
  return state.period * period;
}

void QuotaRule::account_tick(CpuState& state) const {
  fill_pool(state, state.elapsed);
  ++state.next_tick;
  if (state.local > Duration{0}) {
    return;
  }
  fill_slice(state);
  if (state.local <= Duration{0}) {
    state.elapsed = wait_for_refills(state);
    state.next_tick = state.elapsed / tick + 1;
  }
}

void QuotaRule::catch_up(CpuState& state) const {
  const Duration now = state.elapsed;
  if (state.period < 0) {
    state = fresh();
    state.elapsed = now;
  } else if (state.local < Duration{0} && state.next_tick * tick < now) {
    CpuState indebted = state;
    indebted.elapsed = state.next_tick * tick;
    account_tick(indebted);
    state = indebted;
    state.elapsed = std::max(now, indebted.elapsed);
  }
  if (state.next_tick * tick < state.elapsed) {
    fill_pool(state, state.elapsed);
    state.next_tick = (state.elapsed - Duration{1}) / tick + 1;
  }
}

void QuotaRule::run(CpuState& state, Duration cpu_time) const {
  Duration left = cpu_time;
  while (left > Duration{0} && state.elapsed < kExactUntil) {
    const Duration at_tick = state.next_tick * tick;
    if (at_tick <= state.elapsed) {
      account_tick(state);
      continue;
    }
    const Duration step = std::min(left, at_tick - state.elapsed);
    state.elapsed += step;
    state.local -= step;
    left -= step;
  }
  if (left > Duration{0}) {
    state.elapsed += scaled(left, period.count(), quota.count());
  }
}

Duration scaled(Duration time, std::int64_t numerator, std::int64_t denominator) {
  constexpr std::int64_t kExactBelow = std::int64_t{1} << 62;
  if (time.count() < kExactBelow / numerator) {
    return Duration{(time.count() * numerator + denominator / 2) / denominator};
  }
  const double factor = static_cast<double>(numerator) / static_cast<double>(denominator);
  return core::duration_of_nanoseconds(static_cast<double>(time.count()) * factor);
}

}  // namespace lambdasim::models
