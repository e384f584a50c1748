#include "models/source/durable.h"

#include <fmt/format.h>

#include <array>

namespace lambdasim::models {
namespace {

using core::Duration;

constexpr std::array<Parameter, 5> kParameters{{
    {"start_rate", "executions that may be started", "300 /s",
     "AWS Lambda quotas [documented]; the quota is the account's, here each source has it"},
    {"start_burst", "starts at once after a rest", "300", "a second's worth [assumed]"},
    {"attempts", "most attempts at a segment, refused ones not counted, 1 to 100", "6",
     "default retry strategy of the durable execution SDK [documented, from memory]"},
    {"backoff",
     "base, cap, jitter: from the end of an attempt that failed to the next one, base x 2^n up to "
     "cap; jitter full draws it uniformly from 0 up, none takes it as it is",
     "{base: 5 s, cap: 1 min, jitter: full}",
     "default retry strategy of the durable execution SDK [documented, from memory]"},
    {"refused_backoff",
     "first, most: from a refusal to the next attempt; doubles with each refusal",
     "{first: 1 s, most: 5 min}", "as asynchronous invocation does [assumed]"},
}};

}  // namespace

const About kDurableAbout{
    "durable", "executions of a durable function, which suspend and go on where they were",
    "An event starts an execution of one durable function; a start beyond start_rate is tried "
    "again after refused_backoff. Each stretch of the handler up to a `suspend` is an invocation "
    "of its own, and the next one begins after the suspend's time, for which nothing is billed. A "
    "later invocation runs the handler from its beginning: each operation that was completed in an "
    "earlier one costs the function's `replay` of CPU time. An invocation that fails (an error, a "
    "timeout, a crash) is tried again after a backoff, at the beginning of its own stretch, whose "
    "checkpoints count once it succeeds; after the last attempt the execution has failed and is "
    "discarded. A refused invocation is tried again after refused_backoff and uses up no attempt. "
    "An execution that still waits at the function's execution_timeout expires then, one that runs "
    "then expires at the end of that invocation. A start, a checkpoint, a suspend and a retry are "
    "an operation each.",
    "AWS Lambda documentation, durable functions [documented]; replay and what a suspend writes "
    "[assumed]",
    kParameters};

std::shared_ptr<const engine::EventSourceModel> read_durable(config::ObjectReader& parameters,
                                                             const SourceContext& context) {
  using namespace std::chrono_literals;
  constexpr config::Range<Duration> kBackoffs{1ms, 24h};
  DurableRules rules;
  rules.starts_a_second = parameters.rate("start_rate", 300.0, {1e-3, 1e6});
  rules.start_burst =
      static_cast<std::uint32_t>(parameters.integer("start_burst", 300, {1, 1'000'000}));
  rules.attempts =
      static_cast<std::uint32_t>(parameters.integer("attempts", 6, {1, kMostDurableAttempts}));
  rules.backoff = read_retry_backoff(parameters, {5s, 1min}, kBackoffs);
  rules.refused = read_refusal_backoff(parameters, "refused_backoff", kBackoffs);
  if (context.is_for_many) {
    parameters.report_here("starts executions of one durable function: name it with `invoke`");
  }
  if (context.function != nullptr && context.function->durable == nullptr) {
    parameters.report_here(fmt::format(
        "the function '{}' is not durable: give it the key `durable`", context.function->name));
  }
  return std::make_shared<const DurableExecutions>(
      rules, context.function == nullptr ? nullptr : context.function->durable);
}

}  // namespace lambdasim::models
