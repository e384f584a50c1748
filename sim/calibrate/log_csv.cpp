// Logs as CSV, as CloudWatch Logs Insights and the console export them. Fields may be in quotes and
// then hold line ends, commas and doubled quotes (RFC 4180). Rows may stand in any order, as
// queries sort them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "sim/calibrate/log_sink.h"

namespace lambdasim::calibrate {
namespace {

using Row = std::vector<std::string>;

/// Splits a record. @return false when a quote is still open at its end
bool split(std::string_view text, Row& row) {
  row.clear();
  std::string field;
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      field += c;
      ++i;
    } else if (c == '"' && (is_quoted || field.empty())) {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      row.push_back(std::move(field));
      field.clear();
    } else {
      field += c;
    }
  }
  row.push_back(std::move(field));
  return !is_quoted;
}

enum Column : std::size_t {
  kTime,
  kMessage,
  kStream,
  kGroup,
  kRequest,
  kType,
  kDuration,
  kBilled,
  kMemory,
  kMaxUsed,
  kInit,
  kRestore,
  kColumns
};

/// As Insights names them, without the @, in lower case; others a user may have chosen.
constexpr std::array<std::array<std::string_view, 3>, kColumns> kNames{{
    {"timestamp", "time", ""},
    {"message", "", ""},
    {"logstream", "logstreamname", "stream"},
    {"log", "loggroup", "loggroupname"},
    {"requestid", "request", ""},
    {"type", "", ""},
    {"duration", "durationms", ""},
    {"billedduration", "billeddurationms", "billed"},
    {"memorysize", "memorysizemb", "memory"},
    {"maxmemoryused", "maxmemoryusedmb", ""},
    {"initduration", "initdurationms", "init"},
    {"restoreduration", "restoredurationms", ""},
}};

std::string plain(std::string_view name) {
  std::string letters;
  for (const char c : trimmed(name)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return letters;
}

constexpr std::size_t kAbsent = ~std::size_t{0};
using Columns = std::array<std::size_t, kColumns>;

Columns columns_of(const Row& header) {
  Columns columns{};
  columns.fill(kAbsent);
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string name = plain(header[i]);
    for (std::size_t column = 0; column < kColumns && !name.empty(); ++column) {
      const auto& names = kNames[column];
      if (columns[column] == kAbsent &&
          std::find(names.begin(), names.end(), name) != names.end()) {
        columns[column] = i;
      }
    }
  }
  return columns;
}

class CsvReader {
 public:
  CsvReader(LogSink& sink, const Row& header)
      : sink_(sink), width_(header.size()), columns_(columns_of(header)) {
    std::vector<std::string_view> missing;
    if (columns_[kMessage] == kAbsent) {
      constexpr std::array<std::pair<Column, std::string_view>, 3> kNeeded{
          {{kDuration, "@duration"}, {kBilled, "@billedDuration"}, {kMemory, "@memorySize"}}};
      for (const auto& [column, name] : kNeeded) {
        if (columns_[column] == kAbsent) {
          missing.push_back(name);
        }
      }
    }
    if (columns_[kTime] == kAbsent) {
      missing.emplace_back("@timestamp");
    }
    if (!missing.empty()) {
      std::string what = fmt::format(
          "no column {}; ask Insights for `fields @timestamp, @message, @logStream, @log`",
          fmt::join(missing, ", "));
      fail_in(sink_.file().path(), 1, std::move(what));
    }
  }

  void add(const Row& row, int line) {
    sink_.add(line, [&] { return event_of(row); });
  }

 private:
  std::string_view text(const Row& row, Column column) const {
    return columns_[column] == kAbsent ? std::string_view{} : trimmed(row[columns_[column]]);
  }

  std::optional<double> number(const Row& row, Column column) const {
    const std::string_view given = text(row, column);
    if (given.empty()) {
      return std::nullopt;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
    if (error != std::errc{} || end != given.data() + given.size() || !(value >= 0)) {
      throw std::invalid_argument(
          fmt::format("'{}' must be a number, got '{}'", kNames[column][0], given));
    }
    return value;
  }

  /// Insights gives memory in bytes, an MB being 1,000,000 of them.
  std::optional<double> megabytes(const Row& row, Column column) const {
    const auto value = number(row, column);
    return value && *value >= 1e6 ? std::optional{*value / 1e6} : value;
  }

  LogLine line_of(const Row& row) const {
    if (const std::string_view message = text(row, kMessage); !message.empty()) {
      return parse_message(message);
    }
    LogLine line;
    line.duration_ms = number(row, kDuration);
    line.request = text(row, kRequest);
    const std::string_view type = text(row, kType);
    line.kind = type == "START"                                          ? LineKind::kStart
                : type == "END"                                          ? LineKind::kEnd
                : type == "REPORT" || (type.empty() && line.duration_ms) ? LineKind::kReport
                                                                         : LineKind::kOther;
    if (line.kind != LineKind::kReport) {
      return line;
    }
    line.billed_ms = number(row, kBilled);
    line.memory_mb = megabytes(row, kMemory);
    line.max_used_mb = megabytes(row, kMaxUsed);
    line.init_ms = number(row, kInit);
    line.restore_ms = number(row, kRestore);
    if (!line.duration_ms || !line.billed_ms || !line.memory_mb) {
      throw std::invalid_argument(
          "a row of a REPORT line without duration, billed duration or memory");
    }
    return line;
  }

  LogEvent event_of(const Row& row) const {
    if (row.size() != width_) {
      throw std::invalid_argument(fmt::format("{} fields; the header has {}", row.size(), width_));
    }
    LogEvent event;
    event.is_sorted = false;
    event.line = line_of(row);
    if (event.line.kind == LineKind::kOther) {
      return event;
    }
    event.line.time_us = parse_time(text(row, kTime));
    if (!event.line.time_us) {
      throw std::invalid_argument(
          fmt::format("'timestamp' must be a time, got '{}'", text(row, kTime)));
    }
    event.stream = text(row, kStream);
    event.group = text(row, kGroup);
    return event;
  }

  LogSink& sink_;
  std::size_t width_;
  Columns columns_;
};

}  // namespace

bool is_csv_header(std::string_view line) {
  Row header;
  if (!split(line, header) || header.size() < 2) {
    return false;
  }
  const Columns columns = columns_of(header);
  return columns[kTime] != kAbsent || columns[kMessage] != kAbsent || columns[kBilled] != kAbsent;
}

void read_csv_log(LogSink& sink, const std::string& header) {
  Row row;
  split(trimmed(header), row);
  CsvReader reader{sink, row};
  std::string record;
  std::string line;
  int begin = 0;
  sink.file().next_line(line);  // the header
  while (sink.file().next_line(line)) {
    begin = record.empty() ? sink.file().line() : begin;
    record += record.empty() ? line : "\n" + line;
    constexpr std::size_t kLongest = std::size_t{1} << 22;
    if (!split(record, row) && record.size() < kLongest) {
      continue;
    }
    if (!trimmed(record).empty()) {
      reader.add(row, begin);
    }
    record.clear();
  }
  if (!record.empty()) {
    sink.bad(begin, "the quote is not closed; is the file cut off?");
  }
}

}  // namespace lambdasim::calibrate
