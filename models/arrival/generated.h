// What generated arrival processes share: the next time is known, the rest is counting.
#pragma once

#include <algorithm>

#include "sim/engine/arrivals.h"

namespace lambdasim::models {

/// A source whose times come from `Schedule`: a value with `core::SimTime next()`, the times in
/// order. It is asked for one more only while the last was before the horizon. The call is inlined.
template <class Schedule>
class GeneratedSource final : public engine::ArrivalSource {
 public:
  GeneratedSource(Schedule schedule, core::FunctionId function, std::uint32_t stream,
                  std::uint64_t stream_key)
      : schedule_(schedule), function_(function), stream_(stream), stream_key_(stream_key) {
    next_ = schedule_.next();
  }

  core::SimTime append(core::SimTime until, std::size_t at_most,
                       std::vector<engine::Arrival>& out) override {
    Schedule schedule = schedule_;  // a copy that need not be stored after every step
    core::SimTime next = next_;
    for (std::size_t i = 0; i < at_most && next < until; ++i) {
      out.push_back({next, number_++, stream_, function_});
      next = schedule.next();
    }
    schedule_ = schedule;
    next_ = next;
    return std::min(next, until);
  }

  std::uint64_t stream_key() const override { return stream_key_; }

 private:
  Schedule schedule_;
  core::SimTime next_;
  std::uint64_t number_ = 0;
  core::FunctionId function_;
  std::uint32_t stream_;
  std::uint64_t stream_key_;
};

}  // namespace lambdasim::models
