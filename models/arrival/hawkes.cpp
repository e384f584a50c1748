#include "models/arrival/hawkes.h"

#include <fmt/format.h>

#include <array>
#include <boost/random/exponential_distribution.hpp>
#include <cmath>

#include "models/arrival/generated.h"
#include "sim/config/units.h"

namespace lambdasim::models {
namespace {

using core::Duration;
using namespace std::chrono_literals;

constexpr std::array<Parameter, 3> kParameters{{
    {"base", "rate (/s, /min, /h or /d) of arrivals that no other one has caused", "",
     "no default: it is the workload"},
    {"branching_ratio", "arrivals (from 0, below 1) that one causes directly, on average", "",
     "no default: it is the workload"},
    {"decay", "mean time (s) from an arrival to one that it causes", "",
     "no default: it is the workload"},
}};

struct Excitation {
  double base_per_ns = 0;
  double jump_per_ns = 0;  ///< of the rate, at each arrival
  double decay_ns = 0;
};

/// The method of Dassios and Zhao 2013 (Electronic Communications in Probability 18, no. 62,
/// algorithm 3.1). What is above the base decays and brings an arrival or none at all; the base
/// brings one, too; whichever is first is next. Exact, two numbers an arrival, none rejected.
class ExcitedTimes {
 public:
  ExcitedTimes(const Excitation& excitation, const core::RandomStream& numbers)
      : excitation_(excitation), engine_(numbers.sequential()) {}

  core::SimTime next() {
    boost::random::exponential_distribution<double> exponential;
    const double of_base = exponential(engine_) / excitation_.base_per_ns;
    const double drawn = exponential(engine_);
    const double expected = excess_ * excitation_.decay_ns;  // arrivals that the excess brings
    double gap = of_base;
    double left = -1;
    if (drawn < expected) {
      const double of_excess = -excitation_.decay_ns * std::log1p(-drawn / expected);
      if (of_excess < of_base) {
        gap = of_excess;
        left = 1 - drawn / expected;
      }
    }
    excess_ *= left >= 0 ? left : std::exp(-gap / excitation_.decay_ns);
    excess_ += excitation_.jump_per_ns;
    time_ += core::duration_of_nanoseconds(gap);
    return time_;
  }

 private:
  Excitation excitation_;
  core::KeyedEngine engine_;
  double excess_ = 0;  // of the rate over the base, per ns, just after the last arrival
  core::SimTime time_ = core::kStartOfTime;
};

}  // namespace

const About kHawkesAbout{
    "hawkes", "self-exciting arrivals: each one makes others more likely for a while",
    "Rate at t: base + the sum over earlier arrivals at s of n / decay x exp(-(t - s) / decay), "
    "with n the branching ratio. The mean rate is base / (1 - n). With k = (1 - n) / decay the "
    "index of dispersion for counts over w is 1 + n (2 - n) / (1 - n)^2 x (1 - (1 - exp(-k w)) / "
    "(k w)), 1 / (1 - n)^2 over long spans. Nothing has come before the run: the mean rate begins "
    "at base and approaches its limit as exp(-k t); warm_up cuts that off.",
    "Hawkes 1971 (Biometrika 58(1)); simulated exactly as by Dassios and Zhao 2013 (Electronic "
    "Communications in Probability 18, no. 62)",
    kParameters};

std::shared_ptr<const engine::ArrivalProcess> read_hawkes(config::ObjectReader& parameters,
                                                          const ArrivalContext& context) {
  constexpr double kHighestRate = 1e8;
  const double base = parameters.rate("base", std::nullopt, {1e-9, kHighestRate});
  const double ratio = parameters.number("branching_ratio", std::nullopt, {-1e9, 1e9});
  const Duration decay = parameters.duration("decay", std::nullopt, {1us, 24h * 3650});
  if (ratio < 0 || ratio >= 1) {
    parameters.report("branching_ratio",
                      fmt::format("must be from 0 to below 1 (where each arrival causes one other "
                                  "or more, their number grows without end), got {:g}",
                                  ratio));
    return nullptr;
  }
  if (base / (1 - ratio) > kHighestRate) {
    parameters.report(
        "branching_ratio",
        fmt::format("the mean rate, base / (1 - branching_ratio), must be {} at "
                    "most, got {}",
                    config::format_rate(kHighestRate), config::format_rate(base / (1 - ratio))));
  }
  const auto decay_ns = static_cast<double>(decay.count());
  const Excitation excitation{base * 1e-9, ratio / decay_ns, decay_ns};
  return std::make_shared<const GeneratedProcess<ExcitedTimes, Excitation>>(excitation, context);
}

}  // namespace lambdasim::models
