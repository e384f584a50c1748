// A disk that fills up under a run or an export, and a full device behind stdout.
#include <fcntl.h>
#include <sys/mount.h>

#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using app::kExitInputOutput;
using app::kExitOk;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr rlim_t kMegabyte = 1'000'000;

/// The kernel answers as on a full disk once a file would grow beyond this.
std::function<void()> files_up_to(rlim_t bytes) {
  return [bytes] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  };
}

/// A disk of its own in memory, where the system lets us mount one.
class SmallDisk {
 public:
  SmallDisk(const fs::path& at, const std::string& size) : at_(at) {
    fs::create_directory(at_);
    mounted_ = ::mount("tmpfs", at_.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) {
      ::umount2(at_.c_str(), MNT_DETACH);
    }
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }

 private:
  fs::path at_;
  bool mounted_ = false;
};

class FullDisk : public CommandLine {
 protected:
  /// What a partial file holds: `at_least` calls, in order.
  void expect_committed_rows(const std::string& file, std::size_t at_least) {
    const Finished rows = run({"export", file, "--table", "invocations", "--columns", "start"});
    EXPECT_EQ(rows.exit_code, kExitOk);
    EXPECT_EQ(rows.err, "warning: " + file + " is partial: rows up to the last commit\n");
    EXPECT_GT(lines_of(rows.out).size(), at_least);
    EXPECT_THAT(rows.out, StartsWith("start\ncold\n"));
    EXPECT_THAT(rows.out, EndsWith("\nwarm\n"));
  }
};

TEST_F(FullDisk, EndsARunWithTheReasonAndKeepsWhatWasCommitted) {
  const SmallDisk disk(folder_ / "disk", "8m");
  if (!disk.mounted()) {
    GTEST_SKIP() << "a disk can be mounted by root only";
  }
  folder_.write("long.yaml", kLongScenario);
  folder_.write("disk/out.h5", "older");
  const Finished finished = run({"run", "long.yaml", "-o", "disk/out.h5"});
  EXPECT_EQ(finished.exit_code, kExitInputOutput);
  EXPECT_EQ(finished.out, "");
  EXPECT_EQ(finished.err,
            "lambdasim: cannot write column arrival_ns: No space left on device\n"
            "disk/out.h5.partial holds what was written up to the last commit\n");
  EXPECT_EQ(contents(folder_ / "disk/out.h5"), "older");
  expect_committed_rows("disk/out.h5.partial", 1'000'000);
}

TEST_F(FullDisk, EndsARunInTheSameWayWhereFilesMayNotGrow) {
  folder_.write("long.yaml", kLongScenario);
  const Finished finished = run({"run", "long.yaml"}, files_up_to(8 * kMegabyte));
  EXPECT_EQ(finished.exit_code, kExitInputOutput);
  EXPECT_EQ(finished.out, "");
  EXPECT_EQ(finished.err,
            "lambdasim: cannot write column arrival_ns: File too large\n"
            "long.h5.partial holds what was written up to the last commit\n");
  EXPECT_THAT(files(), ElementsAre("long.h5.partial", "long.yaml", "small.yaml"));
  expect_committed_rows("long.h5.partial", 1'000'000);
}

TEST_F(FullDisk, ThatIsFullFromTheStartEndsARunWithTheReason) {
  const Finished finished = run({"run", "small.yaml"}, files_up_to(kMegabyte / 1000));
  EXPECT_EQ(finished.exit_code, kExitInputOutput);
  EXPECT_EQ(finished.out, "");
  EXPECT_THAT(finished.err, StartsWith("lambdasim: cannot "));
  EXPECT_THAT(finished.err, HasSubstr(": File too large\n"));
  EXPECT_FALSE(fs::exists(folder_ / "small.h5"));
}

TEST_F(FullDisk, KeepsAnOlderTableAsItWasAndNothingBesideIt) {
  ASSERT_EQ(run({"run", "small.yaml"}).exit_code, kExitOk);
  folder_.write("calls.csv", "older");
  const std::set<std::string> before = files();
  const std::vector<std::string> arguments{"export",      "small.h5", "--table",
                                           "invocations", "-o",       "calls.csv"};
  const Finished finished = run(arguments, files_up_to(kMegabyte / 100));
  EXPECT_EQ(finished.exit_code, kExitInputOutput);
  EXPECT_EQ(finished.err, "lambdasim: cannot write calls.csv.partial: File too large\n");
  EXPECT_EQ(contents(folder_ / "calls.csv"), "older");
  EXPECT_EQ(files(), before);
}

TEST_F(FullDisk, BehindStdoutIsReportedByEveryCommandThatPrints) {
  const auto stdout_to_full_device = [] { ::dup2(::open("/dev/full", O_WRONLY), STDOUT_FILENO); };
  ASSERT_EQ(run({"run", "small.yaml"}).exit_code, kExitOk);
  const std::vector<std::vector<std::string>> commands{
      {"run", "small.yaml"},
      {"compare", "small.yaml"},
      {"run", "small.yaml", "--json"},
      {"validate", "small.yaml"},
      {"graph", "small.yaml"},
      {"graph", "small.yaml", "-o", "/dev/full", "--format", "dot"},
      {"graph", "small.yaml", "-o", "/dev/full", "--format", "svg"},
      {"export", "small.h5"},
      {"export", "small.h5", "--table", "invocations"},
      {"export", "small.h5", "-o", "/dev/full"},
      {"models", "list"},
      {"models", "explain", "quota"},
      {"completion", "bash"},
      {"--help"},
      {"run", "--help"},
      {"--version"}};
  for (const std::vector<std::string>& command : commands) {
    SCOPED_TRACE(testing::PrintToString(command));
    const Finished finished = run(command, stdout_to_full_device);
    EXPECT_EQ(finished.exit_code, kExitInputOutput);
    EXPECT_THAT(finished.err, StartsWith("lambdasim: cannot write "));
    EXPECT_THAT(finished.err, EndsWith(": No space left on device\n"));
  }
  EXPECT_EQ(exported("small.h5").exit_code, kExitOk) << "the file was complete before the printing";
}

}  // namespace
}  // namespace lambdasim::test
