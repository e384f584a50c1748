// Runs of one stream: arrivals at given times, read as a scenario would describe the source, with
// the records that are to be poisoned chosen by their own numbers.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "tests/support/model_from_yaml.h"
#include "tests/support/scripted.h"

namespace lambdasim::test {

/// Of ScriptedArrivals as the first stream.
inline constexpr std::uint64_t kScriptedStream = 77;

inline std::shared_ptr<const engine::EventSourceModel> source(std::string_view kind,
                                                              const std::string& parameters) {
  return model_from_yaml(models::source_models(), kind, parameters, models::SourceContext{});
}

inline engine::Setup stream_setup(engine::FunctionSetup function, std::string_view kind,
                                  const std::string& parameters, const std::vector<Duration>& times,
                                  Duration horizon = 1h) {
  std::vector<ScriptedArrival> arrivals;
  for (const Duration time : times) {
    arrivals.push_back({time});
  }
  engine::Setup setup = setup_of({std::move(function)}, std::move(arrivals), horizon);
  setup.sources = {source(kind, parameters)};
  return setup;
}

/// When an invocation was asked for, and with how many records.
struct Batch {
  Duration time;
  int items;
  bool operator==(const Batch&) const = default;
};

inline std::vector<Batch> batches(const RunOutput& output) {
  std::vector<Batch> found;
  for (const engine::InvocationRecord& row : output.rows.invocations) {
    found.push_back({row.arrival.time_since_epoch(), row.items});
  }
  std::sort(found.begin(), found.end(),
            [](const Batch& a, const Batch& b) { return a.time < b.time; });
  return found;
}

inline std::ostream& operator<<(std::ostream& out, const Batch& batch) {
  return out << fmt::format("{} items at {} ns", batch.items, batch.time.count());
}

inline core::InvocationNumbers numbers_of_record(engine::RunKey key, std::uint64_t number) {
  return core::RandomStream{key.seed, key.replication, kScriptedStream}.invocation(number);
}

/// A seed and a share with which exactly one of the first `count` records is poisoned.
struct OnePoisoned {
  OnePoisoned(std::uint64_t index, std::uint64_t count) {
    for (key.seed = 1;; ++key.seed) {
      double least = 1.0;
      double second = 1.0;
      std::uint64_t which = 0;
      for (std::uint64_t i = 0; i < count; ++i) {
        const double draw = numbers_of_record(key, i).engine(core::Purpose::kPoison).uniform();
        which = draw < least ? i : which;
        second = std::min(second, std::max(draw, least));
        least = std::min(least, draw);
      }
      if (which == index) {
        share = fmt::format("poison: {:.17f}", (least + second) / 2);
        return;
      }
    }
  }

  engine::RunKey key;
  std::string share;  ///< as a parameter
};

inline std::uint64_t accounted(const engine::SourceTotals& totals) {
  return totals.handled + totals.expired + totals.dead_lettered + totals.discarded + totals.left;
}

}  // namespace lambdasim::test
