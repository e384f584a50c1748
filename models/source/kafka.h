// A Kafka topic, on MSK or elsewhere, that an event source mapping reads.
#pragma once

#include "models/catalogue.h"

namespace lambdasim::models {

extern const About kKafkaAbout;
std::shared_ptr<const engine::EventSourceModel> read_kafka(config::ObjectReader& parameters,
                                                           const SourceContext& context);

}  // namespace lambdasim::models
