// Ctrl-C, SIGTERM and SIGKILL in the middle of a long run: what is said and what is left.
#include <fcntl.h>

#include <array>

#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using app::kExitInterrupted;
using app::kExitOk;
using testing::HasSubstr;
using testing::StartsWith;

/// A line of /proc/PID/status, without its key.
std::string status_of(pid_t process, const std::string& key) {
  for (const std::string& line :
       lines_of(contents("/proc/" + std::to_string(process) + "/status"))) {
    if (line.starts_with(key + ":\t")) {
      return line.substr(key.size() + 2);
    }
  }
  return {};
}

bool catches_both(pid_t process) {
  const std::string caught = status_of(process, "SigCgt");
  constexpr unsigned long long kBoth = 1ULL << (SIGINT - 1) | 1ULL << (SIGTERM - 1);
  return !caught.empty() && (std::stoull(caught, nullptr, 16) & kBoth) == kBoth;
}

/// A pipe that takes no more, so that whoever writes into it is held up. Runs in the child, which
/// keeps the other end open.
void hold_up_messages() {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0 || ::fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0) {
    ::_exit(127);
  }
  const std::array<char, 4096> page{};
  while (::write(ends[1], page.data(), page.size()) > 0) {
  }
  while (::write(ends[1], page.data(), 1) > 0) {
  }
  ::fcntl(ends[1], F_SETFL, 0);
  ::dup2(ends[1], STDERR_FILENO);
}

class Interrupted : public CommandLine {
 protected:
  static constexpr std::uintmax_t kMoreThanOneCommit = 8'000'000;

  void SetUp() override {
    CommandLine::SetUp();
    folder_.write("long.yaml", kLongScenario);
    folder_.write("long.h5", "older");
  }

  bool has_written() const {
    std::error_code none;
    const std::uintmax_t size = fs::file_size(folder_ / "long.h5.partial", none);
    return !none && size > kMoreThanOneCommit;
  }

  /// Rows of the partial file, whose older neighbour is untouched.
  std::size_t committed_rows() {
    EXPECT_EQ(contents(folder_ / "long.h5"), "older");
    const Finished rows =
        run({"export", "long.h5.partial", "--table", "invocations", "--columns", "start"});
    EXPECT_EQ(rows.exit_code, kExitOk);
    EXPECT_EQ(rows.err, "warning: long.h5.partial is partial: rows up to the last commit\n");
    EXPECT_THAT(rows.out, StartsWith("start\ncold\n"));
    return lines_of(rows.out).size() - 1;
  }

  void expect_orderly_end_after(int signal) {
    Program program(folder_.path(), {"run", "long.yaml"});
    ASSERT_TRUE(eventually([this] { return has_written(); }));
    program.signal(signal);
    const Finished finished = program.wait();
    EXPECT_EQ(finished.exit_code, kExitInterrupted);
    EXPECT_EQ(finished.out, "");
    std::string invocations = std::to_string(committed_rows());
    for (std::size_t i = invocations.size(); i > 3;) {
      i -= 3;
      invocations.insert(i, ",");
    }
    EXPECT_EQ(finished.err, "interrupted after " + invocations +
                                " invocations; what was written up to the last commit is in "
                                "long.h5.partial\n");
  }
};

TEST_F(Interrupted, ByCtrlCTellsWhereTheRowsAreAndKeepsThemAll) {
  expect_orderly_end_after(SIGINT);
}

TEST_F(Interrupted, BySigtermEndsInTheSameWay) {
  expect_orderly_end_after(SIGTERM);
}

TEST_F(Interrupted, BeforeTheFirstCommitLeavesAFileWithTheRowsThereWere) {
  Program program(folder_.path(), {"run", "long.yaml"});
  ASSERT_TRUE(eventually([this] { return fs::exists(folder_ / "long.h5.partial"); }));
  ASSERT_TRUE(eventually([&program] { return catches_both(program.id()); }))
      << "SIGINT and SIGTERM are not both caught";
  program.signal(SIGINT);
  EXPECT_EQ(program.wait().exit_code, kExitInterrupted);
  EXPECT_EQ(contents(folder_ / "long.h5"), "older");
  EXPECT_EQ(exported("long.h5.partial", "scenario").exit_code, kExitOk);
}

TEST_F(Interrupted, ASecondTimeWhileItShutsDownEndsAtOnce) {
  for (const int second : {SIGINT, SIGTERM}) {
    SCOPED_TRACE(second);
    Program program(folder_.path(), {"run", "long.yaml"}, hold_up_messages);
    ASSERT_TRUE(eventually([this] { return has_written(); }));
    program.signal(SIGINT);
    ASSERT_TRUE(eventually([&program] { return status_of(program.id(), "Threads") == "1"; }))
        << "simulating and writing have not ended";
    program.signal(second);
    EXPECT_EQ(program.wait().exit_code, 128 + second);
    EXPECT_GT(committed_rows(), 0U);
    fs::remove(folder_ / "long.h5.partial");
  }
}

TEST_F(Interrupted, ByAKillLeavesTheRowsUpToTheLastCommit) {
  Program program(folder_.path(), {"run", "long.yaml"});
  ASSERT_TRUE(eventually([this] { return has_written(); }));
  program.signal(SIGKILL);
  EXPECT_EQ(program.wait().exit_code, 128 + SIGKILL);
  const std::size_t rows = committed_rows();
  EXPECT_GE(rows, std::size_t{1} << 20);
  EXPECT_EQ(rows % (std::size_t{1} << 20), 0U);
}

TEST_F(Interrupted, RunLeavesTheWayFreeForTheNextOne) {
  Program program(folder_.path(), {"run", "long.yaml"});
  ASSERT_TRUE(eventually([this] { return has_written(); }));
  program.signal(SIGKILL);
  program.wait();
  const Finished again = run({"run", "long.yaml", "--set", "duration=1 h"});
  EXPECT_EQ(again.exit_code, kExitOk);
  EXPECT_THAT(again.out, HasSubstr("wrote long.h5 ("));
  EXPECT_FALSE(fs::exists(folder_ / "long.h5.partial"));
  const Finished rows = exported("long.h5");
  EXPECT_EQ(rows.exit_code, kExitOk);
  EXPECT_EQ(rows.err, "");
}

}  // namespace
}  // namespace lambdasim::test
