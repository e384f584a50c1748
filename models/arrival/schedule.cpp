#include "models/arrival/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/arrival/calendar.h"
#include "models/arrival/cron.h"
#include "models/arrival/generated.h"

namespace lambdasim::models {
namespace {

using core::Duration;
using core::SimTime;
using namespace std::chrono_literals;

constexpr Parameter kAtOnce{"at_once", "arrivals of each firing", "1",
                            "several where one invocation is to reach each of several contexts"};
constexpr Parameter kWithin{
    "within", "time (s) over which the arrivals of a firing are spread, evenly at random", "0 s",
    "EventBridge promises the minute, not the second [documented]; how it spreads them is not "
    "known"};
constexpr std::array<Parameter, 4> kEveryParameters{{
    {"interval", "time (min) between firings", "", "no default: it is the schedule"},
    {"first", "time (min) of the first firing", "the interval", "a rate counts from its creation"},
    kAtOnce,
    kWithin,
}};
constexpr std::array<Parameter, 4> kCronParameters{{
    {"expression", "six fields: minutes, hours, day of month, month, day of week, year", "",
     "no default: it is the schedule"},
    {"starts_on", "date (UTC) on which simulated time begins, at midnight", "2026-01-05",
     "a Monday"},
    kAtOnce,
    kWithin,
}};

/// The arrivals of a schedule that fires at the times of `Times` (a value with `SimTime next()`):
/// so many a firing, each at its own time within a span.
template <class Times>
class Firings {
 public:
  Firings(Times times, std::uint32_t at_once, Duration within, core::KeyedEngine engine)
      : times_(std::move(times)), at_once_(at_once), within_(within), engine_(engine) {}

  SimTime next() {
    if (given_ == firing_.size()) {
      const SimTime time = times_.next();
      if (time == core::kNever) {
        return core::kNever;
      }
      fire(time);
    }
    return firing_[given_++];
  }

 private:
  void fire(SimTime time) {
    firing_.clear();
    given_ = 0;
    for (std::uint32_t i = 0; i < at_once_; ++i) {
      const double late = within_ == Duration{0} ? 0.0 : engine_.uniform();
      firing_.push_back(time +
                        core::duration_of_nanoseconds(late * static_cast<double>(within_.count())));
    }
    std::sort(firing_.begin(), firing_.end());
  }

  Times times_;
  std::uint32_t at_once_;
  Duration within_;
  core::KeyedEngine engine_;
  std::vector<SimTime> firing_;
  std::size_t given_ = 0;
};

class EvenTimes {
 public:
  EvenTimes(Duration first, Duration interval) : next_(first), interval_(interval) {}
  SimTime next() {
    const SimTime time = core::kStartOfTime + next_;
    next_ += interval_;
    return time;
  }

 private:
  Duration next_;
  Duration interval_;
};

class CronTimes {
 public:
  CronTimes(Cron cron, std::chrono::sys_days origin)
      : cron_(cron), origin_(origin), from_(origin) {}
  SimTime next() {
    const Cron::Minute end = origin_ + std::chrono::days{3660};
    const Cron::Minute minute = cron_.next(from_, end);
    from_ = minute + 1min;
    return minute == end ? core::kNever : core::kStartOfTime + (minute - origin_);
  }

 private:
  Cron cron_;
  std::chrono::sys_days origin_;
  Cron::Minute from_;
};

template <class Times>
class Scheduled final : public engine::ArrivalProcess {
 public:
  Scheduled(Times times, std::uint32_t at_once, Duration within, core::FunctionId function,
            std::uint64_t stream_key)
      : times_(std::move(times)),
        at_once_(at_once),
        within_(within),
        function_(function),
        stream_key_(stream_key) {}

  std::unique_ptr<engine::ArrivalSource> start(engine::RunKey key,
                                               std::uint32_t stream) const override {
    const core::RandomStream numbers{key.seed, key.replication, stream_key_};
    return std::make_unique<GeneratedSource<Firings<Times>>>(
        Firings<Times>{times_, at_once_, within_, numbers.sequential()}, function_, stream,
        stream_key_);
  }

 private:
  Times times_;
  std::uint32_t at_once_;
  Duration within_;
  core::FunctionId function_;
  std::uint64_t stream_key_;
};

template <class Times>
std::shared_ptr<const engine::ArrivalProcess> scheduled(config::ObjectReader& parameters,
                                                        const ArrivalContext& context, Times times,
                                                        Duration shortest_gap) {
  const auto at_once = static_cast<std::uint32_t>(parameters.integer("at_once", 1, {1, 100'000}));
  const Duration within = parameters.duration("within", 0s, {0s, shortest_gap});
  return std::make_shared<const Scheduled<Times>>(std::move(times), at_once, within,
                                                  context.function.value_or(core::FunctionId{}),
                                                  context.stream_key);
}

}  // namespace

const About kEveryAbout{
    "every", "a schedule that fires at even intervals",
    "Firing k (from 0) comes at first + k x interval, with at_once arrivals, each late by its own "
    "uniform share of within.",
    "EventBridge rate expressions [documented]; also warming pings as people send them",
    kEveryParameters};

const About kCronAbout{
    "cron", "a schedule that fires at the minutes of a cron expression",
    "Fires at the beginning of each minute (UTC) that the expression names, with at_once arrivals, "
    "each late by its own uniform share of within. Lists, ranges, steps, names and L as day of "
    "month are read; W and # are not.",
    "EventBridge cron expressions [documented]", kCronParameters};

std::shared_ptr<const engine::ArrivalProcess> read_every(config::ObjectReader& parameters,
                                                         const ArrivalContext& context) {
  const Duration interval = parameters.duration("interval", std::nullopt, {1ms, 24h * 3650});
  const Duration first = parameters.duration("first", interval, {0s, 24h * 3650});
  return scheduled(parameters, context, EvenTimes{first, std::max(interval, Duration{1ms})},
                   std::max(interval, Duration{1ms}));
}

std::shared_ptr<const engine::ArrivalProcess> read_cron(config::ObjectReader& parameters,
                                                        const ArrivalContext& context) {
  const std::string expression = parameters.text("expression");
  const std::string origin = parameters.date("starts_on", "2026-01-05");
  std::string mistake;
  std::optional<Cron> cron = Cron::parse(expression, mistake);
  if (!cron && !expression.empty()) {
    parameters.report("expression", mistake);
  }
  if (!cron || origin.empty()) {
    parameters.integer("at_once", 1, {1, 100'000});
    parameters.duration("within", 0s, {0s, 1min});
    return nullptr;
  }
  return scheduled(parameters, context, CronTimes{*cron, day_of(origin)}, 1min);
}

}  // namespace lambdasim::models
