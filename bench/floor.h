// The floor: what the work costs at the very least. A bare loop that draws the same numbers, keeps
// the same heap and a pool, and writes the same row, with nothing of the simulator around it.
#pragma once

#include <cstdint>

#include "bench/workload.h"

namespace lambdasim::bench {

/// Runs the bare loop. @return a checksum, so that nothing can be left out
std::uint64_t run_floor(const Workload& workload);

}  // namespace lambdasim::bench
