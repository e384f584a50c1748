// The stream of changes of a DynamoDB table that an event source mapping reads.
#pragma once

#include "models/catalogue.h"

namespace lambdasim::models {

extern const About kDynamoDbStreamAbout;
std::shared_ptr<const engine::EventSourceModel> read_dynamodb_stream(
    config::ObjectReader& parameters, const SourceContext& context);

}  // namespace lambdasim::models
