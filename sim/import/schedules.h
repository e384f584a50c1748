// Schedules as EventBridge writes them: `rate(5 minutes)`, `cron(0 8 * * ? *)`.
#pragma once

#include "sim/import/properties.h"
#include "sim/import/stack.h"

namespace lambdasim::import {

/// Adds one source per schedule expression. A rate() becomes arrivals `every`, a cron() `cron`;
/// what cannot be simulated (at(), W and # in cron()) becomes a placeholder, and is reported.
/// @param source with its function and place; kind and arrivals are set here
void add_schedule(const Scalar& expression, Source source, const Settings& async, Stack& stack,
                  Findings& findings);

/// What stands beside the expression of a schedule: whether it is enabled, its time zone, ...
/// @return whether it is enabled
bool read_schedule_options(Properties& properties);

}  // namespace lambdasim::import
