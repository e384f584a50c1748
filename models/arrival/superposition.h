// Several arrival processes at once, as one stream in order of time.
#pragma once

#include "models/catalogue.h"

namespace lambdasim::models {

extern const About kSuperpositionAbout;
std::shared_ptr<const engine::ArrivalProcess> read_superposition(config::ObjectReader& parameters,
                                                                 const ArrivalContext& context);

}  // namespace lambdasim::models
