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

}  // namespace lambdasim::engine
