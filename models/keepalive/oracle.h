// A keep-alive policy that knows when a function is called next: the bound that no policy beats.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class KeepAliveOracle final : public engine::AdaptiveKeepAliveModel {
 public:
  std::unique_ptr<engine::AdaptiveKeepAlive> start(const engine::KeepAliveRun& run) const override;
};

extern const About kKeepAliveOracleAbout;
std::shared_ptr<const engine::KeepAlive> read_keep_alive_oracle(config::ObjectReader& parameters);

}  // namespace lambdasim::models
