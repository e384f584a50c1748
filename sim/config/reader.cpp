#include "sim/config/reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "sim/config/units.h"

namespace lambdasim::config {
namespace {

std::string_view kind_name(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kMapping:
      return "a mapping";
    case Node::Kind::kSequence:
      return "a list";
    default:
      return "a single value";
  }
}

}  // namespace

ObjectReader::ObjectReader(const Node* node, std::string path, Diagnostics& diagnostics,
                           Node& resolved)
    : node_(node), path_(std::move(path)), diagnostics_(&diagnostics), resolved_(&resolved) {
  resolved.kind = Node::Kind::kMapping;
  if (node_ == nullptr) {
    return;
  }
  fallback_ = node_->where;
  if (node_->kind == Node::Kind::kMapping) {
    return;
  }
  if (node_->kind != Node::Kind::kNull) {
    diagnostics.report(
        node_->where, path_,
        fmt::format("must be a mapping of keys to values, got {}",
                    node_->kind == Node::Kind::kScalar ? fmt::format("'{}'", node_->scalar)
                                                       : std::string{kind_name(*node_)}));
    broken_ = true;
  }
  node_ = nullptr;
}

ObjectReader ObjectReader::child(const Node* node, std::string path, Node& resolved) const {
  ObjectReader made{node, std::move(path), *diagnostics_, resolved};
  if (node == nullptr) {
    made.fallback_ = where();
    made.broken_ = broken_;
  }
  return made;
}

Location ObjectReader::where() const {
  return node_ != nullptr ? node_->where : fallback_;
}

Location ObjectReader::where(std::string_view key) const {
  const Node* value = node_ != nullptr ? node_->find(key) : nullptr;
  return value != nullptr ? value->where : where();
}

const Node* ObjectReader::peek(std::string_view key) const {
  const Node* value = node_ != nullptr ? node_->find(key) : nullptr;
  return value != nullptr && value->kind != Node::Kind::kNull ? value : nullptr;
}

bool ObjectReader::has(std::string_view key) {
  ask(key);
  return peek(key) != nullptr;
}

std::vector<std::string> ObjectReader::keys() const {
  std::vector<std::string> names;
  if (node_ != nullptr) {
    for (const Entry& entry : node_->entries) {
      names.push_back(entry.key);
    }
  }
  return names;
}

const Node* ObjectReader::ask(std::string_view key) {
  if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) {
    asked_.emplace_back(key);
  }
  return peek(key);
}

Node& ObjectReader::note(std::string_view key) {
  if (Node* found = resolved_->find(key)) {
    return *found = Node{};
  }
  return resolved_->entries.emplace_back(Entry{std::string{key}, {}, {}}).value;
}

void ObjectReader::note_scalar(std::string_view key, std::string text) {
  Node& node = note(key);
  node.kind = Node::Kind::kScalar;
  node.scalar = std::move(text);
}

std::string ObjectReader::path_of(std::string_view key) const {
  return path_.empty() ? std::string{key} : fmt::format("{}.{}", path_, key);
}

void ObjectReader::report(std::string_view key, std::string message) {
  diagnostics_->report(where(key), path_of(key), std::move(message));
}

void ObjectReader::report_no_input(std::string_view key, std::string message) {
  diagnostics_->report(where(key), path_of(key), std::move(message), true);
}

void ObjectReader::report_here(std::string message) {
  diagnostics_->report(where(), path_, std::move(message));
}

void ObjectReader::report_missing(std::string_view key, std::string_view what) {
  if (!broken_) {
    report(key, fmt::format("is missing; it must be {}", what));
  }
}

const std::string* ObjectReader::scalar(std::string_view key, std::string_view what,
                                        bool required) {
  const Node* value = ask(key);
  if (value == nullptr) {
    if (required) {
      report_missing(key, what);
    }
    return nullptr;
  }
  if (value->kind != Node::Kind::kScalar) {
    report(key, fmt::format("must be {}, got {}", what, kind_name(*value)));
    return nullptr;
  }
  return &value->scalar;
}

std::string ObjectReader::text(std::string_view key) {
  const std::string* given = scalar(key, "text", true);
  if (given != nullptr && given->empty()) {
    report(key, "must not be empty");
  }
  note_scalar(key, given != nullptr ? *given : "");
  return given != nullptr ? *given : "";
}

std::string ObjectReader::text(std::string_view key, std::string_view default_value) {
  const std::string* given = scalar(key, "text", false);
  std::string value = given != nullptr ? *given : std::string{default_value};
  note_scalar(key, value);
  return value;
}

bool ObjectReader::boolean(std::string_view key, bool default_value) {
  const std::string* given = scalar(key, "true or false", false);
  bool value = default_value;
  if (given != nullptr) {
    if (*given != "true" && *given != "false") {
      report(key, fmt::format("must be true or false, got '{}'", *given));
    }
    value = *given == "true";
  }
  note_scalar(key, value ? "true" : "false");
  return value;
}

template <class T, class Parse, class Format>
T ObjectReader::quantity(std::string_view key, std::string_view what,
                         const std::optional<T>& default_value, const Range<T>& range, Parse parse,
                         Format format, std::string_view steps) {
  T value = default_value.value_or(range.from);
  if (const std::string* given = scalar(key, what, !default_value.has_value())) {
    const Parsed<T> parsed = parse(*given);
    if (!parsed.value) {
      report(key, parsed.error);
    } else if (*parsed.value < range.from || *parsed.value > range.to) {
      report(key, fmt::format("must be between {} and {}{}, got {}", format(range.from),
                              format(range.to), steps, *given));
    } else {
      value = *parsed.value;
    }
  }
  note_scalar(key, format(value));
  return value;
}

std::int64_t ObjectReader::integer(std::string_view key, std::optional<std::int64_t> default_value,
                                   Range<std::int64_t> range) {
  return quantity(key, "a whole number", default_value, range, parse_integer,
                  [](std::int64_t value) { return std::to_string(value); });
}

double ObjectReader::number(std::string_view key, std::optional<double> default_value,
                            Range<double> range) {
  return quantity(key, "a number", default_value, range, parse_number, format_number);
}

core::Duration ObjectReader::duration(std::string_view key,
                                      std::optional<core::Duration> default_value,
                                      Range<core::Duration> range) {
  return quantity(key, fmt::format("a duration such as '40 ms' ({})", kDurationUnits),
                  default_value, range, parse_duration, format_duration);
}

std::int64_t ObjectReader::megabytes(std::string_view key,
                                     std::optional<std::int64_t> default_value,
                                     Range<std::int64_t> range) {
  return quantity(key, fmt::format("a size such as '512 MB' ({})", kSizeUnits), default_value,
                  range, parse_megabytes, format_megabytes, " in steps of 1 MB");
}

std::int64_t ObjectReader::bytes(std::string_view key, std::optional<std::int64_t> default_value,
                                 Range<std::int64_t> range) {
  return quantity(key, fmt::format("a size such as '300 KB' ({})", kByteUnits), default_value,
                  range, parse_bytes, format_bytes);
}

double ObjectReader::rate(std::string_view key, std::optional<double> default_value,
                          Range<double> range) {
  return quantity(key, fmt::format("a rate such as '25 /s' ({})", kRateUnits), default_value, range,
                  parse_rate, format_rate);
}

double ObjectReader::throughput(std::string_view key, std::optional<double> default_value,
                                Range<double> range) {
  return quantity(key, fmt::format("a throughput such as '75 MB/s' ({})", kThroughputUnits),
                  default_value, range, parse_throughput, format_throughput);
}

std::string ObjectReader::date(std::string_view key,
                               std::optional<std::string_view> default_value) {
  const std::string* given = scalar(key, "a date such as 2025-08-01", !default_value.has_value());
  std::string value{default_value.value_or("2000-01-01")};
  if (given != nullptr) {
    if (is_date(*given)) {
      value = *given;
    } else {
      report(key, fmt::format("must be a date such as 2025-08-01, got '{}'", *given));
    }
  }
  note_scalar(key, value);
  return value;
}

std::size_t ObjectReader::choice(std::string_view key, const std::vector<std::string_view>& names,
                                 std::optional<std::size_t> default_value,
                                 std::string_view otherwise) {
  std::string what =
      names.size() == 1 ? std::string{names[0]} : fmt::format("one of {}", fmt::join(names, ", "));
  what += otherwise.empty() ? "" : fmt::format(", or {}", otherwise);
  std::size_t value = default_value.value_or(0);
  if (const std::string* given = scalar(key, what, !default_value.has_value())) {
    const auto found = std::find(names.begin(), names.end(), *given);
    if (found == names.end()) {
      report(key, fmt::format("must be {}, got '{}'{}", what, *given,
                              suggestion(*given, {names.begin(), names.end()})));
    } else {
      value = static_cast<std::size_t>(found - names.begin());
    }
  }
  note_scalar(key, std::string{names[value]});
  return value;
}

void ObjectReader::finish() {
  if (node_ == nullptr) {
    return;
  }
  for (const Entry& entry : node_->entries) {
    if (std::find(asked_.begin(), asked_.end(), entry.key) == asked_.end()) {
      diagnostics_->report(
          entry.where, path_,
          fmt::format("unknown key '{}'{}", entry.key, suggestion(entry.key, asked_)));
    }
  }
}

}  // namespace lambdasim::config
