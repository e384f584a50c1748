// Reads the embedded price files. They are part of the program, so a mistake in one is a defect.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <initializer_list>
#include <set>

#include "models/embedded_data.h"
#include "models/pricing/price_table.h"
#include "sim/core/check.h"

namespace lambdasim::models {
namespace {

using config::Node;

constexpr std::string_view kDefaultRegion = "us-east-1";

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

/// The value at a path of keys; null: the file does not know it.
const Node* find(const Node& file, std::initializer_list<std::string_view> path) {
  const Node* found = &file;
  for (const std::string_view key : path) {
    found = found == nullptr ? nullptr : found->find(key);
  }
  return found;
}

Price price(const Node& file, std::initializer_list<std::string_view> path) {
  const Node* found = find(file, path);
  return found == nullptr ? Price{} : Price{decimal(found->scalar)};
}

ByArchitecture by_architecture(const Node& file, std::string_view key, std::string_view inner) {
  return {price(file, {key, inner, "x86_64"}), price(file, {key, inner, "arm64"})};
}

void read_lambda(const Node& file, PriceTable& table) {
  table.usd_per_request = price(file, {"request"});
  table.usd_per_storage_gb_s = price(file, {"storage"});
  table.usd_per_provisioned_gb_s = by_architecture(file, "provisioned", "configured");
  table.usd_per_provisioned_duration_gb_s = by_architecture(file, "provisioned", "duration");
  table.usd_per_snapshot_gb_s = price(file, {"snapstart", "cache"});
  table.usd_per_restored_gb = price(file, {"snapstart", "restore"});
  table.usd_per_streamed_gb = price(file, {"streaming"});
  table.usd_per_isolated_gb = {price(file, {"tenant_isolation", "x86_64"}),
                               price(file, {"tenant_isolation", "arm64"})};
  table.usd_per_durable_operation = price(file, {"durable", "operation"});
  table.usd_per_durable_written_gb = price(file, {"durable", "written"});
  table.usd_per_durable_gb_month = price(file, {"durable", "retained"});
  table.usd_per_sqs_poller_hour = price(file, {"poller", "sqs"});
  table.usd_per_kafka_poller_hour = price(file, {"poller", "kafka"});
  table.usd_per_gb_s_no_upfront = by_architecture(file, "savings_plan", "no_upfront");
  table.usd_per_gb_s_all_upfront = by_architecture(file, "savings_plan", "all_upfront");
}

void read_other_services(const Node& file, PriceTable& table) {
  table.usd_per_transition = price(file, {"workflow", "transition"});
  table.usd_per_express_start = price(file, {"workflow", "express", "start"});
  table.usd_per_express_gb_s = price(file, {"workflow", "express", "gb_s"});
  table.usd_per_kms_request = price(file, {"kms", "request"});
  table.usd_per_kms_key_month = price(file, {"kms", "key"});
  table.usd_per_logs_gb = price(file, {"logs"});
  table.usd_per_rest_call = price(file, {"front_door", "api_gateway_rest"});
  table.usd_per_http_call = price(file, {"front_door", "api_gateway_http"});
  table.usd_per_balancer_hour = price(file, {"front_door", "alb", "hour"});
  table.usd_per_lcu_hour = price(file, {"front_door", "alb", "lcu"});
}

void read_allowances(const Node& file, std::string_view name, PriceTable& table) {
  const Node& free = required(file, "free", name);
  table.free_requests = count(required(free, "requests", name), name);
  table.free_gb_s = count(required(free, "gb_s", name), name);
  const auto optional = [&](std::string_view key) {
    const Node* found = free.find(key);
    return found == nullptr ? 0 : count(*found, name);
  };
  table.free_streamed_gb = optional("streamed_gb");
  table.free_kms_requests = optional("kms_requests");
  table.free_transitions = optional("transitions");
}

PriceTable read_table(const Node& file, std::string_view name, std::string_view region) {
  PriceTable table;
  table.region = region;
  table.effective = required(file, "effective", name).scalar;
  table.source = required(file, "source", name).scalar;
  const Node& durations = required(file, "duration", name);
  table.x86_64 = read_tiers(durations, "x86_64", name);
  table.arm64 = read_tiers(durations, "arm64", name);
  read_lambda(file, table);
  read_other_services(file, table);
  read_allowances(file, name, table);
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

/// The newest table of the region of which most is known.
const PriceTable& stand_in(const std::vector<PriceTable>& tables) {
  const PriceTable* newest = nullptr;
  for (const PriceTable& table : tables) {
    if (table.region == kDefaultRegion &&
        (newest == nullptr || table.effective > newest->effective)) {
      newest = &table;
    }
  }
  LAMBDASIM_CHECK(newest != nullptr, "the default region has prices");
  return *newest;
}

void report_no_table(config::ObjectReader& reader, std::string_view region_key,
                     const std::string& region, std::string_view date,
                     const std::vector<PriceTable>& tables) {
  std::set<std::string> regions;
  std::set<std::string> dates;
  for (const PriceTable& table : tables) {
    if (table.usd_per_request) {
      regions.insert(table.region);
    }
    if (table.region == region) {
      dates.insert(table.effective);
    }
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
}

}  // namespace

PriceTable read_prices(config::ObjectReader& reader, std::string_view region_key,
                       std::string_view date) {
  const std::string region = reader.text(region_key, kDefaultRegion);
  const std::vector<PriceTable> tables = all_tables();
  const PriceTable* best = nullptr;
  for (const PriceTable& table : tables) {
    if (table.region == region && table.effective <= date &&
        (best == nullptr || table.effective > best->effective)) {
      best = &table;
    }
  }
  if (best != nullptr && best->usd_per_request) {
    return *best;
  }
  if (best != nullptr) {
    reader.report(region_key, no_price(*best, "requests"));
  } else {
    report_no_table(reader, region_key, region, date, tables);
  }
  return stand_in(tables);
}

}  // namespace lambdasim::models
