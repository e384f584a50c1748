// The host that is left with least room: keeps large gaps for large functions.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class BestFit final : public engine::Placement {
 public:
  engine::HostId choose(std::span<const std::int64_t> room_mb,
                        const engine::WantedPlace& wanted) const override;
};

extern const About kBestFitAbout;
std::shared_ptr<const engine::Placement> read_best_fit(config::ObjectReader& parameters);

}  // namespace lambdasim::models
