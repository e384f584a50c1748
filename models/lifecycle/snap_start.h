// SnapStart: which functions may use it, and how long a restore takes: models/data/snapstart.yaml.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/distribution.h"

namespace lambdasim::models {

/// Why a function cannot use SnapStart, as a sentence; nothing if it can.
std::optional<std::string> snap_start_excluded(std::string_view runtime, std::string_view package,
                                               std::int64_t storage_mb);

/// Restore Duration (ns) of a small function. @return nothing for a runtime without a figure
std::optional<core::Distribution> snap_start_restore(std::string_view runtime);

/// What is billed of a restore (ns), before its ceiling.
core::Distribution snap_start_billed_restore();

}  // namespace lambdasim::models
