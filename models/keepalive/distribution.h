// Keep-alive limits of any distribution: for policies that were measured or are made up.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class KeepAliveDistribution final : public engine::KeepAlive {
 public:
  /// @param limit ns
  explicit KeepAliveDistribution(core::Distribution limit);
  core::Duration at_least() const override { return at_least_; }
  core::Duration limit(const core::InvocationNumbers& numbers) const override;

 private:
  core::Distribution limit_;
  core::Duration at_least_;
};

extern const About kKeepAliveDistributionAbout;
std::shared_ptr<const engine::KeepAlive> read_keep_alive_distribution(
    config::ObjectReader& parameters);

}  // namespace lambdasim::models
