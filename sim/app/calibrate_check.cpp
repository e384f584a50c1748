#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/app/calibrate.h"
#include "sim/app/commands.h"
#include "sim/app/result_text.h"
#include "sim/app/text.h"
#include "sim/calibrate/distances.h"
#include "sim/engine/engine.h"
#include "sim/engine/recorders/ignoring.h"

namespace lambdasim::app {
namespace {

using calibrate::Calibration;
using calibrate::quantile;

/// Keeps of one function what a log of it would show.
class LogRecorder : public engine::IgnoringRecorder {
 public:
  explicit LogRecorder(core::FunctionId function) : function_(function) {}

  void begin_replication() {
    ++replications_;
    contexts_.clear();
    arrivals_.clear();
  }
  void end_replication() {
    contexts_sum_ += static_cast<double>(contexts_.size());
    std::sort(arrivals_.begin(), arrivals_.end());
    for (std::size_t i = 1; i < arrivals_.size(); ++i) {
      gaps.push_back(core::milliseconds_of(arrivals_[i] - arrivals_[i - 1]));
    }
  }

  void invocation(const engine::InvocationRecord& record) {
    if (record.function != function_ || record.is_ping || record.start == engine::Start::kNone) {
      return;
    }
    ++calls;
    timeouts += record.outcome == engine::Outcome::kTimeout ? 1 : 0;
    failed += record.outcome == engine::Outcome::kOk ? 0 : 1;
    contexts_.insert(record.context.value);
    arrivals_.push_back(record.arrival);
    const bool is_cold = engine::is_cold(record.start);
    cold += is_cold ? 1 : 0;
    if (is_cold) {
      (record.start == engine::Start::kRestored ? restored : init)
          .push_back(core::milliseconds_of(record.init));
    }
    if (record.outcome == engine::Outcome::kOk && record.start != engine::Start::kReset) {
      (is_cold ? first : warm).push_back(core::milliseconds_of(record.duration));
    }
  }

  double contexts_mean() const { return contexts_sum_ / replications_; }
  double per_replication(std::uint64_t count) const {
    return static_cast<double>(count) / replications_;
  }

  std::uint64_t calls = 0, cold = 0, timeouts = 0, failed = 0;
  std::vector<double> warm, first, init, restored, gaps;  // ms

 private:
  core::FunctionId function_;
  double replications_ = 0;
  double contexts_sum_ = 0;
  std::set<std::uint64_t> contexts_;
  std::vector<core::SimTime> arrivals_;
};

core::FunctionId function_of(const Calibration& measured, const Scenario& scenario) {
  const auto& functions = scenario.designs.front().setup.functions;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    if (functions[i].name == measured.name || functions.size() == 1) {
      return core::FunctionId{static_cast<std::uint32_t>(i)};
    }
  }
  std::string names;
  for (const auto& function : functions) {
    names += (names.empty() ? "" : ", ") + function.name;
  }
  throw UsageError(
      fmt::format("{} has no function '{}'; it has: {}", scenario.file, measured.name, names));
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

std::vector<double> sorted(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values;
}

void compare(CheckResult& result, const std::string& what, std::vector<double> measured,
             std::vector<double> simulated, bool is_judged) {
  if (measured.empty() || simulated.empty()) {
    return;
  }
  const std::vector<double> a = sorted(std::move(measured));
  const std::vector<double> b = sorted(std::move(simulated));
  constexpr std::size_t kFewest = 20;  // that tell a p95
  for (const double at : {0.05, 0.5, 0.95, 0.99}) {
    const bool tells = (at == 0.5 || at == 0.95) && a.size() >= kFewest;
    result.figures.push_back({fmt::format("{} p{:g}", what, 100 * at), "ms", quantile(a, at),
                              quantile(b, at), is_judged && tells});
  }
  result.distances.push_back(
      {what, a.size(), b.size(), calibrate::ks_distance(a, b), calibrate::wasserstein(a, b)});
}

std::vector<double> gaps_of(const Calibration& measured) {
  std::vector<double> gaps;
  if (measured.rate) {
    const std::vector<std::int64_t> arrivals = calibrate::arrivals_of(measured.log);
    for (std::size_t i = 1; i < arrivals.size(); ++i) {
      gaps.push_back(static_cast<double>(arrivals[i] - arrivals[i - 1]) / 1000);
    }
  }
  return gaps;
}

}  // namespace

std::vector<Agreement> CheckResult::beyond(double percent) const {
  std::vector<Agreement> off;
  for (const Agreement& figure : figures) {
    const double difference = std::abs(figure.simulated - figure.measured);
    const double allowed = figure.unit == "%"    ? percent
                           : figure.unit.empty() ? std::max(1.0, percent / 100 * figure.measured)
                                                 : percent / 100 * figure.measured;
    if (figure.is_judged && difference > allowed) {
      off.push_back(figure);
    }
  }
  return off;
}

CheckResult check_against(const Calibration& measured, const Scenario& scenario) {
  LogRecorder simulated{function_of(measured, scenario)};
  for (std::uint32_t i = 0; i < scenario.replications; ++i) {
    engine::Progress progress;
    simulated.begin_replication();
    engine::simulate(scenario.designs.front().setup, {scenario.seed, i}, simulated, progress);
    simulated.end_replication();
  }
  CheckResult result;
  result.function = measured.name;
  const calibrate::OutcomeCounts& counts = measured.counts;
  const bool has_contexts = measured.contexts.has_value();
  result.figures.push_back({"calls", "calls", static_cast<double>(counts.calls),
                            simulated.per_replication(simulated.calls), measured.rate.has_value()});
  if (has_contexts) {
    result.figures.push_back({"contexts", "",
                              static_cast<double>(measured.contexts->contexts.size()),
                              simulated.contexts_mean(), true});
  }
  result.figures.push_back({"cold starts", "%", share(counts.cold, counts.calls),
                            share(simulated.cold, simulated.calls), has_contexts});
  result.figures.push_back({"timeouts", "%", share(counts.timeouts, counts.calls),
                            share(simulated.timeouts, simulated.calls), true});
  result.figures.push_back(
      {"failed, timeouts included", "%",
       share(counts.timeouts + counts.errors + counts.out_of_memory + counts.crashes, counts.calls),
       share(simulated.failed, simulated.calls), true});
  compare(result, "Duration", warm_durations(measured.log, measured.memory_mb), simulated.warm,
          true);
  compare(result, "first Duration", first_durations(measured.log, measured.memory_mb),
          simulated.first, true);
  compare(result, "Init Duration", init_durations(measured.log), simulated.init, true);
  compare(result, "Restore Duration", restore_durations(measured.log), simulated.restored, true);
  compare(result, "gaps between calls", gaps_of(measured), simulated.gaps, false);
  return result;
}

std::string check_text(const CheckResult& result, std::optional<double> within) {
  const auto text_of = [](double value, const std::string& unit) {
    return unit == "calls" ? format_number(value) : format_quantity(value, unit);
  };
  TextTable table({result.function, "measured", "simulated", "difference"});
  for (const Agreement& figure : result.figures) {
    const double difference = figure.simulated - figure.measured;
    table.add(
        {figure.what, text_of(figure.measured, figure.unit), text_of(figure.simulated, figure.unit),
         figure.unit == "%"     ? fmt::format("{:+.2f} points", difference)
         : figure.unit.empty()  ? fmt::format("{:+.1f}", difference)
         : figure.measured == 0 ? fmt::format("{:+.3g}", difference)
                                : fmt::format("{:+.2f} %", 100 * difference / figure.measured)});
  }
  TextTable distances({"distance", "measured", "simulated", "Kolmogorov-Smirnov", "Wasserstein"});
  for (const SampleDistance& distance : result.distances) {
    distances.add({distance.what, format_count(distance.measured), format_count(distance.simulated),
                   fmt::format("{:.4f}", distance.ks),
                   format_quantity(distance.wasserstein_ms, "ms")});
  }
  std::string text = table.to_string() + "\n" + distances.to_string();
  if (within) {
    const std::vector<Agreement> off = result.beyond(*within);
    text += "\n";
    for (const Agreement& figure : off) {
      text += fmt::format("beyond {} %: {}: measured {}, simulated {}\n", *within, figure.what,
                          text_of(figure.measured, figure.unit),
                          text_of(figure.simulated, figure.unit));
    }
    if (off.empty()) {
      text += fmt::format(
          "all within {} %: number of calls, contexts (at least one), cold and "
          "failed shares (points), p50 and p95 of durations\n",
          *within);
    }
  }
  return text;
}

}  // namespace lambdasim::app
