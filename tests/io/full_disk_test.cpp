// What a run leaves that met a full disk and then ended as programs do, through exit().
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "sim/io/result_file.h"
#include "sim/io/result_reader.h"

namespace lambdasim::io {
namespace {

namespace fs = std::filesystem;

FileHeader header() {
  FileHeader header;
  header.title = "test";
  header.given_yaml = "name: test\n";
  header.designs = {{"only", "name: only\n"}};
  header.functions = {{0, 0, "f", "python3.13", "x86_64", 512, 512, std::chrono::seconds(3)}};
  header.rates = {{{2e-7, 1e-9}}};
  return header;
}

void write_rows(ResultFile& file, std::int64_t rows) {
  TaskRows out = file.begin_task(0, 0, 0);
  for (std::int64_t i = 0; i < rows; ++i) {
    engine::InvocationRecord row;
    row.arrival += core::Duration(i * 1'000'003);
    row.duration = core::Duration(i * 2'654'435'761 % 100'000'007);
    row.billed_ms = engine::billed_milliseconds(row.duration);
    row.start = engine::Start::kWarm;
    out.invocation(row);
  }
  out.end();
}

/// Runs in a child, whose files may not grow beyond a limit: the kernel answers as on a full disk.
int write_under_limit(const std::string& path) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{3'000'000, 3'000'000};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  try {
    ResultFile file(path, header(), {.rows_between_commits = 1 << 16});
    write_rows(file, 10'000'000);
    file.finish();
  } catch (const IoFailure& failure) {
    return std::string(failure.what()).find("File too large") != std::string::npos ? 0 : 2;
  }
  return 1;
}

TEST(FullDisk, EndsTheProgramInOrderAndLeavesTheCommittedRowsReadable) {
  const fs::path folder =
      fs::path(testing::TempDir()) / ("lambdasim_full_disk_" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const std::string path = (folder / "out.h5").string();
  std::ofstream(path) << "older";
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::exit(write_under_limit(path));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  std::string older;
  std::ifstream(path) >> older;
  EXPECT_EQ(older, "older");
  const ResultReader reader(path + ".partial");
  EXPECT_FALSE(reader.complete());
  const std::uint64_t rows = reader.rows("invocations");
  EXPECT_GT(rows, 0U);
  const auto arrivals = reader.read<std::int64_t>("invocations", "arrival_ns", 0, rows);
  for (std::size_t i = 0; i < rows; ++i) {
    ASSERT_EQ(arrivals[i], static_cast<std::int64_t>(i) * 1'000'003) << i;
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace lambdasim::io
