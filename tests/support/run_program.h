// Runs the built program as its users do: a child process with its own folder, whose output is
// caught, whose limits can be set and which can be interrupted.
#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace lambdasim::test {

namespace fs = std::filesystem;

/// A folder that is gone when the test ends.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "lambdasim-XXXXXX").string();
    path_ = ::mkdtemp(name.data()) != nullptr ? fs::path{name} : fs::path{};
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const fs::path& path() const { return path_; }
  fs::path operator/(const std::string& name) const { return path_ / name; }
  /// Writes a file and returns its path.
  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }

 private:
  fs::path path_;
};

inline std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// What a finished program left. A program that a signal ended has 128 + signal as its exit code.
struct Finished {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// The program, started in a folder, its stdout and stderr caught in files beside it.
class Program {
 public:
  /// @param prepare runs in the child before the program: limits, other ends for its descriptors
  Program(const fs::path& folder, std::vector<std::string> arguments,
          const std::function<void()>& prepare = {})
      : out_(caught_ / "out"), err_(caught_ / "err") {
    arguments.insert(arguments.begin(), LAMBDASIM_BINARY);
    child_ = ::fork();
    if (child_ == 0) {
      become(folder, arguments, prepare);
    }
  }
  ~Program() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t id() const { return child_; }
  void signal(int number) const { ::kill(child_, number); }

  Finished wait() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return {code, contents(out_), contents(err_)};
  }

 private:
  [[noreturn]] void become(const fs::path& folder, std::vector<std::string>& arguments,
                           const std::function<void()>& prepare) const {
    if (std::freopen("/dev/null", "r", stdin) == nullptr ||
        std::freopen(out_.c_str(), "w", stdout) == nullptr ||
        std::freopen(err_.c_str(), "w", stderr) == nullptr || ::chdir(folder.c_str()) != 0) {
      ::_exit(127);
    }
    if (prepare) {
      prepare();
    }
    std::vector<char*> words;
    for (std::string& argument : arguments) {
      words.push_back(argument.data());
    }
    words.push_back(nullptr);
    ::execv(words.front(), words.data());
    ::_exit(127);
  }

  TemporaryFolder caught_;
  fs::path out_;
  fs::path err_;
  pid_t child_ = -1;
};

/// Runs the program to its end.
inline Finished run_program(const fs::path& folder, std::vector<std::string> arguments,
                            const std::function<void()>& prepare = {}) {
  return Program(folder, std::move(arguments), prepare).wait();
}

/// Waits until `reached` holds. @return whether it did within half a minute
template <class Condition>
bool eventually(Condition reached) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!reached()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

/// Lines of a text.
inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

/// A small valid scenario: two designs, some hundred invocations, cold starts among them.
inline constexpr const char* kSmallScenario = R"(name: small
duration: 10 min
replications: 2
functions:
  f:
    runtime: python3.13
    memory: 256 MB
    resources: {db: {where: outside_handler, setup: [{wait: 300 ms}]}}
    handler: [{use: db}, {wait: {lognormal: {median: 20 ms, p99: 90 ms}}}, {cpu: 5 ms}]
workload:
  - {invoke: f, arrivals: {poisson: {rate: 1 /s}}}
designs:
  outside: {}
  bigger: {functions.f.memory: 1024 MB}
)";

}  // namespace lambdasim::test
