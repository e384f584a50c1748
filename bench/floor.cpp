#include "bench/floor.h"

#include <cmath>
#include <vector>

#include "sim/core/distribution.h"
#include "sim/core/histogram.h"
#include "sim/engine/event_queue.h"
#include "sim/engine/records.h"

namespace lambdasim::bench {

using core::Duration;
using core::SimTime;

std::uint64_t run_floor(const Workload& workload) {
  const auto gap = core::Distribution::exponential(1e9 / workload.rate_per_s);
  const auto service = core::Distribution::lognormal_mu_sigma(std::log(workload.service_median_ns),
                                                              workload.service_sigma);
  const core::RandomStream stream{1, 0, core::hash_name("function")};
  core::KeyedEngine arrivals = stream.sequential();
  engine::EventQueue events;
  std::vector<std::uint32_t> pool;
  std::uint32_t contexts = 0;
  std::vector<engine::InvocationRecord> rows(4096);
  core::Histogram latency;
  std::uint64_t billed = 0;
  SimTime now = core::kStartOfTime;
  for (std::uint64_t n = 0; n < workload.invocations; ++n) {
    now += gap.sample_duration(arrivals);
    while (!events.empty() && events.top().time() <= now) {
      pool.push_back(events.pop().slot());
    }
    std::uint32_t context = contexts;
    if (pool.empty()) {
      ++contexts;
    } else {
      context = pool.back();
      pool.pop_back();
    }
    const core::InvocationNumbers numbers = stream.invocation(n);
    core::KeyedEngine engine = numbers.engine(core::Purpose::kFirstStep);
    const Duration duration = service.sample_duration(engine);
    engine::InvocationRecord& row = rows[n % rows.size()];
    row = {};
    row.arrival = now;
    row.duration = duration;
    row.context.value = context;
    row.billed_ms = engine::billed_milliseconds(duration);
    billed += row.billed_ms;
    latency.add(duration);
    events.push(now + duration, engine::EventKind::kReusable, context);
  }
  return billed + latency.count() + rows.back().context.value;
}

}  // namespace lambdasim::bench
