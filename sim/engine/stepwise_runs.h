// What is known of a run that goes step by step, and of steps that run beside each other.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/engine/context_pool.h"
#include "sim/engine/cpu_model.h"
#include "sim/engine/evaluate.h"
#include "sim/engine/request.h"
#include "sim/engine/setup.h"
#include "sim/engine/step_graph.h"

namespace lambdasim::engine::stepwise {

enum class Phase : std::uint8_t { kInit, kInitAgain, kHandler, kOver };
enum class Doing : std::uint8_t { kProgram, kSetup, kStale, kTeardown };
enum class Waits : std::uint8_t { kNothing, kConnection, kTurn, kAnswers };
/// What a run is of a handler, or of INIT.
enum class Role : std::uint8_t {
  kWhole,
  kStrand,  ///< one step of a graph
  kTimer,   ///< none of its steps: announces when their work ends
};
/// Where a request has got to.
enum class Asking : std::uint8_t { kNotYet, kInRate, kHasTurn };
enum class Did : std::uint8_t {
  kDone,       ///< the step; on to the next
  kChanged,    ///< frames, or tries again: look at the top once more
  kSuspended,  ///< an event will go on
  kFailed,     ///< the handler (or INIT) ends in an error
};

inline constexpr std::uint32_t kWholeProgram = std::numeric_limits<std::uint32_t>::max();

/// A program under way.
struct Frame {
  const Program* program = nullptr;
  const StepGraph* graph = nullptr;  // its steps are strands
  std::uint32_t next = 0;
  std::uint32_t end = kWholeProgram;  // before this step
  std::uint16_t item = 0;
  Doing doing = Doing::kProgram;
  bool must_connect = false;  // before its first step
  bool is_connected = false;
  std::uint32_t attempt = 1;
  core::ResourceId resource{};
  std::uint64_t numbers = 0;  // key
};
inline constexpr std::uint32_t kNoFork = std::numeric_limits<std::uint32_t>::max();

/// INIT of a context, a handler, or a part of one that runs beside others.
struct Run {
  Slot slot = kNoSlot;
  Phase phase = Phase::kOver;
  Waits waits = Waits::kNothing;
  Waits granted = Waits::kNothing;  // what it was that is_granted
  Role role = Role::kWhole;
  Asking asking = Asking::kNotYet;
  bool is_granted = false;
  bool is_ending = false;       // only waits for its end to come
  bool has_front_turn = false;  // of a proxy
  bool is_calling = false;
  bool is_sending = false;       // until the request that sends has been answered
  bool is_backing_off = false;   // from calls that were refused
  bool has_worked = false;       // of a strand: the step that it has come to is done
  std::uint32_t fork = kNoFork;  // of a strand, or a timer
  std::uint32_t making = 0;      // of a strand: resources that it makes
  std::uint32_t calling = 0;     // its strands that do
  std::uint32_t calls_open = 0;
  std::uint32_t calls_refused = 0;
  std::uint32_t calls_failed = 0;
  core::SimTime answered;     // the last call
  std::uint32_t pending = 0;  // events that name this run
  std::uint32_t tries = 0;    // of a request
  std::uint32_t depth = 0;
  std::uint32_t temporary = 0;  // resources made for this invocation alone
  std::uint32_t closed = 0;     // of temporary: torn down
  std::uint64_t ticket = 0;
  core::SimTime began;  // of the phase
  core::SimTime since;  // it waits
  core::SimTime gives_up;
  core::Duration limit{0};  // of the phase
  core::Duration spent{0};  // of Duration, before the phase
  core::BackendId waits_for;
  CpuState state;
  const CpuModel* cpu = nullptr;
  Call call{core::InvocationNumbers{0}};
  Request request;
  InvocationRecord record;
  HandlerRun result;
  std::int64_t scratch = 0;  // bytes in /tmp until the end of the invocation
  std::vector<Frame> frames;

  core::SimTime time() const { return began + state.elapsed; }
  Frame& top() { return frames[depth - 1]; }
};

/// Work of a strand.
struct Work {
  double due;  // of the CPU time that each thread at work has had
  std::uint32_t threads;
  std::uint32_t strand;
};
/// A strand that waits until another one has made a resource.
struct Parked {
  std::uint32_t strand;
  core::ResourceId resource;
};
/// The steps of a graph, while they run.
struct Fork {
  std::uint32_t root = 0;  // the run whose steps they are
  std::uint32_t timer = 0;
  const Program* program = nullptr;
  const StepGraph* graph = nullptr;
  core::Duration end{0};                   // of all that have ended
  bool has_failed = false;                 // one of them
  bool is_cut = false;                     // by the limit
  std::uint32_t being_made = 0;            // resources
  std::uint32_t never_made = 0;            // of those: by strands that were cut
  std::vector<std::uint8_t> still_needed;  // by step
  std::vector<core::Duration> begin;       // by step, of what ended before it
  std::vector<std::uint8_t> ready;         // steps that may begin
  std::vector<std::uint32_t> strands;      // under way
  std::vector<Parked> parked;
  std::vector<Work> working;
  double worked = 0;  // CPU time that each thread has had since work last began
  std::uint32_t threads = 0;
  core::SimTime work_due;  // the first end of work
  CpuState after;          // that
};

/// The work that ends first; of those that end together the one that came first.
inline std::vector<Work>::iterator first_work(Fork& fork) {
  return std::min_element(fork.working.begin(), fork.working.end(),
                          [](const Work& a, const Work& b) { return a.due < b.due; });
}

/// CPU time of all threads until that work ends.
inline core::Duration work_left(const Fork& fork, const Work& first) {
  return core::duration_of_nanoseconds((first.due - fork.worked) * fork.threads);
}

/// What INIT does beside its static code, which may be a graph.
struct InitPrograms {
  Program before;  ///< extensions and runtime; or the restore
  Program after;   ///< resources outside the handler; a restore has them
};

inline InitPrograms init_programs(const FunctionSetup& function) {
  const auto wait = [](const core::Distribution& time, core::Purpose purpose) {
    Step step;
    step.time = time;
    step.purpose = static_cast<std::uint32_t>(purpose);
    return step;
  };
  if (function.snap_start) {
    return {{wait(function.snap_start->restore, core::Purpose::kRestore)}, {}};
  }
  InitPrograms programs{{wait(function.extension_init, core::Purpose::kExtensionInit),
                         wait(function.runtime_init, core::Purpose::kRuntimeInit)},
                        {}};
  for (std::uint32_t i = 0; i < function.resources.size(); ++i) {
    if (function.resources[i].where == Where::kOutsideHandler) {
      Step use;
      use.kind = StepKind::kUse;
      use.resource = core::ResourceId{i};
      programs.after.push_back(use);
    }
  }
  return programs;
}

}  // namespace lambdasim::engine::stepwise
