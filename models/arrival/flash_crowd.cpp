#include "models/arrival/flash_crowd.h"

#include <array>
#include <limits>

#include "models/arrival/varying_rate.h"

namespace lambdasim::models {
namespace {

using core::Duration;
using namespace std::chrono_literals;

constexpr std::array<Parameter, 5> kParameters{{
    {"base", "rate (/s, /min, /h or /d) before, and long after", "",
     "no default: it is the workload"},
    {"peak", "highest rate (/s, /min, /h or /d)", "", "no default: it is the workload"},
    {"at", "time (min) at which the rate begins to rise", "", "no default: it is the workload"},
    {"rise", "time (min) from there to the peak, in a straight line", "1 min",
     "news spread within minutes [assumed]; 0 s is a jump"},
    {"decay", "time (min) in which what is above the base falls to 1/e of it", "",
     "no default: it is the workload"},
}};

/// Three pieces: base, rise, decay.
struct FlashCrowdRate {
  RateCourse course;
  double base = 0;   ///< per ns
  double above = 0;  ///< per ns: of the peak, above the base
  double slope = 0;  ///< per ns^2, of the rise
  double decay = 0;  ///< ns

  double offset(std::size_t piece, double expected, double from) const {
    if (piece == 0) {
      return expected / base;
    }
    if (piece == 1) {
      return offset_on_line(base, slope, expected);
    }
    const auto integral = [this](double at) {
      return base * at - above * decay * std::expm1(-at / decay);
    };
    const auto rate = [this](double at) { return base + above * std::exp(-at / decay); };
    return inverted(integral, rate, expected, from, std::numeric_limits<double>::infinity());
  }
};

}  // namespace

const About kFlashCrowdAbout{
    "flash_crowd", "Poisson arrivals with a flash crowd: a steep rise, then a decay",
    "A Poisson process of rate base until at, rising in a straight line to peak within rise, then "
    "base + (peak - base) exp(-(t - at - rise) / decay). The crowd brings (peak - base) (rise / 2 "
    "+ decay) arrivals more than the base alone. Arrival k (from 0) comes when the integral of the "
    "rate from 0 on reaches the sum of k + 1 exponential numbers of mean 1; the number in any span "
    "is Poisson, its mean the integral.",
    "ramp-up and ramp-down as in Ari, Hong, Miller, Brandt and Long 2003 (MASCOTS); that it "
    "decays exponentially is assumed; inversion of the integrated rate (Cinlar 1975, ch. 4.7)",
    kParameters};

std::shared_ptr<const engine::ArrivalProcess> read_flash_crowd(config::ObjectReader& parameters,
                                                               const ArrivalContext& context) {
  constexpr Duration kLongest = 24h * 3650;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double base = parameters.rate("base", std::nullopt, {0.0, 1e8});
  const double peak = parameters.rate("peak", std::nullopt, {1e-9, 1e8});
  const Duration at = parameters.duration("at", std::nullopt, {0s, kLongest});
  const Duration rise = parameters.duration("rise", 1min, {0s, kLongest});
  const Duration decay = parameters.duration("decay", std::nullopt, {1ms, kLongest});
  if (!is_peak_above(base, peak, parameters)) {
    return nullptr;
  }
  const auto at_ns = static_cast<double>(at.count());
  const auto rise_ns = static_cast<double>(rise.count());
  FlashCrowdRate rate;
  rate.base = base * 1e-9;
  rate.above = (peak - base) * 1e-9;
  rate.slope = rise_ns > 0 ? rate.above / rise_ns : 0.0;
  rate.decay = static_cast<double>(decay.count());
  rate.course.add({0, at_ns, rate.base * at_ns});
  rate.course.add({at.count(), rise_ns, (rate.base + rate.above / 2) * rise_ns});
  rate.course.add({(at + rise).count(), kInfinity, base > 0 ? kInfinity : rate.above * rate.decay});
  return std::make_shared<const GeneratedProcess<VaryingRateTimes<FlashCrowdRate>, FlashCrowdRate>>(
      rate, context);
}

}  // namespace lambdasim::models
