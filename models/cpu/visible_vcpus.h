// How many vCPUs a function sees: threads beyond that number take turns.
//
// AWS documents none. The platforms hold a table that was measured (models/data/platforms); without
// one a function sees as many as it has a share of, rounded up, and at least two.
#pragma once

#include <cstdint>

#include "sim/config/reader.h"

namespace lambdasim::models {

/// Reads `visible_vcpus: [{up_to: 3008 MB, vcpus: 2}, ...]`, smallest memory first.
/// @param full_vcpu_at memory (MB) at which a function has one vCPU
std::uint32_t read_visible_vcpus(config::ObjectReader& parameters, std::int64_t memory_mb,
                                 std::int64_t full_vcpu_at);

}  // namespace lambdasim::models
