#include "sim/calibrate/power_tuning.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sim/calibrate/log_file.h"
#include "sim/calibrate/log_line.h"
#include "sim/config/diagnostics.h"

namespace lambdasim::calibrate {
namespace {

using nlohmann::json;

int value_of_base64(char c) {
  if (c >= 'A' && c <= 'Z') {
    return c - 'A';
  }
  if (c >= 'a' && c <= 'z') {
    return c - 'a' + 26;
  }
  if (c >= '0' && c <= '9') {
    return c - '0' + 52;
  }
  return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

std::vector<std::uint8_t> decoded(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    if (c == '=') {
      break;
    }
    const int value = value_of_base64(c);
    if (value < 0) {
      throw std::invalid_argument(fmt::format("the link's data is not base64: '{}'", c));
    }
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<std::uint8_t>(bits >> static_cast<unsigned>(held)));
    }
  }
  return bytes;
}

std::uint32_t little_endian(const std::vector<std::uint8_t>& bytes, std::size_t at,
                            std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;) {
    value = value << 8U | bytes[at + i];
  }
  return value;
}

std::vector<TuningPoint> parse_link(std::string_view link) {
  const std::size_t hash = link.find('#');
  const std::string_view data = hash == std::string_view::npos ? link : link.substr(hash + 1);
  const std::size_t semicolon = data.find(';');
  if (semicolon == std::string_view::npos) {
    throw std::invalid_argument("the link has no data MEMORIES;DURATIONS;COSTS after its '#'");
  }
  const auto memories = decoded(data.substr(0, semicolon));
  const std::string_view rest = data.substr(semicolon + 1);
  const auto durations = decoded(trimmed(rest.substr(0, rest.find(';'))));
  if (memories.empty() || memories.size() % 2 != 0 || durations.size() != 2 * memories.size()) {
    throw std::invalid_argument(
        fmt::format("the link has {} bytes of memory sizes and {} of durations; of each size there "
                    "must be 2 and 4; is it cut off?",
                    memories.size(), durations.size()));
  }
  std::vector<TuningPoint> points;
  for (std::size_t i = 0; i < memories.size() / 2; ++i) {
    points.push_back({static_cast<int>(little_endian(memories, 2 * i, 2)),
                      std::bit_cast<float>(little_endian(durations, 4 * i, 4))});
  }
  return points;
}

std::vector<TuningPoint> parse_stats(const json& stats) {
  std::vector<TuningPoint> points;
  for (const json& row : stats) {
    const auto power = row.find("value") != row.end() ? row.find("value") : row.find("power");
    const auto duration = row.find("averageDuration") != row.end() ? row.find("averageDuration")
                                                                   : row.find("duration");
    if (power == row.end() || duration == row.end() || !power->is_number() ||
        !duration->is_number()) {
      throw std::invalid_argument("an item of 'stats' without 'value' (MB) and 'averageDuration'");
    }
    points.push_back({power->get<int>(), duration->get<double>()});
  }
  return points;
}

std::vector<TuningPoint> parse_output(const json& output) {
  if (const auto stats = output.find("stats"); stats != output.end() && stats->is_array()) {
    return parse_stats(*stats);
  }
  if (const auto machine = output.find("stateMachine"); machine != output.end()) {
    const auto link = machine->find("visualization");
    if (link != machine->end() && link->is_string()) {
      return parse_link(link->get<std::string>());
    }
  }
  throw std::invalid_argument(
      "neither 'stats' nor 'stateMachine.visualization': is it the output of Power Tuning?");
}

}  // namespace

std::vector<TuningPoint> parse_power_tuning(const std::string& text) {
  std::vector<TuningPoint> points;
  if (const std::string_view whole = trimmed(text); whole.starts_with('{')) {
    const json output = json::parse(whole, nullptr, false);
    if (!output.is_object()) {
      throw std::invalid_argument("not whole JSON; is the file cut off?");
    }
    points = parse_output(output);
  } else {
    points = parse_link(whole);
  }
  std::sort(points.begin(), points.end(),
            [](const TuningPoint& a, const TuningPoint& b) { return a.memory_mb < b.memory_mb; });
  for (const TuningPoint& point : points) {
    if (point.memory_mb < 128 || point.memory_mb > 10240 || !std::isfinite(point.mean_ms) ||
        point.mean_ms <= 0) {
      throw std::invalid_argument(fmt::format("{} ms at {} MB cannot be; sizes are 128 to 10240 MB",
                                              point.mean_ms, point.memory_mb));
    }
  }
  return points;
}

std::vector<TuningPoint> read_power_tuning(const std::string& path) {
  LogFile file{path};
  std::string text;
  std::string line;
  while (file.next_line(line)) {
    text += line + "\n";
  }
  try {
    return parse_power_tuning(text);
  } catch (const std::invalid_argument& error) {
    fail_in(path, 0, error.what());
  }
}

}  // namespace lambdasim::calibrate
