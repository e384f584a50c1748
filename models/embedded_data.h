// The files of models/data, built into the program so that it runs from anywhere.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace lambdasim::models {

/// The text of models/data/`name`, e.g. "runtimes.yaml" or "platforms/aws-2026.yaml".
std::optional<std::string_view> embedded_data(std::string_view name);
/// The names of all embedded files, sorted.
std::vector<std::string_view> embedded_data_names();

}  // namespace lambdasim::models
