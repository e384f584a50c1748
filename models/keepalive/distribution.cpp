#include "models/keepalive/distribution.h"

#include <array>

namespace lambdasim::models {
namespace {

constexpr std::array<Parameter, 1> kParameters{{
    {"limit", "idle time after which a context ends: a distribution of time", "",
     "no default: it is what is studied"},
}};

}  // namespace

KeepAliveDistribution::KeepAliveDistribution(core::Distribution limit)
    : limit_(std::move(limit)), at_least_(core::duration_of_nanoseconds(limit_.lower_bound())) {}

core::Duration KeepAliveDistribution::limit(const core::InvocationNumbers& numbers) const {
  auto engine = numbers.engine(core::Purpose::kKeepAlive);
  return limit_.sample_duration(engine);
}

const About kKeepAliveDistributionAbout{
    "distribution", "the limit of each idle period is drawn from a distribution",
    "Each idle period has a limit of its own. Nothing is asked before the distribution's lower "
    "bound "
    "has passed, so bounded ones are cheap.",
    "for policies that are measured or made up; quantiles of a measurement go in as they are",
    kParameters};

std::shared_ptr<const engine::KeepAlive> read_keep_alive_distribution(
    config::ObjectReader& parameters) {
  return std::make_shared<const KeepAliveDistribution>(
      parameters.time_distribution("limit", std::nullopt));
}

}  // namespace lambdasim::models
