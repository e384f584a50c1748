// A function behind an SQS queue, as scenarios describe it.
#pragma once

#include <algorithm>
#include <memory>
#include <string>

#include "tests/support/model_from_yaml.h"
#include "tests/support/scripted.h"

namespace lambdasim::test {

inline std::shared_ptr<const engine::EventSourceModel> sqs(const std::string& parameters,
                                                           const engine::FunctionSetup& function) {
  models::SourceContext context;
  context.function = &function;
  return model_from_yaml(models::source_models(), "sqs", parameters, context);
}

/// Messages at the given times.
inline engine::Setup queue_of(const engine::FunctionSetup& function, const std::string& parameters,
                              std::vector<ScriptedArrival> arrivals, Duration horizon = 1h) {
  engine::Setup setup = setup_of({function}, std::move(arrivals), horizon);
  setup.sources = {sqs(parameters, function)};
  return setup;
}

inline std::vector<ScriptedArrival> messages(std::size_t count, Duration time) {
  return std::vector<ScriptedArrival>(count, ScriptedArrival{time});
}

/// When the batches were invoked.
inline std::vector<Duration> invoked_at(const RunOutput& output) {
  std::vector<Duration> times;
  for (const engine::InvocationRecord& record : output.rows.invocations) {
    times.push_back(record.arrival.time_since_epoch());
  }
  std::sort(times.begin(), times.end());
  return times;
}

inline std::uint64_t accounted_for(const engine::SourceTotals& totals) {
  return totals.handled + totals.expired + totals.dead_lettered + totals.discarded + totals.left;
}

}  // namespace lambdasim::test
