// One function from inside, as a graph.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/app/critical_paths.h"
#include "sim/app/graph_labels.h"
#include "sim/app/scenario_graph.h"
#include "sim/app/text.h"

namespace lambdasim::app {
namespace {

using config::Node;
using engine::FunctionSetup;
using engine::Resource;
using engine::Step;
using engine::StepKind;

std::string milliseconds(double nanoseconds) {
  return format_number(nanoseconds * 1e-6) + " ms";
}

class FunctionGraph {
 public:
  FunctionGraph(const Scenario& scenario, const Design& design, const FunctionSetup& function)
      : design_(design),
        setup_(design.setup),
        function_(function),
        tree_(resolved_tree(design)),
        given_(*tree_.find("functions")->find(function.name)),
        dot_(function.name, heading(scenario)) {}

  std::string text() {
    const Ends init = draw_init();
    const Ends handler = draw_program("handler", {"handler" + critical_text("handler")});
    draw_program("ping", {"ping, instead of the handler" + critical_text("ping")});
    for (const std::string& last : init.last) {
      for (const std::string& first : handler.first) {
        dot_.edge({last, first, DotKind::kFlow, "cold start"});
      }
    }
    draw_resources(engine::Where::kInsideHandler);
    draw_resources(engine::Where::kFirstUse);
    draw_others();
    return dot_.text();
  }

 private:
  /// Steps with which a program begins and ends.
  struct Ends {
    std::vector<std::string> first;
    std::vector<std::string> last;
  };

  std::vector<std::string> heading(const Scenario& scenario) const {
    std::vector<std::string> lines = function_lines(setup_, function_);
    lines.front() =
        fmt::format("function {} of {}, design {}", function_.name, scenario.name, design_.name);
    const FunctionBilling& billing = design_.billing[index()];
    lines[1] = fmt::format("{}, {}, {}", billing.runtime, billing.architecture, lines[1]);
    return lines;
  }

  std::size_t index() const {
    return static_cast<std::size_t>(&function_ - setup_.functions.data());
  }

  const ProgramPath* path_of(std::string_view program) const {
    const std::string name = fmt::format("{} {}", function_.name, program);
    for (const ProgramPath& path : design_.critical_paths) {
      if (path.program == name) {
        return &path;
      }
    }
    return nullptr;
  }

  std::string critical_text(std::string_view program) const {
    const ProgramPath* path = path_of(program);
    return path == nullptr
               ? ""
               : fmt::format(", critical path {} of {} of work{}", milliseconds(path->length_ns),
                             milliseconds(path->work_ns), left_out_text(*path));
  }

  /// `init`, then the resources that INIT makes, one after another.
  Ends draw_init() {
    const Node* steps = given_.find("init");
    const bool has_steps = steps != nullptr && !steps->items.empty();
    const bool has_resources = std::any_of(
        function_.resources.begin(), function_.resources.end(),
        [](const Resource& one) { return one.where == engine::Where::kOutsideHandler; });
    if (!has_steps && !has_resources) {
      return {};
    }
    dot_.begin_cluster("INIT", {"INIT" + critical_text("init")});
    Ends ends = has_steps ? draw_steps("init", *steps) : Ends{};
    for (const Resource& resource : function_.resources) {
      if (resource.where == engine::Where::kOutsideHandler) {
        draw_resource(resource);
        for (const std::string& last : ends.last) {
          dot_.edge({last, resource_id(resource), DotKind::kFlow, ""});
        }
        ends.last = {resource_id(resource)};
      }
    }
    dot_.end_cluster();
    return ends;
  }

  Ends draw_program(const std::string& program, const std::vector<std::string>& lines) {
    const Node* steps = given_.find(program);
    if (steps == nullptr || steps->items.empty()) {
      return {};
    }
    dot_.begin_cluster(program, lines);
    Ends ends = draw_steps(program, *steps);
    dot_.end_cluster();
    return ends;
  }

  Ends draw_steps(const std::string& program, const Node& steps) {
    const ProgramPath* path = path_of(program);
    std::map<std::string, std::string, std::less<>> ids;  // of nodes, by the ids of steps
    std::size_t number = 0;
    for (const Node& step : steps.items) {
      const std::string id = fmt::format("{} {}", program, number);
      if (const Node* name = step.find("id")) {
        ids[name->scalar] = id;
      }
      draw_step(id, step, number++, path);
    }
    return path == nullptr ? row_edges(program, number) : graph_edges(program, steps, ids, *path);
  }

  void draw_step(const std::string& id, const Node& step, std::size_t number,
                 const ProgramPath* path) {
    std::vector<std::string> lines = step_lines(step);
    const Node* name = step.find("id");
    if (name != nullptr) {
      lines.insert(lines.begin(), name->scalar);
    } else if (path != nullptr) {
      lines.insert(lines.begin(), fmt::format("step {}", number + 1));
    }
    bool is_critical = false;
    if (path != nullptr) {
      add_mean(path->times_ns[number], lines);
      is_critical = std::find(path->items.begin(), path->items.end(), number) != path->items.end();
    }
    dot_.node({id, is_critical ? DotKind::kCritical : DotKind::kStep, lines, ""});
    link_step(id, step);
  }

  /// The mean time of a step of a graph, unless the step says it itself, or others decide it.
  static void add_mean(double time_ns, std::vector<std::string>& lines) {
    const std::string mean = milliseconds(time_ns);
    if (time_ns > 0 && std::none_of(lines.begin(), lines.end(), [&mean](const std::string& line) {
          return line.ends_with(" " + mean);
        })) {
      lines.push_back("mean " + mean);
    }
  }

  /// Edges from a step to what it uses, asks or calls.
  void link_step(const std::string& id, const Node& step) {
    for (const char* key : {"use", "request", "with"}) {
      if (const Node* name = step.find(key)) {
        link_name(id, name->scalar);
      }
    }
    const Node* call = step.find("call");
    for (const FunctionSetup& callee : setup_.functions) {
      if (call != nullptr && callee.name == call->scalar) {
        called_.insert(static_cast<std::size_t>(&callee - setup_.functions.data()));
        dot_.edge({id, function_id(callee), DotKind::kInvoke, ""});
      }
    }
  }

  void link_name(const std::string& id, const std::string& name) {
    for (const Resource& resource : function_.resources) {
      if (resource.name == name) {
        dot_.edge({id, resource_id(resource), DotKind::kUse, ""});
        return;
      }
    }
    for (std::size_t i = 0; i < setup_.backends.size(); ++i) {
      if (setup_.backends[i].name == name) {
        ask(id, core::BackendId{static_cast<std::uint32_t>(i)});
      }
    }
  }

  void ask(const std::string& from, core::BackendId backend) {
    asked_.insert(backend.value);
    dot_.edge({from, backend_id(setup_.backends[backend.value]), DotKind::kUse, ""});
  }

  Ends row_edges(const std::string& program, std::size_t steps) {
    for (std::size_t i = 1; i < steps; ++i) {
      dot_.edge({fmt::format("{} {}", program, i - 1), fmt::format("{} {}", program, i),
                 DotKind::kFlow, ""});
    }
    return {{fmt::format("{} 0", program)}, {fmt::format("{} {}", program, steps - 1)}};
  }

  Ends graph_edges(const std::string& program, const Node& steps,
                   const std::map<std::string, std::string, std::less<>>& ids,
                   const ProgramPath& path) {
    std::set<std::pair<std::string, std::string>> critical;
    for (std::size_t i = 1; i < path.items.size(); ++i) {
      critical.emplace(fmt::format("{} {}", program, path.items[i - 1]),
                       fmt::format("{} {}", program, path.items[i]));
    }
    Ends ends;
    std::set<std::string> needed;
    std::vector<std::string> all;
    for (const Node& step : steps.items) {
      const std::string& id = all.emplace_back(fmt::format("{} {}", program, all.size()));
      const Node* needs = step.find("needs");
      if (needs == nullptr || needs->items.empty()) {
        ends.first.push_back(id);
        continue;
      }
      for (const Node& name : needs->items) {
        const std::string& before = ids.find(name.scalar)->second;
        needed.insert(before);
        dot_.edge({before, id,
                   critical.contains({before, id}) ? DotKind::kCritical : DotKind::kFlow, ""});
      }
    }
    std::copy_if(all.begin(), all.end(), std::back_inserter(ends.last),
                 [&needed](const std::string& id) { return !needed.contains(id); });
    return ends;
  }

  static std::string resource_id(const Resource& resource) { return "resource " + resource.name; }

  void draw_resources(engine::Where where) {
    for (const Resource& resource : function_.resources) {
      if (resource.where == where) {
        draw_resource(resource);
      }
    }
  }

  void draw_resource(const Resource& resource) {
    const char* where = resource.where == engine::Where::kOutsideHandler  ? "made in INIT"
                        : resource.where == engine::Where::kInsideHandler ? "made in every call"
                                                                          : "made at first use";
    double setup_ns = 0;
    for (const Step& step : resource.setup) {
      setup_ns += step.kind == StepKind::kCpu ? step.time.mean() / step.threads : step.time.mean();
      if (step.kind == StepKind::kUse) {
        dot_.edge({resource_id(resource), resource_id(function_.resources[step.resource.value]),
                   DotKind::kUse, ""});
      }
      if (step.kind == StepKind::kRequest && step.backend != resource.backend) {
        ask(resource_id(resource), step.backend);
      }
    }
    dot_.node({resource_id(resource),
               DotKind::kResource,
               {resource.name, where, fmt::format("setup {} in the mean", milliseconds(setup_ns))},
               ""});
    if (resource.backend) {
      ask(resource_id(resource), *resource.backend);
    }
  }

  /// Functions that are called, and backends that are asked, with what is behind them.
  void draw_others() {
    for (const std::size_t callee : called_) {
      const FunctionSetup& function = setup_.functions[callee];
      dot_.node({function_id(function), DotKind::kFunction, function_lines(setup_, function), ""});
    }
    for (std::size_t i = 0; i < setup_.backends.size(); ++i) {
      const auto& proxy_of = setup_.backends[i].proxy_of;
      if (proxy_of && asked_.contains(i)) {
        asked_.insert(proxy_of->value);
      }
    }
    for (const std::size_t backend : asked_) {
      draw_backend(setup_, setup_.backends[backend], true, dot_);
    }
  }

  const Design& design_;
  const engine::Setup& setup_;
  const FunctionSetup& function_;
  Node tree_;
  const Node& given_;
  DotText dot_;
  std::set<std::size_t> called_;
  std::set<std::size_t> asked_;
};

}  // namespace

std::string function_graph(const Scenario& scenario, const Design& design,
                           core::FunctionId function) {
  return FunctionGraph{scenario, design, design.setup.functions[function.value]}.text();
}

}  // namespace lambdasim::app
