#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "models/arrival/adapted.h"
#include "models/catalogue.h"
#include "models/pricing/bill.h"
#include "models/workflow/source.h"
#include "sim/app/read_model.h"
#include "sim/app/scenario_names.h"
#include "sim/app/scenario_parts.h"
#include "sim/app/scenario_sends.h"
#include "sim/app/scenario_workflows.h"
#include "sim/core/random.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;

class WorkloadReader {
 public:
  /// @param entries by number: their names
  WorkloadReader(const std::string& folder, std::vector<std::string> entries, Design& design)
      : design_(design),
        setup_(design.setup),
        folder_(folder),
        entries_(std::move(entries)),
        sent_to_(entries_sent_to(design.setup, entries_.size())),
        is_entry_(design.setup.functions.size()),
        is_called_(design.setup.functions.size()),
        workflows_(design.workflows) {
    for (const engine::FunctionSetup& function : setup_.functions) {
      ids_.emplace(function.name, core::FunctionId{static_cast<std::uint32_t>(names_.size())});
      names_.push_back(function.name);
      for (const engine::FunctionCall& call : function.calls) {
        is_called_[call.function.value] = true;
      }
    }
  }

  void read(std::size_t index, ObjectReader& item) {
    models::ArrivalContext context;
    context.folder = folder_;
    read_name(index, item);
    const std::vector<bool> entries = is_entry_;
    const bool starts_workflow = item.has("start");
    const bool is_named = item.has("invoke") || starts_workflow;
    std::string name = "*";
    std::vector<engine::Route> routes;
    const models::Workflow* workflow = nullptr;
    if (starts_workflow) {
      workflow = find_workflow(item, context, name);
    } else if (is_named && item.peek("invoke")->kind == config::Node::Kind::kMapping) {
      routes = read_routes(item, name);
      context.function = routes.front().function;
    } else if (is_named) {
      name = item.text("invoke");
      context.function = find(item, name);
    } else {
      context.function_names = names_;
    }
    const std::uint64_t ordinal = ordinals_[name]++;
    context.stream_key = core::mix64(core::hash_name(name) + ordinal * core::KeyedEngine::kGolden);
    if (routes.empty() && context.function) {
      routes.push_back({*context.function, 1});
    }
    Source source =
        starts_workflow ? source_of(workflow) : read_source(item, context, routes.size() <= 1);
    source.settings.name = entries_[index];
    source.settings.has_arrivals = item.has("arrivals") || entries_[index].empty();
    if (sent_to_[index] || !source.settings.has_arrivals) {
      check_sent(item, source, routes);
    }
    if (!source.settings.has_arrivals) {
      is_entry_ = sent_to_[index] ? is_entry_ : entries;
      refuse_span(item);
      keep(item, context, models::no_arrivals(context.stream_key), source, routes);
      return;
    }
    auto arrivals = item.variant("arrivals", names_of(models::arrival_models()), std::nullopt);
    if (!arrivals) {
      return;
    }
    if (!is_named && arrivals->name != "trace") {
      item.report("invoke", "is missing; name a function (only a trace can name them itself)");
    }
    auto process =
        model_of(models::arrival_models(), arrivals->name).read(arrivals->parameters, context);
    if (process != nullptr && routes.size() > 1) {
      process = models::routed(std::move(process), routes);
    }
    keep(item, context, read_span(item, std::move(process)), source, routes);
    arrivals->parameters.finish();
  }

  std::vector<std::string> idle_workflows() const { return workflows_.idle(); }

  /// Functions that entries invoke, themselves or through the workflows that they start.
  std::vector<core::FunctionId> entry_functions() const {
    std::vector<core::FunctionId> entries;
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
      if (is_entry_[i]) {
        entries.push_back(core::FunctionId{i});
      }
    }
    return entries;
  }

  /// Functions that nothing invokes.
  std::vector<std::string> idle_functions() const {
    std::vector<std::string> idle;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (!is_entry_[i] && !is_called_[i]) {
        idle.push_back(names_[i]);
      }
    }
    return idle;
  }

 private:
  struct Source {
    std::shared_ptr<const engine::EventSourceModel> model;
    SourceSettings settings;
  };

  /// The name by which steps send events to the entry.
  void read_name(std::size_t index, ObjectReader& item) {
    if (!item.has("name")) {
      return;
    }
    const std::string name = item.text("name");
    const auto own = entries_.begin() + static_cast<std::ptrdiff_t>(index);
    if (!is_name(name)) {
      item.report("name", fmt::format("an entry's name {}", kNameRule));
    } else if (std::find(entries_.begin(), own, name) != own) {
      item.report("name", fmt::format("another entry has the name '{}', too", name));
    }
  }

  /// Reports why steps cannot send events to the entry.
  void check_sent(ObjectReader& item, const Source& source,
                  const std::vector<engine::Route>& routes) {
    if (source.model != nullptr ? !source.model->takes_sent() : source.settings.kind == "http") {
      item.report("source", fmt::format("{} takes no events that steps send; a handler that waits "
                                        "for an answer has a step `call`",
                                        source.settings.kind));
    }
    if (routes.empty()) {
      item.report("invoke", "is missing; what steps send must reach a function");
    }
    for (const engine::Route& route : routes) {
      if (known_ && engine::takes_recorded(setup_.functions[route.function.value].handler)) {
        item.report("invoke",
                    fmt::format("{} takes the durations of a trace: what steps send brings none",
                                names_[route.function.value]));
      }
    }
  }

  static void refuse_span(ObjectReader& item) {
    for (const std::string_view key : {"starts", "stops"}) {
      if (item.has(key)) {
        item.report(key, "is of arrivals, and this entry has none");
      }
    }
  }

  /// The workflow that `start` names, and the function that its arrivals are said to be of.
  const models::Workflow* find_workflow(ObjectReader& item, models::ArrivalContext& context,
                                        std::string& name) {
    const models::Workflow* workflow = workflows_.find(item);
    known_ = workflow != nullptr;
    context.function = core::FunctionId{};
    if (workflow != nullptr) {
      context.function = workflow->functions.front();
      name = "workflow/" + workflow->name;
      for (const core::FunctionId function : workflow->functions) {
        is_entry_[function.value] = true;
      }
    }
    return workflow;
  }

  Source source_of(const models::Workflow* workflow) const {
    return workflow == nullptr ? Source{}
                               : Source{std::make_shared<const models::WorkflowSource>(
                                            design_.workflows[workflow->number]),
                                        StartedWorkflows::settings_of(*workflow)};
  }

  /// `invoke: {v1: 90 %, v2: 10 %}`: what an alias with weights does.
  std::vector<engine::Route> read_routes(ObjectReader& item, std::string& name) {
    ObjectReader shares = item.object("invoke");
    std::vector<engine::Route> routes;
    double sum = 0;
    for (const std::string& function : shares.keys()) {
      const double share = shares.number(function, std::nullopt, {0.0, 1.0});
      routes.push_back({find(item, function), share});
      sum += share;
      name = routes.size() == 1 ? function : name;
    }
    if (std::abs(sum - 1) > 1e-9) {
      item.report("invoke",
                  fmt::format("the shares must add up to 100 %, got {:.6g} %", 100 * sum));
    }
    if (routes.empty()) {
      routes.push_back({});
      known_ = false;
    }
    shares.finish();
    return routes;
  }

  /// `starts` and `stops`: arrivals outside are left out.
  std::shared_ptr<const engine::ArrivalProcess> read_span(
      ObjectReader& item, std::shared_ptr<const engine::ArrivalProcess> process) {
    using namespace std::chrono_literals;
    const config::Range<core::Duration> within_run{0ns, setup_.horizon};
    const core::Duration starts = item.duration("starts", 0ns, within_run);
    const core::Duration stops = item.duration("stops", setup_.horizon, within_run);
    if (stops <= starts && item.has("stops")) {
      item.report("stops", "must be later than it starts");
    }
    if (process == nullptr || (starts == 0ns && stops == setup_.horizon)) {
      return process;
    }
    return models::within_span(std::move(process), core::kStartOfTime + starts,
                               core::kStartOfTime + stops);
  }

  core::FunctionId find(ObjectReader& item, const std::string& name) {
    if (const auto found = ids_.find(name); found != ids_.end()) {
      is_entry_[found->second.value] = true;
      return found->second;
    }
    if (!name.empty() && !names_.empty()) {
      item.report("invoke",
                  fmt::format("unknown function '{}'{}", name, config::suggestion(name, names_)));
    }
    known_ = false;
    return {};
  }

  Source read_source(ObjectReader& item, const models::ArrivalContext& arrivals, bool is_whole) {
    models::SourceContext context{.is_for_many = !arrivals.function, .horizon = setup_.horizon};
    if (arrivals.function && known_) {
      context.function = &setup_.functions[arrivals.function->value];
    }
    auto source = item.variant("source", names_of(models::source_models()), "http");
    if (!source) {
      return {};
    }
    const models::SourceModel& model = model_of(models::source_models(), source->name);
    Source made{model.read(source->parameters, context),
                {source->name, model.charge, is_whole ? arrivals.function : std::nullopt,
                 arrivals.function}};
    source->parameters.finish();
    require_poller_price(item, made);
    check_durable(item, made, arrivals, is_whole);
    return made;
  }

  /// Executions are started by sources of their own, each of one function.
  void check_durable(ObjectReader& item, const Source& source,
                     const models::ArrivalContext& arrivals, bool is_whole) {
    if (source.settings.charge == models::SourceCharge::kDurable) {
      if (!is_whole) {
        item.report("invoke", "a durable source starts executions of one function, not of several");
      }
      return;
    }
    for (std::size_t i = 0; i < setup_.functions.size() && known_; ++i) {
      const bool is_called = !arrivals.function || (is_whole ? arrivals.function->value == i
                                                             : is_routed(item, names_[i]));
      if (is_called && setup_.functions[i].durable != nullptr) {
        item.report("source",
                    fmt::format("must be durable: '{}' is a durable function", names_[i]));
      }
    }
  }

  static bool is_routed(const ObjectReader& item, const std::string& name) {
    return item.peek("invoke")->find(name) != nullptr;
  }

  void require_poller_price(ObjectReader& item, const Source& source) {
    if (source.model == nullptr || !source.model->bills_pollers()) {
      return;
    }
    models::Usage usage;
    usage.sqs_poller_s = source.settings.charge == models::SourceCharge::kSqsPollers ? 1 : 0;
    usage.kafka_poller_s = source.settings.charge == models::SourceCharge::kKafkaPollers ? 1 : 0;
    if (const auto missing = models::missing_price(design_.prices, usage)) {
      item.report("source", *missing);
    }
  }

  void keep(ObjectReader& item, const models::ArrivalContext& context,
            std::shared_ptr<const engine::ArrivalProcess> process, const Source& source,
            std::vector<engine::Route> routes) {
    if (!context.function) {
      std::fill(is_entry_.begin(), is_entry_.end(), true);
    }
    if (process == nullptr) {
      return;
    }
    const bool brings_durations = process->records_durations() || !source.settings.has_arrivals;
    for (std::size_t i = 0; i < setup_.functions.size() && !brings_durations; ++i) {
      const bool called = !context.function || (known_ && context.function->value == i);
      if (called && engine::takes_recorded(setup_.functions[i].handler)) {
        item.report("arrivals",
                    fmt::format("functions.{}.handler takes recorded durations, but these arrivals "
                                "carry none; use a trace with a column of durations",
                                names_[i]));
      }
    }
    known_ = true;
    setup_.arrivals.push_back(std::move(process));
    setup_.sources.push_back(source.model);
    setup_.receivers.push_back(std::move(routes));
    design_.sources.push_back(source.settings);
  }

  Design& design_;
  engine::Setup& setup_;
  const std::string& folder_;
  std::vector<std::string> entries_;
  std::vector<bool> sent_to_;
  std::vector<bool> is_entry_;   // an entry invokes it
  std::vector<bool> is_called_;  // by another function
  StartedWorkflows workflows_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, core::FunctionId> ids_;
  std::unordered_map<std::string, std::uint64_t> ordinals_;
  bool known_ = true;
};

}  // namespace

void read_workload(ObjectReader& root, const std::string& folder, Design& design,
                   Warnings& warnings) {
  WorkloadReader workload(folder, entry_names(root), design);
  root.each_item("workload", true, [&workload](std::size_t index, ObjectReader& item) {
    workload.read(index, item);
  });
  check_sends(root, design, warnings);
  if (root.has("workload")) {
    design.idle_functions = workload.idle_functions();
    design.entry_functions = workload.entry_functions();
    design.workload_at = root.where("workload");
    for (const std::string& name : workload.idle_workflows()) {
      warnings.add(root.where("workload"), "workflows." + name, "nothing starts it");
    }
  }
}

}  // namespace lambdasim::app
