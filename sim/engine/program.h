// What a function does, compiled once: a list of steps that is evaluated into a time at dispatch.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/distribution.h"
#include "sim/core/ids.h"
#include "sim/core/time.h"

namespace lambdasim::engine {

enum class StepKind : std::uint8_t {
  kCpu,           ///< CPU time, under the CPU model
  kWait,          ///< wall time without CPU
  kCpuRecorded,   ///< CPU time as long as the trace recorded
  kWaitRecorded,  ///< wall time as long as the trace recorded
  kUse,           ///< makes `resource` ready, if it is not
  // The rest is run step by step, see stepwise.h.
  kRequest,   ///< asks `backend`, which takes `time` when it comes to it
  kFetch,     ///< has `file` in /tmp: fetches it, if it is not there
  kTransfer,  ///< `bytes` over the network, after `time`
  kRead,      ///< `bytes` from /tmp
  kWrite,     ///< `bytes` to /tmp, which stay until the end of the invocation
  kKeep,      ///< the same, but they stay in /tmp
  kCall,      ///< calls other functions, and waits for their answers
  kSend,      ///< sends events, which takes `time`, and waits for nothing that comes of them
};

struct Step {
  StepKind kind = StepKind::kWait;
  core::ResourceId resource;  ///< of kUse
  std::uint32_t purpose = 0;  ///< key of its random numbers, the same in every design
  core::Distribution time;    ///< ns; of kCpu, kWait, kRequest, kTransfer and kSend
  std::uint32_t threads = 1;  ///< of kCpu and kCpuRecorded: most that work at once
  bool per_item = false;      ///< done once for each event of a batch
  core::BackendId backend{};  ///< of kRequest
  core::FileId file{};        ///< of kFetch
  std::int64_t bytes = 0;     ///< of kUse (that a data key encrypts), kTransfer, kRead .. kKeep
  std::uint32_t call = 0;     ///< of kCall and kSend: index into the function's calls, or sends
};

/// Whether it works, rather than waits.
inline bool is_work(const Step& step) {
  return step.kind == StepKind::kCpu || step.kind == StepKind::kCpuRecorded;
}

using Program = std::vector<Step>;

/// Whether any step takes the time that a trace recorded.
inline bool takes_recorded(const Program& program) {
  return std::any_of(program.begin(), program.end(), [](const Step& step) {
    return step.kind == StepKind::kCpuRecorded || step.kind == StepKind::kWaitRecorded;
  });
}

/// Synchronous calls of another function out of a handler, all at once.
struct FunctionCall {
  core::FunctionId function;
  std::uint32_t times = 1;     ///< how many; it goes on when all have answered
  double probability = 1;      ///< that any are made
  std::uint32_t attempts = 1;  ///< of a call that is refused, the first included
  core::Distribution backoff;  ///< ns before the second attempt, doubled each time
};

/// Events that a handler sends to an entry of the workload, all with one request.
struct FunctionSend {
  std::uint32_t entry = 0;  ///< index of the entry, as in Setup::sources
  std::uint32_t events = 1;
  double probability = 1;  ///< that any are sent
};

/// What came of the calls of one function's handlers, of those made in [warm_up, horizon).
struct CallTotals {
  std::uint64_t calls = 0;       ///< that were made, tries included
  std::uint64_t refused = 0;     ///< of calls
  std::uint64_t failed = 0;      ///< of calls: answered with an error
  std::uint64_t deadlocked = 0;  ///< of refused: every place was held by a handler that is calling
  core::Duration waiting{0};     ///< for answers, of all handlers
};

/// Where a resource (a client, a connection, a model) is made.
enum class Where : std::uint8_t {
  kOutsideHandler,  ///< in INIT, once a context
  kInsideHandler,   ///< at its first use in every invocation, closed at its end
  kFirstUse,        ///< at its first use in a context, then kept
};

/// When a resource that was made is of no more use, and is made again at its next use.
struct Validity {
  core::Duration idle{core::Duration::max()};  ///< the peer closes it when it was not used for long
  core::Duration age{core::Duration::max()};   ///< renewed when it is older
  std::uint64_t uses = 0;                      ///< most uses; 0: any number
  std::int64_t bytes = 0;                      ///< most bytes that it is used for; 0: any number

  bool operator==(const Validity&) const = default;
};

/// What becomes of an attempt to make a resource.
struct Making {
  double fails = 0;            ///< probability of each attempt
  std::uint32_t attempts = 1;  ///< at most; the last failure fails the invocation, or INIT
  core::Distribution delay;    ///< ns from a failed attempt to the next, doubled each time

  bool operator==(const Making&) const = default;
};

struct Resource {
  Where where = Where::kOutsideHandler;
  bool is_connection = false;  ///< counts as a connection that the context holds
  Program setup;
  std::string name{};
  std::optional<core::BackendId> backend{};  ///< that it is a connection to
  Program teardown{};        ///< closes one that was made for an invocation alone, at its end
  Program found_stale{};     ///< what passes until a use finds that the peer has closed it
  bool stale_fails = false;  ///< the use that finds it stale ends the handler in an error
  Validity valid{};
  Making making{};
};

}  // namespace lambdasim::engine
