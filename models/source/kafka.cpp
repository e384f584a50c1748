#include "models/source/kafka.h"

#include "models/source/stream_reader.h"
#include "models/source/stream_source.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;

constexpr StreamKind kKind{.shards = "partitions",
                           .window = 500ms,
                           .retention = 24h * 7,
                           .retentions = {1s, 24h * 365 * 10}};

constexpr auto kParameters = stream_parameters(std::array<Parameter, 6>{{
    {"partitions", "number of partitions of the topic, 1 to 10,000", "1",
     "a question of the workload"},
    {"poll_interval", "time (ms) between polls of a partition; 0: records are seen as they come",
     "0 ms", "consumers of Kafka wait at the broker for records [assumed]"},
    {"batch_window", "time (ms) that a batch is gathered, at most 300 s", "500 ms",
     "AWS Lambda API reference, MaximumBatchingWindowInSeconds [documented]"},
    {"retention", "age (1 s to 10 years) at which the topic loses a record", "7 d",
     "Apache Kafka, log.retention.hours [documented, from memory]"},
    {"provisioned.pollers", "event pollers that are paid for, 1 to 2,000, no more than partitions",
     "no provisioned mode", "AWS Lambda developer guide, Kafka scaling modes [documented]"},
    {"provisioned.pollers_per_unit", "pollers that one event poller unit of the price holds", "4",
     "20 MB/s a unit and 5 MB/s a poller, AWS Lambda developer guide [inferred]"},
}});

void read_provisioned(config::ObjectReader& parameters, StreamRules& rules) {
  if (!parameters.has("provisioned")) {
    return;
  }
  config::ObjectReader provisioned = parameters.object("provisioned");
  const auto pollers = provisioned.integer("pollers", std::nullopt, {1, 2000});
  const auto a_unit = provisioned.integer("pollers_per_unit", 4, {1, 2000});
  if (pollers > rules.shards) {
    provisioned.report("pollers", "must not be more than 'partitions'");
  }
  rules.billed_pollers = static_cast<std::uint64_t>((pollers + a_unit - 1) / a_unit);
  provisioned.finish();
}

}  // namespace

const About kKafkaAbout{
    "kafka", "records of a Kafka topic, in order, in batches",
    "As kinesis, but a partition has one invocation at a time, records are seen as they come, and "
    "a batch that is not full is gathered for half a second. Every partition has a poller of its "
    "own from the start: how Lambda adds and removes pollers is left out. Provisioned mode is a "
    "price: units of `pollers_per_unit` pollers, for the whole time.",
    "AWS Lambda developer guide, Apache Kafka event source mappings [documented]; backoff, time "
    "and order of the halves, pollers from the start [assumed]",
    kParameters};

std::shared_ptr<const engine::EventSourceModel> read_kafka(config::ObjectReader& parameters,
                                                           const SourceContext& context) {
  StreamRules rules = read_stream(parameters, context, kKind);
  read_provisioned(parameters, rules);
  return std::make_shared<const StreamModel>(rules);
}

}  // namespace lambdasim::models
