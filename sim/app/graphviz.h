// Pictures of graphs: Graphviz's program `dot` lays them out, and what it draws is made fit for a
// page: with a title for those who do not see it, and colours for the dark.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace lambdasim::app {

/// `dot` is not there, or failed. The message says what helps.
class NoGraphviz : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The graph as SVG.
/// @param title says in words what the picture shows
/// @throws NoGraphviz
std::string svg_of(std::string_view dot, std::string_view title);

}  // namespace lambdasim::app
