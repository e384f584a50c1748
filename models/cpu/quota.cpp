#include "models/cpu/quota.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <tuple>

namespace lambdasim::models {
namespace {

using core::Duration;
using engine::CpuState;

// A memo of a pure function: a table lives as long as somebody uses it.
std::shared_ptr<const QuotaTable> shared_table(const QuotaRule& rule) {
  using Key = std::tuple<Duration, Duration, Duration, Duration>;
  static std::mutex mutex;
  static std::map<Key, std::weak_ptr<const QuotaTable>> tables;
  const std::lock_guard lock{mutex};
  auto& slot = tables[Key{rule.quota, rule.period, rule.tick, rule.slice}];
  auto table = slot.lock();
  if (!table) {
    table = std::make_shared<const QuotaTable>(rule);
    slot = table;
  }
  return table;
}

constexpr std::array<Parameter, 4> kParameters{{
    {"full_vcpu_at", "memory (MB) at which a function has one vCPU", "1792 MB",
     "AWS Lambda developer guide until 2020; its quotas page says 1,769 MB since December 2020"},
    {"period", "time (ms) between two refills of the quota", "20 ms",
     "measured on AWS Lambda: Lin, Ma, Shahrad, EuroSys 2026, table 3"},
    {"tick", "time (ms) between two accountings; divides the period", "4 ms",
     "250 Hz, measured on AWS Lambda: Lin, Ma, Shahrad, EuroSys 2026, table 3"},
    {"slice", "CPU time (ms) moved from the pool at once", "5 ms",
     "Linux default of sched_cfs_bandwidth_slice_us"},
}};

}  // namespace

QuotaTable::QuotaTable(const QuotaRule& rule) : rule_(rule) {
  CpuState state = rule.fresh();
  each_tick_.push_back(state);
  each_stride_.push_back(state);
  for (std::int64_t ticks = 1; state.elapsed < QuotaRule::kExactUntil; ++ticks) {
    state.elapsed += rule.tick;
    state.local -= rule.tick;
    rule.account_tick(state);
    if (ticks < kEachTick) {
      each_tick_.push_back(state);
    }
    if (ticks % kStride == 0) {
      each_stride_.push_back(state);
    }
  }
}

CpuState QuotaTable::after(Duration cpu_time) const {
  const std::int64_t ticks = (cpu_time - Duration{1}) / rule_.tick;
  const auto known = static_cast<std::int64_t>(each_tick_.size());
  if (ticks < known) {
    CpuState state = each_tick_[static_cast<std::size_t>(ticks)];
    rule_.run(state, cpu_time - ticks * rule_.tick);
    return state;
  }
  const auto strides = static_cast<std::int64_t>(each_stride_.size());
  const std::int64_t nearest = std::min(ticks / kStride, strides - 1);
  CpuState state = each_stride_[static_cast<std::size_t>(nearest)];
  rule_.run(state, cpu_time - nearest * kStride * rule_.tick);
  return state;
}

Quota::Quota(const QuotaRule& rule)
    : rule_(rule), table_(rule.never_throttles() ? nullptr : shared_table(rule)) {}

Duration Quota::run(CpuState& state, Duration cpu_time) const {
  if (cpu_time <= Duration{0}) {
    return Duration{0};
  }
  const Duration begin = state.elapsed;
  if (!table_) {
    state.elapsed += cpu_time;
  } else if (state.period < 0 && begin == Duration{0}) {
    state = table_->after(cpu_time);
  } else {
    rule_.catch_up(state);
    rule_.run(state, cpu_time);
  }
  return state.elapsed - begin;
}

const About kQuotaAbout{
    "quota", "CPU time by quota and period, as the Linux scheduler limits it",
    "Quota a period = period x memory / full_vcpu_at. Work runs at the speed of one core; at every "
    "tick the time used is taken from a slice, which is filled from the pool; when the pool is "
    "empty the work stands still until refills, one a period, repay the debt. So durations fall in "
    "steps as memory grows, and work of less than a tick is never throttled. Waiting uses no "
    "quota. "
    "Above one vCPU a single thread gains nothing.",
    "Lin, Ma, Shahrad: Demystifying Serverless Costs on Public Platforms, EuroSys 2026, arXiv "
    "2506.01283 (measured on AWS Lambda, May 2025); confidence high below one vCPU",
    kParameters};

std::shared_ptr<const engine::CpuModel> read_quota(config::ObjectReader& parameters,
                                                   std::int64_t memory_mb) {
  using namespace std::chrono_literals;
  const auto full = parameters.megabytes("full_vcpu_at", 1792, {128, 10240});
  const Duration period = parameters.duration("period", 20ms, {{100us}, {10s}});
  const Duration tick = parameters.duration("tick", 4ms, {{10us}, {1s}});
  const Duration slice = parameters.duration("slice", 5ms, {{10us}, {1s}});
  if (period % tick != Duration{0}) {
    parameters.report("tick", "must divide the period without a remainder");
    return nullptr;
  }
  return std::make_shared<const Quota>(
      QuotaRule{scaled(period, memory_mb, full), period, tick, slice});
}

}  // namespace lambdasim::models
