// Values and traces as scenarios take them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "sim/calibrate/scenario_yaml.h"
#include "sim/config/units.h"

namespace lambdasim::calibrate {

std::string milliseconds(double ms) {
  // As fine as text logs are, and six digits below that.
  const double digits = ms > 0 ? std::pow(10.0, std::floor(std::log10(ms)) - 5) : 1;
  const double rounded = ms >= 1 ? 0.01 : digits;
  return config::format_duration(
      core::duration_of_nanoseconds(std::max(std::round(ms / rounded) * rounded, 0.0) * 1e6));
}

std::string yaml_of(const Fit& fit) {
  const auto parameter = [&fit](std::size_t i) { return fit.parameters[i].value; };
  constexpr double kP99 = 2.3263478740408408;  // standard normal
  switch (fit.family) {
    case Family::kConstant:
      return milliseconds(parameter(0));
    case Family::kExponential:
      return fmt::format("{{exponential: {{mean: {}}}}}", milliseconds(parameter(0)));
    case Family::kGamma:
      return fmt::format("{{gamma: {{mean: {}, cv: {:.6g}}}}}", milliseconds(parameter(0)),
                         1 / std::sqrt(parameter(1)));
    case Family::kLognormal:
      return fmt::format("{{lognormal: {{median: {}, p99: {}}}}}", milliseconds(parameter(0)),
                         milliseconds(parameter(0) * std::exp(kP99 * parameter(1))));
    case Family::kWeibull:
      return fmt::format("{{weibull: {{shape: {:.6g}, scale: {}}}}}", parameter(1),
                         milliseconds(parameter(0)));
    case Family::kQuantiles:
      break;
  }
  std::vector<std::string> points;
  for (const double share : kKeptShares) {
    points.push_back(
        fmt::format("p{:g}: {}", 100 * share, milliseconds(quantile(fit.distribution, share))));
  }
  return fmt::format("{{quantiles: {{{}}}}}", fmt::join(points, ", "));
}

void write_trace(const std::vector<Calibration>& functions, std::ostream& out) {
  struct Row {
    std::int64_t at_us;
    double duration_ms;
    const std::string* function;
  };
  std::vector<Row> rows;
  for (const Calibration& function : functions) {
    for (const Call& call : function.log.calls) {
      const float waited = call.init_ms == call.init_ms         ? call.init_ms
                           : call.restore_ms == call.restore_ms ? call.restore_ms
                                                                : 0.0F;
      rows.push_back(
          {call.start_us - std::llround(1000.0 * waited), call.duration_ms, &function.name});
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.at_us < b.at_us; });
  out << "arrival_s,duration_ms,function\n";
  for (const Row& row : rows) {
    out << fmt::format("{:.6f},{},{}\n", static_cast<double>(row.at_us - rows.front().at_us) / 1e6,
                       row.duration_ms, *row.function);
  }
}

}  // namespace lambdasim::calibrate
