// Callers that reach the function directly and wait for the answer.
#pragma once

#include "models/catalogue.h"

namespace lambdasim::models {

extern const About kHttpAbout;
/// None: what arrives reaches the function as it is.
std::shared_ptr<const engine::EventSourceModel> read_http(config::ObjectReader& parameters,
                                                          const SourceContext& context);

}  // namespace lambdasim::models
