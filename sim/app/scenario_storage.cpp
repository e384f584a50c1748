// /tmp, the network and the files of a function's contexts.
#include <fmt/format.h>

#include "models/resource/defaults.h"
#include "sim/app/scenario_names.h"
#include "sim/app/scenario_parts.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

using config::ObjectReader;

constexpr std::int64_t kBytesAMb = std::int64_t{1} << 20;
constexpr config::Range<std::int64_t> kSizes{0, kBytesAMb << 20};
constexpr config::Range<double> kThroughputs{1.0, static_cast<double>(kSizes.to)};

void read_tmp(ObjectReader& function, engine::Storage& storage) {
  ObjectReader tmp = function.object("tmp");
  storage.read_bytes_per_s = tmp.throughput("read", storage.read_bytes_per_s, kThroughputs);
  storage.write_bytes_per_s = tmp.throughput("write", storage.write_bytes_per_s, kThroughputs);
  storage.when_full =
      static_cast<engine::WhenFull>(tmp.choice("when_full", {"error", "least_recently_used"}, 0));
  tmp.finish();
}

void read_network(ObjectReader& function, engine::Network& network) {
  ObjectReader reader = function.object("network");
  network.bytes_per_s = reader.throughput("rate", network.bytes_per_s, kThroughputs);
  network.burst_bytes_per_s =
      reader.throughput("burst_rate", network.burst_bytes_per_s, kThroughputs);
  if (network.burst_bytes_per_s < network.bytes_per_s) {
    reader.report("burst_rate", fmt::format("must not be below the rate of {}",
                                            config::format_throughput(network.bytes_per_s)));
  }
  network.burst_bytes = reader.bytes("burst", network.burst_bytes, kSizes);
  network.first_bytes = reader.bytes("burst_once", network.first_bytes, kSizes);
  reader.finish();
}

engine::File read_file(const std::string& name, ObjectReader& reader, std::int64_t storage_mb) {
  if (!is_name(name)) {
    reader.report_here(fmt::format("a file's name {}", kNameRule));
  }
  engine::File file;
  file.name = name;
  file.purpose = purpose_of("file/" + name);
  file.bytes = reader.bytes("size", std::nullopt, {1, kSizes.to});
  if (file.bytes > storage_mb * kBytesAMb) {
    reader.report("size", fmt::format("of {} is more than /tmp holds; ephemeral_storage is {}",
                                      config::format_bytes(file.bytes),
                                      config::format_megabytes(storage_mb)));
  }
  file.latency = reader.time_distribution(
      "latency", reader.has("latency") ? std::nullopt
                                       : std::optional{models::storage_defaults().file_latency});
  const std::int64_t count = reader.integer("count", 1, {1, 100'000});
  const double skew = reader.number("skew", 0.0, {0.0, 10.0});
  file.shares = zipf_shares(static_cast<std::size_t>(count), skew);
  return file;
}

}  // namespace

engine::Storage read_storage(ObjectReader& function, std::int64_t storage_mb, StepNames& names) {
  engine::Storage storage = models::storage_defaults().storage;
  storage.bytes = storage_mb * kBytesAMb;
  read_tmp(function, storage);
  read_network(function, storage.network);
  function.each_named("files", false, [&](const std::string& name, ObjectReader& reader) {
    names.files.emplace(name, core::FileId{static_cast<std::uint32_t>(storage.files.size())});
    storage.files.push_back(read_file(name, reader, storage_mb));
  });
  return storage;
}

}  // namespace lambdasim::app
