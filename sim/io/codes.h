// The names behind the columns of codes, in the order of engine::Start, engine::Outcome,
// engine::Refusal (by the names that AWS gives the reasons), engine::Retirement,
// engine::ExecutionOutcome and engine::Reach.
#pragma once

#include <string_view>
#include <vector>

namespace lambdasim::io {

inline const std::vector<std::string_view> kStarts{"warm",     "cold",  "provisioned",
                                                   "restored", "reset", "none"};
inline const std::vector<std::string_view> kOutcomes{
    "ok", "timeout", "error", "out_of_memory", "throttled", "expired", "crash", "init_error"};
inline const std::vector<std::string_view> kRefusals{
    "none",
    "ConcurrentInvocationLimitExceeded",
    "ReservedFunctionConcurrentInvocationLimitExceeded",
    "FunctionInvocationRateLimitExceeded",
    "ReservedFunctionInvocationRateLimitExceeded",
    "CallerRateLimitExceeded",
    "ConcurrentSnapshotCreateLimitExceeded",
    "NoCapacity"};
inline const std::vector<std::string_view> kRetirements{"idle",     "recycled", "end_of_run",
                                                        "deployed", "evicted",  "withdrawn"};
inline const std::vector<std::string_view> kExecutionOutcomes{"finished", "failed", "timed_out",
                                                              "in_flight"};
inline const std::vector<std::string_view> kReaches{"call", "send"};

}  // namespace lambdasim::io
