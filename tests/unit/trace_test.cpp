// Replaying a CSV trace: what is read, and every way in which a trace can be wrong.
#include "models/arrival/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "models/arrival/decimal_time.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;
using core::Duration;
using core::SimTime;
using engine::Arrival;
using testing::HasSubstr;

class TraceReplay : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path{testing::TempDir()} /
              (std::string{"lambdasim_trace_"} +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name = "calls.csv") const {
    return (folder_ / name).string();
  }

  void write(const std::string& text, const std::string& name = "calls.csv") const {
    std::ofstream{path(name), std::ios::binary} << text;
  }

  void write_gzip(const std::string& text, const std::string& name) const {
    gzFile file = gzopen(path(name).c_str(), "wb");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
  }

  ArrivalContext context(bool invoke = true) const {
    ArrivalContext context;
    if (invoke) {
      context.function = core::FunctionId{1};
    }
    context.function_names = {"resize", "get_user"};
    context.folder = folder_.string();
    return context;
  }

  /// Reads with the parameters given; every mistake is collected in mistakes_.
  std::shared_ptr<const engine::ArrivalProcess> read(const std::string& yaml, bool invoke = true) {
    config::Diagnostics diagnostics;
    config::Node resolved;
    const config::Node tree = config::load_text(yaml, "test.yaml", diagnostics);
    config::ObjectReader reader{&tree, "", diagnostics, resolved};
    auto process = read_trace(reader, context(invoke));
    reader.finish();
    mistakes_.clear();
    for (const config::Diagnostic& mistake : diagnostics.sorted()) {
      mistakes_.push_back(mistake.message);
    }
    return process;
  }

  std::vector<Arrival> replay(const std::string& yaml = "{file: calls.csv}", bool invoke = true) {
    const auto process = read(yaml, invoke);
    EXPECT_THAT(mistakes_, testing::IsEmpty());
    std::vector<Arrival> arrivals;
    process->start({}, 0)->append(SimTime{24h * 365}, 1'000'000'000, arrivals);
    return arrivals;
  }

  /// The message that replaying `text` ends with.
  std::string failure(const std::string& text, bool invoke = true) {
    write(text);
    try {
      replay("{file: calls.csv}", invoke);
    } catch (const config::InvalidInput& error) {
      return to_string(error.diagnostics().front());
    }
    return "none";
  }

  std::filesystem::path folder_;
  std::vector<std::string> mistakes_;
};

TEST_F(TraceReplay, ReadsTimesInTheUnitOfTheColumn) {
  write("start_s,duration_ms\n0.0,152.60\n0.062,152.34\n97.1234567891,1\n");
  const std::vector<Arrival> arrivals = replay();
  ASSERT_EQ(arrivals.size(), 3U);
  EXPECT_EQ(arrivals[1].time, SimTime{62ms});
  EXPECT_EQ(arrivals[1].recorded, 152'340us);
  EXPECT_EQ(arrivals[1].number, 1U);
  EXPECT_EQ(arrivals[1].function, core::FunctionId{1});
  EXPECT_EQ(arrivals[2].time, SimTime{97'123'456'789ns});
}

TEST_F(TraceReplay, AColumnWithoutASuffixIsInTheUnitGiven) {
  write("when,took_us,other\n1500,20,x\n");
  const auto arrivals = replay("{file: calls.csv, unit: ms, duration: took_us}");
  ASSERT_EQ(arrivals.size(), 1U);
  EXPECT_EQ(arrivals[0].time, SimTime{1500ms});
  EXPECT_EQ(arrivals[0].recorded, 20us);
}

TEST_F(TraceReplay, WithoutADurationNothingIsRecorded) {
  write("start_s\n3\n");
  EXPECT_EQ(replay().front().recorded, Duration{-1});
  EXPECT_FALSE(read("{file: calls.csv}")->records_durations());
}

TEST_F(TraceReplay, FunctionsAreTakenFromTheirColumnWithoutAnInvoke) {
  write("start_s,function\n1,get_user\n2,\"resize\"\n3,resize\n4,get_user\n");
  const auto arrivals = replay("{file: calls.csv}", false);
  std::vector<std::uint32_t> functions;
  for (const Arrival& arrival : arrivals) {
    functions.push_back(arrival.function.value);
  }
  EXPECT_THAT(functions, testing::ElementsAre(1, 0, 0, 1));
}

TEST_F(TraceReplay, GzipReadsLikePlainText) {
  std::string text = "start_s,duration_ms\n";
  for (int i = 0; i < 300'000; ++i) {
    text +=
        std::to_string(i / 7) + "." + std::to_string(i % 7) + "," + std::to_string(i % 977) + "\n";
  }
  write(text);
  write_gzip(text, "calls.csv.gz");
  const auto plain = replay();
  const auto gzip = replay("{file: calls.csv.gz}");
  ASSERT_EQ(plain.size(), 300'000U);
  ASSERT_EQ(gzip.size(), plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    ASSERT_EQ(plain[i].time, gzip[i].time);
    ASSERT_EQ(plain[i].recorded, gzip[i].recorded);
  }
}

TEST_F(TraceReplay, ToleratesWindowsLineEndsBlankLinesAndAMissingLastLineEnd) {
  write("\xEF\xBB\xBFstart_s,duration_ms\r\n1,2\r\n\r\n3,4");
  const auto arrivals = replay();
  ASSERT_EQ(arrivals.size(), 2U);
  EXPECT_EQ(arrivals[1].recorded, 4ms);
}

TEST_F(TraceReplay, ATraceWithoutRowsHasNoArrivals) {
  write("start_s\n");
  EXPECT_TRUE(replay().empty());
}

TEST_F(TraceReplay, AnUnsortedRowIsNamedWithItsPlace) {
  EXPECT_EQ(failure("start_s,duration_ms\n5,1\n\n6.5,1\n6.25,1\n"),
            path() +
                ":5:1: arrivals must be sorted by time; this one comes 250000000 ns before the "
                "row above it");
}

TEST_F(TraceReplay, BrokenAndNegativeNumbersAreNamedWithTheirPlace) {
  EXPECT_EQ(failure("start_s,duration_ms\n5,fast\n"),
            path() + ":2:3: a duration must be a number, got 'fast'");
  EXPECT_EQ(failure("start_s,duration_ms\n5,\n"),
            path() + ":2:3: a duration must be a number, got ''");
  EXPECT_EQ(failure("start_s,duration_ms\n5,-0.5\n"),
            path() + ":2:3: a duration must not be negative, got -0.5");
  EXPECT_EQ(failure("start_s\n-1\n"),
            path() + ":2:1: an arrival time must not be negative, got -1");
  EXPECT_EQ(failure("start_s\n1 \n"), path() + ":2:1: an arrival time must be a number, got '1 '");
}

TEST_F(TraceReplay, RowsOfAnotherLengthAreNamedWithTheirPlace) {
  EXPECT_EQ(failure("start_s,duration_ms\n1,2\n2\n"), path() + ":3:1: 1 fields; the header has 2");
  EXPECT_EQ(failure("start_s\n1,2\n"), path() + ":2:1: 2 fields; the header has 1");
  EXPECT_EQ(failure("start_s,note\n1,\"open\n"),
            path() + ":2:3: the quote is not closed on this line");
}

TEST_F(TraceReplay, AnUnknownFunctionIsNamedWithTheNearestOne) {
  EXPECT_EQ(failure("start_s,function\n1,get_user\n2,get_usr\n", false),
            path() + ":3:3: unknown function 'get_usr'; did you mean 'get_user'?");
}

TEST_F(TraceReplay, ACutOffOrDamagedGzipFileIsNoticed) {
  std::string text = "start_us\n";
  for (int i = 0; i < 600'000; ++i) {
    text += std::to_string(i * 7919LL % 9973 + i * 10'000LL) + "\n";
  }
  write_gzip(text, "calls.csv.gz");
  std::ifstream whole{path("calls.csv.gz"), std::ios::binary};
  std::string bytes{std::istreambuf_iterator<char>{whole}, {}};
  write(bytes.substr(0, bytes.size() / 2), "cut.csv.gz");
  EXPECT_THROW(
      {
        try {
          replay("{file: cut.csv.gz}");
        } catch (const config::InvalidInput& error) {
          EXPECT_THAT(to_string(error.diagnostics().front()),
                      HasSubstr("the gzip file is cut off"));
          throw;
        }
      },
      config::InvalidInput);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
  write(bytes, "damaged.csv.gz");
  EXPECT_THROW(replay("{file: damaged.csv.gz}"), config::InvalidInput);
}

TEST_F(TraceReplay, ALineWithoutEndIsNotReadIntoMemory) {
  EXPECT_THAT(failure("start_s\n1\n" + std::string(3'000'000, '7')),
              HasSubstr(":3:1: the line is longer"));
}

TEST_F(TraceReplay, AMissingFileIsFoundWhenTheScenarioIsRead) {
  read("{file: nowhere.csv}");
  ASSERT_EQ(mistakes_.size(), 1U);
  EXPECT_EQ(mistakes_[0], "cannot read " + path("nowhere.csv") + ": No such file or directory");
  read("{file: .}");
  EXPECT_THAT(mistakes_, testing::ElementsAre(HasSubstr("it is a folder")));
}

TEST_F(TraceReplay, AFileThatVanishedIsFoundWhenTheRunStarts) {
  write("start_s\n1\n");
  const auto process = read("{file: calls.csv}");
  std::filesystem::remove(path());
  EXPECT_THROW(process->start({}, 0), config::NoInput);
}

TEST_F(TraceReplay, AMissingColumnIsNamedWithThoseThatExist) {
  write("start_s,duration_ms\n1,2\n");
  read("{file: calls.csv, arrival: begin, duration: durations_ms}");
  EXPECT_THAT(mistakes_,
              testing::UnorderedElementsAre(
                  "the trace has no column 'begin'; its columns are start_s, duration_ms",
                  "the trace has no column 'durations_ms'; its columns are start_s, "
                  "duration_ms; did you mean 'duration_ms'?"));
  read("{file: calls.csv}", false);
  EXPECT_THAT(mistakes_,
              testing::ElementsAre(HasSubstr("no column 'function' and the workload no `invoke`")));
}

TEST_F(TraceReplay, AnEmptyFileOrADoubleColumnIsFoundWhenTheScenarioIsRead) {
  write("");
  read("{file: calls.csv}");
  EXPECT_THAT(mistakes_, testing::ElementsAre(HasSubstr(":1:1: the file is empty")));
  write("start_s,a,a\n");
  read("{file: calls.csv}");
  EXPECT_THAT(mistakes_, testing::ElementsAre(HasSubstr(":1:11: two columns are named 'a'")));
}

TEST_F(TraceReplay, AFunctionColumnBesideAnInvokeIsReported) {
  write("start_s,function\n1,resize\n");
  read("{file: calls.csv, function: function}");
  EXPECT_THAT(mistakes_, testing::ElementsAre(HasSubstr("already names its function in `invoke`")));
}

TEST(DecimalTime, IsExactInEveryUnit) {
  EXPECT_EQ(parse_decimal_time("477.8955", 9), 477'895'500'000ns);
  EXPECT_EQ(parse_decimal_time("0.1", 9), 100'000'000ns);
  EXPECT_EQ(parse_decimal_time("152.34", 6), 152'340'000ns);
  EXPECT_EQ(parse_decimal_time("12", 0), 12ns);
  EXPECT_EQ(parse_decimal_time("+.5", 3), 500ns);
  EXPECT_EQ(parse_decimal_time("7.", 0), 7ns);
  EXPECT_EQ(parse_decimal_time("-2.5", 6), -2'500'000ns);
  EXPECT_EQ(parse_decimal_time("1700000000.123456789", 9), 1'700'000'000'123'456'789ns);
}

TEST(DecimalTime, RoundsWhatIsFinerThanANanosecond) {
  EXPECT_EQ(parse_decimal_time("0.4", 0), 0ns);
  EXPECT_EQ(parse_decimal_time("0.5", 0), 1ns);
  EXPECT_EQ(parse_decimal_time("1.00000000049", 9), 1'000'000'000ns);
  EXPECT_EQ(parse_decimal_time("1.0000000005", 9), 1'000'000'001ns);
}

TEST(DecimalTime, ReadsExponents) {
  EXPECT_EQ(parse_decimal_time("1.5e3", 6), 1'500'000'000ns);
  EXPECT_EQ(parse_decimal_time("2E-3", 9), 2'000'000ns);
}

TEST(DecimalTime, RefusesWhatIsNoNumberOrDoesNotFit) {
  for (const char* wrong : {"", "-", ".", "1,5", "abc", "1s", "nan", "inf", "1e30", "0x10", "--1",
                            "99999999999999999999"}) {
    EXPECT_EQ(parse_decimal_time(wrong, 9), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace lambdasim::models
