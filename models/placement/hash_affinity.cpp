#include "models/placement/hash_affinity.h"

namespace lambdasim::models {

engine::HostId HashAffinity::choose(std::span<const std::int64_t> room_mb,
                                    const engine::WantedPlace& wanted) const {
  const std::size_t hosts = room_mb.size();
  const std::size_t home = core::mix64(wanted.function.value) % hosts;
  for (std::size_t step = 0; step < hosts; ++step) {
    const std::size_t host = (home + step) % hosts;
    if (room_mb[host] >= wanted.memory_mb) {
      return static_cast<engine::HostId>(host);
    }
  }
  return engine::kNoHost;
}

const About kHashAffinityAbout{
    "hash_affinity",
    "a host by the hash of the function, then the next ones",
    "The number of the function is hashed to a home; when that has no room the hosts after it are "
    "tried. Contexts of one function share a host, whose package is there already.",
    "Apache OpenWhisk's load balancer (ShardingContainerPoolBalancer) in outline [documented]",
    {}};

std::shared_ptr<const engine::Placement> read_hash_affinity(config::ObjectReader&) {
  return std::make_shared<const HashAffinity>();
}

}  // namespace lambdasim::models
