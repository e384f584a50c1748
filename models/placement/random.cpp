#include "models/placement/random.h"

#include <algorithm>

namespace lambdasim::models {

engine::HostId RandomPlacement::choose(std::span<const std::int64_t> room_mb,
                                       const engine::WantedPlace& wanted) const {
  const auto fits = [&wanted](std::int64_t room) { return room >= wanted.memory_mb; };
  const auto candidates =
      static_cast<std::uint64_t>(std::count_if(room_mb.begin(), room_mb.end(), fits));
  if (candidates == 0) {
    return engine::kNoHost;
  }
  core::KeyedEngine engine = wanted.numbers.engine(core::Purpose::kPlacement);
  std::uint64_t left = engine() % candidates;
  for (engine::HostId host = 0;; ++host) {
    if (fits(room_mb[host]) && left-- == 0) {
      return host;
    }
  }
}

const About kRandomPlacementAbout{
    "random",
    "any host that has room",
    "Each host with room is as likely; drawn from the numbers of the invocation.",
    "a baseline to compare placements with",
    {}};

std::shared_ptr<const engine::Placement> read_random(config::ObjectReader&) {
  return std::make_shared<const RandomPlacement>();
}

}  // namespace lambdasim::models
