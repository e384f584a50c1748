// What contexts hold and calls reuse: clients, connections, keys.
#include <fmt/format.h>

#include <algorithm>

#include "models/resource/kinds.h"
#include "models/workflow/precedence.h"
#include "sim/app/scenario_names.h"
#include "sim/app/scenario_parts.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using engine::Program;
using engine::Resource;
using engine::Step;
using engine::StepKind;
using namespace std::chrono_literals;

constexpr config::Range<core::Duration> kTimes{1ms, 24h * 3650};
constexpr config::Range<std::int64_t> kCounts{1, 1'000'000'000};

void note_names(const ObjectReader& function, StepNames& names) {
  const config::Node* resources = function.peek("resources");
  if (resources == nullptr) {
    return;
  }
  for (const config::Entry& entry : resources->entries) {
    const auto index = static_cast<std::uint32_t>(names.resources.size());
    names.resources.emplace(entry.key, core::ResourceId{index});
  }
  names.backend_of.resize(names.resources.size());
  names.used.resize(names.resources.size());
}

class ResourceReader {
 public:
  ResourceReader(ObjectReader& reader, StepNames& names, Resource& resource)
      : reader_(reader), names_(names), resource_(resource) {}

  void read() {
    if (!is_name(resource_.name)) {
      reader_.report_here(fmt::format("a resource's name {}", kNameRule));
    }
    if (reader_.has("kind")) {
      reader_.choice("kind", models::resource_kind_names(), std::nullopt);
    }
    resource_.where = static_cast<engine::Where>(
        reader_.choice("where", {"outside_handler", "inside_handler", "first_use"}, 0));
    read_backend();
    read_programs();
    read_validity();
    read_making();
  }

 private:
  void read_backend() {
    if (!reader_.has("connects_to")) {
      return;
    }
    const std::string name = reader_.text("connects_to");
    resource_.backend = names_.backends->find(reader_, "connects_to", name, true);
    resource_.is_connection = true;
    if (!resource_.backend) {
      reader_.report("connects_to", fmt::format("unknown backend '{}'{}", name,
                                                config::suggestion(name, names_.backends->all())));
    }
  }

  void read_programs() {
    const std::string place = "resource/" + resource_.name;
    resource_.setup = read_steps(reader_, "setup", true, place, StepsOf::kSetup, names_);
    if (reader_.has("teardown")) {
      resource_.teardown =
          read_steps(reader_, "teardown", false, place + "/teardown", StepsOf::kTimes, names_);
    }
    if (reader_.has("found_stale")) {
      resource_.found_stale = read_steps(reader_, "found_stale", false, place + "/found_stale",
                                         StepsOf::kTimes, names_);
    } else {
      Step step;
      step.purpose = purpose_of(place + "/found_stale/0");
      step.time = models::resource_defaults().found_stale;
      resource_.found_stale = {step};
    }
  }

  void read_validity() {
    engine::Validity& valid = resource_.valid;
    if (reader_.has("idle_timeout")) {
      valid.idle = reader_.duration("idle_timeout", std::nullopt, kTimes);
    }
    resource_.stale_fails = reader_.choice("when_stale", {"reconnect", "fail"}, 0) == 1;
    if (reader_.has("maximum_age")) {
      valid.age = reader_.duration("maximum_age", std::nullopt, kTimes);
    }
    if (reader_.has("maximum_uses")) {
      valid.uses =
          static_cast<std::uint64_t>(reader_.integer("maximum_uses", std::nullopt, kCounts));
    }
    if (reader_.has("maximum_bytes")) {
      constexpr std::int64_t kMostBytes = std::int64_t{1} << 60;
      valid.bytes = reader_.bytes("maximum_bytes", std::nullopt, {1, kMostBytes});
    }
  }

  void read_making() {
    engine::Making& making = resource_.making;
    making.fails = reader_.number("fails", 0.0, {0.0, 1.0});
    making.attempts = static_cast<std::uint32_t>(reader_.integer("attempts", 1, {1, 100}));
    if (reader_.has("retry_delay")) {
      making.delay = reader_.time_distribution("retry_delay", std::nullopt);
    } else if (making.attempts > 1) {
      making.delay =
          reader_.time_distribution("retry_delay", models::resource_defaults().retry_delay);
    }
  }

  ObjectReader& reader_;
  StepNames& names_;
  Resource& resource_;
};

/// Which resources making a resource uses, and theirs in turn.
class Needs {
 public:
  Needs(ObjectReader& function, const std::vector<Resource>& resources)
      : function_(function), resources_(resources) {}

  void check() {
    if (const std::string cycle = cycle_among_them(); !cycle.empty()) {
      function_.report("resources", "resources that need each other: " + cycle);
      return;
    }
    for (const Resource& resource : resources_) {
      if (resource.where == engine::Where::kOutsideHandler) {
        check_in_init(resource, resource);
      }
    }
  }

 private:
  std::string cycle_among_them() const {
    std::vector<models::Precedence> needs;
    std::vector<std::string> names;
    for (const Resource& resource : resources_) {
      for (const Step& step : resource.setup) {
        if (step.kind == StepKind::kUse) {
          needs.push_back({names.size(), step.resource.value});
        }
      }
      names.push_back(resource.name);
    }
    const std::vector<std::size_t> cycle = models::find_cycle(names.size(), needs);
    return cycle.empty() ? "" : models::path_text(cycle, names, true);
  }

  /// INIT makes `first` with all that it needs.
  void check_in_init(const Resource& first, const Resource& resource) {
    for (const Step& step : resource.setup) {
      if (step.kind != StepKind::kUse) {
        continue;
      }
      const Resource& needed = resources_[step.resource.value];
      if (needed.where == engine::Where::kInsideHandler) {
        function_.report("resources", fmt::format("{} is made outside the handler, but needs {}, "
                                                  "which is made inside",
                                                  first.name, needed.name));
      } else {
        check_in_init(first, needed);
      }
    }
  }

  ObjectReader& function_;
  const std::vector<Resource>& resources_;
};

bool has_step(const Program& program, bool (*is_one)(const Step&)) {
  return std::any_of(program.begin(), program.end(), is_one);
}

bool is_use(const Step& step) {
  return step.kind == StepKind::kUse;
}

bool is_beyond_use(const Step& step) {
  return step.kind > StepKind::kUse || (step.kind == StepKind::kUse && step.bytes > 0);
}

/// Whether it is more than a connection that its backend takes at any time.
bool is_more_than_held(const Resource& resource) {
  return !resource.teardown.empty() || resource.valid != engine::Validity{} ||
         resource.making.fails > 0 || has_step(resource.setup, is_use) ||
         has_step(resource.setup, is_beyond_use);
}

std::vector<const Program*> programs_of(const engine::FunctionSetup& function) {
  std::vector<const Program*> programs{&function.init, &function.handler, &function.ping};
  for (const Resource& resource : function.resources) {
    programs.push_back(&resource.setup);
  }
  return programs;
}

}  // namespace

std::vector<Resource> read_resources(ObjectReader& function, StepNames& names) {
  std::vector<Resource> resources;
  note_names(function, names);
  function.each_named("resources", false, [&](const std::string& name, ObjectReader& reader) {
    Resource& resource = resources.emplace_back();
    resource.name = name;
    ResourceReader{reader, names, resource}.read();
    names.backend_of[resources.size() - 1] = resource.backend;
  });
  if (resources.size() > engine::kMostResources) {
    function.report("resources", fmt::format("a function can have at most {} resources, got {}",
                                             engine::kMostResources, resources.size()));
  }
  Needs{function, resources}.check();
  return resources;
}

bool is_stepwise(const engine::FunctionSetup& function) {
  return std::any_of(function.resources.begin(), function.resources.end(),
                     [](const Resource& resource) { return resource.backend.has_value(); }) ||
         !is_without_steps(function, {});
}

bool is_without_steps(const engine::FunctionSetup& function,
                      const std::vector<engine::Backend>& backends) {
  const std::vector<const Program*> programs = programs_of(function);
  return std::none_of(programs.begin(), programs.end(),
                      [](const Program* program) { return has_step(*program, is_beyond_use); }) &&
         std::none_of(
             function.resources.begin(), function.resources.end(),
             [&backends](const Resource& resource) {
               return is_more_than_held(resource) ||
                      (resource.backend && !backends.empty() &&
                       backends[resource.backend->value].max_connections != engine::kUnlimited);
             });
}

bool asks(const engine::FunctionSetup& function, core::BackendId backend) {
  const std::vector<const Program*> programs = programs_of(function);
  return std::any_of(programs.begin(), programs.end(), [backend](const Program* program) {
    return std::any_of(program->begin(), program->end(), [backend](const Step& step) {
      return step.kind == StepKind::kRequest && step.backend == backend;
    });
  });
}

}  // namespace lambdasim::app
