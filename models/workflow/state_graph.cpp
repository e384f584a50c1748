#include "models/workflow/state_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <map>
#include <span>

#include "models/workflow/precedence.h"

namespace lambdasim::models {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS>;

/// Which states lead where.
struct Ways {
  bool of_failures = false;
  bool into_branches = false;
};

/// A choice that is never made leads nowhere.
std::vector<StateId> next_of(const State& state, Ways ways) {
  std::vector<StateId> next;
  double before = 0;
  for (const StateChoice& choice : state.choices) {
    if (choice.up_to > before) {
      next.push_back(choice.next);
    }
    before = choice.up_to;
  }
  if (state.next != kNoState) {
    next.push_back(state.next);
  }
  if (ways.of_failures && state.on_failure != kNoState) {
    next.push_back(state.on_failure);
  }
  if (ways.into_branches) {
    next.insert(next.end(), state.branches.begin(), state.branches.end());
  }
  return next;
}

Graph graph_of(const Workflow& workflow, Ways ways) {
  Graph graph(workflow.states.size());
  for (StateId state = 0; state < workflow.states.size(); ++state) {
    for (const StateId next : next_of(workflow.states[state], ways)) {
      boost::add_edge(state, next, graph);
    }
  }
  return graph;
}

/// Every vertex that can be reached from any of `from`, these included.
template <class AnyGraph>
std::vector<bool> reached(const AnyGraph& graph, std::span<const StateId> from) {
  std::vector<bool> reached(boost::num_vertices(graph));
  std::vector<boost::default_color_type> colours(boost::num_vertices(graph));
  const auto map =
      boost::make_iterator_property_map(colours.begin(), boost::get(boost::vertex_index, graph));
  for (const StateId state : from) {
    if (colours[state] == boost::white_color) {
      boost::queue<std::size_t> buffer;
      boost::breadth_first_visit(graph, std::size_t{state}, buffer, boost::default_bfs_visitor{},
                                 map);
    }
  }
  for (std::size_t i = 0; i < reached.size(); ++i) {
    reached[i] = colours[i] != boost::white_color;
  }
  return reached;
}

std::vector<bool> reached_states(const Workflow& workflow) {
  return reached(graph_of(workflow, {.of_failures = true, .into_branches = true}),
                 std::span{&workflow.start, 1});
}

/// The circle that states run into which never end: there is one, for each has a next.
std::string endless_way(const Workflow& workflow, const std::vector<bool>& endless) {
  std::vector<Precedence> edges;
  std::vector<std::string> names;
  for (StateId state = 0; state < workflow.states.size(); ++state) {
    names.push_back(workflow.states[state].name);
    for (const StateId next : next_of(workflow.states[state], {})) {
      if (endless[state] && endless[next]) {
        edges.push_back({state, next});
      }
    }
  }
  return path_text(find_cycle(names.size(), edges), names, true);
}

void find_endless(const Workflow& workflow, const std::vector<bool>& is_reached,
                  std::vector<StateProblem>& problems) {
  std::vector<StateId> ends;
  for (StateId state = 0; state < workflow.states.size(); ++state) {
    if (next_of(workflow.states[state], {}).empty()) {
      ends.push_back(state);
    }
  }
  const Graph graph = graph_of(workflow, {});
  std::vector<bool> endless = reached(boost::make_reverse_graph(graph), ends);
  endless.flip();
  for (StateId state = 0; state < endless.size(); ++state) {
    endless[state] = endless[state] && is_reached[state];
  }
  const auto first = std::find(endless.begin(), endless.end(), true);
  if (first != endless.end()) {
    problems.push_back({static_cast<StateId>(first - endless.begin()),
                        fmt::format("states that never end: {}", endless_way(workflow, endless))});
  }
}

/// The workflow itself, or a branch of a parallel state.
struct Level {
  StateId first = 0;
  StateId parallel = kNoState;
};

std::vector<Level> levels_of(const Workflow& workflow, const std::vector<bool>& is_reached) {
  std::vector<Level> levels{{workflow.start, kNoState}};
  for (StateId state = 0; state < workflow.states.size(); ++state) {
    for (const StateId first : workflow.states[state].branches) {
      if (is_reached[state]) {
        levels.push_back({first, state});
      }
    }
  }
  return levels;
}

std::string level_text(const Workflow& workflow, const Level& level) {
  return level.parallel == kNoState
             ? std::string("the workflow itself")
             : fmt::format("the branch of '{}' that begins with '{}'",
                           workflow.states[level.parallel].name, workflow.states[level.first].name);
}

void find_shared(const Workflow& workflow, const std::vector<bool>& is_reached,
                 std::vector<StateProblem>& problems) {
  const Graph graph = graph_of(workflow, {.of_failures = true});
  std::map<StateId, Level> owners;
  for (const Level& level : levels_of(workflow, is_reached)) {
    const std::vector<bool> in_level = reached(graph, std::span{&level.first, 1});
    for (StateId state = 0; state < in_level.size(); ++state) {
      if (!in_level[state]) {
        continue;
      }
      const auto [owner, is_new] = owners.try_emplace(state, level);
      if (!is_new) {
        problems.push_back(
            {state, fmt::format("is in {} and in {}; a branch has states of its own",
                                level_text(workflow, owner->second), level_text(workflow, level))});
      }
    }
  }
}

}  // namespace

std::vector<StateProblem> problems_of(const Workflow& workflow) {
  const std::vector<bool> is_reached = reached_states(workflow);
  std::vector<StateProblem> problems;
  find_endless(workflow, is_reached, problems);
  find_shared(workflow, is_reached, problems);
  return problems;
}

std::vector<StateId> unreached_states(const Workflow& workflow) {
  const std::vector<bool> is_reached = reached_states(workflow);
  std::vector<StateId> states;
  for (StateId state = 0; state < is_reached.size(); ++state) {
    if (!is_reached[state]) {
      states.push_back(state);
    }
  }
  return states;
}

}  // namespace lambdasim::models
