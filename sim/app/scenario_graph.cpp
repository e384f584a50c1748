#include "sim/app/scenario_graph.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/app/graph_labels.h"
#include "sim/app/text.h"
#include "sim/config/units.h"
#include "sim/core/check.h"

namespace lambdasim::app {
namespace {

using config::Node;
using engine::FunctionSetup;
using engine::Step;
using engine::StepKind;

class ScenarioGraph {
 public:
  ScenarioGraph(const Scenario& scenario, const Design& design)
      : design_(design),
        setup_(design.setup),
        tree_(resolved_tree(design)),
        asked_(setup_.backends.size()),
        dot_(scenario.name,
             {fmt::format("{}, design {}", scenario.name, design.name), account_text(setup_)}) {}

  std::string text() {
    draw_entries();
    draw_workflows();
    for (const FunctionSetup& function : setup_.functions) {
      draw_function(function);
    }
    draw_backends();
    return dot_.text();
  }

 private:
  void draw_entries() {
    const Node* workload = tree_.find("workload");
    std::size_t index = 0;
    for (const Node& entry : workload == nullptr ? std::list<Node>{} : workload->items) {
      const std::string id = entry_id(index++);
      dot_.node({id, DotKind::kSource, entry_lines(entry, setup_.horizon), ""});
      draw_targets(id, entry);
    }
  }

  /// What an entry starts or invokes: a workflow, a function, several with shares, or all.
  void draw_targets(const std::string& id, const Node& entry) {
    if (const Node* start = entry.find("start")) {
      for (const auto& workflow : design_.workflows) {
        if (workflow->name == start->scalar) {
          dot_.edge({id, start_id(*workflow), DotKind::kInvoke, ""});
        }
      }
      return;
    }
    const Node* invoke = entry.find("invoke");
    for (const FunctionSetup& function : setup_.functions) {
      const Node* share = invoke == nullptr ? nullptr : invoke->find(function.name);
      if (invoke == nullptr || share != nullptr || invoke->scalar == function.name) {
        dot_.edge({id, function_id(function), DotKind::kInvoke,
                   share == nullptr ? "" : share_text(*share)});
      }
    }
  }

  static std::string entry_id(std::size_t index) { return fmt::format("entry {}", index); }

  static std::string label_of(std::string_view what, const std::string& more) {
    return fmt::format("{}{}{}", what, more.empty() ? "" : ", ", more);
  }

  static std::string share_text(const Node& share) {
    return format_quantity(100 * config::parse_number(share.scalar).value.value_or(0), "%");
  }

  void draw_workflows() {
    for (const auto& workflow : design_.workflows) {
      draw_workflow(design_, *workflow, *tree_.find("workflows")->find(workflow->name), dot_);
    }
  }

  void draw_function(const FunctionSetup& function) {
    const std::vector<std::string>& idle = design_.idle_functions;
    const bool is_idle = std::find(idle.begin(), idle.end(), function.name) != idle.end();
    std::vector<std::string> lines = function_lines(setup_, function);
    if (is_idle) {
      lines.emplace_back("nothing invokes it");
    }
    const std::string id = function_id(function);
    dot_.node({id, is_idle ? DotKind::kIdle : DotKind::kFunction, lines, ""});
    for (const engine::FunctionCall& call : function.calls) {
      dot_.edge({id, function_id(setup_.functions[call.function.value]), DotKind::kInvoke,
                 label_of("call", times_text(call.times, "at once", call.probability))});
    }
    for (const engine::FunctionSend& send : function.sends) {
      dot_.edge({id, entry_id(send.entry), DotKind::kInvoke,
                 label_of("send", times_text(send.events, "events", send.probability))});
    }
    draw_uses(function);
  }

  void draw_backends() {
    std::vector<bool> asked = asked_;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (asked_[i] && setup_.backends[i].proxy_of) {
        asked[setup_.backends[i].proxy_of->value] = true;
      }
    }
    for (std::size_t i = 0; i < asked.size(); ++i) {
      draw_backend(setup_, setup_.backends[i], asked[i], dot_);
    }
  }

  /// An edge to each backend for every resource that is bound to it, or for requests alone.
  void draw_uses(const FunctionSetup& function) {
    std::vector<bool> asked(setup_.backends.size());
    const auto use = [&](core::BackendId backend, const std::string& label) {
      asked[backend.value] = asked_[backend.value] = true;
      dot_.edge({function_id(function), backend_id(setup_.backends[backend.value]), DotKind::kUse,
                 label});
    };
    for (const engine::Resource& resource : function.resources) {
      if (resource.backend) {
        use(*resource.backend, resource.name);
      }
      for (const Step& step : resource.setup) {
        if (step.kind == StepKind::kRequest && step.backend != resource.backend) {
          use(step.backend, resource.name);
        }
      }
    }
    for (const engine::Program* program : {&function.init, &function.handler, &function.ping}) {
      for (const Step& step : *program) {
        if (step.kind == StepKind::kRequest && !asked[step.backend.value]) {
          use(step.backend, "request");
        }
      }
    }
  }

  const Design& design_;
  const engine::Setup& setup_;
  Node tree_;
  std::vector<bool> asked_;  // by a function
  DotText dot_;
};

}  // namespace

Node resolved_tree(const Design& design) {
  config::Diagnostics none;
  Node tree = config::load_text(design.resolved_yaml, "resolved", none);
  LAMBDASIM_CHECK(none.empty(), "a resolved scenario is YAML");
  return tree;
}

std::string function_id(const FunctionSetup& function) {
  return "function " + function.name;
}

std::string backend_id(const engine::Backend& backend) {
  return "backend " + backend.name;
}

void draw_backend(const engine::Setup& setup, const engine::Backend& backend, bool is_asked,
                  DotText& dot) {
  std::vector<std::string> lines = backend_lines(backend);
  if (!is_asked) {
    lines.emplace_back("nothing asks it");
  }
  dot.node({backend_id(backend), is_asked ? DotKind::kBackend : DotKind::kIdle, lines,
            backend.proxy_of ? "" : "cylinder"});
  if (backend.proxy_of) {
    dot.edge({backend_id(backend), backend_id(setup.backends[backend.proxy_of->value]),
              DotKind::kUse, "proxy of"});
  }
}

std::string scenario_graph(const Scenario& scenario, const Design& design) {
  return ScenarioGraph{scenario, design}.text();
}

}  // namespace lambdasim::app
