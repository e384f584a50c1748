// The same keep-alive limit for every idle period, as most platforms document it.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class FixedKeepAlive final : public engine::KeepAlive {
 public:
  explicit FixedKeepAlive(core::Duration ttl) : ttl_(ttl) {}
  core::Duration at_least() const override { return ttl_; }
  core::Duration limit(const core::InvocationNumbers&) const override { return ttl_; }

 private:
  core::Duration ttl_;
};

extern const About kFixedKeepAliveAbout;
std::shared_ptr<const engine::KeepAlive> read_fixed_keep_alive(config::ObjectReader& parameters);

}  // namespace lambdasim::models
