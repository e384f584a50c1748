// How Linux limits a Lambda function to its share of a CPU: quota by period, accounted at ticks.
//
// Rule (CFS bandwidth control with the values measured on AWS Lambda: Lin, Ma, Shahrad,
// "Demystifying Serverless Costs on Public Platforms", EuroSys 2026, arXiv 2506.01283). Work runs
// at the speed of a full core. At every tick of a fixed grid that starts with the handler, the CPU
// time used is taken from a local slice; when that is used up it is filled up to `slice` from the
// pool. If the pool does not suffice, the work stands still until refills, one a period, have
// repaid the debt. A refill sets the pool to the quota; what was left over is lost.
//
// Everything is integer nanoseconds; the state is a plain value.
#pragma once

#include "sim/engine/cpu_model.h"

namespace lambdasim::models {

struct QuotaRule {
  core::Duration quota;   ///< CPU time a period, > 0
  core::Duration period;  ///< a multiple of `tick`
  core::Duration tick;
  core::Duration slice;

  bool operator==(const QuotaRule&) const = default;

  /// No timeout is longer, so what runs longer than this is only estimated, in proportion.
  static constexpr core::Duration kExactUntil = std::chrono::seconds{1000};

  /// Whether the quota never makes work wait.
  bool never_throttles() const { return quota >= period; }

  /// The state in which a handler begins.
  engine::CpuState fresh() const;
  /// Accounts for the time since the CPU was last used; `state.elapsed` moves on if the work is
  /// still throttled then.
  void catch_up(engine::CpuState& state) const;
  /// Runs work for `cpu_time`, starting in a state that is caught up.
  void run(engine::CpuState& state, core::Duration cpu_time) const;
  /// The tick at `state.elapsed`, with CPU in use: fills the slice, or waits for refills.
  void account_tick(engine::CpuState& state) const;

 private:
  void fill_pool(engine::CpuState& state, core::Duration now) const;
  void fill_slice(engine::CpuState& state) const;
  core::Duration wait_for_refills(engine::CpuState& state) const;
};

/// `time` times `numerator` / `denominator`, rounded to the nearest nanosecond; at most 73 years.
core::Duration scaled(core::Duration time, std::int64_t numerator, std::int64_t denominator);

}  // namespace lambdasim::models
