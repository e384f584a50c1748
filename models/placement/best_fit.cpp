#include "models/placement/best_fit.h"

namespace lambdasim::models {

engine::HostId BestFit::choose(std::span<const std::int64_t> room_mb,
                               const engine::WantedPlace& wanted) const {
  engine::HostId best = engine::kNoHost;
  for (engine::HostId host = 0; host < room_mb.size(); ++host) {
    const bool fits = room_mb[host] >= wanted.memory_mb;
    if (fits && (best == engine::kNoHost || room_mb[host] < room_mb[best])) {
      best = host;
    }
  }
  return best;
}

const About kBestFitAbout{"best_fit",
                          "the host that is left with least room",
                          "Of the hosts with room the fullest one, of equally full ones the first.",
                          "bin packing, Johnson 1973; what platforms do is not published",
                          {}};

std::shared_ptr<const engine::Placement> read_best_fit(config::ObjectReader&) {
  return std::make_shared<const BestFit>();
}

}  // namespace lambdasim::models
