// Reads the embedded files of alternatives. They are part of the program, so a mistake in one is a
// defect.
#include <fmt/format.h>

#include <limits>

#include "models/pricing/alternatives.h"
#include "models/read_data.h"

namespace lambdasim::models {
namespace {

using config::ObjectReader;
using core::Duration;
using namespace std::chrono_literals;

constexpr std::string_view kFolder = "alternatives/";
constexpr double kMost = std::numeric_limits<double>::max();
constexpr config::Range<double> kAny{0, kMost};
constexpr config::Range<std::int64_t> kAnyMb{0, std::int64_t{1} << 40};
constexpr config::Range<Duration> kAnyTime{Duration{0}, 24h * 3650};

/// Reads one embedded file with `read`, to its last key.
template <class Read>
auto read_file(const std::string& name, Read read) {
  return read_data(name, [&read](ObjectReader& file) {
    auto made = read(file);
    file.finish();
    return made;
  });
}

double number(ObjectReader& reader, std::string_view key) {
  return reader.number(key, std::nullopt, kAny);
}

std::int64_t megabytes(ObjectReader& reader, std::string_view key) {
  return reader.megabytes(key, std::nullopt, kAnyMb);
}

double seconds(ObjectReader& reader, std::string_view key) {
  return core::seconds_of(reader.duration(key, std::nullopt, kAnyTime));
}

void read_fargate(ObjectReader& file, Sizing& sizing) {
  ObjectReader fargate = file.object("fargate");
  sizing.fargate_start_s = seconds(fargate, "start");
  sizing.fargate_least_s = seconds(fargate, "least_billed");
  sizing.fargate_free_storage_mb = megabytes(fargate, "free_storage");
  sizing.fargate_most_storage_mb = megabytes(fargate, "most_storage");
  fargate.each_item("sizes", true, [&sizing](std::size_t, ObjectReader& item) {
    const double vcpu = number(item, "vcpu");
    const std::int64_t from = megabytes(item, "from");
    const std::int64_t to = megabytes(item, "to");
    const std::int64_t step = item.megabytes("step", std::nullopt, {1, kAnyMb.to});
    for (std::int64_t mb = from; mb <= to; mb += step) {
      sizing.fargate_sizes.push_back({vcpu, mb});
    }
  });
  fargate.finish();
}

std::int64_t read_reserved(ObjectReader& file, std::string_view host) {
  ObjectReader section = file.object(host);
  const std::int64_t mb = megabytes(section, "reserved");
  section.finish();
  return mb;
}

void read_managed(ObjectReader& file, Sizing& sizing) {
  ObjectReader managed = file.object("managed");
  sizing.managed_reserved_mb = megabytes(managed, "reserved");
  sizing.managed_surcharge = number(managed, "surcharge");
  sizing.managed_usd_per_call = number(managed, "request");
  sizing.managed_least = number(managed, "least");
  ObjectReader memory = managed.object("memory");
  sizing.managed_least_mb = megabytes(memory, "from");
  sizing.managed_most_mb = megabytes(memory, "to");
  memory.finish();
  ObjectReader vcpu = managed.object("vcpu");
  sizing.managed_least_vcpu = number(vcpu, "from");
  sizing.managed_most_vcpu = number(vcpu, "to");
  vcpu.finish();
  managed.each_item("shapes", true, [&sizing](std::size_t, ObjectReader& item) {
    sizing.managed_gb_per_vcpu.push_back(number(item, "gb_per_vcpu"));
  });
  sizing.managed_calls_per_vcpu = number(managed, "calls_per_vcpu");
  sizing.managed_most_storage_mb = megabytes(managed, "most_storage");
  sizing.managed_longest_s = seconds(managed, "longest");
  managed.finish();
}

std::optional<FargatePrice> read_fargate_price(ObjectReader& fargate,
                                               std::string_view architecture) {
  if (!fargate.has(architecture)) {
    return std::nullopt;
  }
  ObjectReader reader = fargate.object(architecture);
  FargatePrice price{number(reader, "vcpu"), number(reader, "gb"), std::nullopt};
  if (reader.has("storage_gb")) {
    price.usd_per_storage_gb_h = number(reader, "storage_gb");
  }
  reader.finish();
  return price;
}

/// The sizes of one family; prices are in proportion to vCPUs.
void read_family(ObjectReader& family, std::vector<Instance>& instances) {
  constexpr double kVcpuOfXlarge = 4;
  const std::string name = family.text("family");
  const bool arm64 = family.choice("architecture", {"x86_64", "arm64"}, std::nullopt) == 1;
  const double usd_per_vcpu_h = number(family, "xlarge") / kVcpuOfXlarge;
  const std::int64_t gb_per_vcpu = family.integer("gb_per_vcpu", std::nullopt, kAnyMb);
  ObjectReader sizes = family.object("vcpu_of");
  for (const std::string& size : sizes.keys()) {
    const std::int64_t vcpu = sizes.integer(size, std::nullopt, {1, 1024});
    instances.push_back({fmt::format("{}.{}", name, size),
                         arm64,
                         {static_cast<double>(vcpu), vcpu * gb_per_vcpu * 1024},
                         static_cast<double>(vcpu) * usd_per_vcpu_h});
  }
  sizes.finish();
}

Sizing read_all(ObjectReader& file) {
  Sizing sizing;
  sizing.effective = file.date("effective", std::nullopt);
  sizing.source = file.text("source");
  sizing.month_s = seconds(file, "month");
  sizing.utilisation = number(file, "utilisation");
  sizing.calls_at_once = number(file, "calls_at_once");
  sizing.peak_window = file.duration("peak_window", std::nullopt, kAnyTime);
  sizing.chance = number(file, "chance");
  read_fargate(file, sizing);
  sizing.ec2_reserved_mb = read_reserved(file, "ec2");
  sizing.ecs_reserved_mb = read_reserved(file, "ecs");
  read_managed(file, sizing);
  return sizing;
}

}  // namespace

const Sizing& default_sizing() {
  static const Sizing sizing = read_file(fmt::format("{}sizing.yaml", kFolder), read_all);
  return sizing;
}

Sizing read_sizing(ObjectReader& section) {
  Sizing sizing = default_sizing();
  sizing.utilisation = section.number("utilisation", sizing.utilisation, {0.01, 1});
  sizing.calls_at_once = static_cast<double>(section.integer(
      "calls_at_once", static_cast<std::int64_t>(sizing.calls_at_once), {1, 10'000}));
  sizing.peak_window = section.duration("peak_window", sizing.peak_window, {1s, 24h * 366});
  return sizing;
}

RegionPrices alternative_prices(std::string_view region) {
  RegionPrices known;
  known.region = region;
  const std::string name = fmt::format("{}{}.yaml", kFolder, region);
  if (!embedded_data(name)) {
    return known;
  }
  return read_file(name, [](ObjectReader& file) {
    RegionPrices prices;
    prices.effective = file.date("effective", std::nullopt);
    prices.source = file.text("source");
    prices.region = file.text("region");
    ObjectReader fargate = file.object("fargate");
    prices.fargate_x86_64 = read_fargate_price(fargate, "x86_64");
    prices.fargate_arm64 = read_fargate_price(fargate, "arm64");
    fargate.finish();
    file.each_item("ec2", false, [&prices](std::size_t, ObjectReader& family) {
      read_family(family, prices.instances);
    });
    return prices;
  });
}

}  // namespace lambdasim::models
