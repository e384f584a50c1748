#include "sim/import/schedules.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "models/arrival/cron.h"

namespace lambdasim::import {
namespace {

constexpr std::string_view kFallback = "1 h";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') {
    text.remove_prefix(1);
  }
  while (!text.empty() && text.back() == ' ') {
    text.remove_suffix(1);
  }
  return text;
}

/// What stands in the parentheses of `name(...)`.
std::optional<std::string_view> within(std::string_view text, std::string_view name) {
  text = trimmed(text);
  if (!text.starts_with(name) || !text.ends_with(')') || text.size() <= name.size() + 1 ||
      text[name.size()] != '(') {
    return std::nullopt;
  }
  return trimmed(text.substr(name.size() + 1, text.size() - name.size() - 2));
}

/// `5 minutes` as `5 min`; nothing if it is no rate.
std::string interval_of(std::string_view rate) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kUnits{
      {{"minute", "min"}, {"hour", "h"}, {"day", "d"}}};
  long number = 0;
  const auto [stop, error] = std::from_chars(rate.data(), rate.data() + rate.size(), number);
  if (error != std::errc{} || number <= 0) {
    return {};
  }
  std::string_view unit = trimmed(rate.substr(static_cast<std::size_t>(stop - rate.data())));
  if (unit.ends_with('s')) {
    unit.remove_suffix(1);
  }
  for (const auto& [name, symbol] : kUnits) {
    if (unit == name) {
      return fmt::format("{} {}", number, symbol);
    }
  }
  return {};
}

}  // namespace

void add_schedule(const Scalar& expression, Source source, const Settings& async, Stack& stack,
                  Findings& findings) {
  source.kind = "async";
  source.settings = async;
  const int line = expression.where.line;
  std::string why;
  if (!expression.unknown.empty()) {
    why = fmt::format("{} is not known before deployment", expression.unknown);
  } else if (const auto rate = within(expression.text, "rate")) {
    if (const std::string interval = interval_of(*rate); !interval.empty()) {
      source.arrivals.emplace_back("every.interval", Value{interval, line, "", ""});
    } else {
      findings.errors.report(
          expression.where, source.path,
          fmt::format("'{}' is no rate; one is rate(5 minutes), rate(1 hour) or rate(2 days)",
                      expression.text));
      return;
    }
  } else if (const auto cron = within(expression.text, "cron")) {
    if (models::Cron::parse(*cron, why)) {
      source.arrivals.emplace_back("cron.expression", Value{std::string(*cron), line, "", ""});
    } else {
      why = fmt::format("{} cannot be simulated: {}", expression.text, why);
    }
  } else if (within(expression.text, "at")) {
    findings.missed.report(expression.where, source.path,
                           fmt::format("{} fires once and is left out", expression.text));
    return;
  } else {
    findings.errors.report(
        expression.where, source.path,
        fmt::format("'{}' is no schedule; one is rate(...), cron(...) or at(...)",
                    expression.text));
    return;
  }
  if (source.arrivals.empty()) {
    source.arrivals.emplace_back("every.interval", Value{std::string(kFallback), line, why, ""});
    findings.missed.report(expression.where, source.path, why + "; a placeholder stands for it");
  }
  stack.sources.push_back(std::move(source));
}

bool read_schedule_options(Properties& properties) {
  const bool is_on = properties.flag({"State", "Enabled", "is_enabled"}, true);
  if (const auto zone = properties.scalar({"ScheduleExpressionTimezone", "timezone"});
      zone && zone->text != "UTC" && zone->text != "Etc/UTC") {
    properties.miss("ScheduleExpressionTimezone", zone->where,
                    fmt::format("the schedule is taken as UTC, not {}",
                                zone->unknown.empty() ? zone->text : zone->unknown));
  }
  if (auto window = properties.block({"FlexibleTimeWindow"})) {
    const auto minutes = window->scalar({"MaximumWindowInMinutes"});
    window->node({"Mode"});
    if (minutes) {
      window->miss("MaximumWindowInMinutes", minutes->where,
                   "the schedule fires at its minute, without a window");
    }
    window->finish();
  }
  return is_on;
}

}  // namespace lambdasim::import
