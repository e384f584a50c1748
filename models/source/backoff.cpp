#include "models/source/backoff.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/units.h"

namespace lambdasim::models {
namespace {

using core::Duration;

void check_order(config::ObjectReader& reader, std::string_view key, std::string_view first,
                 const Backoff& backoff) {
  if (backoff.longest < backoff.first) {
    reader.report(key, fmt::format("must be at least the {}, {}, got {}", first,
                                   config::format_duration(backoff.first),
                                   config::format_duration(backoff.longest)));
  }
}

}  // namespace

Duration Backoff::doubled(std::uint32_t times) const {
  Duration backoff = first;
  for (std::uint32_t i = 0; i < times && backoff < longest; ++i) {
    backoff *= 2;
  }
  return std::min(backoff, longest);
}

Duration Backoff::drawn(std::uint32_t times, const core::InvocationNumbers& numbers) const {
  const Duration most = doubled(times);
  if (!has_jitter) {
    return most;
  }
  const double share = numbers.engine(core::Purpose::kBackoff).uniform();
  return core::duration_of_nanoseconds(share * static_cast<double>(most.count()));
}

Backoff read_refusal_backoff(config::ObjectReader& parameters, std::string_view key,
                             config::Range<Duration> limits) {
  using namespace std::chrono_literals;
  config::ObjectReader reader = parameters.object(key);
  const Backoff backoff{reader.duration("first", 1s, limits),
                        reader.duration("most", 5min, limits)};
  check_order(reader, "most", "first", backoff);
  reader.finish();
  return backoff;
}

Backoff read_retry_backoff(config::ObjectReader& parameters, const Backoff& defaults,
                           config::Range<Duration> limits) {
  config::ObjectReader reader = parameters.object("backoff");
  const Backoff backoff{reader.duration("base", defaults.first, limits),
                        reader.duration("cap", defaults.longest, limits),
                        reader.choice("jitter", {"full", "none"}, 0) == 0};
  check_order(reader, "cap", "base", backoff);
  reader.finish();
  return backoff;
}

}  // namespace lambdasim::models
