// The keep-alive of AWS Lambda as measured: idle contexts end at a random moment within a window.
#pragma once

#include <memory>

#include "models/catalogue.h"

namespace lambdasim::models {

class IdleWindow final : public engine::KeepAlive {
 public:
  IdleWindow(core::Duration from, core::Duration to);
  core::Duration at_least() const override { return from_; }
  core::Duration limit(const core::InvocationNumbers& numbers) const override;

 private:
  core::Duration from_;
  core::Distribution window_;
};

extern const About kIdleWindowAbout;
std::shared_ptr<const engine::KeepAlive> read_idle_window(config::ObjectReader& parameters);

}  // namespace lambdasim::models
