#include "models/arrival/constant.h"

#include <array>
#include <cmath>

#include "models/arrival/generated.h"

namespace lambdasim::models {
namespace {

constexpr std::array<Parameter, 2> kParameters{{
    {"rate", "number of arrivals (/s, /min, /h or /d)", "", "no default: it is the workload"},
    {"phase", "time (ms) of the first arrival", "half a gap",
     "so that the number in any window is off by at most one half on average"},
}};

class EvenGaps {
 public:
  EvenGaps(double rate, core::Duration phase) : gap_ns_(1e9L / rate), phase_(phase) {}

  // Each time is computed from its number, so that no rounding adds up.
  core::SimTime next() {
    const long double offset = std::round(gap_ns_ * static_cast<long double>(number_++));
    if (offset >= kLatest) {
      return core::kNever;
    }
    return core::SimTime{phase_ + core::Duration{static_cast<std::int64_t>(offset)}};
  }

 private:
  static constexpr long double kLatest = 4.6e18L;

  long double gap_ns_;
  core::Duration phase_;
  std::uint64_t number_ = 0;
};

}  // namespace

Constant::Constant(double rate, core::Duration phase, core::FunctionId function,
                   std::uint64_t stream_key)
    : rate_(rate), phase_(phase), function_(function), stream_key_(stream_key) {}

std::unique_ptr<engine::ArrivalSource> Constant::start(engine::RunKey, std::uint32_t stream) const {
  return std::make_unique<GeneratedSource<EvenGaps>>(EvenGaps{rate_, phase_}, function_, stream,
                                                     stream_key_);
}

const About kConstantAbout{
    "constant", "evenly spaced arrivals",
    "Arrival k (from 0) comes at phase + k / rate, rounded to the nanosecond; nothing is random.",
    "timers and load generators; the kindest traffic there is, so not a stand-in for users",
    kParameters};

std::shared_ptr<const engine::ArrivalProcess> read_constant(config::ObjectReader& parameters,
                                                            const ArrivalContext& context) {
  using namespace std::chrono_literals;
  const double rate = parameters.rate("rate", std::nullopt, {1e-9, 1e8});
  const core::Duration half_a_gap = core::duration_of_nanoseconds(0.5e9 / (rate > 0 ? rate : 1.0));
  const auto phase = parameters.duration("phase", half_a_gap, {{0s}, {24h * 365 * 50}});
  return std::make_shared<const Constant>(
      rate, phase, context.function.value_or(core::FunctionId{}), context.stream_key);
}

}  // namespace lambdasim::models
