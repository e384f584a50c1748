// What is no template, and how the kind of one is told.
#include "sim/config/dialect.h"
#include "tests/support/imported.h"

namespace lambdasim::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Import, SaysWhereAFileCannotBeRead) {
  EXPECT_THAT(import_text("Resources:\n  F: [1\nG: 2\n").errors,
              ElementsAre(HasSubstr("not valid YAML")));
  EXPECT_THAT(import_text("{\n \"Resources\": {\n  \"F\": }\n}").errors,
              ElementsAre(StartsWith("3: : not valid JSON: ")));
  EXPECT_THAT(import_text("").errors, ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(import_text("a: 1\n").errors, ElementsAre(HasSubstr("is no template that is known")));
  EXPECT_THAT(import_text("- a\n").errors, ElementsAre(HasSubstr("is no template that is known")));
  EXPECT_THAT(
      import_text("Resources: {T: {Type: AWS::SNS::Topic}}\n").errors,
      ElementsAre(HasSubstr("there is no Lambda function in this CloudFormation template")));
  EXPECT_THROW(import::import_template("no/such/file", import::Format::kByContent, {}),
               config::NoInput);
}

TEST(Import, TakesTheFormatThatIsGiven) {
  EXPECT_THAT(
      import_text("functions: {a: {runtime: java21}}\n", {}, import::Format::kServerless).errors,
      IsEmpty());
  EXPECT_THAT(import_text("{\"values\": {}}", {{"a", "b"}}, import::Format::kTerraform).errors,
              ElementsAre(HasSubstr("a plan has no parameters")));
}

TEST(Import, ReadsJsonAsOthersWriteIt) {
  const Import made = import_text(
      "{\"Resources\":{\"F\":{\"Type\":\"AWS::Lambda::Function\",\t\"Properties\":"
      "{\"Runtime\":\"java21\",\"Description\":\"\\ud83d\\ude00 \\/ \\u003c\"}}}}");
  EXPECT_THAT(made.errors, IsEmpty());
  EXPECT_THAT(made.yaml, HasSubstr("runtime: java21  # line 1"));
}

TEST(Import, GivesFunctionsNamesThatAScenarioAllows) {
  const Import made = import_text(
      "service: s\n"
      "functions: {a b: {runtime: java21}, a.b: {runtime: java21}, " +
      std::string(90, 'x') + ": {runtime: java21}}\n");
  EXPECT_THAT(made.errors, IsEmpty());
  EXPECT_THAT(made.yaml, testing::AllOf(HasSubstr("  a_b:\n"), HasSubstr("  a_b_2:\n")));
}

TEST(Import, GivesTheSameBytesForTheSameTemplate) {
  const std::string text =
      contents(fs::path{LAMBDASIM_SOURCE_DIR} / "scenarios/templates/sam.yaml");
  EXPECT_EQ(import_text(text).yaml, import_text(text).yaml);
}

TEST(Dialect, TagsAndMergeKeysHaveNoMeaningWithoutOne) {
  config::Diagnostics strict;
  config::load_text("a: &a {b: 1}\nc: {<<: *a, d: !Ref x}\n", "t", strict);
  EXPECT_EQ(strict.sorted().size(), 2U);
  config::Diagnostics lenient;
  const config::Node root =
      config::load_text("a: &a {b: 1, d: 0}\nc: {<<: [*a, {e: 2}], d: !Ref x}\n", "t", lenient,
                        {[](std::string_view tag) { return std::string(tag.substr(1)); }});
  EXPECT_TRUE(lenient.empty());
  EXPECT_EQ(config::to_yaml(*root.find("c")), "d:\n  Ref: x\nb: 1\ne: 2\n");
}

TEST(Comments, StandBesideAndAboveWhatTheyAreAbout) {
  config::Diagnostics none;
  const config::Node root = config::load_text("a: 1\nb: [{c: 2}, 3]\n", "t", none);
  config::Comments comments;
  comments.beside[root.find("a")] = "one";
  comments.above[root.find("b")] = {"", "two"};
  comments.above[&root.find("b")->items.front()] = {"three"};
  comments.beside[&root.find("b")->items.back()] = "four";
  EXPECT_EQ(config::to_yaml(root, comments),
            "a: 1  # one\n\n# two\nb:\n  # three\n  - c: 2\n  - 3  # four\n");
}

}  // namespace
}  // namespace lambdasim::test
