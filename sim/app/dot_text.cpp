#include "sim/app/dot_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace lambdasim::app {
namespace {

/// How a kind is drawn, on white. An SVG has other colours in the dark, by class (graphviz.cpp).
struct Look {
  DotKind kind;
  std::string_view name;
  std::string_view node;
  std::string_view edge;
};

constexpr Look kLooks[] = {
    {DotKind::kSource, "source", R"(style=filled, fillcolor="#e3f3e8", color="#2c7a4b")", ""},
    {DotKind::kFunction, "function", R"(fillcolor="#fff0dc", color="#b35c00")", ""},
    {DotKind::kIdle, "idle",
     R"(style="filled,rounded,dashed", fillcolor="#f2f2f2", color="#767676")", ""},
    {DotKind::kState, "state", R"(fillcolor="#f1e8fa", color="#7b3fa0")", ""},
    {DotKind::kChoice, "state",
     R"(shape=diamond, style=filled, fillcolor="#f1e8fa", color="#7b3fa0")", ""},
    {DotKind::kBackend, "backend", R"(style=filled, fillcolor="#e2ecfb", color="#2a5db0")", ""},
    {DotKind::kResource, "resource",
     R"(shape=component, style=filled, fillcolor="#e2f4f6", color="#1b7380")", ""},
    {DotKind::kStep, "step", R"(fillcolor="#ffffff", color="#5f6b7a")", ""},
    {DotKind::kCritical, "critical", R"(fillcolor="#fde7e4", color="#c0281c", penwidth=2.5)",
     R"(color="#c0281c", penwidth=2.5)"},
    {DotKind::kFlow, "flow", "", ""},
    {DotKind::kInvoke, "invoke", "", R"(color="#b35c00")"},
    {DotKind::kUse, "use", "", R"(color="#2a5db0")"},
    {DotKind::kFailure, "failure", "", R"(color="#c0281c", style=dashed)"},
};

const Look& look_of(DotKind kind) {
  for (const Look& look : kLooks) {
    if (look.kind == kind) {
      return look;
    }
  }
  return kLooks[0];
}

std::string attributes_of(std::string_view name, std::string_view look, std::string_view more) {
  return fmt::format("class={}{}{}{}", dot_quoted(name), look.empty() ? "" : ", ", look, more);
}

/// Bytes of the character of UTF-8 that the text begins with; 0: it is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) {
    return 0;
  }
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) {
      return 0;
    }
  }
  const unsigned char second = byte(1);
  const bool is_overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool is_beyond = (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
  return is_overlong || is_beyond ? 0 : size;
}

/// Calls `visit` with every character; what is none is one of its own, U+FFFD.
template <class Visit>
void each_character(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    visit(size == 0 ? std::string_view{"\xEF\xBF\xBD"} : text.substr(0, size));
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
}

std::string lines_text(const std::vector<std::string>& lines) {
  return dot_quoted(fmt::format("{}", fmt::join(lines, "\n")));
}

}  // namespace

std::string dot_quoted(std::string_view text) {
  std::string quoted = "\"";
  each_character(text, [&quoted](std::string_view character) {
    const auto byte = static_cast<unsigned char>(character.front());
    if (character == "\"" || character == "\\") {
      quoted += '\\';
      quoted += character;
    } else if (character == "&") {
      quoted += "&amp;";
    } else if (character == "\n") {
      quoted += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      quoted += ' ';
    } else {
      quoted += character;
    }
  });
  return quoted + '"';
}

std::string shortened(std::string_view text, std::size_t characters) {
  std::string kept;
  std::size_t count = 0;
  std::size_t without_last = 0;
  each_character(text, [&](std::string_view character) {
    if (++count == characters) {
      without_last = kept.size();
    }
    kept += count <= characters ? character : "";
  });
  return count <= characters ? kept : kept.substr(0, without_last) + "…";
}

DotText::DotText(std::string_view name, const std::vector<std::string>& lines)
    : body_(fmt::format(R"(digraph {} {{
  graph [rankdir=LR, bgcolor="#ffffff", fontname="Helvetica,Arial,sans-serif", fontsize=13,
         fontcolor="#1b1f24", label={}, labelloc=t, nodesep=0.3, ranksep=0.6, pad=0.2]
  node [shape=box, style="filled,rounded", fontname="Helvetica,Arial,sans-serif", fontsize=12,
        fontcolor="#1b1f24", margin="0.16,0.08"]
  edge [color="#5f6b7a", fontname="Helvetica,Arial,sans-serif", fontsize=10,
        fontcolor="#3d4652", arrowsize=0.8]
)",
                        dot_quoted(name),
                        dot_quoted(fmt::format("{}\n ", fmt::join(lines, "\n"))))) {}

void DotText::begin_cluster(std::string_view id, const std::vector<std::string>& lines) {
  body_ += fmt::format(R"({0}subgraph {1} {{
{0}  graph [label={2}, style="rounded,filled", fillcolor="#f6f7f9", color="#9aa5b1", margin=12]
)",
                       indent(), dot_quoted(fmt::format("cluster {}", id)), lines_text(lines));
  ++depth_;
}

void DotText::end_cluster() {
  --depth_;
  body_ += indent() + "}\n";
}

void DotText::node(const DotNode& node) {
  const Look& look = look_of(node.kind);
  const std::string shape = node.shape.empty() ? "" : ", shape=" + node.shape;
  body_ += fmt::format("{}{} [label={}, {}]\n", indent(), dot_quoted(node.id),
                       lines_text(node.lines), attributes_of(look.name, look.node, shape));
}

void DotText::edge(const DotEdge& edge) {
  const Look& look = look_of(edge.kind);
  const std::string label =
      edge.label.empty() ? "" : fmt::format(", label={}", dot_quoted(edge.label));
  edges_ += fmt::format("  {} -> {} [{}]\n", dot_quoted(edge.from), dot_quoted(edge.to),
                        attributes_of(look.name, look.edge, label));
}

}  // namespace lambdasim::app
