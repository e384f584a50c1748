#include "models/resource/defaults.h"

#include "models/read_data.h"

namespace lambdasim::models {
namespace {

using config::ObjectReader;
using namespace std::chrono_literals;

constexpr config::Range<double> kAnyRate{1e-3, 1e15};
constexpr config::Range<std::int64_t> kAnySize{0, std::int64_t{1} << 50};

BackendDefaults read_backends(ObjectReader& file) {
  BackendDefaults read;
  file.text("source");
  ObjectReader backend = file.object("backend");
  read.attempts = static_cast<std::uint32_t>(backend.integer("attempts", std::nullopt, {1, 20}));
  read.backoff = backend.time_distribution("backoff", std::nullopt);
  backend.finish();
  ObjectReader send = file.object("send");
  read.send = send.time_distribution("takes", std::nullopt);
  send.finish();
  ObjectReader proxy = file.object("proxy");
  read.pool = proxy.number("pool", std::nullopt, {0.0, 1.0});
  read.proxy_wait = proxy.duration("queue_wait", std::nullopt, {0ms, 1h});
  proxy.finish();
  ObjectReader kms = file.object("kms");
  read.kms_per_second = kms.rate("rate", std::nullopt, kAnyRate);
  read.kms_burst = kms.integer("burst", std::nullopt, {1, 1'000'000'000});
  kms.finish();
  return read;
}

StorageDefaults read_storage(ObjectReader& file) {
  StorageDefaults read;
  file.text("source");
  ObjectReader tmp = file.object("tmp");
  read.storage.read_bytes_per_s = tmp.throughput("read", std::nullopt, kAnyRate);
  read.storage.write_bytes_per_s = tmp.throughput("write", std::nullopt, kAnyRate);
  tmp.finish();
  ObjectReader network = file.object("network");
  engine::Network& traffic = read.storage.network;
  traffic.bytes_per_s = network.throughput("rate", std::nullopt, kAnyRate);
  traffic.burst_bytes_per_s = network.throughput("burst_rate", std::nullopt, kAnyRate);
  traffic.burst_bytes = network.bytes("burst", std::nullopt, kAnySize);
  traffic.first_bytes = network.bytes("burst_once", std::nullopt, kAnySize);
  network.finish();
  ObjectReader of_file = file.object("file");
  read.file_latency = of_file.time_distribution("latency", std::nullopt);
  of_file.finish();
  ObjectReader encryption = file.object("encryption");
  read.cpu_per_mb = encryption.duration("cpu_per_mb", std::nullopt, {0ms, 1s});
  encryption.finish();
  return read;
}

}  // namespace

const BackendDefaults& backend_defaults() {
  static const BackendDefaults read = read_data("backends.yaml", read_backends);
  return read;
}

const StorageDefaults& storage_defaults() {
  static const StorageDefaults read = read_data("storage.yaml", read_storage);
  return read;
}

}  // namespace lambdasim::models
