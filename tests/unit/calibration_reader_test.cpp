// The same three calls in every form in which a log can be exported; and broken files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "sim/calibrate/log_reader.h"
#include "sim/calibrate/observations.h"
#include "tests/support/run_program.h"

namespace lambdasim::calibrate {
namespace {

using testing::HasSubstr;

constexpr const char* kStream = "2025/05/12/[$LATEST]5b1105a695c440a3b75cb8e9aba09b28";
constexpr const char* kReport =
    "REPORT RequestId: r1\\tDuration: 3.50 ms\\tBilled Duration: 4 ms\\tMemory Size: 128 "
    "MB\\tMax Memory Used: 40 MB\\tInit Duration: 90.25 ms\\t\\n";

std::string json_event(std::int64_t ms, const std::string& message) {
  return std::string{R"({"logStreamName": ")"} + kStream + R"(", "timestamp": )" +
         std::to_string(ms) + R"(, "message": ")" + message + "\"}";
}

const std::string kStartEvent =
    json_event(1747081990636, R"(START RequestId: r1 Version: $LATEST\n)");
const std::string kReportEvent = json_event(1747081990641, kReport);

class CalibrationReader : public testing::Test {
 protected:
  std::vector<FunctionLog> read(const std::string& text, bool skip_bad = false,
                                const char* name = "log") {
    const auto file = folder_.write(name, text);
    Observations observations;
    observations.begin_file();
    counts = {};
    read_log(
        file.string(), skip_bad, [&](const LogEvent& event) { observations.add(event); }, counts);
    return observations.finish();
  }

  std::string error_of(const std::string& text, const char* name = "log") {
    try {
      read(text, false, name);
    } catch (const config::InvalidInput& error) {
      const std::string what = to_string(error.diagnostics().front());
      return what.substr(folder_.path().string().size() + 1);
    }
    return "";
  }

  void expect_the_call(const std::vector<FunctionLog>& logs, bool has_start = true) {
    ASSERT_EQ(logs.size(), 1U);
    ASSERT_EQ(logs[0].calls.size(), 1U);
    const Call& call = logs[0].calls[0];
    EXPECT_EQ(call.duration_ms, 3.5);
    EXPECT_FLOAT_EQ(call.init_ms, 90.25F);
    EXPECT_EQ(call.billed_ms, 4U);
    EXPECT_EQ(call.memory_mb, 128U);
    EXPECT_EQ(call.max_used_mb, 40U);
    EXPECT_EQ(call.start_us, has_start ? 1'747'081'990'636'000 : 1'747'081'990'637'500);
    ASSERT_EQ(logs[0].contexts.size(), 1U);
    EXPECT_EQ(logs[0].contexts[0], kStream);
  }

  test::TemporaryFolder folder_;
  ReadCounts counts;
};

TEST_F(CalibrationReader, FilterLogEventsAsArrayObjectAndEventALine) {
  expect_the_call(read("[\n" + kStartEvent + ",\n" + kReportEvent + "\n]\n"));
  expect_the_call(read("{\n \"events\": [" + kStartEvent + "," + kReportEvent +
                       "],\n \"searchedLogStreams\": []\n}"));
  expect_the_call(read("{\"events\": [" + kStartEvent + "," + kReportEvent + "]}\n"));
  expect_the_call(read(kStartEvent + "\n\n" + kReportEvent));
  EXPECT_EQ(counts.events, 2U);
}

TEST_F(CalibrationReader, ASubscriptionNamesGroupAndStreamOnce) {
  const auto logs =
      read(std::string{R"({"messageType":"DATA_MESSAGE","logGroup":"/aws/lambda/f",)"} +
           R"("logStream":")" + kStream + R"(","logEvents":[{"id":"1",)" +
           R"("timestamp":1747081990636,"message":"START RequestId: r1"},{"id":"2",)" +
           R"("timestamp":1747081990641,"message":")" + kReport + "\"}]}");
  expect_the_call(logs);
  EXPECT_EQ(logs[0].name, "f");
}

TEST_F(CalibrationReader, TextWithTimeAndStreamBeforeTheMessage) {
  const std::string report =
      "REPORT RequestId: r1 Duration: 3.50 ms Billed Duration: 4 ms\n\tMemory Size: 128 MB Max "
      "Memory Used: 40 MB Init Duration: 90.25 ms\nXRAY TraceId: 1-6a SegmentId: d0 Sampled: "
      "true\n";
  expect_the_call(read(std::string{"2025-05-12T20:33:10.636000+00:00 "} + kStream +
                       " START RequestId: r1 Version: 1\n[INFO] hello\n" +
                       "2025-05-12T20:33:10.641000+00:00 " + kStream + " " + report));
  expect_the_call(read(std::string{kStream} + " 2025-05-12 20:33:10.641 " + report), false);
}

TEST_F(CalibrationReader, JsonLogFormatAsMessagesAndAsText) {
  const std::string start =
      R"({"time":"2025-05-12T20:33:10.636Z","type":"platform.start","record":{"requestId":"r1"}})";
  const std::string report =
      R"({"time":"2025-05-12T20:33:10.641Z","type":"platform.report","record":{"requestId":"r1",)"
      R"("metrics":{"durationMs":3.5,"billedDurationMs":4,"memorySizeMB":128,)"
      R"("maxMemoryUsedMB":40,"initDurationMs":90.25},"tracing":{"type":"X-Amzn-Trace-Id"},)"
      R"("status":"success"}})";
  const auto escaped = [](std::string text) {
    for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; at += 2) {
      text.insert(at, "\\");
    }
    return text;
  };
  expect_the_call(read("[" + json_event(1747081990636, escaped(start)) + "," +
                       json_event(1747081990641, escaped(report)) + "]"));
  const auto lines = read(start + "\n" + report + "\n");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].calls[0].start_us, 1'747'081'990'636'000);
  EXPECT_EQ(lines[0].calls[0].context, kNoContext);
}

TEST_F(CalibrationReader, InsightsWithMessagesNewestFirst) {
  const auto logs = read(
      std::string{"@timestamp,@message,@logStream,@log\n"} +
      "2025-05-12 20:33:10.641,\"REPORT RequestId: r1\tDuration: 3.50 ms\tBilled Duration: 4 "
      "ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\tInit Duration: 90.25 ms\t\n\"," +
      kStream + ",123456789012:/aws/lambda/f\n" +
      "2025-05-12 20:33:10.640,\"a \"\"quoted\"\", print\"," + kStream +
      ",123456789012:/aws/lambda/f\n" + "2025-05-12 20:33:10.636,START RequestId: r1 Version: 1," +
      kStream + ",123456789012:/aws/lambda/f\n");
  expect_the_call(logs);
  EXPECT_EQ(logs[0].name, "f");
}

TEST_F(CalibrationReader, InsightsWithParsedFields) {
  expect_the_call(
      read(std::string{"@timestamp,@type,@requestId,@duration,@billedDuration,"} +
           "@memorySize,@maxMemoryUsed,@initDuration,@logStream\n" +
           "2025-05-12 20:33:10.641,REPORT,r1,3.5,4.0,1.28E8,4.0E7,90.25," + kStream + "\n"),
      false);
}

TEST_F(CalibrationReader, GzipOfAnyOfThem) {
  const auto gz = [this](const std::string& text, const char* name) {
    const auto file = folder_.path() / name;
    gzFile out = gzopen(file.c_str(), "wb");
    gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
    gzclose(out);
    return test::contents(file);
  };
  const std::string packed = gz("[" + kStartEvent + "," + kReportEvent + "]", "a.gz");
  expect_the_call(read(packed, false, "b.gz"));
  EXPECT_EQ(error_of(packed.substr(0, packed.size() - 12), "c.gz"),
            "c.gz:1:1: the gzip file is cut off");
  std::string lines;
  for (int i = 0; i < 2000; ++i) {
    lines += kReportEvent + std::to_string(i * 7919) + "\n";
  }
  const std::string many = gz("x\n" + lines, "d.gz");
  EXPECT_THAT(error_of(many.substr(0, many.size() / 2), "e.gz"),
              HasSubstr("the gzip file is cut off"));
}

TEST_F(CalibrationReader, BrokenFilesSayWhereAndWhy) {
  EXPECT_EQ(error_of(""), "log:1:1: the file is empty; a log with REPORT lines is expected");
  EXPECT_THAT(error_of("[\n" + kStartEvent + ",\n" + kReportEvent.substr(0, 60)),
              testing::StartsWith("log:3:1: not whole JSON: syntax error"));
  EXPECT_THAT(error_of(kStartEvent + "\n" + kReportEvent.substr(0, 60) + "\n"),
              testing::StartsWith("log:2:1: not whole JSON: syntax error"));
  EXPECT_EQ(error_of("@timestamp,@duration\n2025-05-12 20:33:10.641,3\n"),
            "log:1:1: no column @billedDuration, @memorySize; ask Insights for `fields @timestamp, "
            "@message, @logStream, @log`");
  EXPECT_EQ(error_of("@timestamp,@message\n2025-05-12 20:33:10.641\n"),
            "log:2:1: 1 fields; the header has 2");
  EXPECT_EQ(error_of("@timestamp,@message\nyesterday,START RequestId: a\n"),
            "log:2:1: 'timestamp' must be a time, got 'yesterday'");
  EXPECT_EQ(error_of("hello\nREPORT RequestId: a\tDuration: 1.00 ms\tBilled Dur\n"),
            "log:2:1: a REPORT line without 'Billed Duration'; is it cut off?");
}

TEST_F(CalibrationReader, TimesOfAStreamMustNotGoBack) {
  const std::string late = json_event(1747081999000, "START RequestId: r2");
  EXPECT_EQ(error_of(late + "\n" + kStartEvent + "\n"),
            "log:2:1: times go back: 2025-05-12T20:33:10.636Z comes after "
            "2025-05-12T20:33:19.000Z in log stream " +
                std::string{kStream});
}

TEST_F(CalibrationReader, SkippingCountsWhatIsBadAndGoesOn) {
  const auto logs = read(kStartEvent + "\n{\"logStreamName\": \"cut\n" + kReportEvent + "\n", true);
  expect_the_call(logs);
  EXPECT_EQ(counts.bad, 1U);
  EXPECT_EQ(counts.events, 2U);
  EXPECT_EQ(counts.first_bad.at(0).where.line, 2);
}

TEST_F(CalibrationReader, OutcomesAndResetsAreTold) {
  const std::string head = std::string{kStream} + " 2025-05-12T20:33:1";
  const std::string figures = " Billed Duration: 4 ms Memory Size: 128 MB Max Memory Used: ";
  const auto logs =
      read(head + "0.000Z REPORT RequestId: a Duration: 4.00 ms" + figures +
           "40 MB Status: timeout\n" + head + "1.000Z REPORT RequestId: b Duration: 4.00 ms" +
           figures + "40 MB\n" + head + "2.000Z REPORT RequestId: c Duration: 4.00 ms" + figures +
           "128 MB Status: error Error Type: Runtime.ExitError\n" + head +
           "3.000Z REPORT RequestId: d Duration: 4.00 ms" + figures +
           "40 MB Status: error Error Type: Runtime.ExitError\n" + head +
           "4.000Z REPORT RequestId: e Duration: 4.00 ms" + figures + "40 MB\n" + head +
           "4.100Z e Task timed out after 3.00 seconds\n" + head +
           "5.000Z START RequestId: f Version: 1\n" + head +
           "5.100Z INIT_REPORT Init Duration: 10000.00 ms Phase: init Status: timeout\n" + head +
           "5.200Z INIT_START Runtime Version: nodejs:22.v9 Runtime Version ARN: arn\n");
  ASSERT_EQ(logs.at(0).calls.size(), 5U);
  std::vector<CallOutcome> outcomes;
  std::vector<bool> after_reset;
  for (const Call& call : logs[0].calls) {
    outcomes.push_back(call.outcome);
    after_reset.push_back(call.is_after_reset);
  }
  EXPECT_THAT(outcomes, testing::ElementsAre(CallOutcome::kTimeout, CallOutcome::kOk,
                                             CallOutcome::kOutOfMemory, CallOutcome::kCrash,
                                             CallOutcome::kTimeout));
  EXPECT_THAT(after_reset, testing::ElementsAre(false, true, false, true, true));
  EXPECT_EQ(logs[0].unfinished, 1U);
  EXPECT_EQ(logs[0].init_timeouts, 1U);
  EXPECT_EQ(logs[0].runtime, "nodejs22.x");
}

TEST(CalibrationRuntime, VersionsBecomeTheNamesOfScenarios) {
  EXPECT_EQ(runtime_of_version("python:3.12.mainlinev2.v27"), "python3.12");
  EXPECT_EQ(runtime_of_version("java:21.v5"), "java21");
  EXPECT_EQ(runtime_of_version("dotnet:8.v3"), "dotnet8");
  EXPECT_EQ(runtime_of_version("ruby:3.4.v1"), "ruby3.4");
  EXPECT_EQ(runtime_of_version("provided:al2023.v1"), "");
  EXPECT_EQ(runtime_of_version("python"), "");
}

}  // namespace
}  // namespace lambdasim::calibrate
