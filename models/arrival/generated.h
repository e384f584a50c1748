// What generated arrival processes share: the next time is known, the rest is counting.
#pragma once

#include <algorithm>
#include <type_traits>
#include <utility>

#include "models/catalogue.h"
#include "sim/core/random.h"
#include "sim/engine/arrivals.h"

namespace lambdasim::models {

/// A source whose times come from `Schedule`: a value with `core::SimTime next()`, the times in
/// order. It is asked for one more only while the last was before the horizon. The call is inlined.
template <class Schedule>
class GeneratedSource final : public engine::ArrivalSource {
 public:
  GeneratedSource(Schedule schedule, core::FunctionId function, std::uint32_t stream,
                  std::uint64_t stream_key)
      : schedule_(std::move(schedule)),
        function_(function),
        stream_(stream),
        stream_key_(stream_key) {
    next_ = schedule_.next();
  }

  core::SimTime append(core::SimTime until, std::size_t at_most,
                       std::vector<engine::Arrival>& out) override {
    if constexpr (std::is_trivially_copyable_v<Schedule>) {
      Schedule schedule = schedule_;  // a copy that need not be stored after every step
      const core::SimTime covered = append_from(schedule, until, at_most, out);
      schedule_ = schedule;
      return covered;
    } else {
      return append_from(schedule_, until, at_most, out);
    }
  }

  std::uint64_t stream_key() const override { return stream_key_; }

 private:
  core::SimTime append_from(Schedule& schedule, core::SimTime until, std::size_t at_most,
                            std::vector<engine::Arrival>& out) {
    core::SimTime next = next_;
    for (std::size_t i = 0; i < at_most && next < until; ++i) {
      out.push_back({next, number_++, stream_, function_});
      next = schedule.next();
    }
    next_ = next;
    return std::min(next, until);
  }

  Schedule schedule_;
  core::SimTime next_;
  std::uint64_t number_ = 0;
  core::FunctionId function_;
  std::uint32_t stream_;
  std::uint64_t stream_key_;
};

/// A process whose runs share immutable `Parameters`. `Schedule` is made from a reference to them,
/// which it may keep (a process outlives its sources), and from the numbers of the run.
template <class Schedule, class Parameters>
class GeneratedProcess final : public engine::ArrivalProcess {
 public:
  GeneratedProcess(Parameters parameters, const ArrivalContext& context)
      : parameters_(std::move(parameters)),
        function_(context.function.value_or(core::FunctionId{})),
        stream_key_(context.stream_key) {}

  std::unique_ptr<engine::ArrivalSource> start(engine::RunKey key,
                                               std::uint32_t stream) const override {
    const core::RandomStream numbers{key.seed, key.replication, stream_key_};
    return std::make_unique<GeneratedSource<Schedule>>(Schedule{parameters_, numbers}, function_,
                                                       stream, stream_key_);
  }

 private:
  Parameters parameters_;
  core::FunctionId function_;
  std::uint64_t stream_key_;
};

/// Later times than this are never asked for: a run lasts 50 years at most.
inline constexpr double kLatestNs = 4.6e18;

}  // namespace lambdasim::models
