// Timers that are not quite on time: even intervals with jitter.
#pragma once

#include "models/catalogue.h"

namespace lambdasim::models {

extern const About kPeriodicAbout;
std::shared_ptr<const engine::ArrivalProcess> read_periodic(config::ObjectReader& parameters,
                                                            const ArrivalContext& context);

}  // namespace lambdasim::models
