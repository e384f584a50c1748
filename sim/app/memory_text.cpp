#include "sim/app/memory_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/app/chart.h"
#include "sim/app/result_text.h"
#include "sim/app/text.h"

namespace lambdasim::app {
namespace {

/// What sizes are chosen for, and the letter that stands for it in table and picture.
struct Title {
  char letter;
  std::string_view name;
  std::optional<MemoryChoice> MemoryCurve::*choice;
};
constexpr std::array<Title, 3> kTitles{{
    {'C', "cheapest", &MemoryCurve::cheapest},
    {'F', "fastest", &MemoryCurve::fastest},
    {'B', "best balance", &MemoryCurve::balanced},
}};

std::string marks_of(const MemoryCurve& curve, std::size_t point) {
  std::string marks;
  for (const Title& title : kTitles) {
    const auto& choice = curve.*title.choice;
    if (choice && choice->point == point) {
      marks += title.letter;
    }
  }
  return marks;
}

/// A column of the table.
struct Figure {
  std::string_view head;
  std::string_view unit;
  Estimate MemoryPoint::*value;
  bool is_optional;  ///< left out where it is 0 at every size
};
constexpr std::array<Figure, 8> kFigures{{
    {"duration", "ms", &MemoryPoint::duration_ms, false},
    {"p50", "ms", &MemoryPoint::p50_ms, false},
    {"p95", "ms", &MemoryPoint::p95_ms, false},
    {"p99", "ms", &MemoryPoint::p99_ms, false},
    {"cold", "%", &MemoryPoint::cold, false},
    {"timeouts", "%", &MemoryPoint::timeouts, true},
    {"refused", "%", &MemoryPoint::refused, true},
    {"cost", "$/M", &MemoryPoint::cost, false},
}};

bool is_shown(const MemoryCurve& curve, const Figure& figure) {
  return !figure.is_optional ||
         std::any_of(curve.points.begin(), curve.points.end(), [&figure](const MemoryPoint& point) {
           return (point.*figure.value).mean > 0;
         });
}

std::string table(const MemoryCurve& curve) {
  std::vector<std::string> head{"memory"};
  std::vector<std::string> units{"    MB"};
  for (const Figure& figure : kFigures) {
    if (is_shown(curve, figure)) {
      head.emplace_back(figure.head);
      units.emplace_back(figure.unit);
    }
  }
  TextTable text(head);
  text.add(units);
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    std::vector<std::string> row{fmt::format("{:>6}", curve.points[i].memory_mb)};
    for (const Figure& figure : kFigures) {
      if (is_shown(curve, figure)) {
        row.push_back(format_number((curve.points[i].*figure.value).mean));
      }
    }
    row.push_back(curve.points[i].is_left_out ? "-" : marks_of(curve, i));
    text.add(row);
  }
  return text.to_string();
}

std::vector<double> means(const MemoryCurve& curve, Estimate MemoryPoint::*value) {
  std::vector<double> all;
  for (const MemoryPoint& point : curve.points) {
    all.push_back((point.*value).mean);
  }
  return all;
}

std::string picture(const MemoryCurve& curve, const Screen& screen) {
  constexpr std::size_t kLatencyRows = 10;
  constexpr std::size_t kCostRows = 6;
  Chart chart{.scale = Scale::kLog, .places = {}, .panels = {}};
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    chart.places.push_back({static_cast<double>(curve.points[i].memory_mb),
                            fmt::format("{}", curve.points[i].memory_mb), marks_of(curve, i)});
  }
  chart.panels.push_back({"latency, ms, over memory, MB (log scales)",
                          Scale::kLog,
                          kLatencyRows,
                          {{"p99", '#', means(curve, &MemoryPoint::p99_ms)},
                           {"p95", '+', means(curve, &MemoryPoint::p95_ms)},
                           {"p50", '.', means(curve, &MemoryPoint::p50_ms)}}});
  chart.panels.push_back({"cost of a million calls, $ (log scale)",
                          Scale::kLog,
                          kCostRows,
                          {{"cost", '*', means(curve, &MemoryPoint::cost)}}});
  return draw(chart, {.width = screen.width, .unicode = screen.unicode});
}

/// `512 MB`, `1024 and 1280 MB`, `1769 to 10240 MB`: neighbouring sizes in one.
std::string named(const MemoryCurve& curve, const std::vector<std::size_t>& which,
                  std::size_t skipped) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < which.size();) {
    std::size_t last = i;
    while (last + 1 < which.size() &&
           (which[last + 1] == which[last] + 1 ||
            (which[last + 1] == which[last] + 2 && which[last] + 1 == skipped))) {
      ++last;
    }
    const auto size = [&](std::size_t index) { return curve.points[which[index]].memory_mb; };
    if (last >= i + 2) {
      parts.push_back(fmt::format("{} to {}", size(i), size(last)));
      i = last + 1;
    } else {
      parts.push_back(fmt::format("{}", size(i)));
      ++i;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text += i == 0 ? "" : (i + 1 == parts.size() ? " and " : ", ");
    text += parts[i];
  }
  return text + " MB";
}

std::string quantity(const Estimate& value, std::string_view unit, bool unicode) {
  const std::string mean = format_quantity(value.mean, unit);
  return value.half_width > 0
             ? fmt::format("{} {}{}", mean, unicode ? "±" : "+-", format_number(value.half_width))
             : mean;
}

std::string choice_text(const MemoryCurve& curve, const Title& title,
                        const MemoryQuestion& question, const Screen& screen) {
  const auto& choice = curve.*title.choice;
  if (!choice) {
    return "";
  }
  const MemoryPoint& point = curve.points[choice->point];
  std::string name{title.name};
  if (title.letter == 'B') {
    name += fmt::format(" (cost x {}, duration x {})", format_number(question.balance),
                        format_number(1 - question.balance));
  }
  std::string text = fmt::format("{} {}: {} MB\n  {} a million, duration {}\n", title.letter, name,
                                 point.memory_mb, quantity(point.cost, "USD", screen.unicode),
                                 quantity(point.duration_ms, "ms", screen.unicode));
  if (!choice->alike.empty()) {
    text +=
        fmt::format("  not distinguishable from {}\n", named(curve, choice->alike, choice->point));
  }
  return text;
}

std::string about(const MemoryQuestion& question) {
  return fmt::format(
      "memory of {}{}\n", question.function,
      question.design == "base" ? "" : fmt::format(" in design '{}'", question.design));
}

std::vector<std::size_t> left_out(const MemoryCurve& curve) {
  std::vector<std::size_t> which;
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    if (curve.points[i].is_left_out) {
      which.push_back(i);
    }
  }
  return which;
}

}  // namespace

std::string memory_text(const Scenario& scenario, const ExperimentResult& result,
                        const MemoryCurve& curve, const MemoryQuestion& question,
                        const Screen& screen) {
  std::string text = heading(scenario, result) + about(question) + "\n" + table(curve) + "\n" +
                     picture(curve, screen) + "\n";
  for (const Title& title : kTitles) {
    text += choice_text(curve, title, question, screen);
  }
  if (!curve.cheapest) {
    text += "no size served a call: there is nothing to choose from\n";
  }
  if (scenario.replications == 1) {
    text += "one replication does not tell how sure this is; --replications 5 does\n";
  }
  const std::vector<std::size_t> out = left_out(curve);
  if (!out.empty()) {
    text += fmt::format("- left out of the choice, calls time out: {}\n",
                        named(curve, out, curve.points.size()));
  }
  return text;
}

std::string timeout_warning(const MemoryCurve& curve) {
  std::string sizes;
  for (const MemoryPoint& point : curve.points) {
    if (point.timeouts.mean > 0) {
      sizes += fmt::format("{}{} MB ({} %)", sizes.empty() ? "" : ", ", point.memory_mb,
                           format_number(point.timeouts.mean));
    }
  }
  return sizes.empty() ? sizes : "calls time out at " + sizes;
}

}  // namespace lambdasim::app
