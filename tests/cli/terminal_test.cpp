// Whom the program talks to: a terminal gets a progress bar, a pipe that closes early ends it
// quietly.
#include <fcntl.h>

#include <array>

#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using app::kExitInputOutput;
using app::kExitOk;
using testing::EndsWith;
using testing::HasSubstr;

/// A terminal whose screen the test reads.
class Screen {
 public:
  Screen() : screen_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    if (screen_ >= 0 && ::grantpt(screen_) == 0 && ::unlockpt(screen_) == 0) {
      std::array<char, 128> name{};
      name_ = ::ptsname_r(screen_, name.data(), name.size()) == 0 ? name.data() : "";
    }
    holder_ = ::open(name_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  }
  ~Screen() {
    ::close(holder_);
    ::close(screen_);
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  bool valid() const { return holder_ >= 0; }
  std::function<void()> as_stderr() const {
    return [this] { ::dup2(holder_, STDERR_FILENO); };
  }
  /// What was written so far, by programs that have ended.
  std::string text() const {
    ::fcntl(screen_, F_SETFL, O_NONBLOCK);
    std::string text;
    std::array<char, 4096> part{};
    for (ssize_t got = 0; (got = ::read(screen_, part.data(), part.size())) > 0;) {
      text.append(part.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  int screen_;
  int holder_ = -1;
  std::string name_;
};

class Pipe {
 public:
  Pipe() : valid_(::pipe2(ends_.data(), O_CLOEXEC) == 0) {}
  ~Pipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool valid() const { return valid_; }
  std::function<void()> as_stdout() const {
    return [this] { ::dup2(ends_[1], STDOUT_FILENO); };
  }
  /// Reads like `head -1` and goes.
  std::string first_line_only() {
    std::string line;
    for (char c = 0; line.empty() || line.back() != '\n';) {
      if (::read(ends_[0], &c, 1) != 1) {
        break;
      }
      line += c;
    }
    ::close(std::exchange(ends_[0], -1));
    return line;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool valid_;
};

class Terminal : public CommandLine {};

TEST_F(Terminal, ShowsProgressAndTakesItAway) {
  const Screen screen;
  if (!screen.valid()) {
    GTEST_SKIP() << "this system gives no pseudo-terminal";
  }
  const Finished finished = run({"run", "small.yaml"}, screen.as_stderr());
  EXPECT_EQ(finished.exit_code, kExitOk);
  const std::string shown = screen.text();
  EXPECT_THAT(shown, HasSubstr("[####"));
  EXPECT_THAT(shown, HasSubstr(" 100 % "));
  EXPECT_THAT(shown, HasSubstr(" simulated "));
  EXPECT_THAT(shown, HasSubstr(" invocations/s"));
  EXPECT_THAT(shown, EndsWith("\r\033[K"));
  EXPECT_EQ(finished.out, run({"run", "small.yaml"}).out);
}

TEST_F(Terminal, ShowsNoProgressWhenQuiet) {
  const Screen screen;
  if (!screen.valid()) {
    GTEST_SKIP() << "this system gives no pseudo-terminal";
  }
  EXPECT_EQ(run({"run", "small.yaml", "--quiet"}, screen.as_stderr()).exit_code, kExitOk);
  EXPECT_EQ(screen.text(), "");
}

TEST_F(Terminal, IsSpokenToAsSuchOnlyIfItIsOne) {
  const Finished finished = run({"run", "small.yaml", "--set", "duration=1 d"});
  EXPECT_EQ(finished.exit_code, kExitOk);
  EXPECT_EQ(finished.err, "");
  EXPECT_EQ(finished.out.find('\033'), std::string::npos);
}

TEST_F(Terminal, ReaderThatLeavesEarlyEndsAnExportQuietly) {
  ASSERT_EQ(run({"run", "small.yaml", "--set", "duration=1 h"}).exit_code, kExitOk);
  Pipe pipe;
  ASSERT_TRUE(pipe.valid());
  Program program(folder_.path(), {"export", "small.h5", "--table", "invocations"},
                  pipe.as_stdout());
  EXPECT_THAT(pipe.first_line_only(), testing::StartsWith("design,replication,function,"));
  const Finished finished = program.wait();
  EXPECT_EQ(finished.exit_code, 128 + SIGPIPE);
  EXPECT_EQ(finished.err, "");
}

TEST_F(Terminal, ReaderThatLeavesEarlyIsReportedWhereTheSignalIsIgnored) {
  ASSERT_EQ(run({"run", "small.yaml", "--set", "duration=1 h"}).exit_code, kExitOk);
  Pipe pipe;
  ASSERT_TRUE(pipe.valid());
  Program program(folder_.path(), {"export", "small.h5", "--table", "invocations"}, [&pipe] {
    std::signal(SIGPIPE, SIG_IGN);
    pipe.as_stdout()();
  });
  pipe.first_line_only();
  const Finished finished = program.wait();
  EXPECT_EQ(finished.exit_code, kExitInputOutput);
  EXPECT_EQ(finished.err, "lambdasim: cannot write the table to stdout: Broken pipe\n");
}

}  // namespace
}  // namespace lambdasim::test
