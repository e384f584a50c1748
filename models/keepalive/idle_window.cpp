#include "models/keepalive/idle_window.h"

#include <array>

namespace lambdasim::models {
namespace {

constexpr std::array<Parameter, 2> kParameters{{
    {"from", "idle time (s) that every context survives", "300 s",
     "measured in May 2025: 8 of 100 calls cold after 300 s of idleness (Lin, Ma, Shahrad)"},
    {"to", "idle time (s) that no context survives", "350 s",
     "measured in May 2025: 94 of 100 calls cold after 345 s, 100 after 360 s (Lin, Ma, Shahrad)"},
}};

}  // namespace

IdleWindow::IdleWindow(core::Duration from, core::Duration to)
    : from_(from),
      window_(core::Distribution::uniform(static_cast<double>(from.count()),
                                          static_cast<double>(to.count()))) {}

core::Duration IdleWindow::limit(const core::InvocationNumbers& numbers) const {
  auto engine = numbers.engine(core::Purpose::kKeepAlive);
  return window_.sample_duration(engine);
}

const About kIdleWindowAbout{
    "idle_window", "an idle context ends at a random moment between two limits",
    "The limit of each idle period is uniform between `from` and `to`. How it depends on memory or "
    "on the number of idle contexts is not known: the measurement used one.",
    "Lin, Ma, Shahrad: Demystifying Serverless Costs on Public Platforms, EuroSys 2026, data set "
    "keep_alive (100 trials a point, May 2025); older platforms kept longer, see aws-2020",
    kParameters};

std::shared_ptr<const engine::KeepAlive> read_idle_window(config::ObjectReader& parameters) {
  using namespace std::chrono_literals;
  const config::Range<core::Duration> range{{0s}, {24h * 365}};
  const auto from = parameters.duration("from", 300s, range);
  const auto to = parameters.duration("to", 350s, range);
  if (to < from) {
    parameters.report("to", "must not be less than 'from'");
    return nullptr;
  }
  return std::make_shared<const IdleWindow>(from, to);
}

}  // namespace lambdasim::models
