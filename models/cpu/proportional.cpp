#include "models/cpu/proportional.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/cpu/quota_rule.h"
#include "models/cpu/visible_vcpus.h"

namespace lambdasim::models {
namespace {

constexpr std::array<Parameter, 2> kParameters{{
    {"full_vcpu_at", "memory (MB) at which a function has one vCPU", "1792 MB",
     "AWS Lambda developer guide until 2020; its quotas page says 1,769 MB since December 2020"},
    {"visible_vcpus", "vCPUs by memory: [{up_to: 3008 MB, vcpus: 2}, ...]",
     "memory / full_vcpu_at rounded up, at least 2", "rule behind the platforms' measured table"},
}};

/// What products are kept below, as in scaled().
constexpr core::Duration kExactBelow{std::int64_t{1} << 62};

}  // namespace

Proportional::Proportional(std::int64_t numerator, std::int64_t denominator,
                           std::uint32_t visible_vcpus)
    : numerator_(numerator), denominator_(denominator), visible_vcpus_(visible_vcpus) {}

core::Duration Proportional::run(engine::CpuState& state, core::Duration cpu_time,
                                 std::uint32_t threads) const {
  if (cpu_time <= core::Duration{0}) {
    return core::Duration{0};
  }
  const core::Duration wall = wall_of(cpu_time, std::min(threads, visible_vcpus_), state.part);
  state.part = 0;
  state.elapsed += wall;
  return wall;
}

core::Duration Proportional::run_until(engine::CpuState& state, core::Duration cpu_time,
                                       std::uint32_t threads, core::Duration until) const {
  if (cpu_time <= core::Duration{0}) {
    return core::Duration{0};
  }
  const std::int64_t cores = std::min(threads, visible_vcpus_);
  const core::Duration room = until - state.elapsed;
  const core::Duration wall = wall_of(cpu_time, cores, state.part);
  if (wall > room) {
    state.elapsed = until;
    return done_in(room, cores, state.part);
  }
  state.part = 0;
  state.elapsed += wall;
  return cpu_time;
}

/// @param part of a nanosecond that is done already, in 1 / numerator
core::Duration Proportional::wall_of(core::Duration cpu_time, std::int64_t cores,
                                     std::int64_t part) const {
  if (cores * numerator_ <= denominator_) {
    return shared_among(cpu_time, cores);
  }
  if (part == 0 || cpu_time >= kExactBelow / numerator_) {
    return scaled(cpu_time, numerator_, denominator_);
  }
  return (cpu_time * numerator_ - core::Duration{part - denominator_ / 2}) / denominator_;
}

core::Duration Proportional::done_in(core::Duration wall, std::int64_t cores,
                                     std::int64_t& part) const {
  if (cores * numerator_ <= denominator_) {
    return cores * wall;
  }
  if (wall >= kExactBelow / denominator_) {
    return scaled(wall, denominator_, numerator_);
  }
  const std::int64_t parts = wall.count() * denominator_ + part;
  part = parts % numerator_;
  return core::Duration{parts / numerator_};
}

std::shared_ptr<const engine::CpuModel> init_cpu(double vcpus) {
  constexpr double kUnit = 1e6;
  return std::make_shared<const Proportional>(static_cast<std::int64_t>(kUnit),
                                              std::llround(vcpus * kUnit),
                                              static_cast<std::uint32_t>(std::ceil(vcpus)));
}

const About kProportionalAbout{
    "proportional", "CPU time stretched by full_vcpu_at / memory, without steps",
    "Wall time = CPU time / min(threads, visible vCPUs, memory / full_vcpu_at). Right for long "
    "work; for bursts of a few scheduler ticks it is up to 1.9 times too slow, see `quota`.",
    "AWS Lambda developer guide: CPU power in proportion to memory; compared with measurements of "
    "Lin, Ma, Shahrad, EuroSys 2026",
    kParameters};

std::shared_ptr<const engine::CpuModel> read_proportional(config::ObjectReader& parameters,
                                                          std::int64_t memory_mb) {
  const auto full = parameters.megabytes("full_vcpu_at", 1792, {128, 10240});
  const std::uint32_t visible = read_visible_vcpus(parameters, memory_mb, full);
  return std::make_shared<const Proportional>(full, memory_mb, visible);
}

}  // namespace lambdasim::models
