#include "sim/app/workflow_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/app/scenario_names.h"
#include "sim/engine/evaluate.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using models::State;
using models::StateId;
using Kind = State::Kind;
using namespace std::chrono_literals;

constexpr std::int64_t kMostItems = 1'000'000;
constexpr std::int64_t kMostAtOnce = 10'000;
constexpr config::Range<core::Duration> kDelays{0ms, 24h * 365};

const std::vector<std::string_view> kKinds{"invoke", "map", "parallel", "choice", "wait", "end"};

}  // namespace

StatesReader::StatesReader(ObjectReader& states, const engine::Setup& setup,
                           models::Workflow& workflow)
    : states_(states), setup_(setup), workflow_(workflow), names_(states.keys()) {}

bool StatesReader::read() {
  for (const std::string& name : names_) {
    ObjectReader reader = states_.object(name);
    State& state = workflow_.states.emplace_back();
    state.name = name;
    if (!is_name(name)) {
      reader.report_here(fmt::format("a state's name {}", kNameRule));
    }
    read_state(reader, state);
    reader.finish();
  }
  return is_whole_;
}

StateId StatesReader::find(ObjectReader& reader, std::string_view key, const std::string& name) {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found != names_.end()) {
    return static_cast<StateId>(found - names_.begin());
  }
  is_whole_ = false;
  if (!name.empty()) {
    reader.report(key, fmt::format("unknown state '{}'{}", name, config::suggestion(name, names_)));
  }
  return models::kNoState;
}

void StatesReader::read_state(ObjectReader& reader, State& state) {
  const auto kind = reader.only_key(kKinds, {"next", "retry", "catch"});
  if (!kind) {
    is_whole_ = false;
    return;
  }
  if (*kind == "invoke") {
    state.kind = Kind::kInvoke;
    state.function = read_function(reader);
  } else if (*kind == "map") {
    state.kind = Kind::kMap;
    read_map(reader, state);
  } else if (*kind == "parallel") {
    state.kind = Kind::kParallel;
    read_parallel(reader, state);
  } else if (*kind == "choice") {
    state.kind = Kind::kChoice;
    read_choice(reader, state);
  } else if (*kind == "wait") {
    state.kind = Kind::kWait;
    state.wait = reader.time_distribution("wait", std::nullopt);
  } else {
    state.succeeds = reader.choice("end", {"succeed", "fail"}, std::nullopt) == 0;
  }
  read_ways(reader, *kind, state);
}

/// `next`, `catch` and `retry`, where the kind has them.
void StatesReader::read_ways(ObjectReader& reader, std::string_view kind, State& state) {
  const bool calls = state.kind == Kind::kInvoke || state.kind == Kind::kMap;
  const bool goes_on = state.kind != Kind::kChoice && state.kind != Kind::kEnd;
  const auto has = [&reader, kind](std::string_view key, bool is_taken) {
    if (reader.has(key) && !is_taken) {
      reader.report(key, fmt::format("{} states take none", kind));
    }
    return reader.has(key) && is_taken;
  };
  if (has("next", goes_on)) {
    state.next = find(reader, "next", reader.text("next"));
  }
  if (has("catch", calls || state.kind == Kind::kParallel)) {
    state.on_failure = find(reader, "catch", reader.text("catch"));
  }
  if (has("retry", calls)) {
    state.retry = read_retry(reader);
  }
}

models::StateRetry StatesReader::read_retry(ObjectReader& reader) {
  ObjectReader retry = reader.object("retry");
  models::StateRetry made;
  made.attempts =
      static_cast<std::uint32_t>(retry.integer("attempts", 4, {1, models::kMostStateAttempts}));
  made.delay = retry.duration("delay", 1s, kDelays);
  made.rate = retry.number("rate", 2, {1, 100});
  if (retry.has("maximum")) {
    made.maximum = retry.duration("maximum", std::nullopt, {made.delay, kDelays.to});
  }
  made.has_jitter = retry.choice("jitter", {"none", "full"}, 0) == 1;
  const std::size_t on = retry.choice("on", {"all", "refusals", "errors"}, 0);
  made.of_refusals = on != 2;
  made.of_failures = on != 1;
  retry.finish();
  return made;
}

void StatesReader::read_map(ObjectReader& reader, State& state) {
  ObjectReader map = reader.object("map");
  state.function = read_function(map);
  state.items = static_cast<std::uint32_t>(map.integer("items", std::nullopt, {1, kMostItems}));
  state.concurrency = static_cast<std::uint32_t>(map.integer("concurrency", 0, {0, kMostAtOnce}));
  map.finish();
}

void StatesReader::read_parallel(ObjectReader& reader, State& state) {
  for (const std::string& first : reader.texts("parallel")) {
    state.branches.push_back(find(reader, "parallel", first));
  }
  is_whole_ = is_whole_ && !state.branches.empty();
  const config::Node& given = *reader.peek("parallel");
  if (given.kind == config::Node::Kind::kNull || (given.items.empty() && given.scalar.empty())) {
    reader.report("parallel", "must be a list of the first states of at least one branch");
  }
}

void StatesReader::read_choice(ObjectReader& reader, State& state) {
  ObjectReader shares = reader.object("choice");
  double sum = 0;
  for (const std::string& name : shares.keys()) {
    sum += shares.number(name, std::nullopt, {0.0, 1.0});
    state.choices.push_back({sum, find(shares, name, name)});
  }
  if (state.choices.empty() || std::abs(sum - 1) > 1e-9) {
    is_whole_ = is_whole_ && !state.choices.empty();
    reader.report("choice",
                  fmt::format("the probabilities must add up to 100 %, got {:.6g} %", 100 * sum));
  }
  shares.finish();
}

std::uint32_t StatesReader::read_function(ObjectReader& reader) {
  const std::string name = reader.text("invoke");
  const auto found = std::find_if(
      setup_.functions.begin(), setup_.functions.end(),
      [&name](const engine::FunctionSetup& function) { return function.name == name; });
  if (found == setup_.functions.end()) {
    std::vector<std::string> known;
    for (const engine::FunctionSetup& function : setup_.functions) {
      known.push_back(function.name);
    }
    if (!name.empty()) {
      reader.report("invoke",
                    fmt::format("unknown function '{}'{}", name, config::suggestion(name, known)));
    }
    is_whole_ = false;
    return 0;
  }
  if (found->durable != nullptr) {
    reader.report("invoke", fmt::format("'{}' is a durable function, whose executions a workflow "
                                        "cannot wait for",
                                        name));
  } else if (engine::takes_recorded(found->handler)) {
    reader.report("invoke", fmt::format("functions.{}.handler takes recorded durations, which a "
                                        "workflow has none of",
                                        name));
  }
  const core::FunctionId id{static_cast<std::uint32_t>(found - setup_.functions.begin())};
  auto& functions = workflow_.functions;
  const auto place = std::find(functions.begin(), functions.end(), id);
  const auto index = static_cast<std::uint32_t>(place - functions.begin());
  if (place == functions.end()) {
    functions.push_back(id);
  }
  return index;
}

}  // namespace lambdasim::app
