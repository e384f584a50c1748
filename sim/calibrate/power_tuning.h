// Results of AWS Lambda Power Tuning (github.com/alexcasalboni/aws-lambda-power-tuning): the mean
// Duration at several memory sizes. Three forms: the state machine's output with
// includeOutputResults
// (`stats`), the plain one, whose curve is in the link to the visualization, and that link itself,
//   https://lambda-power-tuning.show/#MEMORIES;DURATIONS;COSTS
// each part base64 of int16, float32 ms and float32 USD, little-endian.
#pragma once

#include <string>
#include <vector>

namespace lambdasim::calibrate {

struct TuningPoint {
  int memory_mb = 0;
  double mean_ms = 0;
};

/// @return ascending by memory
/// @throws config::NoInput, config::InvalidInput with the file and the reason
std::vector<TuningPoint> read_power_tuning(const std::string& path);

/// @throws std::invalid_argument saying what is wrong
std::vector<TuningPoint> parse_power_tuning(const std::string& text);

}  // namespace lambdasim::calibrate
