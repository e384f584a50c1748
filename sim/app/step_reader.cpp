#include "sim/app/step_reader.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "models/resource/defaults.h"
#include "sim/app/scenario_calls.h"
#include "sim/app/scenario_sends.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using engine::Step;
using engine::StepKind;

/// Processes and threads that a context may have: AWS Lambda quotas page.
constexpr std::int64_t kMostThreads = 1024;
constexpr std::int64_t kBytesAMb = std::int64_t{1} << 20;
constexpr config::Range<std::int64_t> kSizes{0, kBytesAMb << 20};

/// A key beside the one that says what a step does, and where it may stand.
struct Beside {
  std::string_view key;
  std::string_view steps;  // of which it is
  std::string_view message;
};

constexpr Beside kBeside[] = {
    {"threads", "cpu", "only CPU time is divided among threads"},
    {"takes", "request, send", "belongs to `request` and `send`"},
    {"latency", "transfer", "belongs to a `transfer`"},
    {"keep", "write", "belongs to a `write`"},
    {"with", "encrypt, decrypt", "belongs to `encrypt` and `decrypt`"},
    {"cpu_per_mb", "encrypt, decrypt", "belongs to `encrypt` and `decrypt`"},
    {"times", "call", "belongs to a `call`"},
    {"events", "send", "belongs to a `send`"},
    {"probability", "call, send", "belongs to `call` and `send`"},
    {"attempts", "call", "belongs to a `call`"},
    {"backoff", "call", "belongs to a `call`"},
};

template <class Id>
std::vector<std::string> names_in(const std::map<std::string, Id, std::less<>>& ids) {
  std::vector<std::string> names;
  for (const auto& [name, id] : ids) {
    names.push_back(name);
  }
  return names;
}

/// Reads one item of a list of steps, which can become two steps.
class StepReader {
 public:
  StepReader(ObjectReader& item, const StepPlace& place, StepNames& names, engine::Program& program)
      : item_(item), of_(place.of), names_(names), program_(program) {
    step_.purpose = purpose_of(place.name);
  }

  /// @param key what the step does; none when that was reported as wrong
  void read(const std::optional<std::string>& key) {
    if (key) {
      check_beside(*key);
      read_what(*key);
    }
    program_.push_back(step_);
  }

 private:
  void read_what(const std::string& key) {
    if (of_ == StepsOf::kHandler && key != "use") {
      step_.per_item = item_.boolean("per_item", false);
    }
    if (key == "cpu" || key == "wait") {
      read_time(key);
    } else if (key == "use") {
      read_use(key);
    } else if (key == "request") {
      read_request();
    } else if (key == "fetch") {
      read_fetch();
    } else if (key == "encrypt" || key == "decrypt") {
      read_encryption(key);
    } else if (key == "call") {
      step_.kind = StepKind::kCall;
      step_.call = read_call(item_, names_);
    } else if (key == "send") {
      step_.kind = StepKind::kSend;
      step_.call = read_send(item_, names_);
      step_.time = item_.time_distribution("takes", models::backend_defaults().send);
    } else {
      read_bytes(key);
    }
  }

  void check_beside(const std::string& key) {
    for (const Beside& beside : kBeside) {
      if (item_.has(beside.key) && beside.steps.find(key) == std::string_view::npos) {
        item_.report(beside.key, std::string{beside.message});
      }
    }
    if (key == "use" && item_.has("per_item")) {
      item_.report("per_item", "a resource is made once, however many events a batch has");
    }
  }

  void read_time(const std::string& key) {
    const bool is_cpu = key == "cpu";
    step_.kind = is_cpu ? StepKind::kCpu : StepKind::kWait;
    const config::Node* value = item_.peek(key);
    if (value == nullptr || value->scalar != "recorded") {
      step_.time = item_.time_distribution(key, std::nullopt);
    } else {
      item_.text(key);
      step_.kind = is_cpu ? StepKind::kCpuRecorded : StepKind::kWaitRecorded;
      if (of_ != StepsOf::kHandler) {
        item_.report(key, "only steps of a handler can take what a trace recorded");
      }
    }
    if (is_cpu) {
      step_.threads = static_cast<std::uint32_t>(item_.integer("threads", 1, {1, kMostThreads}));
    }
  }

  /// @return whether `key` names a resource
  bool read_use(const std::string& key) {
    const std::string name = item_.text(key);
    step_.kind = StepKind::kUse;
    if (name.empty() || use(name)) {
      return !name.empty();
    }
    item_.report(key, names_.resources.empty()
                          ? fmt::format("unknown resource '{}'; the function has none", name)
                          : fmt::format("unknown resource '{}'{}", name,
                                        config::suggestion(name, names_in(names_.resources))));
    return false;
  }

  bool use(const std::string& name) {
    const auto found = names_.resources.find(name);
    if (found == names_.resources.end()) {
      return false;
    }
    step_.resource = found->second;
    names_.used[found->second.value] = true;
    return true;
  }

  /// Of a resource that connects to a backend, which is made ready before; or of a backend.
  void read_request() {
    const std::string name = item_.text("request");
    const core::Distribution takes = item_.time_distribution("takes", std::nullopt);
    std::optional<core::BackendId> backend;
    if (of_ == StepsOf::kInit && names_.resources.contains(name)) {
      item_.report("request", fmt::format("'{}' is made after `init`; ask its backend, or ask in "
                                          "its `setup`",
                                          name));
    } else if (use(name)) {
      step_.kind = StepKind::kUse;
      program_.push_back(step_);
      backend = names_.backend_of[step_.resource.value];
      if (!backend) {
        item_.report("request",
                     fmt::format("resource '{}' has no connects_to, so nobody is asked", name));
      }
    } else if (backend = names_.backends->find(item_, "request", name, false); !backend) {
      std::vector<std::string> known = names_.backends->all();
      for (const std::string& resource : names_in(names_.resources)) {
        known.push_back(resource);
      }
      item_.report("request", fmt::format("unknown backend or resource '{}'{}", name,
                                          config::suggestion(name, known)));
    }
    step_.kind = StepKind::kRequest;
    step_.backend = backend.value_or(core::BackendId{0});
    step_.time = takes;
  }

  void read_fetch() {
    const std::string name = item_.text("fetch");
    step_.kind = StepKind::kFetch;
    if (const auto found = names_.files.find(name); found != names_.files.end()) {
      step_.file = found->second;
      return;
    }
    item_.report("fetch", names_.files.empty()
                              ? fmt::format("unknown file '{}'; the function has none", name)
                              : fmt::format("unknown file '{}'{}", name,
                                            config::suggestion(name, names_in(names_.files))));
  }

  void read_bytes(const std::string& key) {
    step_.bytes = item_.bytes(key, std::nullopt, kSizes);
    if (key == "transfer") {
      step_.kind = StepKind::kTransfer;
      step_.time = item_.time_distribution("latency", core::Distribution{});
    } else if (key == "read") {
      step_.kind = StepKind::kRead;
    } else {
      step_.kind = item_.boolean("keep", false) ? StepKind::kKeep : StepKind::kWrite;
    }
  }

  /// The data key is made ready, then the CPU works.
  void read_encryption(const std::string& key) {
    const std::int64_t bytes = item_.bytes(key, std::nullopt, kSizes);
    constexpr config::Range<core::Duration> kPerMb{core::Duration{0}, std::chrono::seconds{10}};
    const core::Duration per_mb =
        item_.duration("cpu_per_mb", models::storage_defaults().cpu_per_mb, kPerMb);
    if (read_use("with")) {
      step_.bytes = bytes;
      program_.push_back(step_);
      step_.bytes = 0;
    }
    step_.kind = StepKind::kCpu;
    step_.time = core::Distribution::constant(
        std::round(static_cast<double>(per_mb.count()) * static_cast<double>(bytes) / kBytesAMb));
  }

  ObjectReader& item_;
  StepsOf of_;
  StepNames& names_;
  engine::Program& program_;
  Step step_;
};

}  // namespace

std::vector<std::string_view> steps_of(StepsOf of) {
  std::vector<std::string_view> keys{"cpu", "wait"};
  if (of == StepsOf::kTimes) {
    return keys;
  }
  if (of != StepsOf::kInit) {
    keys.emplace_back("use");
  }
  keys.insert(keys.end(), {"request", "fetch", "transfer", "read", "write"});
  if (of != StepsOf::kInit) {
    keys.insert(keys.end(), {"encrypt", "decrypt"});
  }
  if (of == StepsOf::kHandler) {
    keys.insert(keys.end(), {"call", "send"});
  }
  return keys;
}

std::vector<std::string_view> beside_steps(StepsOf of) {
  std::vector<std::string_view> keys{"threads"};
  if (of != StepsOf::kTimes) {
    keys.insert(keys.end(), {"takes", "latency", "keep", "with", "cpu_per_mb"});
  }
  if (of == StepsOf::kHandler) {
    keys.insert(keys.end(), {"per_item", "times", "events", "probability", "attempts", "backoff"});
  }
  return keys;
}

void read_step(ObjectReader& item, const std::optional<std::string>& key, const StepPlace& place,
               StepNames& names, engine::Program& program) {
  StepReader{item, place, names, program}.read(key);
}

}  // namespace lambdasim::app
