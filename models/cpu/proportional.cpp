#include "models/cpu/proportional.h"

#include <algorithm>
#include <array>

#include "models/cpu/quota_rule.h"

namespace lambdasim::models {
namespace {

constexpr std::array<Parameter, 1> kParameters{{
    {"full_vcpu_at", "memory (MB) at which a function has one vCPU", "1792 MB",
     "AWS Lambda developer guide until 2020; its quotas page says 1,769 MB since December 2020"},
}};

}  // namespace

Proportional::Proportional(std::int64_t numerator, std::int64_t denominator)
    : numerator_(std::max(numerator, denominator)), denominator_(denominator) {}

core::Duration Proportional::run(engine::CpuState& state, core::Duration cpu_time) const {
  if (cpu_time <= core::Duration{0}) {
    return core::Duration{0};
  }
  const core::Duration wall =
      numerator_ == denominator_ ? cpu_time : scaled(cpu_time, numerator_, denominator_);
  state.elapsed += wall;
  return wall;
}

const About kProportionalAbout{
    "proportional", "CPU time stretched by full_vcpu_at / memory, without steps",
    "Wall time = CPU time x max(1, full_vcpu_at / memory). Right for long work; for bursts of a "
    "few "
    "scheduler ticks it is up to 1.9 times too slow, see `quota`.",
    "AWS Lambda developer guide: CPU power in proportion to memory; compared with measurements of "
    "Lin, Ma, Shahrad, EuroSys 2026",
    kParameters};

std::shared_ptr<const engine::CpuModel> read_proportional(config::ObjectReader& parameters,
                                                          std::int64_t memory_mb) {
  const auto full = parameters.megabytes("full_vcpu_at", 1792, {128, 10240});
  return std::make_shared<const Proportional>(full, memory_mb);
}

}  // namespace lambdasim::models
