#include "models/cpu/quota.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <utility>

#include "models/cpu/visible_vcpus.h"

namespace lambdasim::models {
namespace {

using core::Duration;
using engine::CpuState;

// A memo of a pure function: a table lives as long as somebody uses it.
std::shared_ptr<const QuotaTable> shared_table(const QuotaRule& rule, HandlerStart start) {
  static std::mutex mutex;
  static std::map<std::pair<QuotaRule, HandlerStart>, std::weak_ptr<const QuotaTable>> tables;
  const std::lock_guard lock{mutex};
  auto& slot = tables[{rule, start}];
  auto table = slot.lock();
  if (!table) {
    table = std::make_shared<const QuotaTable>(rule, start);
    slot = table;
  }
  return table;
}

constexpr std::array<Parameter, 7> kParameters{{
    {"full_vcpu_at", "memory (MB) at which a function has one vCPU", "1792 MB",
     "AWS Lambda developer guide until 2020; its quotas page says 1,769 MB since December 2020"},
    {"period", "time (ms) between two refills of the quota", "20 ms",
     "measured on AWS Lambda: Lin, Ma, Shahrad, EuroSys 2026, table 3"},
    {"tick", "time (ms) between two accountings; divides the period", "4 ms",
     "250 Hz, measured on AWS Lambda: Lin, Ma, Shahrad, EuroSys 2026, table 3"},
    {"slice", "CPU time (ms) that a core moves from the pool at once", "5 ms",
     "Linux default of sched_cfs_bandwidth_slice_us"},
    {"start", "when in a tick a handler begins: random (by sixteenths) or at_tick", "random",
     "nothing ties a call to the host's ticks; agrees with the measured spread of durations"},
    {"overhead", "CPU time (ms) that the sandbox takes of the quota once a call", "1 ms",
     "inferred from durations of the same paper at 98 memory sizes, one value for all"},
    {"visible_vcpus", "vCPUs by memory: [{up_to: 3008 MB, vcpus: 2}, ...]",
     "memory / full_vcpu_at rounded up, at least 2", "rule behind the platforms' measured table"},
}};

}  // namespace

QuotaTable::QuotaTable(const QuotaRule& rule, HandlerStart start)
    : rule_(rule), phases_(start == HandlerStart::kRandom ? 16 : 1) {
  for (std::int64_t i = 0; i < phases_; ++i) {
    CpuState state = rule.fresh(i * rule.tick / phases_, Duration{0});
    each_tick_.push_back(state);
    for (std::int64_t ticks = 1; ticks < kTicks; ++ticks) {
      const Duration until_tick = state.next_tick * rule.tick - state.phase - state.elapsed;
      state.elapsed += until_tick;
      state.local -= rule.cores * until_tick;
      rule.account_tick(state);
      each_tick_.push_back(state);
    }
  }
}

CpuState QuotaTable::after(Duration cpu_time, std::uint64_t random) const {
  const CpuState* states = each_tick_.data() + number(random) * kTicks;
  const Duration first = rule_.cores * (rule_.tick - states->phase);
  const Duration a_tick = rule_.cores * rule_.tick;
  std::int64_t ticks = 0;
  if (cpu_time > first) {
    ticks = std::min((cpu_time - first - Duration{1}) / a_tick + 1, kTicks - 1);
    cpu_time -= first + (ticks - 1) * a_tick;
  }
  CpuState state = states[ticks];
  rule_.run(state, cpu_time);
  return state;
}

Quota::Quota(const QuotaRule& rule, std::uint32_t visible_vcpus, HandlerStart start) {
  for (std::int64_t cores = 1; cores <= visible_vcpus; ++cores) {
    OnCores on{rule, nullptr};
    on.rule.cores = cores;
    if (!on.rule.never_throttles()) {
      on.table = shared_table(on.rule, start);
    }
    by_cores_.push_back(std::move(on));
  }
  is_full_core_ = by_cores_.front().table == nullptr;
}

Duration Quota::run(CpuState& state, Duration cpu_time, std::uint32_t threads) const {
  if (cpu_time <= Duration{0}) {
    return Duration{0};
  }
  const OnCores& on = this->on(threads);
  const Duration begin = state.elapsed;
  if (!on.table) {
    state.elapsed += shared_among(cpu_time, on.rule.cores);
  } else if (state.period < 0 && begin == Duration{0}) {
    state = on.table->after(cpu_time, state.random);
  } else {
    if (state.period < 0) {
      state = on.rule.fresh(on.table->phase(state.random), begin);
    }
    on.rule.catch_up(state);
    on.rule.run(state, cpu_time);
  }
  return state.elapsed - begin;
}

Duration Quota::run_until(CpuState& state, Duration cpu_time, std::uint32_t threads,
                          Duration until) const {
  if (until == Duration::max()) {
    run(state, cpu_time, threads);
    return cpu_time;
  }
  if (cpu_time <= Duration{0}) {
    return Duration{0};
  }
  const OnCores& on = this->on(threads);
  if (!on.table) {
    const Duration room = until - state.elapsed;
    const Duration wall = shared_among(cpu_time, on.rule.cores);
    state.elapsed += std::min(wall, room);
    return wall <= room ? cpu_time : on.rule.cores * room;
  }
  if (state.period < 0) {
    state = on.rule.fresh(on.table->phase(state.random), state.elapsed);
  }
  on.rule.catch_up(state);
  return on.rule.run_until(state, cpu_time, until);
}

const About kQuotaAbout{
    "quota", "CPU time by quota and period, as the Linux scheduler limits it",
    "Quota a period = period x memory / full_vcpu_at. Work runs at the speed of one core a thread; "
    "at every tick the time used is taken from a slice, which is filled from the pool; when the "
    "pool is empty the work stands still until refills, one a period, repay the debt. So durations "
    "fall in steps as memory grows, a burst runs on until the next tick, and work of less than the "
    "quota is never throttled. Waiting uses no quota. Threads run on as many vCPUs as the function "
    "sees, all under one quota: below one vCPU they only use it up sooner; above it a single "
    "thread gains nothing from more memory.",
    "Lin, Ma, Shahrad: Demystifying Serverless Costs on Public Platforms, EuroSys 2026, arXiv "
    "2506.01283 (measured on AWS Lambda, May 2025); confidence high below one vCPU; vCPUs by "
    "memory: github.com/rwnx/lambda-cpuinfo, one measurement",
    kParameters};

std::shared_ptr<const engine::CpuModel> read_quota(config::ObjectReader& parameters,
                                                   std::int64_t memory_mb) {
  using namespace std::chrono_literals;
  const auto full = parameters.megabytes("full_vcpu_at", 1792, {128, 10240});
  const Duration period = parameters.duration("period", 20ms, {{100us}, {10s}});
  const Duration tick = parameters.duration("tick", 4ms, {{10us}, {1s}});
  const Duration slice = parameters.duration("slice", 5ms, {{10us}, {1s}});
  const auto start =
      static_cast<HandlerStart>(parameters.choice("start", {"at_tick", "random"}, 1));
  const Duration overhead = parameters.duration("overhead", 1ms, {0ms, 100ms});
  const std::uint32_t visible = read_visible_vcpus(parameters, memory_mb, full);
  if (period % tick != Duration{0}) {
    parameters.report("tick", "must divide the period without a remainder");
    return nullptr;
  }
  const Duration quota = scaled(period, memory_mb, full);
  return std::make_shared<const Quota>(QuotaRule{quota, period, tick, slice, overhead}, visible,
                                       start);
}

}  // namespace lambdasim::models
