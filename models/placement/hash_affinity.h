// Contexts of one function together: every function has a host of its own to begin at.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class HashAffinity final : public engine::Placement {
 public:
  engine::HostId choose(std::span<const std::int64_t> room_mb,
                        const engine::WantedPlace& wanted) const override;
};

extern const About kHashAffinityAbout;
std::shared_ptr<const engine::Placement> read_hash_affinity(config::ObjectReader& parameters);

}  // namespace lambdasim::models
