#include "sim/calibrate/log_line.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace lambdasim::calibrate {
namespace {

using Quantity = std::optional<double> LogLine::*;

struct Field {
  std::string_view name;  // with its colon
  Quantity value = nullptr;
};

// The longer names first: "Duration:" is the end of four others.
constexpr std::array<Field, 9> kQuantities{{
    {"Billed Restore Duration:", &LogLine::billed_restore_ms},
    {"Billed Duration:", &LogLine::billed_ms},
    {"Restore Duration:", &LogLine::restore_ms},
    {"Init Duration:", &LogLine::init_ms},
    {"Duration:", &LogLine::duration_ms},
    {"Memory Size:", &LogLine::memory_mb},
    {"Max Memory Used:", &LogLine::max_used_mb},
    {"Status:"},
    {"Error Type:"},
}};

constexpr std::string_view kSpace = " \t\r\n";

bool is_space(char c) {
  return kSpace.find(c) != std::string_view::npos;
}

std::string_view first_word(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_first_of(kSpace, begin) - begin);
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) ||
      value < 0) {
    return std::nullopt;
  }
  return value;
}

/// Where the value of a field begins; npos when the text has it not.
std::size_t value_of(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos;
       at = text.find(name, at + 1)) {
    const std::string_view before = text.substr(0, at);
    const bool begins = before.empty() || is_space(before.back());
    const bool is_part = name == "Duration:"
                             ? before.ends_with("Billed ") || before.ends_with("Init ") ||
                                   before.ends_with("Restore ")
                         : name == "Restore Duration:" ? before.ends_with("Billed ")
                                                       : false;
    if (begins && !is_part) {
      return at + name.size();
    }
  }
  return std::string_view::npos;
}

double read_quantity(std::string_view text, const Field& field, std::size_t at) {
  const std::string_view rest = text.substr(at);
  const std::string_view word = first_word(rest);
  const auto value = number(word);
  const bool has_unit = value && !first_word(rest.substr(rest.find(word) + word.size())).empty();
  if (!has_unit) {
    throw std::invalid_argument(
        value || word.empty()
            ? fmt::format("the line is cut off after '{}'", field.name)
            : fmt::format("'{}' must be followed by a number, got '{}'", field.name, word));
  }
  return *value;
}

Status status_of(std::string_view word) {
  return word == "timeout"   ? Status::kTimeout
         : word == "error"   ? Status::kError
         : word == "failure" ? Status::kFailure
                             : Status::kSuccess;
}

void read_fields(std::string_view text, LogLine& line) {
  for (const Field& field : kQuantities) {
    const std::size_t at = value_of(text, field.name);
    if (at == std::string_view::npos) {
      continue;
    }
    if (field.value != nullptr) {
      line.*field.value = read_quantity(text, field, at);
    } else if (field.name == "Status:") {
      line.status = status_of(first_word(text.substr(at)));
    } else {
      line.error_type = first_word(text.substr(at));
    }
  }
  if (const std::size_t at = value_of(text, "Phase:"); at != std::string_view::npos) {
    line.phase = first_word(text.substr(at));
  }
}

void require(const std::optional<double>& value, std::string_view name) {
  if (!value) {
    throw std::invalid_argument(fmt::format("a REPORT line without '{}'; is it cut off?", name));
  }
}

void require_report(const LogLine& line) {
  require(line.duration_ms, "Duration");
  require(line.billed_ms, "Billed Duration");
  require(line.memory_mb, "Memory Size");
}

struct Opening {
  std::string_view word;
  LineKind kind;
};

constexpr std::array<Opening, 6> kOpenings{{
    {"INIT_REPORT ", LineKind::kInitReport},
    {"RESTORE_REPORT ", LineKind::kRestoreReport},
    {"REPORT RequestId:", LineKind::kReport},
    {"START RequestId:", LineKind::kStart},
    {"END RequestId:", LineKind::kEnd},
    {"INIT_START ", LineKind::kInitStart},
}};

LogLine parse_text(std::string_view text) {
  LogLine line;
  std::size_t at = std::string_view::npos;
  for (const Opening& opening : kOpenings) {
    at = text.find(opening.word);
    if (at != std::string_view::npos && (at == 0 || is_space(text[at - 1]))) {
      line.kind = opening.kind;
      break;
    }
    at = std::string_view::npos;
  }
  if (line.kind == LineKind::kOther) {
    constexpr std::string_view kTimedOut = "Task timed out after ";
    if (const std::size_t found = text.find(kTimedOut); found != std::string_view::npos) {
      const auto seconds = number(first_word(text.substr(found + kTimedOut.size())));
      if (seconds) {
        line.kind = LineKind::kTimedOut;
        line.duration_ms = 1000 * *seconds;
        const std::string_view before = trimmed(text.substr(0, found));
        line.request = before.substr(before.find_last_of(kSpace) + 1);
      }
      return line;
    }
    // A REPORT line whose begin is lost still has its figures.
    if (value_of(text, "Billed Duration:") == std::string_view::npos ||
        !trimmed(text).starts_with("Duration:")) {
      return line;
    }
    line.kind = LineKind::kReport;
    at = 0;
  }
  text.remove_prefix(at);
  if (const std::size_t id = text.find("RequestId:"); id != std::string_view::npos) {
    line.request = first_word(text.substr(id + 10));
  }
  if (line.kind == LineKind::kInitStart) {
    constexpr std::string_view kVersion = "Runtime Version:";
    if (const std::size_t version = text.find(kVersion); version != std::string_view::npos) {
      line.runtime = first_word(text.substr(version + kVersion.size()));
    }
  } else if (line.kind != LineKind::kStart && line.kind != LineKind::kEnd) {
    read_fields(text, line);
  }
  if (line.kind == LineKind::kReport) {
    require_report(line);
  }
  return line;
}

std::string text_in(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

LineKind kind_of_type(std::string_view type) {
  return type == "platform.start"           ? LineKind::kStart
         : type == "platform.report"        ? LineKind::kReport
         : type == "platform.end"           ? LineKind::kEnd
         : type == "platform.initStart"     ? LineKind::kInitStart
         : type == "platform.initReport"    ? LineKind::kInitReport
         : type == "platform.restoreReport" ? LineKind::kRestoreReport
                                            : LineKind::kOther;
}

void read_metrics(const nlohmann::json& metrics, LogLine& line) {
  constexpr std::array<std::pair<const char*, Quantity>, 7> kMetrics{{
      {"durationMs", &LogLine::duration_ms},
      {"billedDurationMs", &LogLine::billed_ms},
      {"memorySizeMB", &LogLine::memory_mb},
      {"maxMemoryUsedMB", &LogLine::max_used_mb},
      {"initDurationMs", &LogLine::init_ms},
      {"restoreDurationMs", &LogLine::restore_ms},
      {"billedRestoreDurationMs", &LogLine::billed_restore_ms},
  }};
  for (const auto& [name, member] : kMetrics) {
    const auto found = metrics.find(name);
    if (found == metrics.end() || found->is_null()) {
      continue;
    }
    if (!found->is_number() || found->get<double>() < 0) {
      throw std::invalid_argument(
          fmt::format("'{}' must be a number, got {}", name, found->dump()));
    }
    line.*member = found->get<double>();
  }
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

bool continues_report(std::string_view report, std::string_view line) {
  line = trimmed(line);
  if (line.starts_with("XRAY TraceId:")) {
    return true;
  }
  for (const Field& field : kQuantities) {
    if (line.starts_with(field.name)) {
      return value_of(report, field.name) == std::string_view::npos;
    }
  }
  return false;
}

LogLine parse_platform_event(const nlohmann::json& event) {
  LogLine line;
  line.kind = kind_of_type(text_in(event, "type"));
  if (line.kind == LineKind::kOther) {
    return line;
  }
  line.time_us = parse_time(text_in(event, "time"));
  const auto record = event.find("record");
  if (record == event.end() || !record->is_object()) {
    throw std::invalid_argument("a platform event without a 'record'");
  }
  line.request = text_in(*record, "requestId");
  line.phase = text_in(*record, "phase");
  line.error_type = text_in(*record, "errorType");
  line.runtime = text_in(*record, "runtimeVersion");
  line.status = status_of(text_in(*record, "status"));
  if (const auto metrics = record->find("metrics"); metrics != record->end()) {
    read_metrics(*metrics, line);
  }
  if (line.kind == LineKind::kInitReport) {
    std::swap(line.init_ms, line.duration_ms);
  } else if (line.kind == LineKind::kRestoreReport) {
    std::swap(line.restore_ms, line.duration_ms);
  } else if (line.kind == LineKind::kReport) {
    require_report(line);
  }
  return line;
}

LogLine parse_message(std::string_view message) {
  const std::string_view text = trimmed(message);
  if (!text.starts_with('{')) {
    return parse_text(text);
  }
  if (text.find("platform.") == std::string_view::npos) {
    return {};
  }
  const auto event = nlohmann::json::parse(text, nullptr, false);
  if (event.is_discarded()) {
    if (text.find("\"platform.") == std::string_view::npos) {
      return {};
    }
    throw std::invalid_argument("a platform event that is not whole JSON; is it cut off?");
  }
  return event.is_object() ? parse_platform_event(event) : LogLine{};
}

}  // namespace lambdasim::calibrate
