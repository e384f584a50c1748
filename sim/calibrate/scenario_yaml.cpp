#include "sim/calibrate/scenario_yaml.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/config/units.h"

namespace lambdasim::calibrate {
namespace {

using core::Duration;

constexpr double kDayUs = 86400e6;

std::string seconds(double s) {
  return config::format_duration(Duration{std::llround(std::max(s, 0.0) * 1000) * 1'000'000});
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  return fmt::format("{:.4g} %", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

/// Lines of one scenario; what explains a value stands above it.
class Writer {
 public:
  Writer(const std::vector<Calibration>& functions, const ScenarioOptions& options)
      : functions_(functions), options_(options) {
    std::optional<std::int64_t> origin;
    for (const Calibration& function : functions) {
      if (function.rate) {
        origin = std::min(origin.value_or(function.rate->first_us), function.rate->first_us);
      }
    }
    double longest = 0;
    for (const Calibration& function : functions) {
      if (function.rate) {
        const RateSeen& rate = *function.rate;
        begins_s_[&function] = static_cast<double>(rate.first_us - *origin) / 1e6;
        const double gap = rate.per_second > 0 ? 1 / rate.per_second : 1;
        longest = std::max(longest, begins_s_[&function] + rate.span_s + gap);
      }
    }
    duration_s_ = longest > 0 ? std::ceil(longest * 1000) / 1000 : 600;
  }

  std::string text() {
    head();
    line(0, "functions:");
    for (const Calibration& function : functions_) {
      write(function);
    }
    line(0, "workload:");
    if (!options_.trace.empty()) {
      note(2, "the calls of the log; --trace wrote them");
      line(2, fmt::format("- arrivals: {{trace: {{file: \"{}\"}}}}", options_.trace));
    } else {
      for (const Calibration& function : functions_) {
        arrivals(function);
      }
    }
    return text_;
  }

 private:
  void line(std::size_t indent, const std::string& text) {
    text_ += std::string(indent, ' ') + text + "\n";
  }
  void note(std::size_t indent, const std::string& text) { line(indent, "# " + text); }

  void head() {
    note(0, fmt::format("Fitted by lambdasim fit to {}.", fmt::join(options_.logs, ", ")));
    note(0,
         "Run it: lambdasim run THIS_FILE. Compare it with the log: lambdasim fit --check LOG "
         "--scenario THIS_FILE");
    line(0, fmt::format("name: {}-fitted", functions_.front().name));
    line(0, "seed: 1");
    note(0, functions_.front().rate ? "from the first call of the log to the last"
                                    : "ASSUMED: the log has no times");
    line(0, fmt::format("duration: {}", seconds(duration_s_)));
    platform();
  }

  void platform() {
    BillingRule rule = BillingRule::kUnknown;
    for (const Calibration& function : functions_) {
      rule = rule == BillingRule::kUnknown ? function.billing.rule : rule;
    }
    const std::int64_t last =
        functions_.front().rate ? functions_.front().log.calls.back().start_us : kNoTime;
    const bool has_date = last != kNoTime;
    const auto day = static_cast<double>(last) / kDayUs;
    constexpr double kDecember2020 = 18597;  // days since 1970
    constexpr double kAugust2025 = 20301;
    const bool is_2020 = rule == BillingRule::kSteps100 || (has_date && day < kDecember2020);
    const bool is_free = has_date ? day < kAugust2025 : rule == BillingRule::kInitFree;
    note(0, has_date ? "by the date of the log" : "by how calls are billed");
    line(0, fmt::format("platform: {}", is_2020   ? "aws-2020"
                                        : is_free ? "aws-2025-07"
                                                  : "aws-2026"));
    if (rule == BillingRule::kInitFree || rule == BillingRule::kInitBilled) {
      note(0, "as the cold calls of the log are billed");
      line(0, fmt::format("billing: {{init: {}}}",
                          rule == BillingRule::kInitFree ? "free" : "billed"));
    }
  }

  void write(const Calibration& function) {
    line(2, function.name + ":");
    runtime(function);
    note(4, fmt::format("of {} of {} calls; at most {} MB were used", warm_and_cold_at(function),
                        function.counts.calls, function.max_used_mb));
    line(4, fmt::format("memory: {} MB", std::clamp<int>(function.memory_mb, 128, 10240)));
    timeout(function);
    note(4, "Duration of the log holds it already");
    line(4, "call_overhead: 0 ms");
    warm_contexts(function);
    keep_alive(function);
    failures(function);
    first_call(function);
    handler(function);
  }

  static std::uint64_t warm_and_cold_at(const Calibration& function) {
    return static_cast<std::uint64_t>(
        std::count_if(function.log.calls.begin(), function.log.calls.end(),
                      [&](const Call& call) { return call.memory_mb == function.memory_mb; }));
  }

  static std::string source(const FitChoice& fit, std::string_view of) {
    const Fit& chosen = fit.chosen;
    if (chosen.family == Family::kConstant) {
      return fmt::format("{}: the same in all {}", of, fit.n);
    }
    if (chosen.family == Family::kQuantiles) {
      return fmt::format("{}: quantiles of {} ({})", of, fit.n,
                         fit.candidates.empty() ? "too few for a family" : "every family rejected");
    }
    return fmt::format("{}: {}, n = {}, Kolmogorov-Smirnov D = {:.4f}", of, name_of(chosen.family),
                       fit.n, chosen.ks_distance);
  }

  void runtime(const Calibration& function) {
    std::string runtime = options_.runtime.empty() ? function.log.runtime : options_.runtime;
    if (function.restore) {
      if (runtime.empty()) {
        runtime = "java21";
        note(4, "ASSUMED: one that SnapStart knows; the log does not name it");
      }
      line(4, "runtime: " + runtime);
      note(4, source(*function.restore, "Restore Duration"));
      line(4, "snap_start:");
      line(6, "restore: " + yaml_of(function.restore->chosen));
      if (function.billed_restore) {
        line(6, "billed_restore: " + yaml_of(function.billed_restore->chosen));
      }
      return;
    }
    if (!runtime.empty()) {
      note(4, options_.runtime.empty() ? "INIT_START of the log" : "as --runtime says");
      line(4, "runtime: " + runtime);
    }
    if (function.init) {
      note(4, source(*function.init, "Init Duration"));
      line(4, "runtime_init: " + yaml_of(function.init->chosen));
    } else if (runtime.empty()) {
      note(4, "ASSUMED: the log has no cold start and does not name the runtime");
      line(4, "runtime: python3.13");
    }
  }

  void timeout(const Calibration& function) {
    if (function.timeout_ms) {
      note(4, fmt::format("at which {} calls ended", function.counts.timeouts));
      line(4, fmt::format("timeout: {}", seconds(*function.timeout_ms / 1000)));
      return;
    }
    const double room = std::ceil(2 * function.longest_ms / 1000);
    note(4, fmt::format("ASSUMED: no call timed out; the longest took {}",
                        milliseconds(function.longest_ms)));
    line(4, fmt::format("timeout: {}", seconds(std::clamp(room, 3.0, 900.0))));
  }

  void warm_contexts(const Calibration& function) {
    if (!function.contexts) {
      note(4, "NOT KNOWN: no log streams, or no times; the run begins without contexts");
      return;
    }
    note(4, fmt::format("log streams whose first call, within {:.0f} s, waited for no INIT",
                        ContextsSeen::kStart));
    line(4, fmt::format("warm_contexts: {}", function.contexts->warm_at_start));
  }

  /// Idle times to a tenth of a second: survived ones rounded down, others up.
  static std::string idle(double s, bool is_survived) {
    return seconds((is_survived ? std::floor(10 * s) : std::ceil(10 * s)) / 10);
  }

  void keep_alive(const Calibration& function) {
    if (!function.contexts) {
      return;
    }
    const ContextsSeen& seen = *function.contexts;
    const double survived = seen.longest_survived_s;
    const bool is_old = function.billing.rule == BillingRule::kSteps100;
    const double least = is_old ? 630 : 300;  // of the platform
    const double most = is_old ? 645 : 360;
    const std::string gap = fmt::format("longest idle gap survived {}", idle(survived, true));
    if (!seen.shortest_lost_s) {
      if (survived > most) {
        note(4, gap + ", none not survived: a lower bound");
        line(4, fmt::format("keep_alive: {{fixed: {{ttl: {}}}}}", idle(survived, true)));
      } else {
        note(4, "keep_alive: the platform's; " + gap + ", none not survived");
      }
      return;
    }
    const double lost = *seen.shortest_lost_s;
    const std::string both = fmt::format("{}, shortest not survived {} ({} contexts)", gap,
                                         idle(lost, false), seen.lost);
    if (survived >= lost) {
      note(4, "keep_alive: the platform's; NOT KNOWN: " + both +
                  ", so contexts end for other reasons, too");
    } else if (survived <= least && lost >= most) {
      note(4, "keep_alive: the platform's, which the log agrees with: " + both);
    } else {
      note(4, both);
      line(4, fmt::format("keep_alive: {{idle_window: {{from: {}, to: {}}}}}", idle(survived, true),
                          idle(lost, false)));
    }
  }

  void failures(const Calibration& function) {
    const OutcomeCounts& counts = function.counts;
    const std::uint64_t failed = counts.errors + counts.out_of_memory + counts.crashes;
    const std::uint64_t inits = function.init ? function.init->n : 0;
    const std::uint64_t bad_inits = function.log.init_errors + function.log.init_timeouts;
    if (failed + bad_inits == 0) {
      return;
    }
    note(4,
         fmt::format("{} errors, {} out of memory, {} exits of the runtime in {} calls; {} of {} "
                     "INITs failed",
                     counts.errors, counts.out_of_memory, counts.crashes, counts.calls, bad_inits,
                     bad_inits + inits));
    line(4, "failures:");
    const auto share = [&](std::string_view key, std::uint64_t part, std::uint64_t whole) {
      if (part > 0) {
        line(6, fmt::format("{}: {}", key, percent(part, whole)));
      }
    };
    share("error", counts.errors, counts.calls);
    share("crash", counts.crashes, counts.calls);
    share("out_of_memory", counts.out_of_memory, counts.calls);
    share("init", bad_inits, bad_inits + inits);
  }

  void first_call(const Calibration& function) {
    const double least_ms = 0.01;
    if (!function.first_extra ||
        quantile(function.first_extra->chosen.distribution, 0.5) < least_ms) {
      note(4, "first calls of contexts are about like others, or none was seen");
      line(4, "first_call: []");
      return;
    }
    note(4, source(*function.first_extra,
                   "Duration of first calls beyond warm ones of the same rank"));
    line(4, fmt::format("first_call: [{{wait: {}}}]", yaml_of(function.first_extra->chosen)));
  }

  void handler(const Calibration& function) {
    if (!function.warm) {
      note(4, "ASSUMED: no warm call ended well");
      line(4, "handler: [{wait: " + (function.first ? yaml_of(function.first->chosen) : "1 ms") +
                  "}]");
      return;
    }
    if (!function.split) {
      note(4, source(*function.warm, "Duration of warm calls"));
      note(4, "NOT KNOWN: how much of it is CPU time, so another memory size changes nothing");
      line(4, "handler:");
      line(6, "- wait: " + with_timeouts(function, yaml_of(function.warm->chosen)));
      return;
    }
    split_handler(function);
  }

  /// What varies is put where most of the time is spent.
  void split_handler(const Calibration& function) {
    const CpuSplit& split = *function.split;
    const double wall = wall_ms(*default_cpu_model(function.memory_mb), split.cpu_ms);
    note(4, fmt::format("least squares over {} memory sizes{}: {:.4g} ms of CPU time, {:.4g} ms of "
                        "waiting; worst error {:.1f} %",
                        split.points.size(), function.split_by_tuning ? " of Power Tuning" : "",
                        split.cpu_ms, split.wait_ms, 100 * split.worst_error));
    std::vector<double> rest = warm_durations(function.log, function.memory_mb);
    line(4, "handler:");
    if (split.wait_ms >= wall || split.cpu_ms <= 0) {
      for (double& ms : rest) {
        ms = std::max(ms - wall, 0.0);
      }
      line(6, fmt::format("- cpu: {}", milliseconds(split.cpu_ms)));
      note(6, "Duration of warm calls less the time that this CPU work takes");
      line(6, "- wait: " + with_timeouts(function, yaml_of(choose_fit(std::move(rest)).chosen)));
      return;
    }
    for (double& ms : rest) {
      ms = std::max(ms - split.wait_ms, 0.0);
    }
    note(6, "the CPU time that takes what the Duration of warm calls has beyond the wait");
    rest = cpu_for_walls(*default_cpu_model(function.memory_mb), std::move(rest));
    line(6, "- cpu: " + yaml_of(choose_fit(std::move(rest)).chosen));
    line(6, "- wait: " + with_timeouts(function, milliseconds(split.wait_ms)));
  }

  /// Calls that time out take longer than the timeout: how much longer, nobody knows.
  static std::string with_timeouts(const Calibration& function, const std::string& time) {
    const std::uint64_t timeouts = function.counts.timeouts;
    if (timeouts == 0) {
      return time;
    }
    return fmt::format("{{mixture: [{{weight: {}, of: {}}}, {{weight: {}, of: {}}}]}}",
                       std::max<std::uint64_t>(function.counts.calls - timeouts, 1), time, timeouts,
                       seconds(function.timeout_ms.value_or(3000) / 1000 + 1));
  }

  static std::string process(double per_second, RateSeen::Shape shape) {
    return fmt::format("{}: {{rate: {:.7g} /s}}",
                       shape == RateSeen::Shape::kConstant ? "constant" : "poisson", per_second);
  }

  void arrivals(const Calibration& function) {
    if (!function.rate || function.rate->per_second <= 0) {
      note(2, "ASSUMED: the log does not tell the rate");
      line(2,
           fmt::format("- {{invoke: {}, arrivals: {{poisson: {{rate: 1 /s}}}}}}", function.name));
      return;
    }
    const RateSeen& rate = *function.rate;
    const double begins = begins_s_.at(&function);
    note(2, fmt::format("gaps vary by a coefficient of {:.2f}, counts by an index of dispersion of "
                        "{:.2f} (Poisson: 1 and 1, even: 0 and 0){}",
                        rate.gap_cv, rate.dispersion,
                        rate.shape == RateSeen::Shape::kBursty
                            ? ": calls come in bursts, which this has not; replay them with --trace"
                            : ""));
    constexpr std::size_t kMostHours = 24UL * 14;
    if (rate.varies_by_hour && rate.hourly.size() <= kMostHours) {
      return hourly(function, begins);
    }
    const double gap = 1 / rate.per_second;
    const std::string span =
        begins + rate.span_s + 2 * gap < duration_s_ || begins > gap
            ? fmt::format(", starts: {}, stops: {}", seconds(begins),
                          seconds(std::min(begins + rate.span_s + gap, duration_s_)))
            : "";
    line(2, fmt::format("- {{invoke: {}{}, arrivals: {{{}}}}}", function.name, span,
                        process(rate.per_second, rate.shape)));
  }

  void hourly(const Calibration& function, double begins) {
    const RateSeen& rate = *function.rate;
    note(2, "the rate of each hour, because hours differ by more than chance");
    for (std::size_t i = 0; i < rate.hourly.size(); ++i) {
      const double from = static_cast<double>(i) * 3600;
      const double to = std::min(from + 3600, std::max(rate.span_s, from + 1));
      const double until = std::min(begins + to, duration_s_);
      if (rate.hourly[i] == 0 || begins + from >= until) {
        continue;
      }
      const double per_second = static_cast<double>(rate.hourly[i]) / (to - from);
      line(2,
           fmt::format("- {{invoke: {}, starts: {}, stops: {}, arrivals: {{{}}}}}", function.name,
                       seconds(begins + from), seconds(until), process(per_second, rate.shape)));
    }
  }

  const std::vector<Calibration>& functions_;
  const ScenarioOptions& options_;
  std::map<const Calibration*, double> begins_s_;
  double duration_s_ = 0;
  std::string text_;
};

}  // namespace

std::string scenario_yaml(const std::vector<Calibration>& functions,
                          const ScenarioOptions& options) {
  return Writer{functions, options}.text();
}

}  // namespace lambdasim::calibrate
