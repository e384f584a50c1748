// Wrong use of the command line: what is wrong, what was probably meant, and nothing written.
#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using app::kExitBadData;
using app::kExitCannotCreate;
using app::kExitNoInput;
using app::kExitUsage;
using testing::StartsWith;

struct Mistake {
  std::vector<std::string> arguments;
  int exit_code;
  std::string message;  ///< the first line on stderr begins with it
};

class Usage : public CommandLine {
 protected:
  void expect(const std::vector<Mistake>& mistakes) {
    for (const Mistake& mistake : mistakes) {
      SCOPED_TRACE(testing::PrintToString(mistake.arguments));
      const std::set<std::string> before = files();
      const Finished finished = run(mistake.arguments);
      EXPECT_EQ(finished.exit_code, mistake.exit_code);
      EXPECT_EQ(finished.out, "");
      EXPECT_THAT(finished.err, StartsWith(mistake.message));
      EXPECT_EQ(files(), before);
    }
  }
};

TEST_F(Usage, OfAnUnknownWordIsAnsweredWithTheOneThatWasMeant) {
  expect({
      {{"runn", "small.yaml"},
       kExitUsage,
       "lambdasim: unknown command 'runn'; did you mean 'run'?\n"},
      {{"models", "lst"}, kExitUsage, "lambdasim: unknown command 'lst'; did you mean 'list'?\n"},
      {{"run", "small.yaml", "--sead", "3"},
       kExitUsage,
       "lambdasim: unknown option '--sead'; did you mean '--seed'?\n"},
      {{"compare", "--treads=4", "small.yaml"},
       kExitUsage,
       "lambdasim: unknown option '--treads'; did you mean '--threads'?\n"},
      {{"run", "small.yaml", "--design", "outsid"},
       kExitUsage,
       "lambdasim: small.yaml has no design 'outsid'; it has: outside, bigger; did you mean "
       "'outside'?\n"},
      {{"validate", "small.yaml", "--resolved", "biger"},
       kExitUsage,
       "lambdasim: small.yaml has no design 'biger'; it has: outside, bigger; did you mean "
       "'bigger'?\n"},
      {{"run", "small.yaml", "--function", "fn"},
       kExitUsage,
       "lambdasim: no function is called 'fn'; there are: f"},
      {{"models", "explain", "qota"},
       kExitUsage,
       "lambdasim: nothing is called 'qota'; did you mean 'quota'?\n"},
      {{"run", "small.yaml", "--set", "duratin=3 h"},
       kExitBadData,
       "--set duratin=3 h: unknown key 'duratin'; did you mean 'duration'?\n1 error; nothing was "
       "simulated\n"},
  });
}

TEST_F(Usage, OfAnUnknownFunctionIsAnsweredWithTheOneThatWasMeant) {
  const std::string shipped =
      (fs::path{LAMBDASIM_SOURCE_DIR} / "scenarios/reserved_limit.yaml").string();
  expect({{{"run", shipped, "--function", "resize_imag"},
           kExitUsage,
           "lambdasim: no function is called 'resize_imag'; there are: resize_image; did you mean "
           "'resize_image'?\n"}});
}

TEST_F(Usage, ThatIsIncompleteSaysWhatIsMissing) {
  expect({
      {{}, kExitUsage, "lambdasim: A subcommand is required\n'lambdasim --help' shows"},
      {{"run"}, kExitUsage, "lambdasim: scenario is required\n"},
      {{"run", "small.yaml", "more"}, kExitUsage, "lambdasim: nothing is expected where 'more'"},
      {{"run", "small.yaml", "--threads", "0"}, kExitUsage, "lambdasim: --threads: "},
      {{"run", "small.yaml", "--set", "duration"}, kExitUsage, "lambdasim: --set takes path=value"},
      {{"run", "small.yaml", "--seed", "x"}, kExitBadData, "--set seed=x: seed: must be a whole"},
      {{"completion", "csh"}, kExitUsage, "lambdasim: shell: "},
  });
}

TEST_F(Usage, OfCompareNeedsTwoDesigns) {
  expect({
      {{"compare", "small.yaml", "--design", "outside"},
       kExitUsage,
       "lambdasim: compare needs two designs: give another --design, or use 'run'\n"},
      {{"compare", "small.yaml", "--design", "outside", "--design", "outside"},
       kExitUsage,
       "lambdasim: compare needs two designs: "},
  });
  folder_.write("long.yaml", kLongScenario);
  expect({{{"compare", "long.yaml"},
           kExitUsage,
           "lambdasim: long.yaml names no designs; compare needs two: "}});
}

TEST_F(Usage, OfAnInputThatIsNotThereSaysSo) {
  expect({
      {{"run", "none.yaml"},
       kExitNoInput,
       "lambdasim: cannot read 'none.yaml': No such file or directory\n"},
      {{"validate", "."}, kExitNoInput, "lambdasim: cannot read '.': Is a directory\n"},
      {{"export", "none.h5"},
       kExitNoInput,
       "lambdasim: cannot read none.h5: No such file or directory\n"},
      {{"run", "small.yaml", "--set", "workload.0.arrivals={trace: {file: none.csv}}"},
       kExitNoInput,
       "--set workload.0.arrivals={trace: {file: none.csv}}: workload.0.arrivals.trace.file: "
       "cannot read none.csv: No such file or directory\n1 error; nothing was simulated\n"},
      {{"run", "small.yaml", "--set", "workload.0.arrivals={trace: {file: none.csv}}", "--set",
        "seed=x"},
       kExitBadData,
       "--set "},
  });
}

TEST_F(Usage, OfAnOutputThatCannotBeMadeSaysWhy) {
  fs::create_directory(folder_ / "folder");
  expect({
      {{"run", "small.yaml", "-o", "none/x.h5"},
       kExitCannotCreate,
       "lambdasim: cannot create none/x.h5.partial: No such file or directory\n"},
      {{"run", "small.yaml", "-o", "folder"},
       kExitCannotCreate,
       "lambdasim: cannot create folder: Is a directory\n"},
  });
  ASSERT_EQ(run({"run", "small.yaml"}).exit_code, app::kExitOk);
  expect({
      {{"export", "small.h5", "-o", "none/x.csv"},
       kExitCannotCreate,
       "lambdasim: cannot create none/x.csv.partial: No such file or directory\n"},
      {{"export", "small.h5", "-o", "folder"},
       kExitCannotCreate,
       "lambdasim: cannot create folder: Is a directory\n"},
  });
}

TEST_F(Usage, ThatWouldDestroyWhatIsReadIsRefused) {
  ASSERT_EQ(run({"run", "small.yaml"}).exit_code, app::kExitOk);
  fs::copy(folder_ / "small.h5", folder_ / "old.h5.partial");
  folder_.write("calls.csv", "arrival_s\n1\n");
  fs::copy(folder_ / "small.yaml", folder_ / "small.partial");
  const std::string results = contents(folder_ / "small.h5");
  const std::string trace = "workload.0.arrivals={trace: {file: calls.csv}}";
  expect({
      {{"run", "small.yaml", "-o", "./small.yaml"},
       kExitUsage,
       "lambdasim: ./small.yaml would overwrite the scenario itself\n"},
      {{"run", "small.partial", "-o", "small"},
       kExitUsage,
       "lambdasim: small would overwrite the scenario itself\n"},
      {{"run", "small.yaml", "--set", trace, "-o", "calls.csv"},
       kExitUsage,
       "lambdasim: calls.csv would overwrite the trace that is replayed\n"},
      {{"export", "small.h5", "-o", "small.h5"},
       kExitUsage,
       "lambdasim: small.h5 would overwrite what it is read from\n"},
      {{"export", "old.h5.partial", "-o", "old.h5"},
       kExitUsage,
       "lambdasim: old.h5 would overwrite what it is read from\n"},
  });
  EXPECT_EQ(contents(folder_ / "small.yaml"), kSmallScenario);
  EXPECT_EQ(contents(folder_ / "small.h5"), results);
  EXPECT_EQ(contents(folder_ / "old.h5.partial"), results);
  EXPECT_EQ(contents(folder_ / "calls.csv"), "arrival_s\n1\n");
}

TEST_F(Usage, OfExportNamesTheTablesAndColumnsThatThereAre) {
  ASSERT_EQ(run({"run", "small.yaml"}).exit_code, app::kExitOk);
  folder_.write("text.h5", "no HDF5 file");
  expect({
      {{"export", "small.h5", "--table", "sumary"},
       kExitUsage,
       "lambdasim: small.h5 has no table 'sumary'; it has: functions, designs, "},
      {{"export", "small.h5", "--columns", "arivals"},
       kExitUsage,
       "lambdasim: table summary has no column 'arivals'; it has: design, replication, "},
      {{"export", "text.h5"},
       app::kExitInputOutput,
       "lambdasim: cannot read text.h5: it is no HDF5 file, or damaged\n"},
  });
}

}  // namespace
}  // namespace lambdasim::test
