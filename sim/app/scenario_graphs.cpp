// Graphs of the programs of a function, and what their steps must take one after another.
#include <fmt/format.h>

#include <algorithm>

#include "sim/app/scenario_parts.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using engine::Step;
using engine::StepKind;

/// What making a resource takes; nothing when it is made in INIT, or unknown, which was reported.
std::span<const Step> setup_within_call(const Step& step,
                                        const std::vector<engine::Resource>& resources) {
  if (step.resource.value >= resources.size() ||
      resources[step.resource.value].where == engine::Where::kOutsideHandler) {
    return {};
  }
  return resources[step.resource.value].setup;
}

/// Whether other functions, or what is in /tmp, decide how long it takes.
bool depends_on_others(const Step& step) {
  return step.kind == StepKind::kCall || step.kind == StepKind::kFetch ||
         step.kind == StepKind::kTransfer || step.kind == StepKind::kRead ||
         step.kind == StepKind::kWrite || step.kind == StepKind::kKeep;
}

/// Mean time (ns) of a step at full CPU speed, one event a batch. What a trace recorded is not
/// known here.
double mean_time(const Step& step, const std::vector<engine::Resource>& resources) {
  double time = 0;
  switch (step.kind) {
    case StepKind::kCpu:
      return step.time.mean() / step.threads;
    case StepKind::kCpuRecorded:
    case StepKind::kWaitRecorded:
      return 0;
    case StepKind::kUse:
      for (const Step& setup : setup_within_call(step, resources)) {
        time += mean_time(setup, resources);
      }
      return time;
    default:
      return step.time.mean();
  }
}

ProgramPath path_of(const std::string& title, const engine::Program& program,
                    const std::vector<engine::Resource>& resources, const StepLinks& links) {
  ProgramPath path;
  path.program = title;
  path.has_recorded = engine::takes_recorded(program);
  path.has_others = std::any_of(program.begin(), program.end(), depends_on_others);
  const std::vector<std::string> names = links.names();
  std::vector<double> times(names.size());
  for (std::size_t item = 0; item < names.size(); ++item) {
    const bool is_last = item + 1 == names.size();
    const std::size_t end = is_last ? program.size() : links.first_step(item + 1);
    for (std::size_t step = links.first_step(item); step < end; ++step) {
      times[item] += mean_time(program[step], resources);
    }
    path.work_ns += times[item];
  }
  const models::CriticalPath critical = models::critical_path(times, links.edges());
  path.steps = models::path_text(critical.things, names, false);
  path.length_ns = critical.length;
  path.items = critical.things;
  path.times_ns = std::move(times);
  return path;
}

}  // namespace

void read_graphs(ObjectReader& function, ProgramLinks& links, const std::vector<DurableMark>& marks,
                 engine::FunctionSetup& setup, std::vector<ProgramPath>& paths) {
  if (!marks.empty()) {
    links.handler.report_needs("a handler that suspends or makes checkpoints has steps in a row");
  }
  const auto compile = [&](StepLinks& of, std::string_view key, const engine::Program& program,
                           std::shared_ptr<const engine::StepGraph>& graph) {
    graph = of.compile(function, key, program.size());
    if (graph) {
      paths.push_back(path_of(fmt::format("{} {}", setup.name, key), program, setup.resources, of));
    }
  };
  compile(links.init, "init", setup.init, setup.graphs.init);
  compile(links.handler, "handler", setup.handler, setup.graphs.handler);
  compile(links.ping, "ping", setup.ping, setup.graphs.ping);
}

}  // namespace lambdasim::app
