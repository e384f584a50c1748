// CPU by quota and period, the way AWS Lambda limits it: durations fall in steps, bursts are not
// throttled before the next tick. The rule is in quota_rule.h; here it is made fast.
//
// From a fresh state the outcome depends on the number of ticks and on the phase alone, that is how
// long before the handler the last tick was. So states are looked up in a table, one a number of
// cores, that functions of the same share have in common. It is built before the run and immutable.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "models/catalogue.h"
#include "models/cpu/quota_rule.h"

namespace lambdasim::models {

/// When in a tick a handler begins.
enum class HandlerStart : std::uint8_t {
  kAtTick,
  kRandom,  ///< anywhere, in sixteenths of a tick
};

/// The states after each number of ticks of uninterrupted work from the start of a handler.
class QuotaTable {
 public:
  QuotaTable(const QuotaRule& rule, HandlerStart start);

  /// The state after `cpu_time` of work from a fresh state, cpu_time > 0.
  /// @param random uniform over 64 bits, picks the phase
  engine::CpuState after(core::Duration cpu_time, std::uint64_t random) const;
  /// The same choice of phase, for a handler that waits first.
  core::Duration phase(std::uint64_t random) const { return number(random) * rule_.tick / phases_; }

 private:
  static constexpr std::int64_t kTicks = 1024;  // 4 s of CPU time a core

  std::int64_t number(std::uint64_t random) const {
    return static_cast<std::int64_t>((random >> 32U) * static_cast<std::uint64_t>(phases_) >> 32U);
  }

  QuotaRule rule_;
  std::int64_t phases_;
  std::vector<engine::CpuState> each_tick_;  // kTicks of each phase
};

class Quota final : public engine::CpuModel {
 public:
  /// @param rule of one core
  explicit Quota(const QuotaRule& rule, std::uint32_t visible_vcpus = 1,
                 HandlerStart start = HandlerStart::kAtTick);
  core::Duration run(engine::CpuState& state, core::Duration cpu_time,
                     std::uint32_t threads) const override;
  core::Duration run_until(engine::CpuState& state, core::Duration cpu_time, std::uint32_t threads,
                           core::Duration until) const override;

 private:
  struct OnCores {
    QuotaRule rule;
    std::shared_ptr<const QuotaTable> table;  // null when work is never throttled
  };

  const OnCores& on(std::uint32_t threads) const {
    return by_cores_[std::min<std::size_t>(threads, by_cores_.size()) - 1];
  }

  std::vector<OnCores> by_cores_;  // 1, 2, ... cores at once
};

extern const About kQuotaAbout;
std::shared_ptr<const engine::CpuModel> read_quota(config::ObjectReader& parameters,
                                                   std::int64_t memory_mb);

}  // namespace lambdasim::models
