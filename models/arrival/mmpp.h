// Markov-modulated Poisson arrivals: bursts and lulls that come and go at random.
#pragma once

#include "models/catalogue.h"

namespace lambdasim::models {

extern const About kMmppAbout;
std::shared_ptr<const engine::ArrivalProcess> read_mmpp(config::ObjectReader& parameters,
                                                        const ArrivalContext& context);

}  // namespace lambdasim::models
