// A folder with the small scenario in it, and the program run there as a user runs it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/app/exit_codes.h"
#include "tests/support/run_program.h"

namespace lambdasim::test {

/// One function called at a steady rate, some million rows that compress well; for runs that are to
/// be stopped in the middle.
inline constexpr const char* kLongScenario = R"(name: long
duration: 300 d
replications: 1
functions:
  f:
    runtime: python3.13
    memory: 256 MB
    call_overhead: 0 ms
    handler: [{wait: 20 ms}]
workload:
  - {invoke: f, arrivals: {poisson: {rate: 100 /s}}}
)";

class CommandLine : public testing::Test {
 protected:
  void SetUp() override { folder_.write("small.yaml", kSmallScenario); }

  Finished run(std::vector<std::string> arguments, const std::function<void()>& prepare = {}) {
    return run_program(folder_.path(), std::move(arguments), prepare);
  }

  /// The names of the files in the folder.
  std::set<std::string> files() const {
    std::set<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_.path())) {
      names.insert(entry.path().filename().string());
    }
    return names;
  }

  /// A table as CSV, read back through the program.
  Finished exported(const std::string& file, const std::string& table = "invocations") {
    return run({"export", file, "--table", table});
  }

  TemporaryFolder folder_;
};

}  // namespace lambdasim::test
