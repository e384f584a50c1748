// What must come before what, among numbered things: steps, resources, functions of a workflow.
//
// Boost.Graph does the searching. Everything here runs while a scenario is read; the answers depend
// on the order of the things and of the edges alone.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace lambdasim::models {

/// One thing ends before another begins.
struct Precedence {
  std::size_t before = 0;
  std::size_t after = 0;
};

/// Things that come before one another in a circle, in order from the first of them; empty when
/// there is no such circle. Of several circles one is found.
std::vector<std::size_t> find_cycle(std::size_t things, std::span<const Precedence> edges);

/// All things, each after what comes before it, else in their own order. Without a cycle.
std::vector<std::size_t> topological_order(std::size_t things, std::span<const Precedence> edges);

/// The chain of things that takes longest: nothing else can shorten the whole.
struct CriticalPath {
  std::vector<std::size_t> things;
  double length = 0;
};

/// @param lengths of each thing, at least 0; without a cycle
CriticalPath critical_path(std::span<const double> lengths, std::span<const Precedence> edges);

/// `a -> b -> c`; a cycle ends as it begins.
std::string path_text(std::span<const std::size_t> path, std::span<const std::string> names,
                      bool is_cycle);

}  // namespace lambdasim::models
