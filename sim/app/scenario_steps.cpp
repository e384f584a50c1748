// Programs of functions: what they do, step by step.
#include <fmt/format.h>

#include "models/lifecycle/runtimes.h"
#include "sim/app/scenario_parts.h"
#include "sim/app/step_reader.h"
#include "sim/core/random.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using engine::Step;
using engine::StepKind;

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

std::uint32_t purpose_of(const std::string& place) {
  constexpr std::uint32_t kTopBit = 0x80000000U;
  return static_cast<std::uint32_t>(core::hash_name(place)) | kTopBit;
}

HandlerSteps read_handler(ObjectReader& function, StepNames& names) {
  HandlerSteps handler;
  const bool is_durable = function.has("durable");
  std::vector<std::string_view> keys = steps_of(StepsOf::kHandler);
  keys.insert(keys.end(), {"suspend", "checkpoint"});
  const std::vector<std::string_view> beside = StepLinks::beside(beside_steps(StepsOf::kHandler));
  function.each_item("handler", true, [&](std::size_t index, ObjectReader& item) {
    const std::string place = fmt::format("handler/{}", index);
    const auto key = item.only_key(keys, beside);
    if (key == "suspend" || key == "checkpoint") {
      handler.marks.push_back(read_mark(item, *key, place, is_durable));
      handler.marks.back().after = handler.steps.size();
      StepLinks::refuse(item, "only steps that take time are parts of a graph");
    } else {
      handler.links.read(item, handler.steps.size());
      read_step(item, key, {StepsOf::kHandler, place}, names, handler.steps);
    }
  });
  return handler;
}

engine::Program read_steps(ObjectReader& owner, std::string_view key, bool required,
                           const std::string& place, StepsOf of, StepNames& names,
                           StepLinks* links) {
  const std::vector<std::string_view> beside =
      links != nullptr ? StepLinks::beside(beside_steps(of)) : beside_steps(of);
  engine::Program program;
  owner.each_item(key, required, [&](std::size_t index, ObjectReader& item) {
    const auto kind = item.only_key(steps_of(of), beside);
    if (links != nullptr) {
      links->read(item, program.size());
    }
    read_step(item, kind, {of, fmt::format("{}/{}", place, index)}, names, program);
  });
  return program;
}

engine::Program read_first_call(ObjectReader& function, const FunctionBilling& billing,
                                const engine::Program& handler) {
  if (function.has("first_call")) {
    StepNames none;
    return read_steps(function, "first_call", false, "first_call", StepsOf::kTimes, none);
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

}  // namespace lambdasim::app
