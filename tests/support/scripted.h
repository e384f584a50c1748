// Doubles for tests of the engine: arrivals at given times, a CPU that is never limited, a
// keep-alive of a fixed limit, and a recorder that keeps every row.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "sim/engine/engine.h"

namespace lambdasim::test {

using namespace std::chrono_literals;
using core::Distribution;
using core::Duration;
using core::SimTime;

inline SimTime at(Duration since_start) {
  return core::kStartOfTime + since_start;
}

inline Distribution constant(Duration value) {
  return Distribution::constant(static_cast<double>(value.count()));
}

struct ScriptedArrival {
  Duration time;
  std::uint32_t function = 0;
  Duration recorded{-1};
};

class ScriptedArrivals : public engine::ArrivalProcess {
 public:
  explicit ScriptedArrivals(std::vector<ScriptedArrival> arrivals)
      : arrivals_(std::move(arrivals)) {}

  std::unique_ptr<engine::ArrivalSource> start(engine::RunKey,
                                               std::uint32_t stream) const override {
    return std::make_unique<Source>(arrivals_, stream);
  }

 private:
  class Source : public engine::ArrivalSource {
   public:
    Source(const std::vector<ScriptedArrival>& arrivals, std::uint32_t stream)
        : arrivals_(arrivals), stream_(stream) {}
    SimTime append(SimTime until, std::size_t at_most, std::vector<engine::Arrival>& out) override {
      for (; next_ < arrivals_.size() && at(arrivals_[next_].time) < until; ++next_) {
        const ScriptedArrival& arrival = arrivals_[next_];
        if (at_most-- == 0) {
          return at(arrival.time);
        }
        out.push_back({at(arrival.time), next_, stream_, core::FunctionId{arrival.function},
                       arrival.recorded});
      }
      return until;
    }
    std::uint64_t stream_key() const override { return 77 + stream_; }

   private:
    const std::vector<ScriptedArrival>& arrivals_;
    std::uint32_t stream_;
    std::size_t next_ = 0;
  };

  std::vector<ScriptedArrival> arrivals_;
};

class UnlimitedCpu : public engine::CpuModel {
 public:
  Duration run(engine::CpuState& state, Duration cpu_time, std::uint32_t) const override {
    state.elapsed += cpu_time;
    return cpu_time;
  }
  Duration run_until(engine::CpuState& state, Duration cpu_time, std::uint32_t,
                     Duration until) const override {
    const Duration done = std::min(cpu_time, until - state.elapsed);
    state.elapsed += done;
    return done;
  }
};

class FixedLimit : public engine::KeepAlive {
 public:
  explicit FixedLimit(Duration limit) : limit_(limit) {}
  Duration at_least() const override { return limit_; }
  Duration limit(const core::InvocationNumbers&) const override { return limit_; }

 private:
  Duration limit_;
};

/// A function that waits `duration` in its handler; everything else takes no time and never ends.
inline engine::FunctionSetup plain_function(Duration duration, Duration keep_alive = 1h) {
  engine::FunctionSetup function;
  function.name = "plain";
  function.lifetime = constant(24h * 365);
  function.cpu = std::make_shared<UnlimitedCpu>();
  function.init_cpu = function.cpu;
  function.keep_alive = std::make_shared<FixedLimit>(keep_alive);
  function.handler = {{engine::StepKind::kWait, {}, 64, constant(duration)}};
  return function;
}

struct IdleSpan {
  SimTime from;
  SimTime to;
};

class KeepingRecorder {
 public:
  void invocation(const engine::InvocationRecord& record) { invocations.push_back(record); }
  void initialising(core::FunctionId, SimTime created, SimTime ready) {
    initialisations.push_back({created, ready});
  }
  void provisioned(core::FunctionId, std::uint32_t, SimTime, SimTime) {}
  void provisioned_init(core::FunctionId, SimTime, std::uint32_t) {}
  void idle(core::FunctionId, SimTime from, SimTime to) { idle_spans.push_back({from, to}); }
  void connected(core::BackendId, SimTime from, SimTime to) { connections.push_back({from, to}); }
  void context(const engine::ContextRecord& record) { contexts.push_back(record); }
  void execution(const engine::ExecutionRecord& record,
                 std::span<const engine::FunctionUse> of_functions) {
    executions.push_back(record);
    uses.emplace_back(of_functions.begin(), of_functions.end());
  }

  void parent(const engine::ParentRecord& record) { parents.push_back(record); }

  std::vector<engine::InvocationRecord> invocations;
  std::vector<engine::ParentRecord> parents;
  std::vector<engine::ContextRecord> contexts;
  std::vector<engine::ExecutionRecord> executions;
  std::vector<std::vector<engine::FunctionUse>> uses;  ///< of each execution, by function
  std::vector<IdleSpan> idle_spans;
  std::vector<IdleSpan> initialisations;
  std::vector<IdleSpan> connections;
};

struct RunOutput {
  KeepingRecorder rows;
  engine::RunResult result;
};

inline RunOutput run(const engine::Setup& setup, engine::RunKey key = {}) {
  RunOutput run;
  engine::Progress progress;
  run.result = engine::simulate(setup, key, run.rows, progress);
  return run;
}

inline engine::Setup setup_of(std::vector<engine::FunctionSetup> functions,
                              std::vector<ScriptedArrival> arrivals, Duration horizon = 1h) {
  engine::Setup setup;
  setup.horizon = horizon;
  setup.functions = std::move(functions);
  setup.arrivals = {std::make_shared<ScriptedArrivals>(std::move(arrivals))};
  return setup;
}

}  // namespace lambdasim::test
