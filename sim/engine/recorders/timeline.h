// What happened when: every span and arrival of one run, spread exactly over bins of equal width, a
// function. Spans may be reported late (idle time is known when it ends), so all bins stay open
// until the end of the run; their number is fixed, so memory is too.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/records.h"

namespace lambdasim::engine {

/// Bins of one function. Levels are time averages over the bin (a number of contexts or requests).
struct TimelineBins {
  std::vector<std::uint32_t> arrivals;
  std::vector<std::uint32_t> throttled;
  std::vector<double> initialising;
  std::vector<double> busy;
  std::vector<double> idle;
  std::vector<double> waiting;
};

class TimelineRecorder {
 public:
  /// @param bins number of bins that [0, horizon) is cut into; 0 records nothing
  TimelineRecorder(std::size_t functions, core::Duration horizon, std::size_t bins);

  void invocation(const InvocationRecord& record);
  void initialising(core::FunctionId function, core::SimTime created, core::SimTime ready);
  void idle(core::FunctionId function, core::SimTime from, core::SimTime to);
  void provisioned(core::FunctionId, std::uint32_t, core::SimTime, core::SimTime) {}
  void provisioned_init(core::FunctionId, core::SimTime, std::uint32_t) {}
  void connected(core::BackendId backend, core::SimTime from, core::SimTime to);
  void context(const ContextRecord&) {}
  void execution(const ExecutionRecord&, std::span<const FunctionUse>) {}

  bool enabled() const { return bins_ != 0; }
  core::Duration bin_width() const;
  /// The bins of one function; computed from the running differences.
  TimelineBins bins(core::FunctionId function) const;
  /// Connections to a backend, averages of the bins; empty when there never was one.
  std::vector<double> connections(core::BackendId backend) const;

 private:
  // A span adds its partial first and last bin to `partial` and a +1/-1 pair to `steps`, whose
  // running sum is the number of spans that cover a bin whole.
  struct Level {
    std::vector<double> partial;
    std::vector<std::int64_t> steps;
    void add(double from_bin, double to_bin);
    std::vector<double> levels() const;
  };
  struct PerFunction {
    std::vector<std::uint32_t> arrivals;
    std::vector<std::uint32_t> throttled;
    Level initialising;
    Level busy;
    Level idle;
    Level waiting;
  };

  double position(core::SimTime time) const;

  std::size_t bins_;
  core::Duration horizon_;
  double bins_per_ns_;
  std::vector<PerFunction> functions_;
  std::vector<Level> backends_;
};

}  // namespace lambdasim::engine
