// The `events` of a function of the Serverless Framework.
#pragma once

#include "sim/import/resources.h"

namespace lambdasim::import {

/// @param events the list; `resources` knows the queues and streams that events name
void read_serverless_events(const config::Node& events, Function& function,
                            const ResourceReader& resources, Stack& stack, Findings& findings);

}  // namespace lambdasim::import
