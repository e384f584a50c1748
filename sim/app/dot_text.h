// Writing a directed graph in the DOT language of Graphviz: quoting, and one look for all graphs.
//
// Boost.Graph writes DOT, too, but knows neither clusters nor the escapes inside of labels, which
// is most of what is needed here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lambdasim::app {

/// The text between quotes, so that Graphviz shows it as it is: backslashes, quotes and what looks
/// like an entity of HTML are escaped, a newline begins a new line, other control characters become
/// spaces, and bytes that are not UTF-8 U+FFFD.
std::string dot_quoted(std::string_view text);

/// At most so many characters; what is cut off becomes an ellipsis.
std::string shortened(std::string_view text, std::size_t characters);

/// What is drawn: it decides about shape and colours, and is the class of the thing in an SVG.
enum class DotKind {
  kSource,
  kFunction,
  kIdle,  ///< a function or a backend that nothing makes use of
  kState,
  kChoice,  ///< a state that leads to one of several
  kBackend,
  kResource,
  kStep,
  kCritical,  ///< a step of the critical path, or an edge between two
  kFlow,      ///< an edge to what comes next
  kInvoke,    ///< an edge to a function that is invoked
  kUse,       ///< an edge to what is held or asked
  kFailure,   ///< an edge that is taken when something fails
};

struct DotNode {
  std::string id;
  DotKind kind = DotKind::kStep;
  std::vector<std::string> lines;  ///< the first is what it is called
  std::string shape;               ///< empty: as the kind has it
};

struct DotEdge {
  std::string from;
  std::string to;
  DotKind kind = DotKind::kFlow;
  std::string label;
};

/// Collects a graph and gives its text. Things are written in the order in which they are added.
class DotText {
 public:
  /// @param lines above the picture
  DotText(std::string_view name, const std::vector<std::string>& lines);
  void begin_cluster(std::string_view id, const std::vector<std::string>& lines);
  void end_cluster();
  void node(const DotNode& node);
  /// Edges belong to no cluster, so they may be added before their nodes.
  void edge(const DotEdge& edge);
  std::string text() const { return body_ + edges_ + "}\n"; }

 private:
  std::string indent() const { return std::string(2 * depth_, ' '); }

  std::string body_;
  std::string edges_;
  std::size_t depth_ = 1;
};

}  // namespace lambdasim::app
