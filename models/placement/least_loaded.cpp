#include "models/placement/least_loaded.h"

namespace lambdasim::models {

engine::HostId LeastLoaded::choose(std::span<const std::int64_t> room_mb,
                                   const engine::WantedPlace& wanted) const {
  engine::HostId best = engine::kNoHost;
  for (engine::HostId host = 0; host < room_mb.size(); ++host) {
    const bool fits = room_mb[host] >= wanted.memory_mb;
    if (fits && (best == engine::kNoHost || room_mb[host] > room_mb[best])) {
      best = host;
    }
  }
  return best;
}

const About kLeastLoadedAbout{"least_loaded",
                              "the host with most room",
                              "Of the hosts with room the emptiest one, of equally empty ones the "
                              "first. Spreads contexts and "
                              "so CPU load evenly, and leaves gaps everywhere.",
                              "usual in load balancers; what platforms do is not published",
                              {}};

std::shared_ptr<const engine::Placement> read_least_loaded(config::ObjectReader&) {
  return std::make_shared<const LeastLoaded>();
}

}  // namespace lambdasim::models
