// Programs and resources of functions.
#include <fmt/format.h>

#include "models/lifecycle/runtimes.h"
#include "sim/app/scenario_names.h"
#include "sim/app/scenario_parts.h"
#include "sim/core/random.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using engine::Step;
using engine::StepKind;

/// A stable key above all named purposes.
std::uint32_t purpose_of(const std::string& place) {
  constexpr std::uint32_t kTopBit = 0x80000000U;
  return static_cast<std::uint32_t>(core::hash_name(place)) | kTopBit;
}

/// Processes and threads that a context may have: AWS Lambda quotas page.
constexpr std::int64_t kMostThreads = 1024;

void read_use(ObjectReader& item, ResourceNames& names, Step& step) {
  const std::string name = item.text("use");
  step.kind = StepKind::kUse;
  if (const auto found = names.ids.find(name); found != names.ids.end()) {
    step.resource = found->second;
    names.used[found->second.value] = true;
    return;
  }
  std::vector<std::string> known;
  for (const auto& [resource, id] : names.ids) {
    known.push_back(resource);
  }
  item.report("use",
              known.empty()
                  ? fmt::format("unknown resource '{}'; the function has none", name)
                  : fmt::format("unknown resource '{}'{}", name, config::suggestion(name, known)));
}

void read_time(ObjectReader& item, const std::string& key, bool may_be_recorded, Step& step) {
  const bool is_cpu = key == "cpu";
  step.kind = is_cpu ? StepKind::kCpu : StepKind::kWait;
  const config::Node* value = item.peek(key);
  if (value == nullptr || value->scalar != "recorded") {
    step.time = item.time_distribution(key, std::nullopt);
    return;
  }
  item.text(key);
  step.kind = is_cpu ? StepKind::kCpuRecorded : StepKind::kWaitRecorded;
  if (!may_be_recorded) {
    item.report(key, "only steps of a handler can take what a trace recorded");
  }
}

/// @param key what the step does; none when that was reported as wrong
Step read_step(ObjectReader& item, const std::optional<std::string>& key, const std::string& place,
               ResourceNames* names) {
  Step step;
  step.purpose = purpose_of(place);
  if (key == "use") {
    read_use(item, *names, step);
  } else if (key) {
    read_time(item, *key, names != nullptr, step);
  }
  if (key == "cpu") {
    step.threads = static_cast<std::uint32_t>(item.integer("threads", 1, {1, kMostThreads}));
  } else if (key && item.has("threads")) {
    item.report("threads", "only CPU time is divided among threads");
  }
  if (key && key != "use" && names != nullptr) {
    step.per_item = item.boolean("per_item", false);
  } else if (key == "use" && item.has("per_item")) {
    item.report("per_item", "a resource is made once, however many events a batch has");
  }
  return step;
}

/// A step that only a durable function may have.
DurableMark read_mark(ObjectReader& item, const std::string& key, const std::string& place,
                      bool is_durable) {
  DurableMark mark;
  if (key == "suspend") {
    mark.pause = item.time_distribution(key, std::nullopt);
    mark.purpose = purpose_of(place);
  } else {
    mark.written_bytes = item.bytes(key, std::nullopt, {0, kMostDurableBytes});
  }
  if (!is_durable) {
    item.report(key, "is for a durable function: give the function the key `durable`");
  }
  return mark;
}

}  // namespace

HandlerSteps read_handler(ObjectReader& function, ResourceNames& names) {
  HandlerSteps handler;
  const bool is_durable = function.has("durable");
  function.each_item("handler", true, [&](std::size_t index, ObjectReader& item) {
    const std::string place = fmt::format("handler/{}", index);
    const auto key =
        item.only_key({"cpu", "wait", "use", "suspend", "checkpoint"}, {"threads", "per_item"});
    if (key == "suspend" || key == "checkpoint") {
      handler.marks.push_back(read_mark(item, *key, place, is_durable));
      handler.marks.back().after = handler.steps.size();
    } else {
      handler.steps.push_back(read_step(item, key, place, &names));
    }
  });
  return handler;
}

engine::Program read_steps(ObjectReader& owner, std::string_view key, bool required,
                           const std::string& place, ResourceNames* names) {
  engine::Program program;
  owner.each_item(key, required, [&](std::size_t index, ObjectReader& item) {
    const auto kind = names != nullptr
                          ? item.only_key({"cpu", "wait", "use"}, {"threads", "per_item"})
                          : item.only_key({"cpu", "wait"}, {"threads"});
    program.push_back(read_step(item, kind, fmt::format("{}/{}", place, index), names));
  });
  return program;
}

engine::Program read_first_call(ObjectReader& function, const FunctionBilling& billing,
                                const engine::Program& handler) {
  if (function.has("first_call")) {
    return read_steps(function, "first_call", false, "first_call", nullptr);
  }
  engine::Program program;
  if (engine::takes_recorded(handler)) {
    return program;
  }
  for (const auto& measured : models::runtime_first_call(billing.runtime, billing.architecture)) {
    Step step;
    step.kind = StepKind::kCpu;
    step.purpose = purpose_of(fmt::format("first_call/{}", program.size()));
    step.time = measured.cpu;
    step.threads = measured.threads;
    program.push_back(step);
  }
  return program;
}

std::vector<engine::Resource> read_resources(ObjectReader& function, ResourceNames& names) {
  std::vector<engine::Resource> resources;
  function.each_named("resources", false, [&](const std::string& name, ObjectReader& reader) {
    if (!is_name(name)) {
      reader.report_here(fmt::format("a resource's name {}", kNameRule));
    }
    engine::Resource resource;
    resource.name = name;
    resource.where = static_cast<engine::Where>(
        reader.choice("where", {"outside_handler", "inside_handler", "first_use"}, 0));
    if (reader.has("connects_to")) {
      reader.text("connects_to");
      resource.is_connection = true;
    }
    resource.setup = read_steps(reader, "setup", true, "resource/" + name, nullptr);
    names.ids.emplace(name, core::ResourceId{static_cast<std::uint32_t>(resources.size())});
    resources.push_back(std::move(resource));
  });
  if (resources.size() > engine::kMostResources) {
    function.report("resources", fmt::format("a function can have at most {} resources, got {}",
                                             engine::kMostResources, resources.size()));
  }
  names.used.resize(resources.size());
  return resources;
}

}  // namespace lambdasim::app
