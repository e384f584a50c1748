// Reads the embedded price files. They are part of the program, so a mistake in one is a defect.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "models/embedded_data.h"
#include "models/pricing/price_table.h"
#include "sim/core/check.h"

namespace lambdasim::models {
namespace {

using config::Node;

const Node& required(const Node& node, std::string_view key, std::string_view file) {
  const Node* found = node.find(key);
  LAMBDASIM_CHECK(found != nullptr, fmt::format("{} has no '{}'", file, key));
  return *found;
}

std::uint64_t count(const Node& node, std::string_view file) {
  std::uint64_t value = 0;
  const char* end = node.scalar.data() + node.scalar.size();
  const auto result = std::from_chars(node.scalar.data(), end, value);
  LAMBDASIM_CHECK(result.ec == std::errc{} && result.ptr == end,
                  fmt::format("{}:{}: a whole number is expected", file, node.where.line));
  return value;
}

std::vector<Tier> read_tiers(const Node& durations, std::string_view architecture,
                             std::string_view file) {
  std::vector<Tier> tiers;
  const Node* found = durations.find(architecture);
  if (found == nullptr) {
    return tiers;
  }
  for (const Node& item : found->items) {
    const Node* up_to = item.find("up_to");
    tiers.push_back({decimal(required(item, "price", file).scalar),
                     up_to != nullptr ? count(*up_to, file) : 0});
  }
  LAMBDASIM_CHECK(!tiers.empty() && tiers.back().up_to_gb_s == 0,
                  fmt::format("{}: the last tier of {} must have no end", file, architecture));
  return tiers;
}

PriceTable read_table(const Node& file, std::string_view name, std::string_view region) {
  PriceTable table;
  table.region = region;
  table.effective = required(file, "effective", name).scalar;
  table.source = required(file, "source", name).scalar;
  table.usd_per_request = decimal(required(file, "request", name).scalar);
  const Node& durations = required(file, "duration", name);
  table.x86_64 = read_tiers(durations, "x86_64", name);
  table.arm64 = read_tiers(durations, "arm64", name);
  if (const Node* storage = file.find("storage")) {
    table.usd_per_storage_gb_s = decimal(storage->scalar);
  }
  const Node& free = required(file, "free", name);
  table.free_requests = count(required(free, "requests", name), name);
  table.free_gb_s = count(required(free, "gb_s", name), name);
  return table;
}

std::vector<PriceTable> all_tables() {
  std::vector<PriceTable> tables;
  for (const std::string_view name : embedded_data_names()) {
    if (!name.starts_with("prices/")) {
      continue;
    }
    config::Diagnostics diagnostics;
    const Node file = config::load_text(*embedded_data(name), std::string{name}, diagnostics);
    LAMBDASIM_CHECK(diagnostics.empty(), to_string(diagnostics.sorted().front()));
    for (const Node& region : required(file, "regions", name).items) {
      tables.push_back(read_table(file, name, region.scalar));
    }
  }
  return tables;
}

bool is_complete(const PriceTable& table) {
  return !missing_price(table, false, 10240) && !missing_price(table, true, 10240);
}

}  // namespace

PriceTable read_prices(config::ObjectReader& reader, std::string_view region_key,
                       std::string_view date) {
  const std::string region = reader.text(region_key, "us-east-1");
  std::vector<PriceTable> tables = all_tables();
  std::set<std::string> regions;
  std::set<std::string> dates;
  const PriceTable* best = nullptr;
  for (const PriceTable& table : tables) {
    regions.insert(table.region);
    if (table.region != region) {
      continue;
    }
    dates.insert(table.effective);
    if (table.effective <= date && (best == nullptr || table.effective > best->effective)) {
      best = &table;
    }
  }
  if (best != nullptr) {
    return *best;
  }
  if (dates.empty()) {
    const auto guess = config::did_you_mean(region, {regions.begin(), regions.end()});
    reader.report(region_key,
                  fmt::format("no prices of region '{}' are known; those of {} are{}", region,
                              fmt::join(regions, ", "),
                              guess ? fmt::format("; did you mean '{}'?", *guess) : ""));
  } else {
    reader.report(region_key, fmt::format("no prices of {} are known for {}; they begin on {}",
                                          region, date, *dates.begin()));
  }
  return *std::find_if(tables.begin(), tables.end(), is_complete);
}

}  // namespace lambdasim::models
