// Schedules: rate and cron, as EventBridge has them.
#pragma once

#include "models/catalogue.h"

namespace lambdasim::models {

extern const About kEveryAbout;
extern const About kCronAbout;
std::shared_ptr<const engine::ArrivalProcess> read_every(config::ObjectReader& parameters,
                                                         const ArrivalContext& context);
std::shared_ptr<const engine::ArrivalProcess> read_cron(config::ObjectReader& parameters,
                                                        const ArrivalContext& context);

}  // namespace lambdasim::models
