// The host with most room: spreads the load evenly.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class LeastLoaded final : public engine::Placement {
 public:
  engine::HostId choose(std::span<const std::int64_t> room_mb,
                        const engine::WantedPlace& wanted) const override;
};

extern const About kLeastLoadedAbout;
std::shared_ptr<const engine::Placement> read_least_loaded(config::ObjectReader& parameters);

}  // namespace lambdasim::models
