#include "models/source/kinesis.h"

#include "models/source/stream_reader.h"
#include "models/source/stream_source.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;

constexpr StreamKind kKind{
    .most_lanes = 10, .poll_interval = 1s, .retention = 24h, .retentions = {24h, 24h * 365}};

constexpr auto kParameters = stream_parameters(std::array<Parameter, 5>{{
    {"shards", "number of shards, 1 to 10,000", "1", "a question of the workload"},
    {"parallelization", "invocations at once of one shard, 1 to 10; one key stays in one of them",
     "1", "AWS Lambda developer guide, ParallelizationFactor [documented]"},
    {"poll_interval", "time (s) between polls of a shard; 0: as with enhanced fan-out", "1 s",
     "AWS Lambda developer guide [documented, from memory]"},
    {"batch_window", "time (s) that a batch is gathered, at most 300 s", "0 s",
     "AWS Lambda developer guide [documented]"},
    {"retention", "age (24 h to 365 d) at which the stream loses a record", "24 h",
     "Amazon Kinesis developer guide [documented]"},
}});

}  // namespace

const About kKinesisAbout{
    "kinesis", "records of a Kinesis data stream, in order, in batches",
    "A record goes to the shard of its partition key. A shard is polled at even intervals and has "
    "`parallelization` invocations at once; when one ends and records are there the next one "
    "starts at once. A batch that fails blocks its lane and is retried with a doubling backoff, "
    "in halves with `bisect`, until it is handled, its retries are used up (then it is discarded "
    "or goes to the destination), or its records reach the lesser of `retention` and "
    "`maximum_record_age` (then they are expired, and with a destination they go there, too). "
    "Refusals are retried in the same way and use up no retry.",
    "AWS Lambda developer guide, Kinesis event source mappings [documented]; backoff, time and "
    "order of the halves [assumed]",
    kParameters};

std::shared_ptr<const engine::EventSourceModel> read_kinesis(config::ObjectReader& parameters,
                                                             const SourceContext& context) {
  return std::make_shared<const StreamModel>(read_stream(parameters, context, kKind));
}

}  // namespace lambdasim::models
