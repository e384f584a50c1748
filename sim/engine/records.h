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

/// What became of an invocation. Stable codes of the output file.
enum class Outcome : std::uint8_t {
  kOk = 0,
  kTimeout = 1,
  kError = 2,
  kOutOfMemory = 3,
  kThrottled = 4,
  kExpired = 5,
};

/// One invocation attempt. latency = wait + sandbox + init + duration, as the caller sees it.
struct InvocationRecord {
  core::SimTime arrival;
  core::Duration wait;  ///< before the handler, neither sandbox nor init: e.g. for a busy context
  core::Duration sandbox;    ///< part of the wait in which the sandbox was made
  core::Duration init;       ///< part of the wait spent in INIT
  core::Duration duration;   ///< what REPORT calls Duration
  std::int64_t parent = -1;  ///< row of the calling invocation, -1 without one
  std::uint32_t billed_ms = 0;
  core::FunctionId function;
  core::ContextId context;  ///< meaningless when start is kNone
  std::uint8_t attempt = 1;
  Start start = Start::kNone;
  Outcome outcome = Outcome::kOk;

  core::SimTime started() const { return arrival + wait + sandbox + init; }
  /// What INIT added to billed_ms: one ceiling over the sum, so not INIT's own ceiling.
  std::uint32_t billed_init_ms() const;
  core::Duration latency() const { return wait + sandbox + init + duration; }
};
static_assert(sizeof(InvocationRecord) == 64, "one cache line a record");

/// Milliseconds begun: what a span is billed as.
constexpr std::uint32_t billed_milliseconds(core::Duration span) {
  return static_cast<std::uint32_t>((span.count() + 999'999) / 1'000'000);
}

inline std::uint32_t InvocationRecord::billed_init_ms() const {
  const std::uint32_t of_duration = billed_milliseconds(duration);
  return billed_ms > of_duration ? billed_ms - of_duration : 0;
}

/// Why an execution context ended. Stable codes of the output file.
enum class Retirement : std::uint8_t {
  kIdle = 0,      ///< its keep-alive limit passed
  kRecycled = 1,  ///< it reached its maximum lifetime
  kEndOfRun = 2,  ///< it still lived when the simulated time ended
};

/// One execution context, from its creation to its end. What still lives at the horizon of the run
/// ends there, or with the handler that then still runs.
struct ContextRecord {
  core::ContextId context;
  core::FunctionId function;
  core::SimTime created;
  core::SimTime ready;
  core::SimTime retired;
  core::Duration init;  ///< INIT alone, without the sandbox
  core::Duration busy;  ///< handlers running
  core::Duration idle;  ///< from ready to retired, neither in a handler nor in INIT after a reset
  std::uint64_t invocations = 0;
  std::uint32_t resets = 0;
  std::uint32_t connections = 0;  ///< connections it held when it ended
  Retirement why = Retirement::kEndOfRun;
};

}  // namespace lambdasim::engine
