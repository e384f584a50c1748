// Pictures of scenarios: as text for Graphviz, and as SVG where it is installed.
#include <array>
#include <cstdlib>

#include "tests/cli/command_line.h"

namespace lambdasim::test {
namespace {

using app::kExitOk;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

/// Where no program is found but those in a folder.
std::function<void()> path_of(const std::string& folder) {
  return [folder] { ::setenv("PATH", folder.c_str(), 1); };
}

class Graph : public CommandLine {
 protected:
  /// The picture of the small scenario, unless Graphviz is missing.
  std::string svg() {
    const Finished finished = run({"graph", "small.yaml", "--format", "svg"});
    if (finished.exit_code == app::kExitUnavailable) {
      return "";
    }
    EXPECT_EQ(finished.exit_code, kExitOk) << finished.err;
    return finished.out;
  }
};

TEST_F(Graph, IsPrintedAsDotAndLeavesNoFile) {
  const Finished finished = run({"graph", "small.yaml"});
  EXPECT_EQ(finished.exit_code, kExitOk);
  EXPECT_EQ(finished.err, "");
  EXPECT_THAT(finished.out, StartsWith("digraph \"small\" {\n"));
  EXPECT_THAT(finished.out, HasSubstr("label=\"f\\n256 MB, timeout 3 s\\nholds db\""));
  EXPECT_THAT(finished.out, EndsWith("}\n"));
  EXPECT_THAT(files(), ElementsAre("small.yaml"));
  EXPECT_EQ(run({"graph", "small.yaml"}).out, finished.out);
}

TEST_F(Graph, TakesItsFormatFromTheNameOfTheFile) {
  const std::string dot = run({"graph", "small.yaml"}).out;
  for (const char* name : {"small.dot", "small.gv"}) {
    const Finished finished = run({"graph", "small.yaml", "-o", name});
    EXPECT_EQ(finished.exit_code, kExitOk);
    EXPECT_EQ(finished.out + finished.err, "");
    EXPECT_EQ(contents(folder_ / name), dot);
  }
  EXPECT_EQ(run({"graph", "small.yaml", "-o", "graph", "--format", "dot"}).exit_code, kExitOk);
  EXPECT_EQ(contents(folder_ / "graph"), dot);
  const Finished finished = run({"graph", "small.yaml", "-o", "small.png"});
  EXPECT_EQ(finished.exit_code, app::kExitUsage);
  EXPECT_EQ(finished.err,
            "lambdasim: the format of small.png is not known: let it end in .dot, .gv or .svg, or "
            "give --format\n");
}

TEST_F(Graph, DrawsTheDesignThatIsAskedFor) {
  EXPECT_THAT(run({"graph", "small.yaml", "--design", "bigger"}).out,
              HasSubstr("f\\n1024 MB, timeout 3 s"));
  EXPECT_THAT(run({"graph", "small.yaml", "--set", "functions.f.timeout=7 s"}).out,
              HasSubstr("f\\n256 MB, timeout 7 s"));
  const Finished finished = run({"graph", "small.yaml", "--design", "biger"});
  EXPECT_EQ(finished.exit_code, app::kExitUsage);
  EXPECT_EQ(finished.err,
            "lambdasim: small.yaml has no design 'biger'; it has: outside, bigger; did you mean "
            "'bigger'?\n");
}

TEST_F(Graph, DrawsOneFunctionFromInside) {
  const Finished finished = run({"graph", "small.yaml", "--function", "f"});
  EXPECT_EQ(finished.exit_code, kExitOk);
  EXPECT_THAT(finished.out, HasSubstr("label=\"wait lognormal median 20 ms, p99 90 ms\""));
  const Finished unknown = run({"graph", "small.yaml", "--function", "g"});
  EXPECT_EQ(unknown.exit_code, app::kExitUsage);
  EXPECT_THAT(unknown.err, StartsWith("lambdasim: no function is called 'g'; there are: f"));
}

TEST_F(Graph, OfABadScenarioGivesItsMistakes) {
  folder_.write("bad.yaml", "duration: 1 h\n");
  const Finished finished = run({"graph", "bad.yaml", "-o", "bad.dot"});
  EXPECT_EQ(finished.exit_code, app::kExitBadData);
  EXPECT_EQ(finished.out, "");
  EXPECT_THAT(finished.err, EndsWith("2 errors; nothing was simulated\n"));
  EXPECT_EQ(run({"graph", "none.yaml"}).exit_code, app::kExitNoInput);
  EXPECT_THAT(files(), ElementsAre("bad.yaml", "small.yaml"));
}

TEST_F(Graph, IsNotWrittenOverItsScenarioOrWhereNothingCanBe) {
  const std::string before = contents(folder_ / "small.yaml");
  const Finished over = run({"graph", "small.yaml", "-o", "small.yaml", "--format", "dot"});
  EXPECT_EQ(over.exit_code, app::kExitUsage);
  EXPECT_EQ(over.err, "lambdasim: small.yaml would overwrite what it is drawn from\n");
  EXPECT_EQ(contents(folder_ / "small.yaml"), before);
  const Finished nowhere = run({"graph", "small.yaml", "-o", "nowhere/small.dot"});
  EXPECT_EQ(nowhere.exit_code, app::kExitCannotCreate);
  EXPECT_THAT(nowhere.err, StartsWith("lambdasim: cannot create nowhere/small.dot"));
}

TEST_F(Graph, EndsQuietlyWhenNobodyReadsIt) {
  const Finished finished = run({"graph", "small.yaml"}, [] {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) == 0) {
      ::close(ends[0]);
      ::dup2(ends[1], STDOUT_FILENO);
    }
  });
  EXPECT_EQ(finished.exit_code, 128 + SIGPIPE);
  EXPECT_EQ(finished.err, "");
}

TEST_F(Graph, AsSvgHasATitleAndColoursForTheDark) {
  const std::string picture = svg();
  if (picture.empty()) {
    GTEST_SKIP() << "Graphviz is not installed";
  }
  EXPECT_THAT(picture, HasSubstr("<svg role=\"img\" "));
  EXPECT_THAT(picture, HasSubstr(">\n<title>Structure of small, design outside: 1 source, 0 "
                                 "workflows, 1 function, 0 backends</title>\n<style>"));
  EXPECT_THAT(picture, HasSubstr("@media (prefers-color-scheme: dark)"));
  EXPECT_THAT(picture, HasSubstr("class=\"node function\""));
  EXPECT_THAT(picture, EndsWith("</svg>\n"));
  EXPECT_EQ(svg(), picture);
  EXPECT_EQ(run({"graph", "small.yaml", "-o", "small.svg"}).exit_code, kExitOk);
  EXPECT_EQ(contents(folder_ / "small.svg"), picture);
}

TEST_F(Graph, AsSvgSaysWhatIsMissing) {
  const Finished finished =
      run({"graph", "small.yaml", "-o", "small.svg"}, path_of("/nonexistent"));
  EXPECT_EQ(finished.exit_code, app::kExitUnavailable);
  EXPECT_EQ(finished.out, "");
  EXPECT_EQ(finished.err,
            "lambdasim: SVG needs Graphviz's program dot, which could not be started (No such file "
            "or directory); install it (Debian, Ubuntu: apt-get install graphviz), or take "
            "--format dot, which needs nothing\n");
  EXPECT_THAT(files(), ElementsAre("small.yaml"));
}

TEST_F(Graph, AsSvgSaysWhyGraphvizFailed) {
  fs::create_directory(folder_ / "bin");
  const auto install = [this](const std::string& script) {
    fs::permissions(folder_.write("bin/dot", script), fs::perms::owner_all);
    return run({"graph", "small.yaml", "-o", "small.svg"}, path_of((folder_ / "bin").string()));
  };
  const Finished failed = install("#!/bin/sh\necho 'it is too large' >&2\nexit 1\n");
  EXPECT_EQ(failed.exit_code, app::kExitUnavailable);
  EXPECT_EQ(failed.err,
            "lambdasim: Graphviz's program dot failed: it is too large; --format dot needs "
            "nothing\n");
  const Finished silent = install("#!/bin/sh\nexit 0\n");
  EXPECT_EQ(silent.exit_code, app::kExitUnavailable);
  EXPECT_EQ(silent.err, "lambdasim: Graphviz's program dot wrote no SVG\n");
  EXPECT_FALSE(fs::exists(folder_ / "small.svg"));
}

}  // namespace
}  // namespace lambdasim::test
