// Pings that keep contexts warm: invocations of which the handler does as good as nothing.
#pragma once

#include "models/catalogue.h"

namespace lambdasim::models {

extern const About kWarmingAbout;
std::shared_ptr<const engine::EventSourceModel> read_warming(config::ObjectReader& parameters,
                                                             const SourceContext& context);

}  // namespace lambdasim::models
