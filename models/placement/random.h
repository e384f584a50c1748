// A host drawn from those that have room: what others are compared with.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class RandomPlacement final : public engine::Placement {
 public:
  engine::HostId choose(std::span<const std::int64_t> room_mb,
                        const engine::WantedPlace& wanted) const override;
};

extern const About kRandomPlacementAbout;
std::shared_ptr<const engine::Placement> read_random(config::ObjectReader& parameters);

}  // namespace lambdasim::models
