// Distributions of time as scenarios write them.
#include <fmt/format.h>

#include <array>
#include <limits>
#include <stdexcept>

#include "sim/config/reader.h"
#include "sim/config/units.h"

namespace lambdasim::config {
namespace {

using core::Distribution;
using core::Duration;
using namespace std::chrono_literals;

constexpr Range<Duration> kAnyTime{0ns, 24h * 3650};
constexpr Range<double> kShapes{1e-6, 1e6};

double nanoseconds(Duration duration) {
  return static_cast<double>(duration.count());
}

Distribution read_uniform(ObjectReader& reader) {
  const Duration from = reader.duration("from", std::nullopt, kAnyTime);
  const Duration to = reader.duration("to", std::nullopt, kAnyTime);
  if (to < from) {
    if (reader.has("from") && reader.has("to")) {
      reader.report("to", fmt::format("must not be below 'from' ({}), got {}",
                                      format_duration(from), format_duration(to)));
    }
    return {};
  }
  return Distribution::uniform(nanoseconds(from), nanoseconds(to));
}

Distribution read_exponential(ObjectReader& reader) {
  return Distribution::exponential(
      nanoseconds(reader.duration("mean", std::nullopt, {1ns, kAnyTime.to})));
}

Distribution read_lognormal(ObjectReader& reader) {
  if (reader.has("mean") || reader.has("cv")) {
    const Duration mean = reader.duration("mean", std::nullopt, {1ns, kAnyTime.to});
    return Distribution::lognormal_mean_cv(nanoseconds(mean),
                                           reader.number("cv", std::nullopt, {0.0, 1e3}));
  }
  const Duration median = reader.duration("median", std::nullopt, {1ns, kAnyTime.to});
  const Duration p99 = reader.duration("p99", std::nullopt, {1ns, kAnyTime.to});
  if (p99 < median) {
    if (reader.has("median") && reader.has("p99")) {
      reader.report("p99", fmt::format("must not be below the median ({}), got {}",
                                       format_duration(median), format_duration(p99)));
    }
    return {};
  }
  return Distribution::lognormal_median_p99(nanoseconds(median), nanoseconds(p99));
}

Distribution read_gamma(ObjectReader& reader) {
  const Duration mean = reader.duration("mean", std::nullopt, {1ns, kAnyTime.to});
  return Distribution::gamma_mean_cv(nanoseconds(mean),
                                     reader.number("cv", std::nullopt, {0.0, 1e3}));
}

Distribution read_weibull(ObjectReader& reader) {
  const double shape = reader.number("shape", std::nullopt, kShapes);
  return Distribution::weibull(
      shape, nanoseconds(reader.duration("scale", std::nullopt, {1ns, kAnyTime.to})));
}

Distribution read_pareto(ObjectReader& reader) {
  const double shape = reader.number("shape", std::nullopt, kShapes);
  return Distribution::pareto(
      shape, nanoseconds(reader.duration("minimum", std::nullopt, {1ns, kAnyTime.to})));
}

Distribution read_quantiles(ObjectReader& reader) {
  std::vector<std::pair<double, double>> points;
  bool good = true;
  Duration before{0};
  for (const std::string& key : reader.keys()) {
    const double percent =
        key.starts_with('p') ? parse_number(key.substr(1)).value.value_or(-1.0) : -1.0;
    if (percent < 0.0 || percent > 100.0) {
      good = false;
      continue;
    }
    const Duration value = reader.duration(key, std::nullopt, kAnyTime);
    if (value < before) {
      reader.report(key, fmt::format("values of quantiles must not fall, got {} after {}",
                                     format_duration(value), format_duration(before)));
      good = false;
    }
    before = value;
    points.emplace_back(percent / 100.0, nanoseconds(value));
  }
  if (reader.keys().empty()) {
    reader.duration("p0", std::nullopt, kAnyTime);
    reader.duration("p100", std::nullopt, kAnyTime);
    return {};
  }
  return good ? Distribution::quantiles(std::move(points)) : Distribution{};
}

Distribution read_truncated(ObjectReader& reader) {
  const Distribution of = reader.time_distribution("of", std::nullopt);
  const Duration from = reader.duration("from", Duration{0}, kAnyTime);
  double most = std::numeric_limits<double>::infinity();
  std::string range = fmt::format("above {}", format_duration(from));
  if (reader.has("to")) {
    const Duration to = reader.duration("to", std::nullopt, kAnyTime);
    range = fmt::format("between {} and {}", format_duration(from), format_duration(to));
    most = nanoseconds(to);
  }
  try {
    return Distribution::truncated(of, nanoseconds(from), most);
  } catch (const std::invalid_argument&) {
    reader.report_here(fmt::format("less than 0.1 % of the distribution lies {}", range));
    return {};
  }
}

Distribution read_mixture(ObjectReader& reader) {
  std::vector<std::pair<double, Distribution>> parts;
  reader.each_item("mixture", true, [&parts](std::size_t, ObjectReader& item) {
    const double weight = item.number("weight", std::nullopt, {1e-12, 1e12});
    parts.emplace_back(weight, item.time_distribution("of", std::nullopt));
  });
  return parts.empty() ? Distribution{} : Distribution::mixture(std::move(parts));
}

struct Form {
  std::string_view name;
  Distribution (*read)(ObjectReader&);
};

constexpr std::array<Form, 8> kForms{{{"uniform", read_uniform},
                                      {"exponential", read_exponential},
                                      {"lognormal", read_lognormal},
                                      {"gamma", read_gamma},
                                      {"weibull", read_weibull},
                                      {"pareto", read_pareto},
                                      {"quantiles", read_quantiles},
                                      {"truncated", read_truncated}}};

std::vector<std::string_view> all_names() {
  std::vector<std::string_view> names{"constant"};
  for (const Form& form : kForms) {
    names.emplace_back(form.name);
  }
  names.emplace_back("mixture");
  return names;
}

/// The parameters under a name, which may be wrong in ways that only the maker sees.
Distribution made(const Form& form, ObjectReader& reader) {
  Distribution distribution;
  try {
    distribution = form.read(reader);
  } catch (const std::invalid_argument& error) {
    reader.report_here(error.what());
  }
  reader.finish();
  return distribution;
}

}  // namespace

std::vector<std::string> distribution_names() {
  const auto names = all_names();
  return {names.begin(), names.end()};
}

Distribution ObjectReader::time_distribution(std::string_view key,
                                             std::optional<Distribution> default_value) {
  const Node* given = peek(key);
  if (given == nullptr) {
    ask(key);
    if (!default_value) {
      report_missing(key, "a duration such as '40 ms' or a distribution of one");
    } else if (default_value->is_constant()) {
      note_scalar(key, format_duration(core::duration_of_nanoseconds(default_value->mean())));
    }
    return default_value.value_or(Distribution{});
  }
  if (given->kind == Node::Kind::kScalar) {
    return Distribution::constant(nanoseconds(duration(key, std::nullopt, kAnyTime)));
  }
  if (given->find("mixture") != nullptr && given->entries.size() == 1) {
    ObjectReader outer = object(key);
    return read_mixture(outer);
  }
  if (given->find("constant") != nullptr && given->entries.size() == 1) {
    ObjectReader outer = object(key);
    return Distribution::constant(nanoseconds(outer.duration("constant", std::nullopt, kAnyTime)));
  }
  auto form = variant(key, all_names(), std::nullopt);
  for (const Form& candidate : kForms) {
    if (form && candidate.name == form->name) {
      return made(candidate, form->parameters);
    }
  }
  return {};
}

}  // namespace lambdasim::config
