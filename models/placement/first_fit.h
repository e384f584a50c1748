// The first host that has room: fills hosts one after the other.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class FirstFit final : public engine::Placement {
 public:
  engine::HostId choose(std::span<const std::int64_t> room_mb,
                        const engine::WantedPlace& wanted) const override;
};

extern const About kFirstFitAbout;
std::shared_ptr<const engine::Placement> read_first_fit(config::ObjectReader& parameters);

}  // namespace lambdasim::models
