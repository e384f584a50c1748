#include "models/source/dynamodb_stream.h"

#include "models/source/stream_reader.h"
#include "models/source/stream_source.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;

constexpr StreamKind kKind{
    .most_lanes = 10, .poll_interval = 250ms, .retention = 24h, .retentions = {24h, 24h}};

constexpr auto kParameters = stream_parameters(std::array<Parameter, 5>{{
    {"shards", "number of shards, 1 to 10,000", "1", "a question of the table"},
    {"parallelization", "invocations at once of one shard, 1 to 10; one key stays in one of them",
     "1", "AWS Lambda developer guide, ParallelizationFactor [documented]"},
    {"poll_interval", "time (ms) between polls of a shard", "250 ms",
     "AWS Lambda developer guide: 4 times a second [documented]"},
    {"batch_window", "time (s) that a batch is gathered, at most 300 s", "0 s",
     "AWS Lambda developer guide [documented]"},
    {"retention", "age at which the stream loses a record; always 24 h", "24 h",
     "Amazon DynamoDB developer guide [documented]"},
}});

}  // namespace

const About kDynamoDbStreamAbout{
    "dynamodb_stream", "changes of a DynamoDB table, in order, in batches",
    "As kinesis, but polled 4 times a second, and the stream keeps records for 24 h, always.",
    "AWS Lambda developer guide, DynamoDB event source mappings [documented]; backoff, time and "
    "order of the halves [assumed]",
    kParameters};

std::shared_ptr<const engine::EventSourceModel> read_dynamodb_stream(
    config::ObjectReader& parameters, const SourceContext& context) {
  return std::make_shared<const StreamModel>(read_stream(parameters, context, kKind));
}

}  // namespace lambdasim::models
