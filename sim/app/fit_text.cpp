// The report on what fits Lambda, as text and as JSON.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/app/fit.h"
#include "sim/app/text.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

constexpr double kSecondsAMinute = 60;
constexpr double kSecondsAnHour = 3600;
constexpr double kSecondsADay = 86400;

std::string seconds_text(double seconds) {
  if (seconds < 1) {
    return format_number(seconds * 1e3) + " ms";
  }
  if (seconds < 2 * kSecondsAMinute) {
    return format_number(seconds) + " s";
  }
  return seconds < 2 * kSecondsAnHour ? format_number(seconds / kSecondsAMinute) + " min"
                                      : format_number(seconds / kSecondsAnHour) + " h";
}

std::string rate_text(double per_s) {
  if (per_s >= 1 || per_s == 0) {
    return format_number(per_s) + " /s";
  }
  if (per_s * kSecondsAMinute >= 1) {
    return format_number(per_s * kSecondsAMinute) + " /min";
  }
  return per_s * kSecondsAnHour >= 1 ? format_number(per_s * kSecondsAnHour) + " /h"
                                     : format_number(per_s * kSecondsADay) + " /d";
}

std::string title_of(const models::Alternative& alternative) {
  return fmt::format("{}, {}", models::name_of(alternative.host),
                     models::name_of(alternative.operation));
}

/// The rates in the two last columns.
std::pair<std::string, std::string> break_even_text(const FunctionFit& fit,
                                                    const FitOption& option) {
  if (!fit.lambda_usd_per_call) {
    return {"-", "-"};
  }
  if (!option.break_even) {
    return {"never", "never"};
  }
  const auto text = [](double rate) {
    if (std::isinf(rate)) {
      return std::string{"never"};
    }
    return rate > 0 ? rate_text(rate) : std::string{"any rate"};
  };
  return {text(option.break_even->from), text(option.break_even->always)};
}

double lambda_usd_per_month(const FunctionFit& fit, const models::Sizing& sizing) {
  return *fit.lambda_usd_per_call * fit.work.calls_per_s * sizing.month_s;
}

std::string table_of(const FunctionFit& fit, const models::Sizing& sizing) {
  TextTable table({"a month of this work", "machine", "machines", "a call takes", "USD",
                   "cheaper from", "always from"});
  const bool fits = fit.lambda_usd_per_call.has_value();
  table.add({"Lambda", config::format_megabytes(fit.work.memory_mb), "-",
             fits ? seconds_text(fit.times.lambda_s) : "-",
             fits ? format_quantity(lambda_usd_per_month(fit, sizing), "USD") : "does not fit", "",
             ""});
  for (const FitOption& option : fit.options) {
    const models::Alternative& alternative = option.alternative;
    if (alternative.why_not.empty()) {
      const auto [from, always] = break_even_text(fit, option);
      table.add({title_of(alternative), alternative.fleet.machine,
                 format_number(alternative.machines), seconds_text(alternative.fleet.call_s),
                 format_quantity(alternative.usd_per_month, "USD"), from, always});
    }
  }
  std::string text = table.to_string();
  std::set<std::string> told;
  for (const FitOption& option : fit.options) {
    const models::Alternative& alternative = option.alternative;
    const std::string line =
        fmt::format("not on {}: {}\n", models::name_of(alternative.host), alternative.why_not);
    if (!alternative.why_not.empty() && told.insert(line).second) {
      text += line;
    }
  }
  const bool on_managed =
      std::any_of(fit.options.begin(), fit.options.end(), [](const FitOption& option) {
        return option.alternative.host == models::Host::kManaged &&
               option.alternative.why_not.empty();
      });
  if (on_managed && fit.work.longest_s > core::seconds_of(kMostTimeout)) {
    text += fmt::format("on Managed Instances only asynchronous calls may take longer than {}\n",
                        config::format_duration(kMostTimeout));
  }
  return text;
}

std::string verdict_of(const FunctionFit& fit) {
  if (!fit.beyond.empty()) {
    return fmt::format("does not fit Lambda: {}", fmt::join(fit.beyond, "; "));
  }
  return fit.can_pass ? "hardly fits Lambda: its calls can pass the longest timeout"
                      : "fits Lambda";
}

/// Whether nothing but a needlessly long timeout keeps the function from fitting.
bool would_fit(const FunctionFit& fit) {
  return fit.beyond.size() == 1 && fit.work.memory_mb <= kMostMemoryMb &&
         fit.work.storage_mb <= kMostStorageMb && !fit.can_pass;
}

std::string heading_of(const FunctionFit& fit) {
  std::string text =
      fmt::format("calls: {}, at the peak {}; a call waits {} and needs {} of one core\n",
                  rate_text(fit.counts.calls_per_s), rate_text(fit.counts.peak_per_s),
                  seconds_text(fit.times.wait_s), seconds_text(fit.times.cpu_s));
  text += fmt::format("in {} drawn calls: 99 % take up to {}, {} longer than {}\n", kDrawnCalls,
                      seconds_text(fit.times.p99_s),
                      format_quantity(fit.times.share_too_long * 100, "%"),
                      config::format_duration(kMostTimeout));
  if (would_fit(fit)) {
    text += fmt::format("with 'timeout: {}' it fits\n", config::format_duration(kMostTimeout));
  }
  return text;
}

std::string section_of(const FunctionFit& fit, const models::Sizing& sizing) {
  const std::string table = fit.options.empty()
                                ? "a call has no finite mean, so nothing can be priced\n"
                                : table_of(fit, sizing);
  return heading_of(fit) + "\n" + table;
}

std::string notes_of(const FitReport& report) {
  const models::Sizing& sizing = report.sizing;
  std::set<std::string> regions;
  for (const FunctionFit& fit : report.functions) {
    if (!fit.prices.effective.empty()) {
      regions.insert(
          fmt::format("{} ({}, {})", fit.prices.region, fit.prices.source, fit.prices.effective));
    }
  }
  return fmt::format(
      "\nLambda: warm calls at the price of the first tier, without free tier and INIT.\n"
      "Elsewhere: workers with the function's memory and {:g} call{} at a time, {:g} % of what "
      "machines can do.\n"
      "Always on: machines for the peak (busiest {} or a call, beyond chance); scaled: in "
      "proportion "
      "to the load;\nnever fewer than one (Managed Instances: {:g}).\n"
      "A month has {:g} days. Not priced: disks of EC2, load balancers, traffic, operation.\n"
      "{}'lambdasim models explain sizing' tells the rules.\n",
      sizing.calls_at_once, sizing.calls_at_once > 1 ? "s" : "", sizing.utilisation * 100,
      config::format_duration(sizing.peak_window), sizing.managed_least,
      sizing.month_s / kSecondsADay,
      regions.empty() ? "" : fmt::format("Prices: {}.\n", fmt::join(regions, ", ")));
}

nlohmann::json finite(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr);
}

nlohmann::json json_of(const FunctionFit& fit, const FitOption& option) {
  const models::Alternative& alternative = option.alternative;
  nlohmann::json entry{{"host", models::name_of(alternative.host)},
                       {"operation", models::name_of(alternative.operation)}};
  if (!alternative.why_not.empty()) {
    entry["why_not"] = alternative.why_not;
    return entry;
  }
  entry["machine"] = alternative.fleet.machine;
  entry["machines"] = alternative.machines;
  entry["call_s"] = alternative.fleet.call_s;
  entry["month_usd"] = alternative.usd_per_month;
  if (fit.lambda_usd_per_call) {
    entry["break_even"] = nullptr;
  }
  if (option.break_even) {
    entry["break_even"] = {{"from_per_s", option.break_even->from},
                           {"always_from_per_s", finite(option.break_even->always)}};
  }
  return entry;
}

nlohmann::json json_of(const FunctionFit& fit, const models::Sizing& sizing) {
  nlohmann::json entry{{"function", fit.function},
                       {"design", fit.design},
                       {"fits", fit.beyond.empty()},
                       {"beyond", fit.beyond},
                       {"region", fit.prices.region},
                       {"prices_of", fit.prices.effective},
                       {"calls_per_s", fit.counts.calls_per_s},
                       {"peak_per_s", fit.counts.peak_per_s},
                       {"wait_s", finite(fit.times.wait_s)},
                       {"cpu_s", finite(fit.times.cpu_s)},
                       {"p99_s", fit.times.p99_s},
                       {"share_too_long", fit.times.share_too_long},
                       {"lambda", nullptr},
                       {"alternatives", nlohmann::json::array()}};
  if (fit.lambda_usd_per_call) {
    entry["lambda"] = {{"call_s", fit.times.lambda_s},
                       {"call_usd", *fit.lambda_usd_per_call},
                       {"month_usd", lambda_usd_per_month(fit, sizing)}};
  }
  for (const FitOption& option : fit.options) {
    entry["alternatives"].push_back(json_of(fit, option));
  }
  return entry;
}

}  // namespace

std::vector<std::string> fit_warnings(const FitReport& report) {
  std::vector<std::string> warnings;
  for (const FunctionFit& fit : report.functions) {
    if (!fit.can_pass) {
      continue;
    }
    std::string warning = config::to_string(
        {fit.timeout_at, fmt::format("functions.{}.timeout", fit.function),
         fmt::format("calls can take longer than {}, the most that Lambda allows: mean {}, 99 % "
                     "quantile {}; {} of {} drawn calls do",
                     config::format_duration(kMostTimeout), seconds_text(fit.times.lambda_s),
                     seconds_text(fit.times.p99_s),
                     format_quantity(fit.times.share_too_long * 100, "%"), kDrawnCalls)});
    if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) {
      warnings.push_back(std::move(warning));
    }
  }
  return warnings;
}

std::string fit_text(const FitReport& report) {
  struct Section {
    std::string function;
    std::string verdict;
    std::string body;
    std::vector<std::string> designs;
  };
  std::vector<Section> sections;
  for (const FunctionFit& fit : report.functions) {
    Section section{fit.function, verdict_of(fit), section_of(fit, report.sizing), {fit.design}};
    const auto same = std::find_if(sections.begin(), sections.end(), [&section](const Section& of) {
      return of.function == section.function && of.verdict == section.verdict &&
             of.body == section.body;
    });
    if (same != sections.end()) {
      same->designs.push_back(fit.design);
    } else {
      sections.push_back(std::move(section));
    }
  }
  std::string text;
  for (const Section& section : sections) {
    const bool in_all = section.designs.size() == report.designs;
    text += fmt::format("{}{}{} {}\n{}", text.empty() ? "" : "\n", section.function,
                        in_all ? "" : fmt::format(" ({})", fmt::join(section.designs, ", ")),
                        section.verdict, section.body);
  }
  return text.empty() ? text : text + notes_of(report);
}

std::string fit_json(const FitReport& report, const std::string& scenario) {
  nlohmann::json root{{"scenario", scenario},
                      {"sizing",
                       {{"utilisation", report.sizing.utilisation},
                        {"calls_at_once", report.sizing.calls_at_once},
                        {"peak_window_s", core::seconds_of(report.sizing.peak_window)},
                        {"month_s", report.sizing.month_s}}},
                      {"functions", nlohmann::json::array()}};
  for (const FunctionFit& fit : report.functions) {
    root["functions"].push_back(json_of(fit, report.sizing));
  }
  return root.dump(2) + "\n";
}

}  // namespace lambdasim::app
