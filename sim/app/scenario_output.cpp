#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/app/scenario_parts.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;
using core::Duration;
using namespace std::chrono_literals;

constexpr std::size_t kMostBins = 1200;
constexpr std::size_t kMostCells = 500'000;          // functions x bins, when nobody asks for more
constexpr std::size_t kMostCellsAsked = 20'000'000;  // about 1.5 GB

constexpr std::array<Duration, 26> kRoundWidths{
    1ms,  10ms, 20ms, 50ms,  100ms, 200ms, 500ms, 1s, 2s, 5s, 10s, 20s, 30s,
    1min, 2min, 5min, 10min, 15min, 30min, 1h,    2h, 3h, 6h, 12h, 24h, 168h};

/// About a thousand bins of a round width, fewer when many functions share the memory.
std::size_t automatic_bins(const engine::Setup& setup) {
  const std::size_t functions = std::max<std::size_t>(1, setup.functions.size());
  const std::size_t most = std::clamp<std::size_t>(kMostCells / functions, 1, kMostBins);
  for (const Duration width : kRoundWidths) {
    const auto bins = static_cast<std::size_t>(setup.horizon / width);
    if (setup.horizon % width == Duration{0} && bins <= most) {
      return bins;
    }
  }
  return most;
}

std::size_t read_timeline(ObjectReader& output, const engine::Setup& setup) {
  const config::Node* given = output.peek("timeline");
  const bool is_name = given == nullptr || given->scalar == "auto" || given->scalar == "none" ||
                       given->scalar.find_first_of("0123456789") == std::string::npos;
  if (is_name) {
    const std::size_t choice =
        output.choice("timeline", {"auto", "none"}, 0, "a width such as '1 min'");
    return choice == 0 ? automatic_bins(setup) : 0;
  }
  const Duration width = output.duration("timeline", std::nullopt, {1ms, 24h * 3650});
  const std::size_t functions = std::max<std::size_t>(1, setup.functions.size());
  if (setup.horizon % width != Duration{0}) {
    output.report("timeline", fmt::format("must divide the duration of {} without a remainder",
                                          config::format_duration(setup.horizon)));
    return 0;
  }
  const auto bins = static_cast<std::size_t>(setup.horizon / width);
  if (bins > kMostCellsAsked / functions) {
    output.report("timeline", fmt::format("is too fine: {} bins of {} functions; at most {} "
                                          "together",
                                          bins, functions, kMostCellsAsked));
    return 0;
  }
  return bins;
}

void read_sample(ObjectReader& records, OutputSettings& settings) {
  if (!records.only_key({"sample"})) {
    return;
  }
  const std::string text = records.text("sample");
  const auto every = text.starts_with("1/")
                         ? config::parse_integer(std::string_view{text}.substr(2)).value
                         : std::nullopt;
  if (!every || *every < 1 || *every > 1'000'000'000) {
    records.report("sample", fmt::format("must be a share such as 1/100, got '{}'", text));
    return;
  }
  settings.records = Records::kSample;
  settings.sample_every = static_cast<std::uint64_t>(*every);
}

}  // namespace

OutputSettings read_output(ObjectReader& root, const engine::Setup& setup) {
  OutputSettings settings;
  ObjectReader output = root.object("output");
  const config::Node* records = output.peek("records");
  if (records != nullptr && records->kind == config::Node::Kind::kMapping) {
    ObjectReader sample = output.object("records");
    read_sample(sample, settings);
    sample.finish();
  } else {
    const std::size_t choice = output.choice("records", {"all", "none"}, 0, "{sample: 1/10}");
    settings.records = choice == 0 ? Records::kAll : Records::kNone;
  }
  settings.timeline_bins = read_timeline(output, setup);
  settings.contexts = output.boolean("contexts", true);
  output.finish();
  return settings;
}

}  // namespace lambdasim::app
