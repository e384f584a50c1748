#include "sim/engine/future_arrivals.h"

#include <algorithm>

#include "sim/engine/arrival_batches.h"
#include "sim/engine/setup.h"

namespace lambdasim::engine {

std::optional<core::SimTime> FutureArrivals::next(core::FunctionId function, core::SimTime now,
                                                  std::size_t left_out) const {
  if (times_.empty()) {
    read();
  }
  const std::vector<core::SimTime>& times = times_[function.value];
  const auto first = std::lower_bound(times.begin(), times.end(), now);
  if (static_cast<std::size_t>(times.end() - first) <= left_out) {
    return std::nullopt;
  }
  return first[static_cast<std::ptrdiff_t>(left_out)];
}

void FutureArrivals::read() const {
  times_.resize(setup_.functions.size());
  ArrivalBatches batches(setup_, key_);
  const core::SimTime end = core::kStartOfTime + setup_.horizon;
  for (auto batch = batches.next(end); !batch.empty(); batch = batches.next(end)) {
    for (const Arrival& arrival : batch) {
      times_[arrival.function.value].push_back(arrival.time);
    }
  }
}

}  // namespace lambdasim::engine
