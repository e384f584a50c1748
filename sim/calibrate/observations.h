// The calls that logs tell of, function by function: one row a REPORT line, in order of time.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/calibrate/log_reader.h"

namespace lambdasim::calibrate {

enum class CallOutcome : std::uint8_t { kOk, kTimeout, kError, kOutOfMemory, kCrash };

/// A context that the log does not tell.
inline constexpr std::uint32_t kNoContext = ~std::uint32_t{0};
/// A time that the log does not tell.
inline constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::min();
inline constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

struct Call {
  std::int64_t start_us = kNoTime;  ///< of the handler, since 1970 UTC
  double duration_ms = 0;
  float init_ms = kNone;     ///< NaN: it waited for no INIT
  float restore_ms = kNone;  ///< of SnapStart
  float billed_restore_ms = kNone;
  std::uint32_t billed_ms = 0;
  std::uint32_t context = kNoContext;  ///< index into FunctionLog::contexts
  std::uint16_t memory_mb = 0;
  std::uint16_t max_used_mb = 0;
  CallOutcome outcome = CallOutcome::kOk;
  bool is_after_reset =
      false;  ///< the context's call before timed out, crashed or ran out of memory

  bool is_cold() const { return init_ms == init_ms || restore_ms == restore_ms; }
  double end_us() const { return static_cast<double>(start_us) + 1000 * duration_ms; }
};

/// What the log says of one function.
struct FunctionLog {
  std::string name;     ///< of the log group without /aws/lambda/; empty: not told
  std::string runtime;  ///< as scenarios name it; empty: not told
  std::vector<Call> calls;
  std::vector<std::string> contexts;                 ///< log streams
  std::uint64_t unfinished = 0;                      ///< START lines without a REPORT line
  std::uint64_t init_timeouts = 0, init_errors = 0;  ///< INIT_REPORT lines of INIT alone
  std::uint64_t resets = 0;                          ///< INIT_REPORT lines of an INIT in a call
  std::uint64_t restore_failures = 0;

  bool has_times() const;     ///< of every call
  bool has_contexts() const;  ///< of every call
  /// The memory size of most calls, MB.
  std::uint16_t main_memory() const;
  std::vector<std::uint16_t> memory_sizes() const;  ///< ascending
};

class Observations {
 public:
  /// Lines of one log stream are in order of time within a file.
  void begin_file();
  /// @throws std::invalid_argument for a line that comes before the one above it
  void add(const LogEvent& event);
  /// Sorts by time. Nothing is added afterwards.
  /// @return the functions, most calls first
  std::vector<FunctionLog> finish();

 private:
  struct ContextState {
    std::int64_t last_us = kNoTime;  // in this file
    std::string last_request;
    std::size_t last_call = 0;
    bool has_call = false;
  };
  struct Open {
    std::int64_t start_us;
    bool timed_out = false;
  };
  struct Gathering {
    FunctionLog log;
    std::unordered_map<std::string, std::uint32_t> context_of;
    std::vector<ContextState> states;
    ContextState unknown;                                    // of lines without a log stream
    std::unordered_map<std::string, Open> open;              // by request, a START without a REPORT
    std::unordered_map<std::string, std::size_t> unstarted;  // a REPORT whose START may follow
  };

  static void check_order(ContextState& state, const LogEvent& event);
  static void start(Gathering& function, const LogEvent& event);
  static void report(Gathering& function, ContextState& state, std::uint32_t context,
                     const LogEvent& event);
  static void timed_out(Gathering& function, const ContextState& state, const LogEvent& event);

  std::map<std::string, Gathering> functions_;  // by log group
};

/// `python:3.12.mainlinev2.v27` as scenarios name it: python3.12. Empty for what they know not.
std::string runtime_of_version(std::string_view version);

}  // namespace lambdasim::calibrate
