#include "sim/app/graphviz.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

extern "C" char** environ;  // NOLINT: what a child inherits, as POSIX has it

namespace lambdasim::app {
namespace {

constexpr std::string_view kHelp =
    "install it (Debian, Ubuntu: apt-get install graphviz), or take --format dot, which needs "
    "nothing";

/// A file without a name, which is gone when it is closed. Unlike pipes, files cannot make two
/// programs wait for each other.
class ScratchFile {
 public:
  ScratchFile() : file_(std::tmpfile(), &std::fclose) {
    if (file_ == nullptr) {
      fail();
    }
  }

  int descriptor() const { return ::fileno(file_.get()); }

  void write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() ||
        std::fflush(file_.get()) != 0) {
      fail();
    }
    to_begin();
  }

  std::string read() {
    to_begin();
    std::string text;
    std::array<char, 65536> part{};
    std::size_t size = 0;
    while ((size = std::fread(part.data(), 1, part.size(), file_.get())) > 0) {
      text.append(part.data(), size);
    }
    if (std::ferror(file_.get()) != 0) {
      fail();
    }
    return text;
  }

 private:
  void to_begin() {
    if (std::fseek(file_.get(), 0, SEEK_SET) != 0) {
      fail();
    }
  }

  [[noreturn]] static void fail() {
    throw NoGraphviz(fmt::format("SVG needs a temporary file: {}", std::strerror(errno)));
  }

  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

/// Runs `dot -Tsvg` between files.
/// @return its status, as waitpid() has it
int run_dot(const ScratchFile& input, const ScratchFile& output, const ScratchFile& errors) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.descriptor(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.descriptor(), STDERR_FILENO);
  std::array<char, 4> program{"dot"};
  std::array<char, 6> format{"-Tsvg"};
  std::array<char*, 3> arguments{program.data(), format.data(), nullptr};
  pid_t child = 0;
  const int reason =
      ::posix_spawnp(&child, program.data(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (reason != 0) {
    throw NoGraphviz(
        fmt::format("SVG needs Graphviz's program dot, which could not be started "
                    "({}); {}",
                    std::strerror(reason), kHelp));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    escaped += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  }
  return escaped;
}

/// What is not the first line of a thing steps back. In the dark every kind of thing (dot_text.cpp)
/// has colours of its own.
constexpr std::string_view kStyle = R"(<style>
.node text ~ text { fill: #4b5563; }
@media (prefers-color-scheme: dark) {
  .graph > polygon { fill: #15181c; }
  text, .edge text { fill: #e8eaed; }
  .node text ~ text { fill: #b6bdc6; }
  .cluster > path, .cluster > polygon { fill: #1d2126; stroke: #6b7580; }
  .edge path { stroke: #a3adb8; }
  .edge polygon { fill: #a3adb8; stroke: #a3adb8; }
  .source polygon { fill: #16301f; stroke: #63c08a; }
  .function path, .function polygon { fill: #3a2608; stroke: #f0a24a; }
  .idle path, .idle polygon { fill: #26292d; stroke: #9aa0a6; }
  .state path, .state polygon, .state ellipse { fill: #2c1d3a; stroke: #c493ea; }
  .backend path, .backend polygon { fill: #14263f; stroke: #7aaaf0; }
  .resource path, .resource polygon, .resource polyline { fill: #0f2d31; stroke: #5cc0cd; }
  .step path, .step polygon { fill: #23272c; stroke: #a3adb8; }
  .node.critical path, .node.critical polygon { fill: #401612; stroke: #ff7b6b; }
  .edge.critical path, .edge.failure path { stroke: #ff7b6b; }
  .edge.critical polygon, .edge.failure polygon { fill: #ff7b6b; stroke: #ff7b6b; }
  .edge.invoke path { stroke: #f0a24a; }
  .edge.invoke polygon { fill: #f0a24a; stroke: #f0a24a; }
  .edge.use path { stroke: #7aaaf0; }
  .edge.use polygon { fill: #7aaaf0; stroke: #7aaaf0; }
}
</style>
)";

/// Makes `dot`'s SVG a picture with a name, in both schemes of colours.
std::string dressed(std::string svg, std::string_view title) {
  const std::size_t root = svg.find("<svg ");
  const std::size_t body = root == std::string::npos ? root : svg.find('>', root);
  if (body == std::string::npos) {
    throw NoGraphviz("Graphviz's program dot wrote no SVG");
  }
  svg.insert(body + 1, fmt::format("\n<title>{}</title>\n{}", xml_escaped(title), kStyle));
  svg.insert(root + 5, "role=\"img\" ");
  return svg;
}

}  // namespace

std::string svg_of(std::string_view dot, std::string_view title) {
  ScratchFile input;
  ScratchFile output;
  ScratchFile errors;
  input.write(dot);
  const int status = run_dot(input, output, errors);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::string said = errors.read();
    said.erase(said.find_last_not_of('\n') + 1);
    throw NoGraphviz(fmt::format("Graphviz's program dot failed{}{}; --format dot needs nothing",
                                 said.empty() ? "" : ": ", said));
  }
  return dressed(output.read(), title);
}

}  // namespace lambdasim::app
