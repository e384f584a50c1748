#include "sim/calibrate/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

#include "sim/calibrate/distances.h"

namespace lambdasim::calibrate {
namespace {

template <class Wanted, class Value>
std::vector<double> values_of(const FunctionLog& log, Wanted wanted, Value value) {
  std::vector<double> values;
  for (const Call& call : log.calls) {
    if (wanted(call)) {
      values.push_back(value(call));
    }
  }
  return values;
}

std::optional<FitChoice> fit_of(std::vector<double> values) {
  return values.empty() ? std::nullopt : std::optional{choose_fit(std::move(values))};
}

/// What first calls take beyond the warm ones of the same rank. Nothing where both may be of one
/// distribution: by Kolmogorov and Smirnov at 1 %, unless every first call took longer than all
/// warm ones, which says more of a few calls than that test can.
std::vector<double> beyond_warm(std::vector<double> first, std::vector<double> warm) {
  constexpr double kMayBeChance = 0.01;
  if (first.empty() || warm.empty()) {
    return {};
  }
  std::sort(first.begin(), first.end());
  std::sort(warm.begin(), warm.end());
  const auto n = static_cast<double>(first.size());
  const auto m = static_cast<double>(warm.size());
  const bool is_longer = first.front() > warm.back();
  if (!is_longer && kolmogorov_p(ks_distance(first, warm), n * m / (n + m)) > kMayBeChance) {
    return {};
  }
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double rank = (static_cast<double>(i) + 0.5) / n;
    first[i] = std::max(first[i] - quantile(warm, rank), 0.0);
  }
  return first;
}

/// Floats of the log come back to the 0.01 ms that it was written with.
double decimal(float ms) {
  return std::round(static_cast<double>(ms) * 1000) / 1000;
}

OutcomeCounts count(const FunctionLog& log) {
  OutcomeCounts counts;
  for (const Call& call : log.calls) {
    ++counts.calls;
    counts.cold += call.is_cold() ? 1 : 0;
    counts.restored += call.restore_ms == call.restore_ms ? 1 : 0;
    counts.after_reset += call.is_after_reset ? 1 : 0;
    counts.timeouts += call.outcome == CallOutcome::kTimeout ? 1 : 0;
    counts.errors += call.outcome == CallOutcome::kError ? 1 : 0;
    counts.out_of_memory += call.outcome == CallOutcome::kOutOfMemory ? 1 : 0;
    counts.crashes += call.outcome == CallOutcome::kCrash ? 1 : 0;
  }
  return counts;
}

/// AWS's names may hold what scenarios' names may not.
std::string scenario_name(const std::string& given) {
  std::string name;
  for (const char c : given) {
    const bool is_good = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
    name += is_good ? c : '_';
  }
  const bool begins_well = !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) != 0;
  constexpr std::size_t kLongest = 64;
  return (begins_well ? name : "f_" + name).substr(0, kLongest);
}

std::vector<MeanAtMemory> means_of(const FunctionLog& log) {
  struct Mean {
    double sum = 0;
    double n = 0;
  };
  std::map<std::uint16_t, Mean> means;
  for (const std::uint16_t memory : log.memory_sizes()) {
    for (const double ms : warm_durations(log, memory)) {
      means[memory].sum += ms;
      means[memory].n += 1;
    }
  }
  std::vector<MeanAtMemory> points;
  for (const auto& [memory, mean] : means) {
    if (mean.n > 0 && mean.sum > 0) {
      points.push_back({memory, mean.sum / mean.n});
    }
  }
  return points;
}

void split(Calibration& calibration, const std::vector<TuningPoint>& tuning) {
  std::vector<MeanAtMemory> points = means_of(calibration.log);
  if (points.size() < 2 && tuning.size() >= 2) {
    points.clear();
    for (const TuningPoint& point : tuning) {
      points.push_back({point.memory_mb, point.mean_ms});
    }
    calibration.split_by_tuning = true;
  }
  if (points.size() >= 2) {
    calibration.split = split_cpu(std::move(points), default_cpu_model);
  }
}

}  // namespace

std::vector<double> warm_durations(const FunctionLog& log, std::uint16_t memory_mb) {
  return values_of(
      log,
      [memory_mb](const Call& call) {
        return !call.is_cold() && !call.is_after_reset && call.memory_mb == memory_mb &&
               call.outcome == CallOutcome::kOk;
      },
      [](const Call& call) { return call.duration_ms; });
}

std::vector<double> first_durations(const FunctionLog& log, std::uint16_t memory_mb) {
  return values_of(
      log,
      [memory_mb](const Call& call) {
        return call.is_cold() && call.memory_mb == memory_mb && call.outcome == CallOutcome::kOk;
      },
      [](const Call& call) { return call.duration_ms; });
}

std::vector<double> init_durations(const FunctionLog& log) {
  return values_of(
      log, [](const Call& call) { return call.init_ms == call.init_ms; },
      [](const Call& call) { return decimal(call.init_ms); });
}

std::vector<double> restore_durations(const FunctionLog& log) {
  return values_of(
      log, [](const Call& call) { return call.restore_ms == call.restore_ms; },
      [](const Call& call) { return decimal(call.restore_ms); });
}

Calibration calibrate(FunctionLog log, const std::string& name,
                      const std::vector<TuningPoint>& tuning) {
  Calibration found;
  found.log = std::move(log);
  const FunctionLog& calls = found.log;
  found.name = scenario_name(!name.empty()         ? name
                             : !calls.name.empty() ? calls.name
                                                   : std::string{"function"});
  found.memory_mb = calls.main_memory();
  found.counts = count(calls);
  found.warm = fit_of(warm_durations(calls, found.memory_mb));
  std::vector<double> first = first_durations(calls, found.memory_mb);
  found.first = fit_of(first);
  found.first_extra = fit_of(beyond_warm(std::move(first), warm_durations(calls, found.memory_mb)));
  found.init = fit_of(init_durations(calls));
  found.restore = fit_of(restore_durations(calls));
  found.billed_restore = fit_of(values_of(
      calls, [](const Call& call) { return call.billed_restore_ms == call.billed_restore_ms; },
      [](const Call& call) { return decimal(call.billed_restore_ms); }));
  std::vector<double> timeouts = values_of(
      calls, [](const Call& call) { return call.outcome == CallOutcome::kTimeout; },
      [](const Call& call) { return call.duration_ms; });
  if (!timeouts.empty()) {
    std::sort(timeouts.begin(), timeouts.end());
    found.timeout_ms = 1000 * std::max(std::round(quantile(timeouts, 0.5) / 1000), 1.0);
  }
  for (const Call& call : calls.calls) {
    found.longest_ms = std::max(found.longest_ms, call.duration_ms);
    found.max_used_mb = std::max(found.max_used_mb, call.max_used_mb);
  }
  if (calls.has_times()) {
    found.rate = rate_of(arrivals_of(calls));
    if (calls.has_contexts()) {
      found.contexts = contexts_of(calls);
    }
  }
  found.billing = billing_of(calls);
  split(found, tuning);
  return found;
}

std::vector<std::string> not_known(const Calibration& found) {
  std::vector<std::string> unknown;
  unknown.emplace_back("how long sandboxes take to be made: that is in no log line");
  if (!found.split) {
    unknown.emplace_back(
        "how much of Duration is CPU time: all of it is written as waiting, so durations at "
        "another "
        "memory size would come out wrong; give logs of two memory sizes, or --power-tuning");
  }
  if (found.log.runtime.empty()) {
    unknown.emplace_back("the runtime: no INIT_START line names it");
  }
  if (!found.init && !found.restore) {
    unknown.emplace_back("how long INIT takes: no call started cold");
  }
  if (!found.timeout_ms) {
    unknown.emplace_back("the timeout: no call reached it");
  }
  if (!found.rate) {
    unknown.emplace_back("when calls came: lines without a time");
  } else if (!found.contexts) {
    unknown.emplace_back("which context served a call: lines without a log stream");
  }
  if (found.contexts && !found.contexts->shortest_lost_s) {
    unknown.push_back(fmt::format(
        "after how long an idle context ends: none was seen to; longest gap survived {:.1f} s",
        found.contexts->longest_survived_s));
  }
  if (found.billing.rule == BillingRule::kUnknown) {
    unknown.emplace_back("whether INIT is billed: no cold start tells");
  }
  unknown.emplace_back(
      "calls that were refused, waits for a busy context, and errors that the runtime caught where "
      "the log has no Status");
  return unknown;
}

}  // namespace lambdasim::calibrate
