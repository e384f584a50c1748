// Totals of one run, a function: counts, sums and latency histograms of the invocations that arrive
// in [warm_up, horizon), and time integrals over the same window.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/histogram.h"
#include "sim/engine/records.h"

namespace lambdasim::engine {

/// Provisioned contexts, or managed instances, that were there for a time within the window.
struct ProvisionedSpan {
  std::uint32_t count = 0;
  core::Duration configured{0};
};

struct FunctionTotals {
  explicit FunctionTotals(int histogram_bits = 9)
      : warm_latency(histogram_bits), cold_latency(histogram_bits) {}

  std::uint64_t arrivals = 0;  ///< ok + timeouts + errors + throttled
  std::uint64_t ok = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t errors = 0;         ///< handler errors, crashes, out of memory, failed INIT
  std::uint64_t out_of_memory = 0;  ///< of errors
  std::uint64_t crashes = 0;        ///< of errors
  std::uint64_t init_errors = 0;    ///< of errors
  std::uint64_t throttled = 0;
  std::uint64_t cold = 0;            ///< served with Start::kCold or kRestored
  std::uint64_t restored = 0;        ///< of cold: served with Start::kRestored
  std::uint64_t reset = 0;           ///< served with Start::kReset
  std::uint64_t pings = 0;           ///< beside arrivals: served only to keep contexts warm
  std::uint64_t cold_pings = 0;      ///< of pings: found no warm context
  std::uint64_t provisioned = 0;     ///< served by a provisioned context
  std::uint64_t billed_ms = 0;       ///< INIT and duration, on demand
  std::uint64_t provisioned_ms = 0;  ///< the same on provisioned contexts
  std::uint64_t billed_init_ms = 0;  ///< what INIT added to billed_ms
  std::uint64_t contexts_created = 0;
  double latency_sum_ns = 0.0;  ///< over served invocations
  double duration_sum_ns = 0.0;
  core::Duration latency_max{0};
  core::Histogram warm_latency;  ///< served with a warm or reset context
  core::Histogram cold_latency;  ///< served cold
  core::Duration busy{0};        ///< context-time in handlers, integrated over the window
  core::Duration idle{0};
  core::Duration initialising{0};  ///< sandbox and INIT
  core::Duration waiting{0};       ///< request-time before the handler starts
  std::vector<ProvisionedSpan> provisioned_spans;

  std::uint64_t served() const { return ok + timeouts + errors; }
};

class SummaryRecorder {
 public:
  SummaryRecorder(std::size_t functions, core::Duration warm_up, core::Duration horizon,
                  int histogram_bits = 9)
      : from_(core::kStartOfTime + warm_up),
        to_(core::kStartOfTime + horizon),
        totals_(functions, FunctionTotals(histogram_bits)) {}

  void invocation(const InvocationRecord& record);
  /// Fetches what a row of this function is added to.
  void prefetch(core::FunctionId function) const {
    const FunctionTotals& totals = totals_[function.value];
    __builtin_prefetch(&totals.arrivals, 1);
    __builtin_prefetch(&totals.billed_ms, 1);
    __builtin_prefetch(&totals.latency_max, 1);
    __builtin_prefetch(&totals.warm_latency, 1);
    __builtin_prefetch(&totals.busy, 1);
  }
  /// The same of what those lead to.
  void prefetch_rest(core::FunctionId function) const {
    totals_[function.value].warm_latency.prefetch();
  }
  void initialising(core::FunctionId function, core::SimTime created, core::SimTime ready) {
    FunctionTotals& totals = totals_[function.value];
    totals.initialising += within_window(created, ready);
    totals.contexts_created += created >= from_ && created < to_ ? 1 : 0;
  }
  void idle(core::FunctionId function, core::SimTime from, core::SimTime to) {
    totals_[function.value].idle += within_window(from, to);
  }
  void provisioned(core::FunctionId function, std::uint32_t count, core::SimTime from,
                   core::SimTime to) {
    const core::Duration configured = within_window(from, to);
    if (configured > core::Duration{0}) {
      totals_[function.value].provisioned_spans.push_back({count, configured});
    }
  }
  void provisioned_init(core::FunctionId function, core::SimTime ready, std::uint32_t billed_ms) {
    totals_[function.value].provisioned_ms += ready >= from_ && ready < to_ ? billed_ms : 0;
  }
  void connected(core::BackendId backend, core::SimTime from, core::SimTime to) {
    connected_.resize(std::max<std::size_t>(connected_.size(), backend.value + 1));
    connected_[backend.value] += within_window(from, to);
  }
  void context(const ContextRecord&) {}
  void execution(const ExecutionRecord&, std::span<const FunctionUse>) {}

  const std::vector<FunctionTotals>& totals() const { return totals_; }
  /// Connections x time, by BackendId, possibly cut short.
  const std::vector<core::Duration>& connected_time() const { return connected_; }

 private:
  [[gnu::noinline]] static void count_failure(FunctionTotals& totals, Outcome outcome) {
    if (outcome == Outcome::kTimeout) {
      ++totals.timeouts;
      return;
    }
    ++totals.errors;
    totals.out_of_memory += outcome == Outcome::kOutOfMemory ? 1 : 0;
    totals.crashes += outcome == Outcome::kCrash ? 1 : 0;
    totals.init_errors += outcome == Outcome::kInitError ? 1 : 0;
  }
  static void count_billed(FunctionTotals& totals, const InvocationRecord& record) {
    (record.start == Start::kProvisioned ? totals.provisioned_ms : totals.billed_ms) +=
        record.billed_ms;
  }
  /// Pings are paid for, but no caller waits for them. One that is refused costs nothing.
  [[gnu::noinline]] static void count_ping(FunctionTotals& totals, const InvocationRecord& record) {
    if (record.start == Start::kNone) {
      return;
    }
    ++totals.pings;
    totals.cold_pings += is_cold(record.start) ? 1 : 0;
    totals.billed_init_ms += record.billed_init_ms();
    count_billed(totals, record);
  }
  core::Duration within_window(core::SimTime from, core::SimTime to) const {
    return std::max(std::min(to, to_) - std::max(from, from_), core::Duration{0});
  }

  core::SimTime from_;
  core::SimTime to_;
  std::vector<FunctionTotals> totals_;
  std::vector<core::Duration> connected_;
};

inline void SummaryRecorder::invocation(const InvocationRecord& record) {
  FunctionTotals& totals = totals_[record.function.value];
  const core::SimTime started = record.started();
  totals.busy += within_window(started, started + record.duration);
  if (started != record.arrival) {
    totals.waiting += within_window(record.arrival, started);
  }
  if (record.arrival < from_) {
    return;
  }
  if (record.is_ping) [[unlikely]] {
    count_ping(totals, record);
    return;
  }
  ++totals.arrivals;
  if (record.start == Start::kNone) [[unlikely]] {
    ++totals.throttled;
    return;
  }
  const core::Duration latency = record.latency();
  if (record.start == Start::kProvisioned) [[unlikely]] {
    ++totals.provisioned;
  }
  count_billed(totals, record);
  totals.latency_sum_ns += static_cast<double>(latency.count());
  totals.duration_sum_ns += static_cast<double>(record.duration.count());
  totals.latency_max = std::max(totals.latency_max, latency);
  if (record.outcome == Outcome::kOk) [[likely]] {
    ++totals.ok;
  } else {
    count_failure(totals, record.outcome);
  }
  if (is_cold(record.start)) [[unlikely]] {
    ++totals.cold;
    totals.restored += record.start == Start::kRestored ? 1 : 0;
    totals.billed_init_ms += record.billed_init_ms();
    totals.cold_latency.add(latency);
  } else {
    totals.reset += record.start == Start::kReset ? 1 : 0;
    totals.warm_latency.add(latency);
  }
}

}  // namespace lambdasim::engine
