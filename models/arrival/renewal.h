// Renewal arrivals: independent gaps of any distribution.
#pragma once

#include "models/catalogue.h"

namespace lambdasim::models {

extern const About kRenewalAbout;
std::shared_ptr<const engine::ArrivalProcess> read_renewal(config::ObjectReader& parameters,
                                                           const ArrivalContext& context);

}  // namespace lambdasim::models
