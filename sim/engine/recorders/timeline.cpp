#include "sim/engine/recorders/timeline.h"

#include <algorithm>

namespace lambdasim::engine {

void TimelineRecorder::Level::add(double from_bin, double to_bin) {
  const auto bins = static_cast<double>(partial.size());
  const double from = std::clamp(from_bin, 0.0, bins);
  const double to = std::clamp(to_bin, 0.0, bins);
  if (from >= to) {
    return;
  }
  const auto first = static_cast<std::size_t>(from);
  const auto last = static_cast<std::size_t>(to);
  if (first == last) {
    partial[first] += to - from;
    return;
  }
  partial[first] += static_cast<double>(first + 1) - from;
  if (last < partial.size()) {
    partial[last] += to - static_cast<double>(last);
  }
  ++steps[first + 1];
  --steps[last];
}

std::vector<double> TimelineRecorder::Level::levels() const {
  std::vector<double> levels(partial.size());
  std::int64_t whole = 0;
  for (std::size_t i = 0; i < partial.size(); ++i) {
    whole += steps[i];
    levels[i] = partial[i] + static_cast<double>(whole);
  }
  return levels;
}

TimelineRecorder::TimelineRecorder(std::size_t functions, core::Duration horizon, std::size_t bins)
    : bins_(bins),
      horizon_(horizon),
      bins_per_ns_(static_cast<double>(bins) / static_cast<double>(horizon.count())) {
  const Level level{std::vector<double>(bins), std::vector<std::int64_t>(bins + 1)};
  const std::vector<std::uint32_t> counts(bins);
  functions_.assign(bins == 0 ? 0 : functions, {counts, counts, level, level, level, level});
}

double TimelineRecorder::position(core::SimTime time) const {
  return static_cast<double>(core::nanoseconds_of(time)) * bins_per_ns_;
}

void TimelineRecorder::invocation(const InvocationRecord& record) {
  if (bins_ == 0) {
    return;
  }
  PerFunction& function = functions_[record.function.value];
  const double arrived = position(record.arrival);
  const std::size_t bin = std::min(static_cast<std::size_t>(arrived), bins_ - 1);
  ++function.arrivals[bin];
  if (record.start == Start::kNone) {
    ++function.throttled[bin];
    return;
  }
  const core::SimTime started = record.started();
  function.waiting.add(arrived, position(started));
  function.busy.add(position(started), position(started + record.duration));
}

void TimelineRecorder::initialising(core::FunctionId function, core::SimTime created,
                                    core::SimTime ready) {
  if (bins_ != 0) {
    functions_[function.value].initialising.add(position(created), position(ready));
  }
}

void TimelineRecorder::idle(core::FunctionId function, core::SimTime from, core::SimTime to) {
  if (bins_ != 0) {
    functions_[function.value].idle.add(position(from), position(to));
  }
}

void TimelineRecorder::connected(core::BackendId backend, core::SimTime from, core::SimTime to) {
  if (bins_ == 0) {
    return;
  }
  while (backends_.size() <= backend.value) {
    backends_.push_back({std::vector<double>(bins_), std::vector<std::int64_t>(bins_ + 1)});
  }
  backends_[backend.value].add(position(from), position(to));
}

std::vector<double> TimelineRecorder::connections(core::BackendId backend) const {
  return backend.value < backends_.size() ? backends_[backend.value].levels()
                                          : std::vector<double>{};
}

core::Duration TimelineRecorder::bin_width() const {
  return bins_ == 0 ? horizon_ : horizon_ / static_cast<std::int64_t>(bins_);
}

TimelineBins TimelineRecorder::bins(core::FunctionId function) const {
  const PerFunction& f = functions_[function.value];
  return {f.arrivals,      f.throttled,     f.initialising.levels(),
          f.busy.levels(), f.idle.levels(), f.waiting.levels()};
}

}  // namespace lambdasim::engine
