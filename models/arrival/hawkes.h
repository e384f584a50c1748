// Self-exciting arrivals: each call makes others more likely for a while.
#pragma once

#include "models/catalogue.h"

namespace lambdasim::models {

extern const About kHawkesAbout;
std::shared_ptr<const engine::ArrivalProcess> read_hawkes(config::ObjectReader& parameters,
                                                          const ArrivalContext& context);

}  // namespace lambdasim::models
