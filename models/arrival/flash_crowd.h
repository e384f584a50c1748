// Poisson arrivals with a flash crowd: everybody comes at once, then interest fades.
#pragma once

#include "models/catalogue.h"

namespace lambdasim::models {

extern const About kFlashCrowdAbout;
std::shared_ptr<const engine::ArrivalProcess> read_flash_crowd(config::ObjectReader& parameters,
                                                               const ArrivalContext& context);

}  // namespace lambdasim::models
