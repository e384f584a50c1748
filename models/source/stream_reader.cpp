#include "models/source/stream_reader.h"

#include <algorithm>

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;
using config::ObjectReader;

constexpr std::int64_t kMostRecords = 10'000;
constexpr core::Duration kMostSpan = 24h * 365 * 10;

void read_shape(ObjectReader& parameters, const StreamKind& kind, StreamRules& rules) {
  rules.shards = static_cast<std::uint32_t>(parameters.integer(kind.shards, 1, {1, kMostRecords}));
  if (kind.most_lanes > 1) {
    rules.lanes_per_shard =
        static_cast<std::uint32_t>(parameters.integer("parallelization", 1, {1, kind.most_lanes}));
  }
  rules.keys = static_cast<std::uint64_t>(parameters.integer("keys", 0, {0, 1'000'000'000}));
  rules.skew = parameters.number("skew", 0, {0, 5});
  if (rules.skew > 0 && rules.keys == 0) {
    parameters.report("skew", "needs 'keys', the number of partition keys");
  }
}

void read_batches(ObjectReader& parameters, const StreamKind& kind, StreamRules& rules) {
  constexpr std::int64_t kMegabyte = std::int64_t{1} << 20;
  const auto batch_size = parameters.integer("batch_size", 100, {1, kMostRecords});
  const auto record_size = parameters.bytes("record_size", 1024, {1, 10 * kMegabyte});
  const auto payload = parameters.bytes("maximum_payload", 6 * kMegabyte, {1, 1024 * kMegabyte});
  if (record_size > payload) {
    parameters.report("record_size", "must not be more than 'maximum_payload'");
  }
  rules.batch = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(payload / std::max<std::int64_t>(record_size, 1), 1, batch_size));
  rules.window = parameters.duration("batch_window", kind.window, {0s, 300s});
  rules.poll_interval = parameters.duration("poll_interval", kind.poll_interval, {0s, 1h});
  if (parameters.has("poll_phase")) {
    rules.poll_phase = parameters.duration("poll_phase", std::nullopt, {0s, 1h});
    if (*rules.poll_phase != 0s && *rules.poll_phase >= rules.poll_interval) {
      parameters.report("poll_phase", "must be less than 'poll_interval'");
    }
  }
}

void read_failures(ObjectReader& parameters, const StreamKind& kind, StreamRules& rules) {
  rules.poison = parameters.number("poison", 0, {0, 1});
  const auto retries = parameters.integer("maximum_retries", -1, {-1, 10'000});
  if (retries >= 0) {
    rules.retries = static_cast<std::uint32_t>(retries);
  }
  rules.age_limit = parameters.duration("retention", kind.retention, kind.retentions);
  if (parameters.has("maximum_record_age")) {
    rules.age_limit = std::min(
        rules.age_limit, parameters.duration("maximum_record_age", std::nullopt, {60s, 24h * 7}));
  }
  rules.bisect = parameters.boolean("bisect", false);
  rules.reports_failures = parameters.boolean("report_batch_item_failures", false);
  rules.keeps_given_up = parameters.choice("on_failure", {"none", "destination"}, 0) == 1;
  ObjectReader backoff = parameters.object("backoff");
  rules.backoff.first = backoff.duration("first", 1s, {1ms, kMostSpan});
  rules.backoff.longest = backoff.duration(
      "most", std::max<core::Duration>(1min, rules.backoff.first), {1ms, kMostSpan});
  if (rules.backoff.longest < rules.backoff.first) {
    backoff.report("most", "must not be less than 'first'");
  }
  backoff.finish();
}

}  // namespace

StreamRules read_stream(ObjectReader& parameters, const SourceContext& context,
                        const StreamKind& kind) {
  if (context.is_for_many) {
    parameters.report_here("a stream invokes one function; name it with 'invoke'");
  }
  StreamRules rules;
  read_shape(parameters, kind, rules);
  read_batches(parameters, kind, rules);
  read_failures(parameters, kind, rules);
  return rules;
}

}  // namespace lambdasim::models
