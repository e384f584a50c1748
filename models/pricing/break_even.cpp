// What a fleet costs at a rate of calls, and at which rates it meets Lambda.
#include <algorithm>
#include <cmath>
#include <limits>

#include "models/pricing/alternatives.h"

namespace lambdasim::models {
namespace {

constexpr double kSecondsAnHour = 3600.0;

/// The next whole number, unless rounding alone has carried it above one.
double whole(double machines) {
  constexpr double kRounding = 1e-9;
  return std::ceil(machines * (1 - kRounding));
}

}  // namespace

std::string_view name_of(Host host) {
  switch (host) {
    case Host::kFargate:
      return "Fargate";
    case Host::kEcs:
      return "ECS on EC2";
    case Host::kEc2:
      return "EC2";
    case Host::kManaged:
      return "Managed Instances";
  }
  return "";
}

std::string_view name_of(Operation operation) {
  switch (operation) {
    case Operation::kAlwaysOn:
      return "always on";
    case Operation::kScaled:
      return "scaled";
    case Operation::kEachCall:
      return "a task a call";
  }
  return "";
}

double machines_for(const Fleet& fleet, Operation operation, double calls_per_s,
                    double peak_factor) {
  const double needed = calls_per_s / fleet.calls_per_s;
  return operation == Operation::kAlwaysOn ? std::max(fleet.least, whole(needed * peak_factor))
                                           : std::max(fleet.least, needed);
}

double usd_per_month(const Fleet& fleet, Operation operation, double calls_per_s,
                     double peak_factor, double month_s) {
  return machines_for(fleet, operation, calls_per_s, peak_factor) * fleet.usd_per_h * month_s /
             kSecondsAnHour +
         calls_per_s * month_s * fleet.usd_per_call;
}

std::optional<BreakEven> break_even(const Alternative& alternative, double peak_factor,
                                    double lambda_usd_per_call) {
  const Fleet& fleet = alternative.fleet;
  const double saved_per_call = lambda_usd_per_call - fleet.usd_per_call;
  if (saved_per_call <= 0) {
    return std::nullopt;
  }
  if (alternative.operation == Operation::kEachCall) {
    return BreakEven{0, 0};
  }
  const bool is_always_on = alternative.operation == Operation::kAlwaysOn;
  // In calls a second of the mean rate: what a machine serves, and what pays for one machine.
  const double served = fleet.calls_per_s / (is_always_on ? peak_factor : 1.0);
  const double paid = fleet.usd_per_h / kSecondsAnHour / saved_per_call;
  if (paid > served) {
    return std::nullopt;
  }
  const double from = fleet.least * paid;
  if (!is_always_on || std::isinf(served)) {
    return BreakEven{from, from};
  }
  if (paid == served) {
    return BreakEven{from, std::numeric_limits<double>::infinity()};
  }
  // With n machines (rates above (n - 1) served) Lambda is cheaper again up to n paid; the last n
  // for which such rates are left is the largest below served / (served - paid).
  const double last = std::max(fleet.least, std::ceil(served / (served - paid) - 1e-9) - 1);
  return BreakEven{from, last * paid};
}

}  // namespace lambdasim::models
