// The structure of one design as a graph in DOT: what arrives, which functions and workflows that
// runs, who calls whom, and what stands behind them.
#pragma once

#include <string>

#include "sim/app/dot_text.h"
#include "sim/app/scenario.h"
#include "sim/config/node.h"

namespace lambdasim::app {

/// Everything of a design in one picture.
std::string scenario_graph(const Scenario& scenario, const Design& design);

/// One function from inside: the steps of its INIT, its handler and its `ping`, the critical path
/// of each that is a graph, and what the steps use, ask and call.
std::string function_graph(const Scenario& scenario, const Design& design,
                           core::FunctionId function);

// The parts that both are made of.

/// The resolved scenario of a design.
config::Node resolved_tree(const Design& design);
std::string function_id(const engine::FunctionSetup& function);
std::string backend_id(const engine::Backend& backend);
/// A backend and, when it is a proxy, the edge to what is behind it.
/// @param is_asked by functions, or by a proxy that is
void draw_backend(const engine::Setup& setup, const engine::Backend& backend, bool is_asked,
                  DotText& dot);
/// A workflow as a cluster of its states, with edges to the functions that they invoke.
/// @param given the workflow in the resolved scenario
void draw_workflow(const Design& design, const models::Workflow& workflow,
                   const config::Node& given, DotText& dot);
/// Its first state.
std::string start_id(const models::Workflow& workflow);

}  // namespace lambdasim::app
