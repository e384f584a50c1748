// Poisson arrivals at a rate that follows the hours of the day and the days of the week.
#pragma once

#include "models/catalogue.h"

namespace lambdasim::models {

extern const About kDiurnalAbout;
std::shared_ptr<const engine::ArrivalProcess> read_diurnal(config::ObjectReader& parameters,
                                                           const ArrivalContext& context);

}  // namespace lambdasim::models
