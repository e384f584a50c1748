// The corpus of scenarios against the reader: every mistake in bad/ with its exact messages, all of
// them, and nothing to complain about in good/ and in the shipped scenarios. What a good one
// resolves to must read back to the same text and behave in the same way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "sim/app/scenario.h"
#include "sim/engine/engine.h"
#include "sim/engine/recorders/summary.h"

namespace lambdasim::app {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAreArray;
using testing::IsEmpty;
using namespace std::chrono_literals;

const fs::path kRoot{LAMBDASIM_SOURCE_DIR};
const fs::path kBad = kRoot / "tests/config/bad";
const fs::path kGood = kRoot / "tests/config/good";
const fs::path kShipped = kRoot / "scenarios";

std::set<fs::path> files_of(const fs::path& folder, const std::string& extension) {
  std::set<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == extension) {
      files.insert(entry.path());
    }
  }
  return files;
}

std::set<fs::path> valid_scenarios() {
  std::set<fs::path> files = files_of(kGood, ".yaml");
  files.merge(files_of(kShipped, ".yaml"));
  return files;
}

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream file{path};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(line);
  }
  return lines;
}

/// Every message about a scenario, in order, without the folder of the file.
std::vector<std::string> messages_about(const fs::path& path) {
  const std::string folder = path.parent_path().string() + "/";
  std::vector<std::string> messages;
  try {
    read_scenario(path.string());
  } catch (const config::InvalidInput& error) {
    for (const config::Diagnostic& diagnostic : error.diagnostics()) {
      std::string message = config::to_string(diagnostic);
      for (std::size_t at = 0; (at = message.find(folder, at)) != std::string::npos;) {
        message.erase(at, folder.size());
      }
      messages.push_back(std::move(message));
    }
  }
  return messages;
}

/// A copy of a folder that the test may write into.
class FolderCopy {
 public:
  explicit FolderCopy(const fs::path& folder)
      : path_(fs::temp_directory_path() / ("lambdasim_corpus_" + std::to_string(::getpid()) + "_" +
                                           folder.filename().string())) {
    fs::copy(folder, path_, fs::copy_options::recursive);
  }
  FolderCopy(const FolderCopy&) = delete;
  FolderCopy& operator=(const FolderCopy&) = delete;
  ~FolderCopy() { fs::remove_all(path_); }

  Scenario read(const std::string& yaml) const {
    const fs::path file = path_ / "resolved.yaml";
    std::ofstream{file} << yaml;
    return read_scenario(file.string());
  }

 private:
  fs::path path_;
};

/// What the first hour of a design comes to, one replication.
std::string totals_of(const Scenario& scenario, const Design& design) {
  engine::Setup setup = design.setup;
  setup.horizon = std::min<core::Duration>(setup.horizon, 1h);
  setup.warm_up = std::min<core::Duration>(setup.warm_up, setup.horizon / 2);
  engine::SummaryRecorder recorder(setup.functions.size(), setup.warm_up, setup.horizon);
  engine::Progress progress;
  engine::simulate(setup, {scenario.seed, 0}, recorder, progress);
  std::ostringstream text;
  for (const engine::FunctionTotals& totals : recorder.totals()) {
    text << totals.arrivals << ' ' << totals.cold << ' ' << totals.throttled << ' '
         << totals.timeouts << ' ' << totals.billed_ms << ' ' << totals.billed_init_ms << ' '
         << totals.busy.count() << ' ' << totals.idle.count() << ' ' << totals.waiting.count()
         << '\n';
  }
  return text.str();
}

void expect_reads_back(const FolderCopy& folder, const Scenario& scenario, const Design& design) {
  SCOPED_TRACE("design " + design.name);
  const Scenario again = folder.read(design.resolved_yaml);
  ASSERT_EQ(again.designs.size(), 1U);
  EXPECT_EQ(again.designs[0].resolved_yaml, design.resolved_yaml);
  EXPECT_EQ(again.name, scenario.name);
  EXPECT_EQ(again.replications, scenario.replications);
  EXPECT_EQ(again.output.records, scenario.output.records);
  EXPECT_EQ(again.output.sample_every, scenario.output.sample_every);
  EXPECT_EQ(again.output.timeline_bins, scenario.output.timeline_bins);
  EXPECT_EQ(again.output.contexts, scenario.output.contexts);
  EXPECT_EQ(totals_of(again, again.designs[0]), totals_of(scenario, design));
}

TEST(Corpus, IsThere) {
  EXPECT_GE(files_of(kBad, ".yaml").size(), 90U);
  EXPECT_GE(files_of(kGood, ".yaml").size(), 4U);
  EXPECT_GE(files_of(kShipped, ".yaml").size(), 5U);
}

TEST(Corpus, EveryBadScenarioGivesExactlyItsMessages) {
  for (const fs::path& scenario : files_of(kBad, ".yaml")) {
    SCOPED_TRACE(scenario.filename().string());
    const std::vector<std::string> expected = lines_of(fs::path{scenario}.replace_extension("txt"));
    EXPECT_FALSE(expected.empty()) << "no messages are expected of it";
    EXPECT_THAT(messages_about(scenario), ElementsAreArray(expected));
  }
}

TEST(Corpus, EveryFileOfMessagesBelongsToAScenario) {
  for (const fs::path& messages : files_of(kBad, ".txt")) {
    if (messages.filename() != "semantic_only.txt") {
      EXPECT_TRUE(fs::exists(fs::path{messages}.replace_extension("yaml"))) << messages;
    }
  }
}

TEST(Corpus, NothingIsSaidAboutGoodScenarios) {
  for (const fs::path& path : valid_scenarios()) {
    SCOPED_TRACE(path.filename().string());
    EXPECT_THAT(messages_about(path), IsEmpty());
    EXPECT_THAT(read_scenario(path.string()).warnings, IsEmpty());
  }
}

TEST(Corpus, WhatAScenarioResolvesToReadsBackAndRunsTheSame) {
  const FolderCopy good{kGood};
  const FolderCopy shipped{kShipped};
  for (const fs::path& path : valid_scenarios()) {
    SCOPED_TRACE(path.filename().string());
    const Scenario scenario = read_scenario(path.string());
    for (const Design& design : scenario.designs) {
      expect_reads_back(path.parent_path() == kGood ? good : shipped, scenario, design);
    }
  }
}

}  // namespace
}  // namespace lambdasim::app
