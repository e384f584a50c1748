// Reading the parameters that every kind of stream has, with the defaults of one kind.
#pragma once

#include <array>

#include "models/catalogue.h"
#include "models/source/stream_rules.h"

namespace lambdasim::models {

/// In what the kinds of streams differ.
struct StreamKind {
  std::string_view shards = "shards";  ///< key of their number
  std::int64_t most_lanes = 1;         ///< largest `parallelization`; 1: it cannot be set
  core::Duration window{0};
  core::Duration poll_interval{0};
  core::Duration retention{0};
  config::Range<core::Duration> retentions{};
};

/// Mistakes are reported; what is returned then is harmless.
StreamRules read_stream(config::ObjectReader& parameters, const SourceContext& context,
                        const StreamKind& kind);

/// What `models explain` prints of the parameters that do not differ.
inline constexpr std::array<Parameter, 14> kStreamParameters{{
    {"batch_size", "most records of a batch: 1 to 10,000", "100",
     "AWS Lambda developer guide [documented]"},
    {"record_size", "mean size of a record as the handler gets it (B, KB, MB)", "1 KB",
     "assumed; it matters when batch_size x record_size is above maximum_payload"},
    {"maximum_payload", "most that a batch holds (B, KB, MB)", "6 MB",
     "payload of a synchronous invocation, AWS Lambda quotas [documented]"},
    {"poll_phase", "time (ms) of the first poll of every shard, less than poll_interval",
     "drawn for each shard", "not known"},
    {"keys", "number of partition keys; 0: every record has its own", "0",
     "assumed: records spread evenly"},
    {"skew", "s: key k of `keys` is drawn in proportion to 1 / k^s, 0 to 5", "0",
     "all keys are equally frequent"},
    {"poison", "share of records whose handler always fails", "0", "a question of the workload"},
    {"maximum_retries", "retries of a batch, at most 10,000; -1: until its records expire", "-1",
     "AWS Lambda developer guide [documented]"},
    {"maximum_record_age", "age (60 s to 7 d) at which a record is no longer delivered", "none",
     "AWS Lambda developer guide: -1, infinite [documented]"},
    {"bisect", "true: a batch that fails is split in halves, which uses up no retry", "false",
     "AWS Lambda developer guide [documented]; the first half is tried first [assumed]"},
    {"report_batch_item_failures",
     "true: the handler ends well and names the first record that failed; it is retried from there",
     "false", "AWS Lambda developer guide [documented]"},
    {"on_failure", "what becomes of records that are given up: none, destination", "none",
     "AWS Lambda developer guide [documented]"},
    {"backoff.first", "wait (s) after a failure or refusal; doubles with each in a row", "1 s",
     "AWS documents a backoff, not its length [assumed]"},
    {"backoff.most", "wait (s) that is not exceeded", "1 min", "likewise [assumed]"},
}};

/// The parameters of one kind: its own, then those of every stream.
template <std::size_t kOwn>
constexpr auto stream_parameters(const std::array<Parameter, kOwn>& own) {
  std::array<Parameter, kOwn + kStreamParameters.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = i < kOwn ? own[i] : kStreamParameters[i - kOwn];
  }
  return all;
}

}  // namespace lambdasim::models
