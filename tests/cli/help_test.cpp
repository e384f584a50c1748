// Every command explains itself, with an example; shells complete what it takes.
#include <map>
#include <sstream>

#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using app::kExitOk;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using Words = std::vector<std::string>;

Words words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

/// The words that the bash completion offers after each command.
std::map<std::string, Words> completed_words(const std::string& script) {
  std::map<std::string, Words> commands;
  const std::string opening = ") words=\"";
  for (const std::string& line : lines_of(script)) {
    const std::size_t begin = line.find(opening);
    if (begin == std::string::npos || line.find("*)") != std::string::npos) {
      continue;
    }
    const std::size_t from = begin + opening.size();
    commands[words_of(line.substr(0, begin)).front()] =
        words_of(line.substr(from, line.find('"', from) - from));
  }
  return commands;
}

class Help : public CommandLine {};

TEST_F(Help, OfTheProgramNamesEveryCommandAndWhereToStart) {
  const Finished finished = run({"--help"});
  EXPECT_EQ(finished.exit_code, kExitOk);
  EXPECT_EQ(finished.err, "");
  for (const char* command :
       {"run", "compare", "fit", "validate", "graph", "export", "import", "models", "completion"}) {
    EXPECT_THAT(finished.out, HasSubstr(std::string("\n  ") + command + " "));
  }
  EXPECT_THAT(finished.out, HasSubstr("Start with:\n  lambdasim compare "));
}

TEST_F(Help, OfEveryCommandHasAnExampleOfItsOwn) {
  const std::vector<Words> commands{
      {"run"},       {"compare"}, {"fit"},    {"validate"},       {"graph"},
      {"export"},    {"import"},  {"models"}, {"models", "list"}, {"models", "explain"},
      {"completion"}};
  for (const Words& command : commands) {
    Words arguments = command;
    arguments.emplace_back("--help");
    const Finished finished = run(arguments);
    SCOPED_TRACE(finished.out);
    EXPECT_EQ(finished.exit_code, kExitOk);
    EXPECT_EQ(finished.err, "");
    const std::size_t example = finished.out.find("\nExample:\n");
    ASSERT_NE(example, std::string::npos);
    std::string spelled = "lambdasim";
    for (const std::string& word : command) {
      spelled += " " + word;
    }
    EXPECT_NE(finished.out.find(spelled, example), std::string::npos);
    EXPECT_THAT(finished.out, Not(HasSubstr("{false}")));
  }
}

TEST_F(Help, NamesEveryOptionThatShellsComplete) {
  const Finished script = run({"completion", "bash"});
  EXPECT_EQ(script.exit_code, kExitOk);
  const auto commands = completed_words(script.out);
  EXPECT_EQ(commands.size(), 10U);
  for (const auto& [command, words] : commands) {
    const std::string help = run({command, "--help"}).out;
    EXPECT_GE(words.size(), 2U);
    for (const std::string& word : words) {
      EXPECT_THAT(help, HasSubstr(word)) << command;
    }
  }
  for (const char* option : {"--output", "--set", "--seed", "--replications", "--design",
                             "--function", "--threads", "--no-compression", "--json", "--quiet"}) {
    EXPECT_THAT(commands.at("run"), testing::Contains(option));
    EXPECT_THAT(commands.at("compare"), testing::Contains(option));
  }
}

TEST_F(Help, CompletionScriptsAreForTheirShells) {
  const Finished zsh = run({"completion", "zsh"});
  EXPECT_EQ(zsh.exit_code, kExitOk);
  EXPECT_THAT(zsh.out, StartsWith("autoload -U +X bashcompinit"));
  const Finished fish = run({"completion", "fish"});
  EXPECT_EQ(fish.exit_code, kExitOk);
  EXPECT_THAT(fish.out, StartsWith("complete -c lambdasim "));
  EXPECT_THAT(fish.out, HasSubstr("-l replications "));
}

TEST_F(Help, CompletionOfBashOffersTheCommandThatWasBegun) {
  folder_.write("lambdasim.bash", run({"completion", "bash"}).out);
  folder_.write(
      "try.bash",
      "source lambdasim.bash\n"
      "COMP_WORDS=(lambdasim comp); COMP_CWORD=1; _lambdasim; echo ${COMPREPLY[@]}\n"
      "COMP_WORDS=(lambdasim run --re); COMP_CWORD=2; _lambdasim; echo ${COMPREPLY[@]}\n");
  const std::string command = "cd '" + folder_.path().string() + "' && bash try.bash > words 2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0);  // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(contents(folder_ / "words"), "compare completion\n--replications\n");
}

TEST_F(Help, VersionIsOneLine) {
  const Finished finished = run({"--version"});
  EXPECT_EQ(finished.exit_code, kExitOk);
  EXPECT_THAT(finished.out, testing::MatchesRegex("lambdasim [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

}  // namespace
}  // namespace lambdasim::test
