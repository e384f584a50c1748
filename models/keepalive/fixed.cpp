#include "models/keepalive/fixed.h"

#include <array>

namespace lambdasim::models {
namespace {

constexpr std::array<Parameter, 1> kParameters{{
    {"ttl", "idle time (s) after which a context ends", "", "no default: it is what is studied"},
}};

}  // namespace

const About kFixedKeepAliveAbout{
    "fixed", "every context is kept idle for the same time",
    "A context that has been idle for ttl ends. For one context under sparse Poisson calls the "
    "cold "
    "share is exp(-rate x ttl).",
    "policy of many platforms: OpenWhisk 10 min, Azure Functions 20 min at the time of Shahrad et "
    "al., ATC 2020; on AWS Lambda the limit varies, see `idle_window`",
    kParameters};

std::shared_ptr<const engine::KeepAlive> read_fixed_keep_alive(config::ObjectReader& parameters) {
  using namespace std::chrono_literals;
  return std::make_shared<const FixedKeepAlive>(
      parameters.duration("ttl", std::nullopt, {{0s}, {24h * 365}}));
}

}  // namespace lambdasim::models
