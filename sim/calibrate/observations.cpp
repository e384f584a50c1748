#include "sim/calibrate/observations.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

namespace lambdasim::calibrate {
namespace {

/// Lines of a stream that are older than the one above by no more than this are in order: clocks of
/// the platform and of the log differ by milliseconds.
constexpr std::int64_t kSlackUs = 1'000'000;

std::string name_of_group(std::string_view group) {
  const std::size_t colon = group.find(':');  // `123456789012:/aws/lambda/name`
  if (colon != std::string_view::npos) {
    group.remove_prefix(colon + 1);
  }
  constexpr std::string_view kLambda = "/aws/lambda/";
  if (group.starts_with(kLambda)) {
    group.remove_prefix(kLambda.size());
  }
  return std::string{group};
}

CallOutcome outcome_of(const LogLine& line) {
  if (line.error_type == "Runtime.OutOfMemory") {
    return CallOutcome::kOutOfMemory;
  }
  if (line.status == Status::kTimeout) {
    return CallOutcome::kTimeout;
  }
  if (line.status == Status::kSuccess) {
    return CallOutcome::kOk;
  }
  const bool is_exit = line.error_type == "Runtime.ExitError";
  // The kernel kills what passes its memory; older logs call that an exit.
  if (is_exit && line.max_used_mb && line.memory_mb && *line.max_used_mb >= *line.memory_mb) {
    return CallOutcome::kOutOfMemory;
  }
  return is_exit ? CallOutcome::kCrash : CallOutcome::kError;
}

float value_or_none(const std::optional<double>& value) {
  return value ? static_cast<float>(*value) : kNone;
}

std::uint16_t megabytes(const std::optional<double>& value) {
  return static_cast<std::uint16_t>(std::min(std::round(value.value_or(0)), 65535.0));
}

Call call_of(const LogLine& line, std::uint32_t context) {
  Call call;
  call.duration_ms = *line.duration_ms;
  call.init_ms = value_or_none(line.init_ms);
  call.restore_ms = value_or_none(line.restore_ms);
  call.billed_restore_ms = value_or_none(line.billed_restore_ms);
  call.billed_ms = static_cast<std::uint32_t>(std::min(*line.billed_ms, 4e9));
  call.context = context;
  call.memory_mb = megabytes(line.memory_mb);
  call.max_used_mb = megabytes(line.max_used_mb);
  call.outcome = outcome_of(line);
  return call;
}

bool resets(CallOutcome outcome) {
  return outcome == CallOutcome::kTimeout || outcome == CallOutcome::kOutOfMemory ||
         outcome == CallOutcome::kCrash;
}

std::string time_text(std::int64_t us) {
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds{us}};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", seconds,
                     std::chrono::floor<std::chrono::milliseconds>(time - seconds).count());
}

void mark_resets(FunctionLog& log) {
  std::vector<std::uint8_t> was_reset(log.contexts.size(), 0);
  for (Call& call : log.calls) {
    if (call.context != kNoContext) {
      call.is_after_reset = was_reset[call.context] != 0 && !call.is_cold();
      was_reset[call.context] = resets(call.outcome) ? 1 : 0;
    }
  }
}

}  // namespace

bool FunctionLog::has_times() const {
  return std::none_of(calls.begin(), calls.end(),
                      [](const Call& call) { return call.start_us == kNoTime; });
}

bool FunctionLog::has_contexts() const {
  return std::none_of(calls.begin(), calls.end(),
                      [](const Call& call) { return call.context == kNoContext; });
}

std::vector<std::uint16_t> FunctionLog::memory_sizes() const {
  std::set<std::uint16_t> sizes;
  for (const Call& call : calls) {
    sizes.insert(call.memory_mb);
  }
  return {sizes.begin(), sizes.end()};
}

std::uint16_t FunctionLog::main_memory() const {
  std::map<std::uint16_t, std::uint64_t> counts;
  for (const Call& call : calls) {
    ++counts[call.memory_mb];
  }
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? std::uint16_t{0} : most->first;
}

void Observations::begin_file() {
  for (auto& [group, function] : functions_) {
    for (ContextState& state : function.states) {
      state.last_us = kNoTime;
    }
  }
}

void Observations::check_order(ContextState& state, const LogEvent& event) {
  const std::int64_t time = *event.line.time_us;
  if (event.is_sorted && state.last_us != kNoTime && time < state.last_us - kSlackUs) {
    throw std::invalid_argument(fmt::format("times go back: {} comes after {} in log stream {}",
                                            time_text(time), time_text(state.last_us),
                                            event.stream));
  }
  state.last_us = std::max(state.last_us, time);
}

void Observations::start(Gathering& function, const LogEvent& event) {
  if (!event.line.time_us || event.line.request.empty()) {
    return;
  }
  const auto reported = function.unstarted.find(event.line.request);
  if (reported != function.unstarted.end()) {
    function.log.calls[reported->second].start_us = *event.line.time_us;
    function.unstarted.erase(reported);
  } else {
    function.open[event.line.request] = {*event.line.time_us};
  }
}

void Observations::report(Gathering& function, ContextState& state, std::uint32_t context,
                          const LogEvent& event) {
  Call call = call_of(event.line, context);
  const auto open = function.open.find(event.line.request);
  const std::size_t index = function.log.calls.size();
  if (event.line.time_us) {
    call.start_us = *event.line.time_us - std::llround(1000 * call.duration_ms);
  }
  if (open != function.open.end()) {
    call.start_us = open->second.start_us;
    if (open->second.timed_out && call.outcome == CallOutcome::kOk) {
      call.outcome = CallOutcome::kTimeout;
    }
    function.open.erase(open);
  } else if (!event.is_sorted && !event.line.request.empty()) {
    function.unstarted.emplace(event.line.request, index);
  }
  state.last_request = event.line.request;
  state.last_call = index;
  state.has_call = true;
  function.log.calls.push_back(call);
}

void Observations::timed_out(Gathering& function, const ContextState& state,
                             const LogEvent& event) {
  if (state.has_call && state.last_request == event.line.request) {
    function.log.calls[state.last_call].outcome = CallOutcome::kTimeout;
  } else if (const auto open = function.open.find(event.line.request);
             open != function.open.end()) {
    open->second.timed_out = true;
  }
}

void Observations::add(const LogEvent& event) {
  Gathering& function = functions_[event.group];
  std::uint32_t context = kNoContext;
  ContextState* state = &function.unknown;
  if (!event.stream.empty()) {
    const auto next = static_cast<std::uint32_t>(function.log.contexts.size());
    const auto [found, is_new] = function.context_of.emplace(event.stream, next);
    if (is_new) {
      function.log.contexts.push_back(event.stream);
      function.states.emplace_back();
    }
    context = found->second;
    state = &function.states[context];
    if (event.line.time_us) {
      check_order(*state, event);
    }
  }
  const bool failed = event.line.status != Status::kSuccess;
  switch (event.line.kind) {
    case LineKind::kStart:
      return start(function, event);
    case LineKind::kReport:
      return report(function, *state, context, event);
    case LineKind::kTimedOut:
      return timed_out(function, *state, event);
    case LineKind::kInitReport:
      if (event.line.phase == "invoke") {
        ++function.log.resets;
      } else if (failed) {
        ++(event.line.status == Status::kTimeout ? function.log.init_timeouts
                                                 : function.log.init_errors);
      }
      return;
    case LineKind::kRestoreReport:
      function.log.restore_failures += failed ? 1 : 0;
      return;
    case LineKind::kInitStart:
      function.log.runtime = runtime_of_version(event.line.runtime);
      return;
    case LineKind::kEnd:
    case LineKind::kOther:
      return;
  }
}

std::vector<FunctionLog> Observations::finish() {
  std::vector<FunctionLog> logs;
  for (auto& [group, function] : functions_) {
    FunctionLog& log = function.log;
    if (log.calls.empty()) {
      continue;
    }
    log.name = name_of_group(group);
    log.unfinished = function.open.size();
    std::stable_sort(log.calls.begin(), log.calls.end(),
                     [](const Call& a, const Call& b) { return a.start_us < b.start_us; });
    mark_resets(log);
    logs.push_back(std::move(log));
  }
  std::stable_sort(logs.begin(), logs.end(), [](const FunctionLog& a, const FunctionLog& b) {
    return a.calls.size() > b.calls.size();
  });
  return logs;
}

std::string runtime_of_version(std::string_view version) {
  const std::size_t colon = version.find(':');
  if (colon == std::string_view::npos) {
    return {};
  }
  const std::string language{version.substr(0, colon)};
  std::string_view rest = version.substr(colon + 1);
  const auto digits = [&rest] {
    const std::string_view taken = rest.substr(0, rest.find_first_not_of("0123456789"));
    rest.remove_prefix(taken.size());
    return std::string{taken};
  };
  const std::string major = digits();
  if (major.empty()) {
    return {};
  }
  if (language == "python" || language == "ruby") {
    rest.remove_prefix(rest.starts_with('.') ? 1 : 0);
    const std::string minor = digits();
    return minor.empty() ? std::string{} : fmt::format("{}{}.{}", language, major, minor);
  }
  return language == "nodejs"                         ? fmt::format("nodejs{}.x", major)
         : language == "java" || language == "dotnet" ? language + major
                                                      : std::string{};
}

}  // namespace lambdasim::calibrate
