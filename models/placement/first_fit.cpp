#include "models/placement/first_fit.h"

namespace lambdasim::models {

engine::HostId FirstFit::choose(std::span<const std::int64_t> room_mb,
                                const engine::WantedPlace& wanted) const {
  for (engine::HostId host = 0; host < room_mb.size(); ++host) {
    if (room_mb[host] >= wanted.memory_mb) {
      return host;
    }
  }
  return engine::kNoHost;
}

const About kFirstFitAbout{
    "first_fit",
    "the first host that has room",
    "Hosts are tried in their order. Packs tightly: the last hosts stay empty longest.",
    "bin packing, Johnson 1973; what platforms do is not published",
    {}};

std::shared_ptr<const engine::Placement> read_first_fit(config::ObjectReader&) {
  return std::make_shared<const FirstFit>();
}

}  // namespace lambdasim::models
