// Poisson arrivals at a rate that is given point by point: the hours of a day or of a week.
#pragma once

#include "models/catalogue.h"

namespace lambdasim::models {

extern const About kPiecewiseAbout;
std::shared_ptr<const engine::ArrivalProcess> read_piecewise(config::ObjectReader& parameters,
                                                             const ArrivalContext& context);

}  // namespace lambdasim::models
