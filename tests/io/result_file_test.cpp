// The output file as other programs meet it: complete, partial, killed, on a full disk.
#include "sim/io/result_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "sim/core/random.h"
#include "sim/io/result_reader.h"

namespace lambdasim::io {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ResultFileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("lambdasim-io-" + std::to_string(::getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
    path_ = (folder_ / "out.h5").string();
  }
  void TearDown() override { fs::remove_all(folder_); }

  static FileHeader header(std::size_t designs = 1) {
    FileHeader header;
    header.title = "test";
    header.given_yaml = "name: test\n";
    for (std::size_t d = 0; d < designs; ++d) {
      header.designs.push_back({"design" + std::to_string(d), "name: test\n"});
      header.rates.push_back({{2e-7, 1e-9}});
      FunctionRow function;
      function.design = static_cast<std::uint8_t>(d);
      function.name = "f";
      header.functions.push_back(function);
    }
    header.provenance = {{"program", "test"}};
    return header;
  }

  /// A record whose every field follows from its number.
  static engine::InvocationRecord record(std::uint64_t number) {
    engine::InvocationRecord record{};
    record.arrival = core::kStartOfTime + core::Duration{static_cast<std::int64_t>(number) * 1'000};
    record.duration = core::Duration{static_cast<std::int64_t>(core::mix64(number) % 100'000'000)};
    record.init = core::Duration{number % 100 == 0 ? 5'000'000 : 0};
    record.billed_ms = engine::billed_milliseconds(record.duration + record.init);
    record.context.value = static_cast<std::uint32_t>(number % 17);
    record.start = number % 100 == 0 ? engine::Start::kCold : engine::Start::kWarm;
    return record;
  }

  static void write_task(ResultFile& file, std::size_t task, std::uint64_t rows) {
    TaskRows out = file.begin_task(task, 0, static_cast<std::uint32_t>(task));
    for (std::uint64_t i = 0; i < rows; ++i) {
      out.invocation(record(i + task * 1'000'000));
    }
    out.end();
  }

  std::string csv(const std::string& file, const std::string& table) {
    std::ostringstream out;
    ResultReader(file).write_csv(table, {}, out);
    return out.str();
  }

  fs::path folder_;
  std::string path_;
};

TEST_F(ResultFileTest, GivesBackEveryValueOfEveryInvocationAtAnyCompression) {
  constexpr std::uint64_t kRows = 150'000;  // two whole chunks and a part
  for (const int compression : {0, 1}) {
    {
      ResultFile file(path_, header(), {.compression = compression});
      write_task(file, 0, kRows);
      file.finish();
    }
    const ResultReader reader(path_);
    EXPECT_TRUE(reader.complete());
    ASSERT_EQ(reader.rows("invocations"), kRows);
    const auto arrival = reader.read<std::int64_t>("invocations", "arrival_ns", 0, kRows);
    const auto latency = reader.read<std::int64_t>("invocations", "latency_ns", 0, kRows);
    const auto billed = reader.read<std::uint32_t>("invocations", "billed_ms", 0, kRows);
    const auto cost = reader.read<double>("invocations", "cost_usd", 0, kRows);
    const auto start = reader.read<std::uint8_t>("invocations", "start", 0, kRows);
    for (std::uint64_t i = 0; i < kRows; ++i) {
      const engine::InvocationRecord expected = record(i);
      ASSERT_EQ(arrival[i], core::nanoseconds_of(expected.arrival));
      ASSERT_EQ(latency[i], expected.latency().count());
      ASSERT_EQ(billed[i], expected.billed_ms);
      ASSERT_NEAR(cost[i], 2e-7 + 1e-9 * expected.billed_ms, 4e-9 * cost[i]);
      ASSERT_EQ(start[i], static_cast<std::uint8_t>(expected.start));
    }
  }
}

TEST_F(ResultFileTest, IsTheSameWhateverTheOrderAndNumberOfThreads) {
  constexpr std::size_t kTasks = 6;
  const auto write_with = [&](std::size_t threads) {
    ResultFile file(path_, header());
    std::vector<std::jthread> workers;
    std::atomic<std::size_t> next{0};
    for (std::size_t t = 0; t < threads; ++t) {
      workers.emplace_back([&] {
        for (std::size_t task = next++; task < kTasks; task = next++) {
          write_task(file, task, 30'000 + task * 1'000);
        }
      });
    }
    workers.clear();
    file.finish();
    return csv(path_, "invocations");
  };
  const std::string one = write_with(1);
  EXPECT_EQ(write_with(2), one);
  EXPECT_EQ(write_with(4), one);
}

TEST_F(ResultFileTest, KeepsRowsInTheOrderOfTasksWhenALaterTaskRunsFirst) {
  {
    ResultFile file(path_, header());
    std::jthread later([&] { write_task(file, 1, 200'000); });
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    write_task(file, 0, 10);
    later.join();
    file.finish();
  }
  const auto replication =
      ResultReader(path_).read<std::uint32_t>("invocations", "replication", 0, 11);
  EXPECT_EQ(replication.at(9), 0U);
  EXPECT_EQ(replication.at(10), 1U);
}

TEST_F(ResultFileTest, HasItsFinalNameOnlyWhenItIsComplete) {
  {
    ResultFile file(path_, header());
    EXPECT_FALSE(fs::exists(path_));
    EXPECT_TRUE(fs::exists(path_ + ".partial"));
    write_task(file, 0, 10);
    file.finish();
  }
  EXPECT_TRUE(fs::exists(path_));
  EXPECT_FALSE(fs::exists(path_ + ".partial"));
}

TEST_F(ResultFileTest, LeavesAnOlderFileAloneUntilTheNewOneIsComplete) {
  std::ofstream(path_) << "older";
  { ResultFile file(path_, header()); }
  std::string content;
  std::ifstream(path_) >> content;
  EXPECT_EQ(content, "older");
}

TEST_F(ResultFileTest, LeavesAPartialFileWithWhatWasHandedOverWhenItIsAbandoned) {
  {
    ResultFile file(path_, header());
    write_task(file, 0, 1'000);
  }
  const ResultReader reader(path_ + ".partial");
  EXPECT_FALSE(reader.complete());
  EXPECT_EQ(reader.rows("invocations"), 1'000U);
}

TEST_F(ResultFileTest, StaysReadableUpToTheLastCommitWhenTheProgramIsKilled) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ResultFile file(path_, header(), {.compression = 1, .rows_between_commits = 65'536});
    TaskRows out = file.begin_task(0, 0, 0);
    for (std::uint64_t i = 0;; ++i) {
      out.invocation(record(i));
    }
  }
  const auto grown = [&] {
    std::error_code none;
    return fs::file_size(path_ + ".partial", none) > 5'000'000 && !none;
  };
  for (int i = 0; i < 1'000 && !grown(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  const ResultReader reader(path_ + ".partial");
  EXPECT_FALSE(reader.complete());
  const std::uint64_t rows = reader.rows("invocations");
  ASSERT_GT(rows, 0U);
  for (const StoredColumn& column : reader.columns("invocations")) {
    if (column.type == ColumnType::kI64 && column.name == "arrival_ns") {
      const auto values = reader.read<std::int64_t>("invocations", column.name, rows - 1, 1);
      EXPECT_EQ(values.front(), core::nanoseconds_of(record(rows - 1).arrival));
    }
  }
  std::ostringstream all;
  reader.write_csv("invocations", {"latency_ns", "outcome"}, all);
  EXPECT_THAT(all.str(), HasSubstr("ok"));
}

TEST_F(ResultFileTest, SaysThatAFolderDoesNotExist) {
  try {
    ResultFile file((folder_ / "nowhere" / "out.h5").string(), header());
    FAIL() << "made a file in a folder that does not exist";
  } catch (const CannotCreate& error) {
    EXPECT_THAT(error.what(), HasSubstr("No such file or directory"));
  }
}

/// Writes until it fails, in a child that the limit holds for. @return what the failure said
std::string failure_when_writing(const std::string& path, const FileHeader& header,
                                 const std::function<void()>& limit,
                                 const std::function<void(ResultFile&)>& write) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    std::string said = "nothing went wrong";
    limit();
    try {
      ResultFile file(path, header);
      write(file);
      file.finish();
    } catch (const IoFailure& error) {
      said = error.what();
    }
    const ssize_t sent = ::write(ends[1], said.data(), said.size());
    ::_exit(sent > 0 ? 0 : 1);
  }
  ::close(ends[1]);
  char buffer[1024];
  const ssize_t size = ::read(ends[0], buffer, sizeof buffer);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  return {buffer, static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

TEST_F(ResultFileTest, SaysThatAFileMayNotGrowAndKeepsThePartialOne) {
  const std::string said = failure_when_writing(
      path_, header(),
      [] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{2'000'000, 2'000'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
      },
      [](ResultFile& file) { write_task(file, 0, 3'000'000); });
  EXPECT_THAT(said, HasSubstr("File too large"));
  EXPECT_TRUE(fs::exists(path_ + ".partial"));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(ResultFileTest, SaysThatTheDiskIsFull) {
  const fs::path small = folder_ / "small";
  fs::create_directories(small);
  if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=2m") != 0) {
    GTEST_SKIP() << "mounting a small tmpfs needs root";
  }
  const std::string said =
      failure_when_writing((small / "out.h5").string(), header(), [] {},
                           [](ResultFile& file) { write_task(file, 0, 3'000'000); });
  EXPECT_THAT(said, HasSubstr("No space left on device"));
  EXPECT_TRUE(fs::exists(small / "out.h5.partial"));
  ::umount(small.c_str());
}

TEST_F(ResultFileTest, GivesBackTheSmallTables) {
  {
    ResultFile file(path_, header(2));
    file.write(std::vector<SummaryRow>{{.design = 1, .arrivals = 7, .latency_p99_ms = 1.5}});
    file.write(std::vector<ComparisonRow>{
        {.design = 1, .metric = "latency_p99", .unit = "ms", .difference = -3, .n = 5}});
    file.write(std::vector<TimelineRow>{});
    file.finish();
  }
  const ResultReader reader(path_);
  EXPECT_EQ(reader.read<std::uint64_t>("summary", "arrivals", 0, 1).front(), 7U);
  EXPECT_EQ(reader.read<double>("summary", "latency_p99_ms", 0, 1).front(), 1.5);
  EXPECT_EQ(reader.read<std::string>("comparison", "metric", 0, 1).front(), "latency_p99");
  EXPECT_EQ(reader.rows("timeline"), 0U);
  EXPECT_EQ(reader.read<std::string>("designs", "name", 0, 2).at(1), "design1");
  EXPECT_EQ(reader.read<std::string>("scenario", "given_yaml", 0, 1).front(), "name: test\n");
}

TEST_F(ResultFileTest, WritesCsvWithTheNamesOfCodesAndColumnsInTheirOrder) {
  {
    ResultFile file(path_, header());
    write_task(file, 0, 2);
    file.finish();
  }
  const std::string text = csv(path_, "invocations");
  EXPECT_THAT(text, HasSubstr("design,replication,function,context,arrival_ns,wait_ns"));
  EXPECT_THAT(text, HasSubstr(",cold,ok,1,-1"));
}

TEST_F(ResultFileTest, NamesTheTablesAndColumnsThatExistWhenAskedForOthers) {
  {
    ResultFile file(path_, header());
    file.finish();
  }
  const ResultReader reader(path_);
  EXPECT_THROW(
      {
        try {
          reader.rows("invocation");
        } catch (const NotFound& error) {
          EXPECT_THAT(error.what(), HasSubstr("no table 'invocation'; it has: "));
          EXPECT_THAT(error.what(), HasSubstr("invocations"));
          throw;
        }
      },
      NotFound);
  std::ostringstream out;
  EXPECT_THROW(reader.write_csv("invocations", {"latency"}, out), NotFound);
}

TEST_F(ResultFileTest, TellsAMissingFileFromADamagedOne) {
  EXPECT_THROW(ResultReader{path_}, NoFile);
  std::ofstream(path_) << "this is no HDF5";
  EXPECT_THROW(ResultReader{path_}, IoFailure);
}

}  // namespace
}  // namespace lambdasim::io
