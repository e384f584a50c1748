// The rows that leave the engine: plain values, handed once to the recorder and never read again.
#pragma once

#include <cstdint>

#include "sim/core/ids.h"
#include "sim/core/time.h"

namespace lambdasim::engine {

/// How the execution context was found that served an invocation. Stable codes of the output file.
enum class Start : std::uint8_t {
  kWarm = 0,         ///< an initialised context
  kCold = 1,         ///< waited for INIT, and is the first call of its context
  kProvisioned = 2,  ///< a context of provisioned concurrency
  kRestored = 3,     ///< waited for a SnapStart restore
  kReset = 4,        ///< a context that is initialised again after a timeout or crash
  kNone = 5,         ///< none: the invocation was refused
};

/// Whether the invocation waited for its context to be made.
constexpr bool is_cold(Start start) {
  return start == Start::kCold || start == Start::kRestored;
}

/// What became of an invocation. Stable codes of the output file.
enum class Outcome : std::uint8_t {
  kOk = 0,
  kTimeout = 1,
  kError = 2,
  kOutOfMemory = 3,
  kThrottled = 4,
  kExpired = 5,
  kCrash = 6,      ///< the runtime exited
  kInitError = 7,  ///< INIT failed again within the invocation
};

/// The limit for which a request was refused, as the reason of AWS's TooManyRequestsException.
/// Stable codes of the output file.
enum class Refusal : std::uint8_t {
  kNone = 0,
  kConcurrency = 1,          ///< ConcurrentInvocationLimitExceeded: the account's
  kReservedConcurrency = 2,  ///< ReservedFunctionConcurrentInvocationLimitExceeded
  kRate = 3,                 ///< FunctionInvocationRateLimitExceeded
  kReservedRate = 4,         ///< ReservedFunctionInvocationRateLimitExceeded
  kCaller = 5,               ///< CallerRateLimitExceeded
  kSnapshots = 6,            ///< ConcurrentSnapshotCreateLimitExceeded
  kNoCapacity = 7,           ///< no host of the fleet, or no context of managed instances, has room
};

/// Whether globals are lost: the runtime is gone, the sandbox with /tmp stays.
constexpr bool resets_context(Outcome outcome) {
  return outcome == Outcome::kTimeout || outcome == Outcome::kCrash ||
         outcome == Outcome::kOutOfMemory || outcome == Outcome::kInitError;
}

/// Row number that no invocation has.
inline constexpr std::uint32_t kNoParent = ~std::uint32_t{0};

/// Events that steps send are numbered from here on, in the order in which they are sent, so that
/// those that arrive from outside have the numbers that they have without.
inline constexpr std::uint32_t kFirstSentEvent = std::uint32_t{1} << 31;

/// One invocation attempt, of one event or of a batch of them. latency = wait + sandbox + init +
/// duration - after_us, as the caller sees it.
struct InvocationRecord {
  core::SimTime arrival;
  core::Duration wait;  ///< before the handler, neither sandbox nor init: e.g. for a busy context
  core::Duration sandbox;            ///< part of the wait in which the sandbox was made
  core::Duration init;               ///< part of the wait spent in INIT or in a SnapStart restore
  core::Duration duration;           ///< what REPORT calls Duration
  std::uint32_t parent = kNoParent;  ///< row of the calling invocation
  std::uint32_t after_us = 0;  ///< part of duration after the response: extensions still at work
  std::uint32_t billed_ms = 0;
  core::FunctionId function;
  core::ContextId context;   ///< meaningless when start is kNone
  std::uint32_t event = 0;   ///< number of the (first) event it carries, within the run
  std::uint32_t source = 0;  ///< index of the workload's entry
  std::uint16_t items = 1;   ///< events it carries
  std::uint8_t attempt = 1;
  Start start = Start::kNone;
  Outcome outcome = Outcome::kOk;
  bool init_is_billed = false;  ///< billed_ms holds INIT or a restore, too
  Refusal refusal = Refusal::kNone;
  bool is_ping = false;  ///< sent only to keep a context warm

  core::SimTime started() const { return arrival + wait + sandbox + init; }
  /// What INIT (or a restore) added to billed_ms; INIT has no ceiling of its own.
  std::uint32_t billed_init_ms() const;
  core::Duration latency() const {
    return wait + sandbox + init + duration - core::Duration{std::int64_t{after_us} * 1000};
  }
};
static_assert(sizeof(InvocationRecord) == 80);

/// Milliseconds begun: what a span is billed as.
constexpr std::uint32_t billed_milliseconds(core::Duration span) {
  return static_cast<std::uint32_t>((span.count() + 999'999) / 1'000'000);
}

inline std::uint32_t InvocationRecord::billed_init_ms() const {
  const std::uint32_t of_duration = billed_milliseconds(duration);
  return init_is_billed && billed_ms > of_duration ? billed_ms - of_duration : 0;
}

/// How a handler causes invocations. Stable codes of the output file.
enum class Reach : std::uint8_t {
  kCall = 0,  ///< calls a function, and waits for the answer
  kSend = 1,  ///< sends an event to an entry of the workload
};

/// A call that a handler made, or an event that it sent, and what finds the row of that handler:
/// its context serves one invocation at a time.
struct ParentRecord {
  core::SimTime time{};         ///< of the call, or at which the event was sent
  core::FunctionId function{};  ///< that is called, or takes the event
  std::uint32_t event = 0;      ///< as the invocations have it that come of it
  std::uint32_t source = 0;     ///< likewise
  Reach kind = Reach::kSend;
  core::FunctionId parent_function{};
  core::ContextId parent_context{};
  core::SimTime parent_arrival{};  ///< of the invocation
};

/// Why an execution context ended. Stable codes of the output file.
enum class Retirement : std::uint8_t {
  kIdle = 0,       ///< its keep-alive limit passed
  kRecycled = 1,   ///< it reached its maximum lifetime
  kEndOfRun = 2,   ///< it still lived when the simulated time ended
  kDeployed = 3,   ///< a new version of the function replaced it
  kEvicted = 4,    ///< its host needed the memory
  kWithdrawn = 5,  ///< provisioned concurrency became less
};

/// One execution context, from its creation to its end. What still lives at the horizon of the run
/// ends there, or with the handler that then still runs.
struct ContextRecord {
  core::ContextId context;
  core::FunctionId function;
  core::SimTime created;
  core::SimTime ready;
  core::SimTime retired;
  core::Duration init;  ///< INIT (or restore) alone, without the sandbox
  core::Duration busy;  ///< handlers running
  core::Duration idle;  ///< from ready to retired, neither in a handler nor in INIT after a reset
  std::uint64_t invocations = 0;
  std::uint32_t resets = 0;
  std::uint32_t connections = 0;  ///< connections it held when it ended
  Retirement why = Retirement::kEndOfRun;
};

/// What became of an execution of a workflow. Stable codes of the output file.
enum class ExecutionOutcome : std::uint8_t {
  kFinished = 0,
  kFailed = 1,    ///< a state failed, and nothing caught that
  kTimedOut = 2,  ///< it took longer than an execution may
  kInFlight = 3,  ///< it had not ended when the run ended
};

/// What one execution of a workflow had of one function.
struct FunctionUse {
  core::FunctionId function;
  std::uint32_t served = 0;
  std::uint32_t ok = 0;              ///< of served
  std::uint32_t cold = 0;            ///< of served
  std::uint32_t restored = 0;        ///< of cold
  std::uint32_t refused = 0;         ///< beside served
  std::uint64_t billed_ms = 0;       ///< on demand
  std::uint64_t provisioned_ms = 0;  ///< the same on provisioned contexts
  core::Duration duration{0};

  void count(const InvocationRecord& record) {
    ++served;
    ok += record.outcome == Outcome::kOk ? 1 : 0;
    cold += is_cold(record.start) ? 1 : 0;
    restored += record.start == Start::kRestored ? 1 : 0;
    (record.start == Start::kProvisioned ? provisioned_ms : billed_ms) += record.billed_ms;
    duration += record.duration;
  }
  FunctionUse& operator+=(const FunctionUse& more) {
    served += more.served;
    ok += more.ok;
    cold += more.cold;
    restored += more.restored;
    refused += more.refused;
    billed_ms += more.billed_ms;
    provisioned_ms += more.provisioned_ms;
    duration += more.duration;
    return *this;
  }
};

/// One execution of a workflow, handed out when the last of its invocations has ended, or at the
/// end of the run. What each function did for it comes beside it.
struct ExecutionRecord {
  core::SimTime arrival;
  core::SimTime ended;  ///< the end of the run, of one in flight
  std::uint32_t workflow = 0;
  std::uint32_t event = 0;   ///< its number within the run, which its invocations have, too
  std::uint32_t source = 0;  ///< index of the workload's entry
  std::uint32_t transitions = 0;
  ExecutionOutcome outcome = ExecutionOutcome::kInFlight;

  core::Duration latency() const { return ended - arrival; }
};

}  // namespace lambdasim::engine
