#include "models/arrival/diurnal.h"

#include <array>
#include <chrono>
#include <numbers>

#include "models/arrival/calendar.h"
#include "models/arrival/varying_rate.h"

namespace lambdasim::models {
namespace {

using core::Duration;
using namespace std::chrono_literals;

constexpr std::array<std::string_view, 7> kWeekdays{"sunday",   "monday", "tuesday", "wednesday",
                                                    "thursday", "friday", "saturday"};

constexpr std::array<Parameter, 5> kParameters{{
    {"base", "lowest rate of a day (/s, /min, /h or /d)", "", "no default: it is the workload"},
    {"peak", "highest rate of a day (/s, /min, /h or /d)", "", "no default: it is the workload"},
    {"peak_at", "time (h) of the day at which the rate is highest", "14 h",
     "an afternoon [assumed]; the lowest rate is 12 hours away"},
    {"weekdays", "mapping of monday to sunday to the factor of that day's rate", "1 each",
     "what differs is the workload's"},
    {"starts_on", "date (UTC) on which simulated time begins, at midnight", "2026-01-05",
     "a Monday"},
}};

constexpr Duration kDay = 24h;
constexpr double kDayNs = 86'400e9;
constexpr double kTurn = 2 * std::numbers::pi / kDayNs;  // a day as an angle, per ns

/// A day is a piece: a cosine over its mean, times the factor of the weekday.
struct DiurnalRate {
  RateCourse course;
  std::array<double, 7> factors{};  ///< of the days from the first of the run on
  double mean = 0;                  ///< per ns
  double swing = 0;                 ///< per ns: half of what the peak is above the base
  double peak_at = 0;               ///< ns since midnight
  double sine_at_midnight = 0;

  double offset(std::size_t day, double expected, double from) const {
    const auto integral = [this](double at) {
      return mean * at + swing / kTurn * (std::sin(kTurn * (at - peak_at)) - sine_at_midnight);
    };
    const auto rate = [this](double at) { return mean + swing * std::cos(kTurn * (at - peak_at)); };
    return inverted(integral, rate, expected / factors[day], from, kDayNs);
  }
};

std::array<double, 7> read_factors(config::ObjectReader& parameters) {
  config::ObjectReader weekdays = parameters.object("weekdays");
  std::array<double, 7> factors{};
  double sum = 0;
  for (std::size_t day = 0; day < kWeekdays.size(); ++day) {
    factors[day] = weekdays.number(kWeekdays[day], 1.0, {0.0, 1000.0});
    sum += factors[day];
  }
  if (sum == 0) {
    weekdays.report_here("at least one day must have a factor above 0");
  }
  weekdays.finish();
  return factors;
}

}  // namespace

const About kDiurnalAbout{
    "diurnal", "Poisson arrivals at a rate that follows the hours of the day and the weekdays",
    "A Poisson process of rate r(t) = w (base + (peak - base) (1 + cos(2 pi (t - peak_at) / "
    "24 h)) / 2), with w the factor of the weekday (UTC), which changes at midnight. A day of "
    "factor 1 brings (base + peak) / 2 x 24 h arrivals on average. Arrival k (from 0) comes when "
    "the integral of r from 0 on reaches the sum of k + 1 exponential numbers of mean 1; the "
    "number in any span is Poisson, its mean the integral.",
    "a sinusoid as in queues with time-varying demand (Green, Kolesar and Whitt 2007, Production "
    "and Operations Management 16(1)); inversion of the integrated rate (Cinlar 1975, ch. 4.7)",
    kParameters};

std::shared_ptr<const engine::ArrivalProcess> read_diurnal(config::ObjectReader& parameters,
                                                           const ArrivalContext& context) {
  const double base = parameters.rate("base", std::nullopt, {0.0, 1e8});
  const double peak = parameters.rate("peak", std::nullopt, {1e-9, 1e8});
  const Duration peak_at = parameters.duration("peak_at", 14h, {0s, kDay});
  const std::array<double, 7> factors = read_factors(parameters);
  const std::string origin = parameters.date("starts_on", "2026-01-05");
  if (!is_peak_above(base, peak, parameters)) {
    return nullptr;
  }
  if (origin.empty()) {
    return nullptr;
  }
  DiurnalRate rate;
  rate.mean = (base + peak) / 2 * 1e-9;
  rate.swing = (peak - base) / 2 * 1e-9;
  rate.peak_at = static_cast<double>(peak_at.count());
  rate.sine_at_midnight = std::sin(-kTurn * rate.peak_at);
  const unsigned first = std::chrono::weekday{day_of(origin)}.c_encoding();
  for (unsigned day = 0; day < factors.size(); ++day) {
    rate.factors[day] = factors[(first + day) % factors.size()];
    rate.course.add({(kDay * day).count(), kDayNs, rate.factors[day] * rate.mean * kDayNs});
  }
  rate.course.period_ns = (kDay * 7).count();
  return std::make_shared<const GeneratedProcess<VaryingRateTimes<DiurnalRate>, DiurnalRate>>(
      rate, context);
}

}  // namespace lambdasim::models
