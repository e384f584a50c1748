// Lines of CloudWatch logs: every variant that was collected, and what is wrong with broken ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>
#include <vector>

#include "sim/calibrate/log_line.h"
#include "sim/calibrate/log_reader.h"

namespace lambdasim::calibrate {
namespace {

namespace fs = std::filesystem;

constexpr double kAbsent = -1;

/// What a line says, in a row: kind, Duration, billed, memory, used, Init, Restore, billed Restore.
struct Expected {
  LineKind kind;
  double duration = kAbsent, billed = kAbsent, memory = kAbsent, used = kAbsent, init = kAbsent,
         restore = kAbsent, billed_restore = kAbsent;
  Status status = Status::kSuccess;
  std::string error_type{};
};

std::string text_of(const Expected& line) {
  std::string text = std::to_string(static_cast<int>(line.kind));
  for (const double value : {line.duration, line.billed, line.memory, line.used, line.init,
                             line.restore, line.billed_restore}) {
    text += " " + std::to_string(value);
  }
  return text + " " + std::to_string(static_cast<int>(line.status)) + " " + line.error_type;
}

std::string text_of(const LogLine& line) {
  return text_of(Expected{line.kind, line.duration_ms.value_or(kAbsent),
                          line.billed_ms.value_or(kAbsent), line.memory_mb.value_or(kAbsent),
                          line.max_used_mb.value_or(kAbsent), line.init_ms.value_or(kAbsent),
                          line.restore_ms.value_or(kAbsent),
                          line.billed_restore_ms.value_or(kAbsent), line.status, line.error_type});
}

constexpr LineKind kReport = LineKind::kReport;
constexpr LineKind kInit = LineKind::kInitReport;
constexpr LineKind kRestore = LineKind::kRestoreReport;
constexpr double kNo = kAbsent;

const std::vector<Expected>& expected_lines() {
  static const std::vector<Expected> kLines{
      {kReport, 155.51, 156, 1769, 40},
      {kReport, 138.27, 139, 3009, 159},
      {kReport, 5484.17, 5500, 128, 65},
      {kReport, 2642.34, 2643, 128, 90},
      {kReport, 8.40, 9, 128, 66, 170.13},
      {kReport, 469.40, 500, 1024, 21, 100.99},
      {kReport, 1201.12, 1300, 128, 78, 287.33},
      {kReport, 3.10, 546, 2048, 95, 542.01},
      {kReport, 1655.10, 1978, 256, 97, 322.04},
      {kReport, 1028.49, 1029, 256, 93, 615.62},
      {kReport, 363.49, 364, 128, 124, 1488.71},
      {kReport, 306.34, 610, 3009, 155, kNo, 511.25, 303},
      {kReport, 2338.66, 2521, 3009, 173, kNo, 398.97, 182},
      {kReport, 127.10, 154, 2048, 212, kNo, 325.93, 26},
      {kReport, 159.87, 278, 1024, 88, kNo, 562.43, 118},
      {kReport, 469.40, 500, 1024, 21, kNo, 474.16, 75},
      {kRestore, kNo, kNo, kNo, kNo, kNo, 511.25},
      {kRestore, kNo, kNo, kNo, kNo, kNo, 1236.04, kNo, Status::kTimeout},
      {kRestore, kNo, kNo, kNo, kNo, kNo, 1236.04, kNo, Status::kError, "Runtime.ExitError"},
      {kReport, 3000, 3000, 1024, 64, kNo, kNo, kNo, Status::kTimeout},
      {kReport, 300000, 300000, 128, 127, kNo, kNo, kNo, Status::kTimeout},
      {kReport, 600000, 600000, 1024, 1024, kNo, kNo, kNo, Status::kTimeout},
      {kReport, 600000, 600477, 1536, 1035, 476.75, kNo, kNo, Status::kTimeout},
      {LineKind::kTimedOut, 5010},
      {kInit, kNo, kNo, kNo, kNo, 87.28, kNo, kNo, Status::kError, "Runtime.ImportModuleError"},
      {kReport, 97.30, 98, 1024, 43, kNo, kNo, kNo, Status::kError, "Runtime.ImportModuleError"},
      {kReport, 11.48, 12, 128, 10, kNo, kNo, kNo, Status::kError, "Runtime.InvalidEntrypoint"},
      {kReport, 6954.19, 6955, 1024, 1023, kNo, kNo, kNo, Status::kError, "Runtime.OutOfMemory"},
      {kReport, 376256.59, 376257, 10239, 10239, 551.73, kNo, kNo, Status::kError,
       "Runtime.OutOfMemory"},
      {kInit, kNo, kNo, kNo, kNo, 10009.13, kNo, kNo, Status::kTimeout},
      {kInit, kNo, kNo, kNo, kNo, 10000.09, kNo, kNo, Status::kTimeout},
      {kInit, kNo, kNo, kNo, kNo, 9999.47, kNo, kNo, Status::kTimeout},
      {kInit, kNo, kNo, kNo, kNo, 5.36, kNo, kNo, Status::kError, "Runtime.InvalidEntrypoint"},
      {kInit, kNo, kNo, kNo, kNo, 8431.38, kNo, kNo, Status::kError, "Runtime.ExitError"},
      {kInit, kNo, kNo, kNo, kNo, 229.04, kNo, kNo, Status::kError, "Runtime.ImportModuleError"},
      {kInit, kNo, kNo, kNo, kNo, 13316.04},
      {kRestore, kNo, kNo, kNo, kNo, kNo, 1326.77},
      {LineKind::kInitStart},
      {kReport, 1233.96, 1698, 256, 123, 463.512},
      {kReport, 2599.4, 2600, 128, 94, 549.04},
      {kReport, 17.493, 18, 128, 75, 235.086},
      {kReport, 329.177, 330, 1792, 125, 503.083},
      {kReport, 1154.11, 1155, 128, 68, 216.65},
  };
  return kLines;
}

TEST(CalibrationLines, EveryCollectedVariantIsReadWithAllItsFields) {
  const fs::path file = fs::path{LAMBDASIM_SOURCE_DIR} / "../shared/data/logs/report_lines.txt";
  if (!fs::exists(file)) {
    GTEST_SKIP() << "no examples: " << file;
  }
  std::vector<LogLine> lines;
  ReadCounts counts;
  read_log(
      file.string(), false, [&](const LogEvent& event) { lines.push_back(event.line); }, counts);
  ASSERT_EQ(lines.size(), expected_lines().size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(text_of(lines[i]), text_of(expected_lines()[i])) << "line " << i;
  }
  EXPECT_EQ(lines[0].request, "94f4a28a-dbe3-4114-9f2b-0b3ae40f4dbc");
  EXPECT_EQ(lines[22].request, "");
  EXPECT_EQ(lines[24].phase, "invoke");
  EXPECT_EQ(lines[37].runtime, "python:3.12.mainlinev2.v27");
  EXPECT_EQ(lines[38].time_us, 1'791'444'629'470'000);  // 2026-10-08T07:30:29.470Z
}

std::string reason_of(std::string_view message) {
  try {
    parse_message(message);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(CalibrationLines, ACutOrGarbledLineSaysWhatIsMissing) {
  EXPECT_EQ(reason_of("REPORT RequestId: a\tDuration: 1.00 ms\tBilled Dur"),
            "a REPORT line without 'Billed Duration'; is it cut off?");
  EXPECT_EQ(reason_of("REPORT RequestId: a\tDuration: 1.0"),
            "the line is cut off after 'Duration:'");
  EXPECT_EQ(reason_of("REPORT RequestId: a\tDuration: one ms\tBilled Duration: 1 ms"),
            "'Duration:' must be followed by a number, got 'one'");
  EXPECT_EQ(reason_of(R"({"time":"2026-01-01T00:00:00Z","type":"platform.report","record":{"re)"),
            "a platform event that is not whole JSON; is it cut off?");
  EXPECT_EQ(reason_of(R"({"type":"platform.report","record":{"metrics":{"durationMs":"x"}}})"),
            "'durationMs' must be a number, got \"x\"");
}

TEST(CalibrationLines, WhatTheFunctionPrintsIsNothing) {
  for (const char* text : {"", "hello", "[INFO] took 3 ms", R"({"level":"info"})", "{broken",
                           R"({"type":"platform.logsSubscription","record":{}})"}) {
    EXPECT_EQ(parse_message(text).kind, LineKind::kOther) << text;
  }
}

TEST(CalibrationLines, TimesAreReadInEveryWayOfWritingThem) {
  const std::int64_t time = 1'747'081'990'636'000;  // 2025-05-12 20:33:10.636 UTC
  for (const char* text : {"1747081990636", "2025-05-12T20:33:10.636Z", "2025-05-12 20:33:10.636",
                           "2025-05-12T20:33:10.636000+00:00", "2025-05-12T22:33:10.636+0200"}) {
    EXPECT_EQ(parse_time(text), time) << text;
  }
  for (const char* text : {"", "2025", "12345", "2025-13-12T20:33:10Z", "2025-05-12", "tomorrow"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace lambdasim::calibrate
