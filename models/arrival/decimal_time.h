// Times as traces write them: decimal numbers in some unit, turned into nanoseconds exactly.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/core/time.h"

namespace lambdasim::models {

/// Nanoseconds of a decimal number; digits beyond a nanosecond are rounded to the nearest.
/// @param text e.g. "477.8955" or "1.5e3"; a sign is allowed
/// @param digits decimal digits of the unit below which lies the nanosecond: 9 for s, 0 for ns
/// @return nothing when the text is no number or does not fit
std::optional<core::Duration> parse_decimal_time(std::string_view text, int digits);

}  // namespace lambdasim::models
