#include "models/workflow/precedence.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/topological_sort.hpp>
#include <iterator>

namespace lambdasim::models {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

/// Edges lead from each thing to what comes before it.
Graph needs_of(std::size_t things, std::span<const Precedence> edges) {
  Graph graph(things);
  for (const Precedence& edge : edges) {
    boost::add_edge(edge.after, edge.before, graph);
  }
  return graph;
}

/// Notes the way from where the search began, and the first edge that leads back into it.
class CycleFinder : public boost::default_dfs_visitor {
 public:
  CycleFinder(std::vector<std::size_t>& way, std::vector<std::size_t>& cycle)
      : way_(way), cycle_(cycle) {}

  void discover_vertex(std::size_t thing, const Graph&) { way_.push_back(thing); }
  void finish_vertex(std::size_t, const Graph&) { way_.pop_back(); }
  void back_edge(boost::graph_traits<Graph>::edge_descriptor edge, const Graph& graph) {
    if (cycle_.empty()) {
      cycle_.assign(std::find(way_.begin(), way_.end(), boost::target(edge, graph)), way_.end());
    }
  }

 private:
  std::vector<std::size_t>& way_;
  std::vector<std::size_t>& cycle_;
};

}  // namespace

std::vector<std::size_t> find_cycle(std::size_t things, std::span<const Precedence> edges) {
  std::vector<std::size_t> way;
  std::vector<std::size_t> cycle;
  boost::depth_first_search(needs_of(things, edges), boost::visitor(CycleFinder(way, cycle)));
  std::reverse(cycle.begin(), cycle.end());
  std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
  return cycle;
}

std::vector<std::size_t> topological_order(std::size_t things, std::span<const Precedence> edges) {
  const Graph needs = needs_of(things, edges);
  std::vector<std::size_t> order;
  boost::topological_sort(needs, std::back_inserter(order));
  return order;
}

CriticalPath critical_path(std::span<const double> lengths, std::span<const Precedence> edges) {
  const Graph needs = needs_of(lengths.size(), edges);
  const std::size_t none = lengths.size();
  std::vector<double> ends(lengths.size());
  std::vector<std::size_t> last_needed(lengths.size(), none);
  CriticalPath path;
  std::size_t last = none;
  for (const std::size_t thing : topological_order(lengths.size(), edges)) {
    double begin = 0;
    for (const std::size_t needed :
         boost::make_iterator_range(boost::adjacent_vertices(thing, needs))) {
      if (last_needed[thing] == none || ends[needed] > begin) {
        last_needed[thing] = needed;
        begin = ends[needed];
      }
    }
    ends[thing] = begin + lengths[thing];
    if (last == none || ends[thing] > path.length) {
      last = thing;
      path.length = ends[thing];
    }
  }
  for (; last != none; last = last_needed[last]) {
    path.things.push_back(last);
  }
  std::reverse(path.things.begin(), path.things.end());
  return path;
}

std::string path_text(std::span<const std::size_t> path, std::span<const std::string> names,
                      bool is_cycle) {
  std::string text;
  for (const std::size_t thing : path) {
    text += (text.empty() ? "" : " -> ") + names[thing];
  }
  return is_cycle ? text + " -> " + names[path.front()] : text;
}

}  // namespace lambdasim::models
