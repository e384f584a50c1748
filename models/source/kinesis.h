// A Kinesis data stream that an event source mapping reads.
#pragma once

#include "models/catalogue.h"

namespace lambdasim::models {

extern const About kKinesisAbout;
std::shared_ptr<const engine::EventSourceModel> read_kinesis(config::ObjectReader& parameters,
                                                             const SourceContext& context);

}  // namespace lambdasim::models
