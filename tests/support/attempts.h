// What tests of event sources ask of a run: the attempts in the order in which they were made, and
// the totals of the one source.
#pragma once

#include <vector>

#include "tests/support/scripted.h"

namespace lambdasim::test {

/// When each reached the platform, since the start.
inline std::vector<Duration> times_of(const RunOutput& run) {
  std::vector<Duration> times;
  for (const engine::InvocationRecord& row : run.rows.invocations) {
    times.push_back(row.arrival - core::kStartOfTime);
  }
  return times;
}

/// Their numbers among those of their event.
inline std::vector<int> attempts_of(const RunOutput& run) {
  std::vector<int> attempts;
  for (const engine::InvocationRecord& row : run.rows.invocations) {
    attempts.push_back(row.attempt);
  }
  return attempts;
}

inline std::vector<Duration> durations_of(const RunOutput& run) {
  std::vector<Duration> durations;
  for (const engine::InvocationRecord& row : run.rows.invocations) {
    durations.push_back(row.duration);
  }
  return durations;
}

inline const engine::SourceTotals& totals_of(const RunOutput& run) {
  return run.result.sources.at(0);
}

}  // namespace lambdasim::test
