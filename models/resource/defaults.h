// What holds of backends, /tmp and the network where a scenario says nothing, with sources:
// models/data/backends.yaml and storage.yaml.
#pragma once

#include <chrono>
#include <cstdint>

#include "sim/core/distribution.h"
#include "sim/core/time.h"
#include "sim/engine/storage.h"

namespace lambdasim::models {

struct BackendDefaults {
  std::uint32_t attempts = 1;  ///< of a throttled request
  core::Distribution backoff;  ///< ns before the second attempt
  double pool = 0;             ///< share of a database's connections that a proxy may open
  core::Duration proxy_wait{0};
  core::Distribution send;  ///< ns of a request that sends events
  double kms_per_second = 0;
  std::int64_t kms_burst = 0;
};

const BackendDefaults& backend_defaults();

struct StorageDefaults {
  engine::Storage storage;  ///< all but its size and its files
  core::Distribution file_latency;
  core::Duration cpu_per_mb{0};  ///< of encryption
};

const StorageDefaults& storage_defaults();

}  // namespace lambdasim::models
