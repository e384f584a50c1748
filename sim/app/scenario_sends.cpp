#include "sim/app/scenario_sends.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/workflow/precedence.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using engine::FunctionSend;
using engine::FunctionSetup;

/// What causes what: functions, then entries of the workload.
struct Cause {
  models::Precedence edge;
  double mean = 0;  ///< effects of one cause, as far as they are known; 0: not known
};

std::vector<Cause> causes_of(const Design& design) {
  const engine::Setup& setup = design.setup;
  const std::size_t functions = setup.functions.size();
  std::vector<Cause> causes;
  for (std::size_t f = 0; f < functions; ++f) {
    for (const engine::FunctionCall& call : setup.functions[f].calls) {
      causes.push_back({{f, call.function.value}, call.times * call.probability});
    }
    for (const FunctionSend& send : setup.functions[f].sends) {
      causes.push_back({{f, functions + send.entry}, send.events * send.probability});
    }
  }
  std::erase_if(causes, [](const Cause& cause) { return cause.mean == 0; });
  for (std::size_t e = 0; e < setup.receivers.size(); ++e) {
    if (const auto workflow = design.sources[e].workflow) {
      // How often an execution invokes a function is the workflow's affair.
      for (const core::FunctionId function : design.workflows[*workflow]->functions) {
        causes.push_back({{functions + e, function.value}, 0});
      }
      continue;
    }
    for (const engine::Route& route : setup.receivers[e]) {
      causes.push_back({{functions + e, route.function.value}, route.share});
    }
  }
  return causes;
}

/// Things of whose descendants (or ancestors) the expected number does not die out, generation by
/// generation: what a branching process does whose matrix of means has a spectral radius of 1 or
/// more.
std::vector<bool> never_die_out(std::size_t things, const std::vector<Cause>& causes,
                                bool of_ancestors) {
  constexpr int kGenerations = 20'000;
  constexpr double kDied = 1e-9;
  constexpr double kMany = 1e100;
  std::vector<double> now(things, 1.0);
  for (int generation = 0; generation < kGenerations; ++generation) {
    std::vector<double> next(things, 0.0);
    for (const Cause& cause : causes) {
      const auto [from, to] = cause.edge;
      double& sum = of_ancestors ? next[to] : next[from];
      sum = std::min(kMany, sum + cause.mean * now[of_ancestors ? from : to]);
    }
    now.swap(next);
    if (std::all_of(now.begin(), now.end(), [](double expected) { return expected < kDied; })) {
      return std::vector<bool>(things, false);
    }
  }
  std::vector<bool> lives(things);
  std::transform(now.begin(), now.end(), lives.begin(),
                 [](double expected) { return expected >= kDied; });
  return lives;
}

/// A way round by events, as `a -> orders -> a`; empty: there is none. What calls alone do is
/// reported with the calls.
/// @param always only where at least one event comes back of each, on average
std::string loop_in(const Design& design, const std::vector<Cause>& causes, bool always) {
  std::vector<std::string> names;
  for (const FunctionSetup& function : design.setup.functions) {
    names.push_back(function.name);
  }
  for (const SourceSettings& source : design.sources) {
    names.push_back(source.name);
  }
  std::vector<bool> lives(names.size(), true);
  std::vector<bool> is_caused(names.size(), true);
  if (always) {
    lives = never_die_out(names.size(), causes, false);
    is_caused = never_die_out(names.size(), causes, true);
  }
  const auto is_in = [&](std::size_t thing) { return lives[thing] && is_caused[thing]; };
  std::vector<models::Precedence> edges;
  for (const Cause& cause : causes) {
    if (is_in(cause.edge.before) && is_in(cause.edge.after)) {
      edges.push_back(cause.edge);
    }
  }
  const std::vector<std::size_t> cycle = models::find_cycle(names.size(), edges);
  const bool has_entry = std::any_of(cycle.begin(), cycle.end(), [&](std::size_t thing) {
    return thing >= design.setup.functions.size();
  });
  return has_entry ? models::path_text(cycle, names, true) : "";
}

}  // namespace

std::vector<std::string> entry_names(const ObjectReader& root) {
  std::vector<std::string> names;
  if (const config::Node* workload = root.peek("workload")) {
    for (const config::Node& entry : workload->items) {
      const config::Node* name = entry.find("name");
      names.push_back(name == nullptr ? "" : name->scalar);
    }
  }
  return names;
}

std::vector<bool> entries_sent_to(const engine::Setup& setup, std::size_t entries) {
  std::vector<bool> sent_to(entries, false);
  for (const FunctionSetup& function : setup.functions) {
    for (const FunctionSend& send : function.sends) {
      sent_to[send.entry] = sent_to[send.entry] || send.probability > 0;
    }
  }
  return sent_to;
}

std::uint32_t read_send(ObjectReader& item, StepNames& names) {
  FunctionSend send;
  const std::string name = item.text("send");
  const auto found = std::find(names.entries.begin(), names.entries.end(), name);
  const bool is_known = !name.empty() && found != names.entries.end();
  if (is_known) {
    send.entry = static_cast<std::uint32_t>(found - names.entries.begin());
  } else if (!name.empty()) {
    std::vector<std::string> known = names.entries;
    std::erase(known, "");
    item.report("send", fmt::format("unknown entry of the workload '{}'{}", name,
                                    known.empty() ? "; no entry has a name"
                                                  : config::suggestion(name, known)));
  }
  send.events = static_cast<std::uint32_t>(item.integer("events", 1, {1, 100'000}));
  send.probability = item.number("probability", 1.0, {0.0, 1.0});
  if (is_known) {
    names.sends.push_back(send);
    return static_cast<std::uint32_t>(names.sends.size() - 1);
  }
  return 0;
}

void check_sends(ObjectReader& root, const Design& design, Warnings& warnings) {
  const auto& functions = design.setup.functions;
  const bool has_sends = std::any_of(functions.begin(), functions.end(),
                                     [](const auto& function) { return !function.sends.empty(); });
  const bool is_whole = design.sources.size() == entry_names(root).size();
  if (!has_sends || !is_whole) {
    return;
  }
  const std::vector<Cause> causes = causes_of(design);
  if (const std::string loop = loop_in(design, causes, true); !loop.empty()) {
    root.report("functions", "events that cause at least as many events again: " + loop);
  } else if (const std::string some = loop_in(design, causes, false); !some.empty()) {
    warnings.add(root.where("functions"), "functions",
                 "events that cause events of their own kind: " + some);
  }
}

}  // namespace lambdasim::app
