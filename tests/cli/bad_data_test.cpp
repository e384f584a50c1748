// Scenarios and traces with mistakes: all messages at once where they can be known at once, the
// place of a bad row where it is met, and older results untouched.
#include <zlib.h>

#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using app::kExitBadData;
using app::kExitOk;
using testing::ElementsAre;
using testing::StartsWith;

constexpr int kRows = 40'000;
constexpr int kBadRow = 30'000;  // line kBadRow + 1, below the header

class BadData : public CommandLine {
 protected:
  /// A trace of steady calls, one of them replaced.
  static std::string trace(const std::string& bad_row) {
    std::string text = "arrival_ms,duration_ms\n";
    for (int i = 1; i <= kRows; ++i) {
      text += i == kBadRow ? bad_row + "\n" : std::to_string(i * 10) + ",5\n";
    }
    return text;
  }

  /// Writes a gzip file and returns its bytes.
  std::string gzip(const std::string& name, const std::string& text) const {
    gzFile file = gzopen((folder_ / name).c_str(), "wb");
    EXPECT_EQ(gzwrite(file, text.data(), static_cast<unsigned>(text.size())),
              static_cast<int>(text.size()));
    gzclose(file);
    return contents(folder_ / name);
  }

  /// On one thread the first replication is the one that meets the bad row.
  Finished replay(const std::string& file, const std::string& threads = "1") {
    folder_.write("replay.yaml",
                  "name: replay\nduration: 10 min\nreplications: 2\n"
                  "functions:\n  f:\n    runtime: python3.13\n    handler: [{wait: recorded}]\n"
                  "workload:\n  - {invoke: f, arrivals: {trace: {file: " +
                      file + "}}}\n");
    return run({"run", "replay.yaml", "--threads", threads});
  }

  /// The partial file holds calls from the first one on, nearly up to the bad row; the finished
  /// file is the older one.
  void expect_rows_before_the_bad_one(const std::string& older) {
    EXPECT_EQ(contents(folder_ / "replay.h5"), older);
    const Finished rows = run({"export", "replay.h5.partial", "--table", "invocations", "--columns",
                               "replication,arrival_ns"});
    EXPECT_EQ(rows.exit_code, kExitOk);
    EXPECT_EQ(rows.err, "warning: replay.h5.partial is partial: rows up to the last commit\n");
    std::int64_t expected = 0;
    for (const std::string& line : lines_of(rows.out)) {
      if (line.starts_with("0,")) {
        ++expected;
        ASSERT_EQ(line, "0," + std::to_string(expected * 10'000'000));
      }
    }
    EXPECT_LT(expected, kBadRow);
    EXPECT_GT(expected, kBadRow - 2'000);
  }
};

TEST_F(BadData, OfTwentyMistakesGivesEveryMessageAndWritesNothing) {
  const fs::path bad = fs::path{LAMBDASIM_SOURCE_DIR} / "tests/config/bad";
  fs::copy(bad / "twenty_mistakes.yaml", folder_ / "twenty_mistakes.yaml");
  const std::string expected = contents(bad / "twenty_mistakes.txt");
  const std::size_t mistakes = lines_of(expected).size();
  ASSERT_GE(mistakes, 20U);
  const std::string all = expected + std::to_string(mistakes) + " errors; nothing was simulated\n";
  for (const char* command : {"run", "compare", "validate"}) {
    const Finished finished = run({command, "twenty_mistakes.yaml"});
    EXPECT_EQ(finished.exit_code, kExitBadData);
    EXPECT_EQ(finished.out, "");
    EXPECT_EQ(finished.err, all);
  }
  EXPECT_THAT(files(), ElementsAre("small.yaml", "twenty_mistakes.yaml"));
}

TEST_F(BadData, OfATraceOutOfOrderNamesTheRowAndKeepsWhatCameBefore) {
  folder_.write("replay.h5", "older");
  folder_.write("calls.csv", trace("1000,5"));
  const Finished finished = replay("calls.csv");
  EXPECT_EQ(finished.exit_code, kExitBadData);
  EXPECT_EQ(finished.out, "");
  EXPECT_EQ(finished.err,
            "calls.csv:30001:1: arrivals must be sorted by time; this one comes 298990000000 ns "
            "before the row above it\n"
            "the simulation stopped there; what was simulated before it is in replay.h5.partial\n");
  expect_rows_before_the_bad_one("older");
}

TEST_F(BadData, OfABrokenRowNamesItsFieldAndKeepsWhatCameBefore) {
  folder_.write("replay.h5", "older");
  folder_.write("calls.csv", trace("300000,soon"));
  const Finished finished = replay("calls.csv");
  EXPECT_EQ(finished.exit_code, kExitBadData);
  EXPECT_THAT(finished.err,
              StartsWith("calls.csv:30001:8: a duration must be a number, got 'soon'\n"));
  expect_rows_before_the_bad_one("older");
}

TEST_F(BadData, OfARowWithTooFewFieldsNamesIt) {
  folder_.write("calls.csv", trace("300000"));
  const Finished finished = replay("calls.csv", "2");
  EXPECT_EQ(finished.exit_code, kExitBadData);
  EXPECT_THAT(finished.err, StartsWith("calls.csv:30001:1: 1 fields; the header has 2\n"));
  EXPECT_FALSE(fs::exists(folder_ / "replay.h5"));
  EXPECT_EQ(exported("replay.h5.partial").exit_code, kExitOk);
}

TEST_F(BadData, OfAGzipFileCutInHalfIsMetWhereItEnds) {
  std::string rows = "arrival_ms,duration_ms\n";
  for (int i = 1; i <= 8 * kRows; ++i) {
    rows += std::to_string(i) + ",5\n";
  }
  const std::string whole = gzip("whole.gz", rows);
  EXPECT_EQ(replay("whole.gz").exit_code, kExitOk);
  const std::string older = contents(folder_ / "replay.h5");
  folder_.write("half.gz", whole.substr(0, whole.size() / 2));
  const Finished finished = replay("half.gz");
  EXPECT_EQ(finished.exit_code, kExitBadData);
  EXPECT_THAT(finished.err, testing::ContainsRegex(
                                "^half.gz:[0-9]{6}:1: the gzip file is cut off\nthe simulation "
                                "stopped there; "));
  EXPECT_EQ(contents(folder_ / "replay.h5"), older);
  const Finished partial = exported("replay.h5.partial");
  EXPECT_EQ(partial.exit_code, kExitOk);
  EXPECT_GT(lines_of(partial.out).size(), 50'000U);
}

TEST_F(BadData, OfAShortGzipFileCutInHalfIsMetBeforeAnythingIsSimulated) {
  const std::string whole = gzip("whole.gz", trace("300000,5"));
  folder_.write("half.gz", whole.substr(0, whole.size() / 2));
  const Finished finished = replay("half.gz");
  EXPECT_EQ(finished.exit_code, kExitBadData);
  EXPECT_EQ(finished.err,
            "replay.yaml:9:42: workload.0.arrivals.trace.file: half.gz:1:1: the gzip file is cut "
            "off\n1 error; nothing was simulated\n");
  EXPECT_FALSE(fs::exists(folder_ / "replay.h5.partial"));
}

TEST_F(BadData, PartialFileIsNamedWhereTheFinishedOneIsMissing) {
  folder_.write("calls.csv", trace("1000,5"));
  replay("calls.csv");
  const Finished finished = run({"export", "replay.h5"});
  EXPECT_EQ(finished.exit_code, app::kExitNoInput);
  EXPECT_EQ(finished.err,
            "lambdasim: cannot read replay.h5: No such file or directory; an unfinished run left "
            "replay.h5.partial\n");
}

}  // namespace
}  // namespace lambdasim::test
