// From a template to a run, as a user does it: what is written, what is told, what is refused.
#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using app::kExitBadData;
using app::kExitCannotCreate;
using app::kExitNoInput;
using app::kExitOk;
using app::kExitUsage;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kTemplate =
    "Parameters: {Memory: {Type: Number, Default: 256}}\n"
    "Resources:\n"
    "  F:\n"
    "    Type: AWS::Serverless::Function\n"
    "    Properties:\n"
    "      Runtime: python3.13\n"
    "      Handler: app.run\n"
    "      MemorySize: !Ref Memory\n"
    "      FileSystemConfigs: [{Arn: x}]\n";

class ImportCommand : public CommandLine {
 protected:
  void SetUp() override {
    CommandLine::SetUp();
    folder_.write("t.yaml", kTemplate);
  }
};

TEST_F(ImportCommand, WritesTheScenarioAndTellsWhatItLeftOut) {
  const Finished finished = run({"import", "t.yaml", "-o", "s.yaml"});
  EXPECT_EQ(finished.exit_code, kExitOk);
  EXPECT_EQ(finished.out,
            "wrote s.yaml (CloudFormation template): 1 function, 1 source, 4 values to fill in\n");
  EXPECT_EQ(finished.err,
            "warning: t.yaml:9:7: Resources.F.FileSystemConfigs: is not read\n"
            "note: t.yaml:7:7: Resources.F: without a part in the simulation: Handler\n");
  EXPECT_THAT(contents(folder_ / "s.yaml"), HasSubstr("memory: 256 MB  # line 8"));
  EXPECT_EQ(files(), (std::set<std::string>{"s.yaml", "small.yaml", "t.yaml"}));
}

TEST_F(ImportCommand, PrintsTheScenarioWithoutAFileToWrite) {
  const Finished finished = run({"import", "t.yaml", "--quiet", "--parameter", "Memory=768"});
  EXPECT_EQ(finished.exit_code, kExitOk);
  EXPECT_THAT(finished.out, AllOf(StartsWith("# Imported from t.yaml (CloudFormation template)"),
                                  HasSubstr("memory: 768 MB")));
  EXPECT_EQ(finished.err, "warning: t.yaml:9:7: Resources.F.FileSystemConfigs: is not read\n");
}

TEST_F(ImportCommand, WritesNothingWhereItIsStrictAndSomethingIsNotRead) {
  const Finished finished = run({"import", "t.yaml", "-o", "s.yaml", "--strict"});
  EXPECT_EQ(finished.exit_code, kExitBadData);
  EXPECT_EQ(finished.out, "");
  EXPECT_EQ(finished.err,
            "t.yaml:9:7: Resources.F.FileSystemConfigs: is not read\n"
            "1 error; nothing was written\n");
  EXPECT_FALSE(fs::exists(folder_ / "s.yaml"));
}

TEST_F(ImportCommand, SaysWhatIsWrongAndWhere) {
  folder_.write("empty.yaml", "");
  folder_.write("broken.json", "{\"Resources\": {\n  \"F\": [1,]\n}}\n");
  folder_.write("none.yaml", "Resources: {T: {Type: AWS::SNS::Topic}}\n");
  struct Case {
    std::vector<std::string> arguments;
    int exit_code;
    std::string message;
  };
  const std::vector<Case> cases{
      {{"missing.yaml"}, kExitNoInput, "lambdasim: cannot read 'missing.yaml': No such file"},
      {{"empty.yaml"}, kExitBadData, "empty.yaml: is empty; expected is a template"},
      {{"broken.json"}, kExitBadData, "broken.json:2:11: not valid JSON: "},
      {{"none.yaml"}, kExitBadData, "none.yaml: there is no Lambda function in this"},
      {{"small.yaml"}, kExitBadData, "small.yaml: is no template that is known"},
      {{"t.yaml", "-o", "t.yaml"}, kExitUsage, "lambdasim: t.yaml would overwrite what it is read"},
      {{"t.yaml", "--parameter", "Memory"}, kExitUsage, "lambdasim: --parameter takes NAME=VALUE"},
      {{"t.yaml", "--parameter", "M=1"}, kExitBadData, "t.yaml: Parameters: the template has no"},
      {{"t.yaml", "--format", "pulumi"}, kExitUsage, "lambdasim: --format: pulumi not in"},
      {{"t.yaml", "-q", "-o", "no/s.yaml"}, kExitCannotCreate, "warning: t.yaml:9"},
  };
  for (const Case& wrong : cases) {
    SCOPED_TRACE(testing::PrintToString(wrong.arguments));
    std::vector<std::string> arguments{"import"};
    arguments.insert(arguments.end(), wrong.arguments.begin(), wrong.arguments.end());
    const Finished finished = run(arguments);
    EXPECT_EQ(finished.exit_code, wrong.exit_code);
    EXPECT_THAT(finished.err, StartsWith(wrong.message));
  }
}

TEST_F(ImportCommand, ReplacesAScenarioAsAWhole) {
  folder_.write("s.yaml", "an older one");
  EXPECT_EQ(run({"import", "t.yaml", "-q", "-o", "s.yaml"}).exit_code, kExitOk);
  EXPECT_THAT(contents(folder_ / "s.yaml"), Not(HasSubstr("an older one")));
}

class ShippedTemplate : public CommandLine, public testing::WithParamInterface<std::string> {};

TEST_P(ShippedTemplate, BecomesAScenarioThatValidatesInSilenceAndRuns) {
  const std::string file =
      (fs::path{LAMBDASIM_SOURCE_DIR} / "scenarios/templates" / GetParam()).string();
  const Finished imported = run({"import", file, "--strict", "-q", "-o", "s.yaml"});
  EXPECT_EQ(imported.err, "");
  ASSERT_EQ(imported.exit_code, kExitOk);
  const Finished valid = run({"validate", "-q", "s.yaml"});
  EXPECT_EQ(valid.exit_code, kExitOk);
  EXPECT_EQ(valid.out + valid.err, "");
  const Finished finished =
      run({"run", "s.yaml", "-o", "out.h5", "--replications", "1", "--set", "duration=3 h"});
  EXPECT_EQ(finished.exit_code, kExitOk);
  EXPECT_EQ(finished.err, "");
  // Every source of the template has invoked its function (schedules fire within three hours).
  const Finished rows = run({"export", "out.h5", "--columns", "function,arrivals"});
  for (const std::string& row : lines_of(rows.out)) {
    EXPECT_FALSE(row.ends_with(",0")) << rows.out;
  }
  EXPECT_EQ(run({"import", file, "-q"}).out, contents(folder_ / "s.yaml"));
}

INSTANTIATE_TEST_SUITE_P(All, ShippedTemplate,
                         testing::Values("sam.yaml", "serverless.yml", "terraform-plan.json"),
                         [](const testing::TestParamInfo<std::string>& file) {
                           return file.param.substr(0, file.param.find_first_of(".-"));
                         });

}  // namespace
}  // namespace lambdasim::test
