// How long the runtime part of INIT takes and what the first call of a context does beyond later
// ones, as measured for AWS's runtimes: models/data/runtimes.yaml.
//
// Names are AWS's runtime identifiers (python3.13, nodejs22.x, java21, dotnet8, ruby3.4, ...);
// programs on provided.al2023 go by language (rust, go, cpp, ...). INIT does not depend on memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/distribution.h"

namespace lambdasim::models {

/// Init Duration (ns) of an empty function.
/// @param runtime one of runtime_names()
/// @param architecture x86_64 or arm64
/// @param package zip or image
/// @return nothing for a combination that was not measured
std::optional<core::Distribution> runtime_init(std::string_view runtime,
                                               std::string_view architecture,
                                               std::string_view package);

/// A part of what the runtime does in the first handler call after an INIT.
struct FirstCallStep {
  core::Distribution cpu;  ///< ns of CPU time, under the CPU model of the handler
  std::uint32_t threads = 1;
};

/// In order; empty where the first call is about like every other.
/// @param runtime one of runtime_names()
/// @param architecture x86_64 or arm64
std::vector<FirstCallStep> runtime_first_call(std::string_view runtime,
                                              std::string_view architecture);

/// The runtimes with figures, in the order of the file.
std::vector<std::string> runtime_names();

/// Whether AWS provides it (python3.13), rather than the function brings it (rust); names without
/// figures are told by how AWS names its runtimes.
bool is_managed_runtime(std::string_view runtime);

}  // namespace lambdasim::models
