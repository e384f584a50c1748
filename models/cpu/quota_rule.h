// How Linux limits a Lambda function to its share of a CPU: quota by period, accounted at ticks.
//
// Rule (CFS bandwidth control with the values measured on AWS Lambda: Lin, Ma, Shahrad,
// "Demystifying Serverless Costs on Public Platforms", EuroSys 2026, arXiv 2506.01283). Work runs
// at the speed of a full core, on `cores` of them at once. At every tick of a fixed grid the CPU
// time used is taken from local slices, one a core; when they are used up they are filled from the
// pool. If the pool does not suffice, the work stands still until refills, one a period, have
// repaid the debt. A refill sets the pool to the quota; what was left over is lost, what is owed
// stays.
//
// Periods begin at the tick before the handler. Everything is integer nanoseconds; the state is a
// plain value. It holds sums over all cores, so it stands for any number of them.
#pragma once

#include "sim/engine/cpu_model.h"

namespace lambdasim::models {

struct QuotaRule {
  core::Duration quota;   ///< CPU time a period, > 0
  core::Duration period;  ///< a multiple of `tick`
  core::Duration tick;
  core::Duration slice;        ///< a core
  core::Duration overhead{0};  ///< CPU time that others take of the quota, once an invocation
  std::int64_t cores = 1;

  auto operator<=>(const QuotaRule&) const = default;

  /// Ticks that one run of work is followed through; what is longer goes on in proportion, which is
  /// right to within a period.
  static constexpr std::int64_t kExactTicks = 1024;

  /// Whether the quota never makes work wait.
  bool never_throttles() const { return quota >= cores * period; }

  /// The state of a handler that begins `phase` after a tick and waits for `elapsed` first.
  engine::CpuState fresh(core::Duration phase, core::Duration elapsed) const;
  /// Accounts for the time since the CPU was last used; `state.elapsed` moves on if the work is
  /// still throttled then.
  void catch_up(engine::CpuState& state) const;
  /// Runs work for `cpu_time`, starting in a state that is caught up.
  void run(engine::CpuState& state, core::Duration cpu_time) const;
  /// The same, to `until` at most. When work is stopped there while it is throttled, the state says
  /// so by the next tick: it is more than a tick away, and the one before it ends the throttling.
  /// @return the CPU time that was done
  core::Duration run_until(engine::CpuState& state, core::Duration cpu_time,
                           core::Duration until) const;
  /// The tick at `state.elapsed`, with CPU in use: fills the slices, or waits for refills.
  void account_tick(engine::CpuState& state) const;

 private:
  core::Duration time_of_tick(const engine::CpuState& state) const;
  void run_to_tick(engine::CpuState& state, core::Duration& left, core::Duration room) const;
  void refill(engine::CpuState& state) const;
  void fill_pool(engine::CpuState& state) const;
  void fill_slices(engine::CpuState& state) const;
  void wait_for_refills(engine::CpuState& state) const;
};

/// `time` times `numerator` / `denominator`, rounded to the nearest nanosecond; at most 73 years.
core::Duration scaled(core::Duration time, std::int64_t numerator, std::int64_t denominator);

/// `cpu_time` divided among `cores`, rounded up.
inline core::Duration shared_among(core::Duration cpu_time, std::int64_t cores) {
  return cores == 1 ? cpu_time : (cpu_time + core::Duration{cores - 1}) / cores;
}

}  // namespace lambdasim::models
