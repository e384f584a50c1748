#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "sim/app/calibrate.h"
#include "sim/app/text.h"

namespace lambdasim::app {
namespace {

using calibrate::BillingRule;
using calibrate::Calibration;
using calibrate::Fit;
using calibrate::FitChoice;
using calibrate::quantile;

std::string ms(double value) {
  return format_quantity(value, "ms");
}

std::string seconds(double value) {
  return value >= 7200  ? fmt::format("{:.1f} h", value / 3600)
         : value >= 120 ? fmt::format("{:.1f} min", value / 60)
                        : fmt::format("{:.1f} s", value);
}

std::string time_text(std::int64_t us) {
  const std::chrono::sys_time<std::chrono::seconds> time{std::chrono::seconds{us / 1'000'000}};
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", time);
}

std::string share(std::uint64_t part, std::uint64_t whole) {
  return fmt::format(
      "{} ({:.3g} %)", format_count(part),
      whole == 0 ? 0.0 : 100 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string parameters_text(const Fit& fit) {
  std::vector<std::string> parts;
  for (const calibrate::FittedParameter& parameter : fit.parameters) {
    const auto text = [&parameter](double value) {
      return parameter.is_time ? ms(value) : fmt::format("{:.4g}", value);
    };
    parts.push_back(fmt::format("{} {} [{}, {}]", parameter.name, text(parameter.value),
                                text(parameter.low), text(parameter.high)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string fit_section(const std::string& title, const FitChoice& fit,
                        std::vector<double> values) {
  std::sort(values.begin(), values.end());
  std::string text =
      fmt::format("\n{} ({} values): {}\n", title, format_count(fit.n), name_of(fit.chosen.family));
  if (!fit.chosen.parameters.empty()) {
    text += fmt::format(
        "  {} ({})\n", parameters_text(fit.chosen),
        fit.chosen.family == calibrate::Family::kConstant ? "least and largest" : "95 % intervals");
  }
  if (!fit.candidates.empty()) {
    TextTable table({"  family", "BIC", "KS distance", "KS p", ""});
    for (const Fit& candidate : fit.candidates) {
      table.add({fmt::format("  {}", name_of(candidate.family)),
                 fmt::format("{:.1f}", candidate.bic), fmt::format("{:.4f}", candidate.ks_distance),
                 fmt::format("{:.3g}", candidate.ks_p),
                 candidate.is_rejected                   ? "rejected"
                 : candidate.family == fit.chosen.family ? "chosen"
                                                         : ""});
    }
    text += table.to_string();
    if (fit.chosen.family == calibrate::Family::kQuantiles) {
      text += "  every family is rejected: the quantiles of the values are taken\n";
    }
  } else if (fit.chosen.family == calibrate::Family::kQuantiles) {
    text += "  too few values for a family: their quantiles are taken\n";
  }
  if (fit.chosen.family == calibrate::Family::kConstant) {
    return text;
  }
  TextTable quantiles({"  quantile", "measured", "fitted", "difference"});
  for (const double at : {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999}) {
    const double measured = quantile(values, at);
    const double fitted = quantile(fit.chosen.distribution, at);
    quantiles.add({fmt::format("  p{:g}", 100 * at), ms(measured), ms(fitted),
                   measured > 0 ? fmt::format("{:+.1f} %", 100 * (fitted / measured - 1)) : ""});
  }
  return text + quantiles.to_string();
}

std::string billing_text(const calibrate::BillingSeen& billing) {
  switch (billing.rule) {
    case BillingRule::kInitFree:
      return fmt::format("INIT free: {} of {} cold calls", billing.follow, billing.explained);
    case BillingRule::kInitBilled:
      return fmt::format("INIT billed, one ceiling of the sum: {} of {} cold calls", billing.follow,
                         billing.explained);
    case BillingRule::kSteps100:
      return fmt::format("Duration in steps of 100 ms: {} calls", billing.follow);
    case BillingRule::kUnknown:
      break;
  }
  return fmt::format("Duration rounded up to 1 ms in {}; of INIT no call tells",
                     share(billing.warm_follow, billing.warm));
}

std::string head(const Calibration& found) {
  const calibrate::OutcomeCounts& counts = found.counts;
  TextTable table({found.name, ""});
  table.add({"calls", format_count(counts.calls)});
  if (found.rate) {
    table.add(
        {"first, last call", fmt::format("{}, {}", time_text(found.log.calls.front().start_us),
                                         time_text(found.log.calls.back().start_us))});
  }
  table.add({"memory", fmt::format("{} MB{}, at most {} MB used", found.memory_mb,
                                   found.log.memory_sizes().size() > 1
                                       ? fmt::format(" (sizes: {})",
                                                     fmt::join(found.log.memory_sizes(), ", "))
                                       : "",
                                   found.max_used_mb)});
  if (!found.log.runtime.empty()) {
    table.add({"runtime", found.log.runtime});
  }
  table.add({"cold starts", share(counts.cold, counts.calls)});
  const auto add = [&](const char* what, std::uint64_t count) {
    if (count > 0) {
      table.add({what, share(count, counts.calls)});
    }
  };
  add("of them restored", counts.restored);
  add("timeouts", counts.timeouts);
  add("errors", counts.errors);
  add("out of memory", counts.out_of_memory);
  add("exits of the runtime", counts.crashes);
  add("calls after a reset", counts.after_reset);
  add("INIT again within a call", found.log.resets);
  add("INITs timed out", found.log.init_timeouts);
  add("INITs failed", found.log.init_errors);
  add("restores failed", found.log.restore_failures);
  add("START without REPORT", found.log.unfinished);
  if (found.timeout_ms) {
    table.add({"timeout", seconds(*found.timeout_ms / 1000)});
  }
  table.add({"billing", billing_text(found.billing)});
  return table.to_string();
}

std::string hours_of_week(const calibrate::RateSeen& rate) {
  constexpr std::string_view kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  constexpr double kTwoHours = 7200;
  if (rate.span_s < kTwoHours) {
    return "";
  }
  std::vector<std::string> header{"calls an hour, UTC"};
  for (int hour = 0; hour < 24; hour += 1) {
    header.push_back(fmt::format("{:02}", hour));
  }
  TextTable table(header);
  for (std::size_t day = 0; day < 7; ++day) {
    std::vector<std::string> row{std::string{kDays[day]}};
    bool seen = false;
    for (std::size_t hour = 0; hour < 24; ++hour) {
      const std::size_t slot = 24 * day + hour;
      const double time = rate.hour_of_week_s[slot];
      seen = seen || time > 0;
      row.push_back(
          time > 0
              ? fmt::format("{:.3g}", 3600 * static_cast<double>(rate.hour_of_week[slot]) / time)
              : "");
    }
    if (seen) {
      table.add(std::move(row));
    }
  }
  return "\n" + table.to_string();
}

std::string rate_text(const calibrate::RateSeen& rate) {
  constexpr std::string_view kShapes[] = {"even", "Poisson", "in bursts"};
  return fmt::format(
      "\nrate: {:.4g} /s over {}; gaps vary by {:.2f} (coefficient of variation), "
      "counts by {:.2f} (index of dispersion): {}\n{}{}",
      rate.per_second, seconds(rate.span_s), rate.gap_cv, rate.dispersion,
      kShapes[static_cast<std::size_t>(rate.shape)],
      rate.varies_by_hour ? "hours differ by more than chance\n" : "", hours_of_week(rate));
}

std::string contexts_text(const calibrate::ContextsSeen& seen) {
  double longest = 0;
  for (const calibrate::ContextSeen& context : seen.contexts) {
    longest = std::max(longest, context.last_s - context.first_s);
  }
  std::string text = fmt::format(
      "\ncontexts (log streams): {}; {} warm at the start, {} initialised ahead of a call later; "
      "at "
      "most {} busy at once\n",
      seen.contexts.size(), seen.warm_at_start, seen.proactive, seen.most_busy);
  text += fmt::format("idle gaps: {}; longest survived {}; {}\n", format_count(seen.gaps),
                      seconds(seen.longest_survived_s),
                      seen.shortest_lost_s
                          ? fmt::format("shortest not survived {} ({} contexts)",
                                        seconds(*seen.shortest_lost_s), seen.lost)
                          : "none seen that was not survived: the limit is longer (censored)");
  text += fmt::format("longest life seen {}, from first to last call: a lower bound\n",
                      seconds(longest));
  text +=
      fmt::format("reuse: of {} calls that found several contexts idle, {} got the most recent\n",
                  format_count(seen.choices), share(seen.most_recent, seen.choices));
  TextTable table({"from", "calls", "cold", "contexts used", "busy at once"});
  for (const calibrate::TimelineBin& bin : seen.timeline) {
    table.add({seconds(bin.from_s), format_count(bin.calls), format_count(bin.cold),
               format_count(bin.contexts), format_count(bin.most_busy)});
  }
  return text + table.to_string();
}

std::string split_text(const Calibration& found) {
  const calibrate::CpuSplit& split = *found.split;
  std::string text = fmt::format(
      "\nCPU and waiting, least squares{}: {:.4g} ms of CPU time, {:.4g} ms "
      "of waiting\n",
      found.split_by_tuning ? " over Power Tuning's means" : "", split.cpu_ms, split.wait_ms);
  TextTable table({"  memory", "mean", "fitted", "difference"});
  for (const calibrate::MeanAtMemory& point : split.points) {
    table.add({fmt::format("  {} MB", point.memory_mb), ms(point.mean_ms), ms(point.fitted_ms),
               fmt::format("{:+.1f} %", 100 * (point.fitted_ms / point.mean_ms - 1))});
  }
  text += table.to_string();
  constexpr double kDoubtful = 0.2;
  if (split.worst_error > kDoubtful) {
    text +=
        "warning: the sizes do not agree with one amount of CPU time: other work, other inputs, or "
        "more than one thread\n";
  }
  if (found.split_by_tuning) {
    text +=
        "warning: Power Tuning keeps means only, over few calls, cold starts and first calls among "
        "them; payload and account differ from those of the log\n";
  }
  return text;
}

}  // namespace

std::string calibration_text(const Calibration& found) {
  std::string text = head(found);
  if (found.rate) {
    text += rate_text(*found.rate);
  }
  if (found.contexts) {
    text += contexts_text(*found.contexts);
  }
  const auto& log = found.log;
  if (found.warm) {
    text +=
        fit_section("Duration of warm calls", *found.warm, warm_durations(log, found.memory_mb));
  }
  if (found.first) {
    text +=
        fit_section("Duration of first calls", *found.first, first_durations(log, found.memory_mb));
  }
  if (found.init) {
    text += fit_section("Init Duration", *found.init, init_durations(log));
  }
  if (found.restore) {
    text += fit_section("Restore Duration", *found.restore, restore_durations(log));
  }
  if (found.split) {
    text += split_text(found);
  }
  text += "\nnot known from the log:\n";
  for (const std::string& what : not_known(found)) {
    text += fmt::format("- {}\n", what);
  }
  return text;
}

}  // namespace lambdasim::app
