#include "models/arrival/periodic.h"

#include <fmt/format.h>

#include <array>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <functional>

#include "models/arrival/generated.h"

namespace lambdasim::models {
namespace {

using core::Duration;
using core::SimTime;
using namespace std::chrono_literals;

constexpr std::array<Parameter, 4> kParameters{{
    {"interval", "time (min) between two of the even times", "", "no default: it is the schedule"},
    {"first", "time (min) of the first even time", "the interval", "as of every"},
    {"jitter",
     "time (s) from an even time to its arrival: any distribution of time, or {normal: "
     "{deviation}} around it",
     "", "no default: without jitter it is every"},
    {"either_way", "whether the jitter is early as often as late, at random", "false",
     "timers are late, not early; needs a jitter with an upper bound"},
}};

struct Jittered {
  Duration first{0};
  Duration interval{0};
  core::Distribution jitter;
  double deviation_ns = 0;  ///< of normal jitter, in place of the distribution; 0: none
  bool either_way = false;
  Duration earliest{0};  ///< no arrival is earlier than this before its even time
};

constexpr double kMostDeviations = 8;  // beyond lies 1 in 10^15, which is drawn again

/// Arrival k has its jitter from the k-th numbers; those that may still be overtaken wait in a
/// heap, which grows to the most that ever wait.
class JitteredTimes {
 public:
  JitteredTimes(const Jittered& parameters, const core::RandomStream& numbers)
      : parameters_(&parameters),
        engine_(numbers.sequential()),
        even_(core::kStartOfTime + parameters.first) {}

  SimTime next() {
    while (waiting_.empty() || waiting_.front() > even_ - parameters_->earliest) {
      const SimTime time = even_ + jitter();
      even_ += parameters_->interval;
      if (time >= core::kStartOfTime) {  // else it came before the run
        waiting_.push_back(time);
        std::push_heap(waiting_.begin(), waiting_.end(), std::greater<>{});
      }
    }
    std::pop_heap(waiting_.begin(), waiting_.end(), std::greater<>{});
    const SimTime time = waiting_.back();
    waiting_.pop_back();
    return time;
  }

 private:
  Duration jitter() {
    if (parameters_->deviation_ns > 0) {
      return Duration{std::llround(parameters_->deviation_ns * normal())};
    }
    const Duration drawn = parameters_->jitter.sample_duration(engine_);
    return parameters_->either_way && engine_.uniform() < 0.5 ? -drawn : drawn;
  }

  double normal() {
    double drawn = boost::random::normal_distribution<double>{}(engine_);
    while (std::abs(drawn) > kMostDeviations) {
      drawn = boost::random::normal_distribution<double>{}(engine_);
    }
    return drawn;
  }

  const Jittered* parameters_;
  core::KeyedEngine engine_;
  SimTime even_;
  std::vector<SimTime> waiting_;  // a heap, the earliest in front
};

bool is_normal(const config::ObjectReader& parameters) {
  const config::Node* jitter = parameters.peek("jitter");
  return jitter != nullptr && jitter->entries.size() == 1 && jitter->find("normal") != nullptr;
}

double read_deviation(config::ObjectReader& parameters) {
  config::ObjectReader jitter = parameters.object("jitter");
  config::ObjectReader normal = jitter.object("normal");
  const Duration deviation = normal.duration("deviation", std::nullopt, {1us, 24h * 3650});
  normal.finish();
  return static_cast<double>(deviation.count());
}

void read_jitter(config::ObjectReader& parameters, Jittered& jittered) {
  jittered.either_way = parameters.boolean("either_way", false);
  if (is_normal(parameters)) {
    jittered.deviation_ns = read_deviation(parameters);
    jittered.earliest =
        core::duration_of_nanoseconds(kMostDeviations * jittered.deviation_ns) + 1ns;
    if (jittered.either_way) {
      parameters.report("either_way", "says nothing of a normal jitter, which is early or late");
    }
    return;
  }
  jittered.jitter = parameters.time_distribution("jitter", std::nullopt);
  const double most = jittered.jitter.upper_bound();
  if (jittered.either_way && std::isinf(most)) {
    parameters.report("either_way",
                      "needs a jitter with an upper bound, such as uniform or truncated");
  } else if (jittered.either_way) {
    jittered.earliest = core::duration_of_nanoseconds(most) + 1ns;
  }
}

/// Refuses what would let the heap of those that wait grow too far.
void check_size(config::ObjectReader& parameters, const Jittered& jittered) {
  constexpr double kMostIntervals = 100'000;
  const auto interval = static_cast<double>(jittered.interval.count());
  const double early = static_cast<double>(jittered.earliest.count());
  const double late = jittered.deviation_ns > 0 ? 0 : jittered.jitter.mean();
  if (parameters.has("interval") && early + late > kMostIntervals * interval) {
    parameters.report(
        "jitter", fmt::format("must be {} intervals at most, early or on average", kMostIntervals));
  }
}

}  // namespace

const About kPeriodicAbout{
    "periodic", "even intervals with jitter, in order of time although one may overtake another",
    "An arrival comes at first + k x interval + jitter_k for each k from 0 on, with independent "
    "jitters; those before the run are left out. The rate is 1 / interval. The number in a span is "
    "a sum of independent yes or no (did k fall inside, p_k?), so its variance is the sum of p_k "
    "(1 - p_k): a constant however long the span. The index of dispersion for counts falls to 0 as "
    "1 / span; jitter of many intervals makes short spans Poisson.",
    "the jittered lattice of point processes (Daley and Vere-Jones 2003, An Introduction to the "
    "Theory of Point Processes I, ex. 8.2); timers of many clients that ask every so often",
    kParameters};

std::shared_ptr<const engine::ArrivalProcess> read_periodic(config::ObjectReader& parameters,
                                                            const ArrivalContext& context) {
  Jittered jittered;
  jittered.interval = parameters.duration("interval", std::nullopt, {1us, 24h * 3650});
  jittered.first = parameters.duration("first", jittered.interval, {0s, 24h * 3650});
  read_jitter(parameters, jittered);
  check_size(parameters, jittered);
  return std::make_shared<const GeneratedProcess<JitteredTimes, Jittered>>(std::move(jittered),
                                                                           context);
}

}  // namespace lambdasim::models
