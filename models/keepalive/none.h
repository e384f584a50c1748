// No keep-alive: a context ends as soon as its handler does. The bound from above on cold starts.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class NoKeepAlive final : public engine::KeepAlive {
 public:
  core::Duration at_least() const override { return core::Duration{0}; }
  core::Duration limit(const core::InvocationNumbers&) const override { return core::Duration{0}; }
};

extern const About kNoKeepAliveAbout;
std::shared_ptr<const engine::KeepAlive> read_no_keep_alive(config::ObjectReader& parameters);

}  // namespace lambdasim::models
