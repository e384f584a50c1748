// A workflow in a graph: its states, the branches of parallel states in clusters of their own.
#include <fmt/format.h>

#include "sim/app/graph_labels.h"
#include "sim/app/scenario_graph.h"
#include "sim/app/text.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

using models::State;
using models::StateId;
using models::Workflow;
using Kind = State::Kind;

std::string state_id(const Workflow& workflow, StateId state) {
  return fmt::format("state {}.{}", workflow.name, workflow.states[state].name);
}

class WorkflowGraph {
 public:
  WorkflowGraph(const Design& design, const Workflow& workflow, const config::Node& given,
                DotText& dot)
      : design_(design),
        workflow_(workflow),
        states_(*given.find("states")),
        dot_(dot),
        is_drawn_(workflow.states.size()) {}

  void draw() {
    dot_.begin_cluster("workflow " + workflow_.name,
                       {fmt::format("workflow {}", workflow_.name),
                        fmt::format("{}, timeout {}", workflow_.is_express ? "express" : "standard",
                                    config::format_duration(workflow_.timeout))});
    draw_level(workflow_.start);
    for (StateId state = 0; state < workflow_.states.size(); ++state) {
      draw_level(state);  // what no execution comes to
    }
    dot_.end_cluster();
  }

 private:
  /// The states that follow the first without entering or leaving a branch, in order of the file.
  std::vector<StateId> level_from(StateId first) const {
    std::vector<bool> is_found(workflow_.states.size());
    std::vector<StateId> open{first};
    while (!open.empty()) {
      const StateId state = open.back();
      open.pop_back();
      if (state == models::kNoState || is_drawn_[state] || is_found[state]) {
        continue;
      }
      is_found[state] = true;
      const State& from = workflow_.states[state];
      open.insert(open.end(), {from.next, from.on_failure});
      for (const models::StateChoice& choice : from.choices) {
        open.push_back(choice.next);
      }
    }
    std::vector<StateId> level;
    for (StateId state = 0; state < is_found.size(); ++state) {
      if (is_found[state]) {
        level.push_back(state);
      }
    }
    return level;
  }

  void draw_level(StateId first) {
    const std::vector<StateId> level = level_from(first);
    for (const StateId state : level) {
      draw_state(state);
    }
    for (const StateId state : level) {
      std::size_t number = 0;
      for (const StateId branch : workflow_.states[state].branches) {
        const std::string& name = workflow_.states[state].name;
        ++number;
        dot_.begin_cluster(fmt::format("branch {}.{}.{}", workflow_.name, name, number),
                           {fmt::format("branch {} of {}", number, name)});
        draw_level(branch);
        dot_.end_cluster();
      }
    }
  }

  void draw_state(StateId id) {
    is_drawn_[id] = true;
    const State& state = workflow_.states[id];
    dot_.node({state_id(workflow_, id),
               state.kind == Kind::kChoice ? DotKind::kChoice : DotKind::kState, lines_of(state),
               state.kind == Kind::kEnd ? "ellipse" : ""});
    draw_ways(id, state);
    if (state.kind == Kind::kInvoke || state.kind == Kind::kMap) {
      const std::size_t function = workflow_.functions[state.function].value;
      dot_.edge({state_id(workflow_, id), function_id(design_.setup.functions[function]),
                 DotKind::kInvoke, state.kind == Kind::kMap ? items_text(state) : ""});
    }
  }

  void draw_ways(StateId id, const State& state) {
    const auto edge = [&](StateId to, DotKind kind, const std::string& label) {
      if (to != models::kNoState) {
        dot_.edge({state_id(workflow_, id), state_id(workflow_, to), kind, label});
      }
    };
    double before = 0;
    for (const models::StateChoice& choice : state.choices) {
      edge(choice.next, DotKind::kFlow, format_quantity(100 * (choice.up_to - before), "%"));
      before = choice.up_to;
    }
    for (const StateId branch : state.branches) {
      edge(branch, DotKind::kFlow, "");
    }
    edge(state.next, DotKind::kFlow, state.kind == Kind::kParallel ? "when all have ended" : "");
    edge(state.on_failure, DotKind::kFailure, "on failure");
  }

  std::vector<std::string> lines_of(const State& state) const {
    std::vector<std::string> lines{state.name};
    switch (state.kind) {
      case Kind::kInvoke:
        lines.emplace_back("invoke");
        break;
      case Kind::kMap:
        lines.emplace_back("map");
        break;
      case Kind::kParallel:
        lines.push_back(fmt::format("parallel, {} branches", state.branches.size()));
        break;
      case Kind::kChoice:
        lines.emplace_back("choice");
        break;
      case Kind::kWait:
        lines.push_back("wait " + value_text(*states_.find(state.name)->find("wait")));
        break;
      case Kind::kEnd:
        lines.emplace_back(state.succeeds ? "succeeds" : "fails");
        break;
    }
    if (state.retry.attempts > 1) {
      lines.push_back(fmt::format("up to {} attempts", state.retry.attempts));
    }
    return lines;
  }

  static std::string items_text(const State& state) {
    const std::string items = fmt::format("{} items", format_count(state.items));
    return state.concurrency == 0
               ? items + ", all at once"
               : fmt::format("{}, {} at once", items, format_count(state.concurrency));
  }

  const Design& design_;
  const Workflow& workflow_;
  const config::Node& states_;
  DotText& dot_;
  std::vector<bool> is_drawn_;
};

}  // namespace

std::string start_id(const Workflow& workflow) {
  return state_id(workflow, workflow.start);
}

void draw_workflow(const Design& design, const Workflow& workflow, const config::Node& given,
                   DotText& dot) {
  WorkflowGraph{design, workflow, given, dot}.draw();
}

}  // namespace lambdasim::app
