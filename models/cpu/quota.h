// CPU by quota and period, the way AWS Lambda limits it: durations fall in steps, short bursts are
// not throttled at all. The rule is in quota_rule.h; here it is made fast.
//
// From a fresh state the outcome depends on the number of ticks alone, so states are looked up in a
// table that functions of the same share have in common. It is built before the run and immutable.
#pragma once

#include <memory>
#include <vector>

#include "models/catalogue.h"
#include "models/cpu/quota_rule.h"

namespace lambdasim::models {

/// The states after each number of ticks of uninterrupted work from the start of a handler.
class QuotaTable {
 public:
  explicit QuotaTable(const QuotaRule& rule);

  /// The state after `cpu_time` of work from a fresh state, cpu_time > 0.
  engine::CpuState after(core::Duration cpu_time) const;

 private:
  static constexpr std::int64_t kEachTick = 1024;  // 4 s of CPU time tick by tick
  static constexpr std::int64_t kStride = 256;     // then every second or so

  QuotaRule rule_;
  std::vector<engine::CpuState> each_tick_;
  std::vector<engine::CpuState> each_stride_;
};

class Quota final : public engine::CpuModel {
 public:
  explicit Quota(const QuotaRule& rule);
  core::Duration run(engine::CpuState& state, core::Duration cpu_time) const override;

 private:
  QuotaRule rule_;
  std::shared_ptr<const QuotaTable> table_;  // null when work is never throttled
};

extern const About kQuotaAbout;
std::shared_ptr<const engine::CpuModel> read_quota(config::ObjectReader& parameters,
                                                   std::int64_t memory_mb);

}  // namespace lambdasim::models
