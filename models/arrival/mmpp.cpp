#include "models/arrival/mmpp.h"

#include <fmt/format.h>

#include <array>
#include <boost/random/exponential_distribution.hpp>
#include <cmath>

#include "models/arrival/generated.h"
#include "models/arrival/markov_chain.h"

namespace lambdasim::models {
namespace {

using core::Duration;
using namespace std::chrono_literals;

constexpr std::array<Parameter, 4> kParameters{{
    {"states", "mapping of two names or more to {rate, mean_sojourn, next}", "",
     "no default: it is the workload"},
    {"states.NAME.rate", "rate (/s, /min, /h or /d) in this state, or 0 /s", "",
     "no default: it is the workload"},
    {"states.NAME.mean_sojourn", "mean time (s) spent there at a stretch, exponential", "",
     "no default: it is the workload"},
    {"states.NAME.next", "mapping of the states that may follow to their probabilities",
     "each other one, equally likely", "of two states there is no choice"},
}};

struct Modulation {
  struct State {
    double rate_per_ns = 0;
    double mean_sojourn_ns = 0;
    std::vector<double> next;  ///< cumulative probabilities, by state
  };
  std::vector<State> states;
  std::vector<double> at_start;  ///< cumulative probabilities of the states at time 0
};

/// States have numbers of their own, so that a design with other rates meets the same states at the
/// same times. In a state the integral of the rate is inverted, as in varying_rate.h: one number an
/// arrival, two a sojourn.
class ModulatedTimes {
 public:
  ModulatedTimes(const Modulation& modulation, const core::RandomStream& numbers)
      : modulation_(&modulation),
        arrivals_(numbers.sequential()),
        changes_(core::mix64(numbers.sequential()())) {
    enter(drawn_from(modulation_->at_start));
  }

  core::SimTime next() {
    double expected = exponential(arrivals_);
    while (expected >= rate_ * left_ns_) {
      expected -= rate_ * left_ns_;
      begin_ += sojourn_;
      if (begin_ > kLatest) {
        return core::kNever;
      }
      enter(drawn_from(modulation_->states[state_].next));
    }
    left_ns_ -= expected / rate_;
    const double offset = static_cast<double>(sojourn_.count()) - left_ns_;
    return core::SimTime{begin_ + Duration{std::llround(offset)}};
  }

 private:
  static constexpr Duration kLatest{static_cast<std::int64_t>(kLatestNs)};

  static double exponential(core::KeyedEngine& engine) {
    return boost::random::exponential_distribution<double>{}(engine);
  }

  std::size_t drawn_from(const std::vector<double>& cumulative) {
    return static_cast<std::size_t>(
        std::upper_bound(cumulative.begin(), cumulative.end() - 1, changes_.uniform()) -
        cumulative.begin());
  }

  // A sojourn is of whole nanoseconds, so that their sum loses nothing.
  void enter(std::size_t state) {
    const Modulation::State& entered = modulation_->states[state];
    state_ = state;
    rate_ = entered.rate_per_ns;
    sojourn_ = core::duration_of_nanoseconds(entered.mean_sojourn_ns * exponential(changes_));
    left_ns_ = static_cast<double>(sojourn_.count());
  }

  const Modulation* modulation_;
  core::KeyedEngine arrivals_;
  core::KeyedEngine changes_;
  std::size_t state_ = 0;
  Duration begin_{0};
  Duration sojourn_{0};
  double rate_ = 0;
  double left_ns_ = 0;  // of the sojourn, since the last arrival
};

std::vector<std::string> names_of_states(const config::ObjectReader& parameters) {
  std::vector<std::string> names;
  const config::Node* states = parameters.peek("states");
  if (states != nullptr) {
    for (const config::Entry& entry : states->entries) {
      names.push_back(entry.key);
    }
  }
  return names;
}

/// Reads the states; their probabilities are not cumulative yet.
class StatesReader {
 public:
  explicit StatesReader(const std::vector<std::string>& names) : names_(names) {}

  void read(config::ObjectReader& item) {
    const double rate = item.rate("rate", std::nullopt, {0.0, 1e8});
    const Duration sojourn = item.duration("mean_sojourn", std::nullopt, {1ms, 24h * 3650});
    is_whole_ = is_whole_ && item.has("rate") && sojourn >= 1ms;
    states_.push_back({rate * 1e-9, static_cast<double>(sojourn.count()),
                       item.has("next") ? given_next(item) : any_other()});
  }

  /// Whether the states say enough to ask what share of time each has.
  bool is_whole() const { return is_whole_; }
  std::vector<Modulation::State> states() && { return std::move(states_); }

 private:
  std::vector<double> any_other() const {
    std::vector<double> next(names_.size(),
                             1.0 / std::max(1.0, static_cast<double>(names_.size()) - 1));
    next[states_.size()] = 0;
    return next;
  }

  std::vector<double> given_next(config::ObjectReader& item) {
    std::vector<double> next(names_.size(), 0.0);
    config::ObjectReader shares = item.object("next");
    double sum = 0;
    for (const std::string& name : shares.keys()) {
      const double share = shares.number(name, std::nullopt, {0.0, 1.0});
      const auto found = std::find(names_.begin(), names_.end(), name);
      const auto state = static_cast<std::size_t>(found - names_.begin());
      sum += share;
      if (found == names_.end()) {
        fail(shares, name, fmt::format("unknown state{}", config::suggestion(name, names_)));
      } else if (state == states_.size()) {
        fail(shares, name, "a state does not follow itself; make its mean_sojourn longer");
      } else {
        next[state] = share;
      }
    }
    if (std::abs(sum - 1) > 1e-9) {
      fail(item, "next",
           fmt::format("the probabilities must add up to 100 %, got {:.6g} %", 100 * sum));
    }
    shares.finish();
    return next;
  }

  void fail(config::ObjectReader& reader, std::string_view key, std::string message) {
    reader.report(key, std::move(message));
    is_whole_ = false;
  }

  const std::vector<std::string>& names_;
  std::vector<Modulation::State> states_;
  bool is_whole_ = true;
};

/// What each state's share of time says against the states, or nothing.
std::string mistake_in(const std::vector<Modulation::State>& states,
                       const std::vector<double>& shares) {
  constexpr double kLeastPerSojourn = 1e-6;  // or else most work is for nothing
  double rate = 0;
  double changes = 0;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (shares[i] == 0) {
      return "every state must be reachable from every other";
    }
    rate += shares[i] * states[i].rate_per_ns;
    changes += shares[i] / states[i].mean_sojourn_ns;
  }
  return rate >= kLeastPerSojourn * changes
             ? ""
             : "must bring at least one arrival in a million sojourns on average";
}

}  // namespace

const About kMmppAbout{
    "mmpp", "Markov-modulated Poisson arrivals: bursts and lulls at random",
    "A continuous-time Markov chain moves between states; while it is in one, arrivals are Poisson "
    "at that state's rate. It begins in its stationary distribution p. The mean rate is m = sum "
    "p_i rate_i. Of two states with rates a, b and mean sojourns 1 / u, 1 / v the index of "
    "dispersion for counts over w is 1 + 2 (a - b)^2 u v / ((u + v)^2 (a v + b u)) x (1 - (1 - "
    "exp(-(u + v) w)) / ((u + v) w)). A state of 0 /s makes it an interrupted Poisson process: "
    "on and off.",
    "Fischer and Meier-Hellstern 1993 (Performance Evaluation 18(2)); Heffes and Lucantoni 1986 "
    "(IEEE JSAC 4(6)) for two states",
    kParameters};

std::shared_ptr<const engine::ArrivalProcess> read_mmpp(config::ObjectReader& parameters,
                                                        const ArrivalContext& context) {
  constexpr std::size_t kMostStates = 64;
  const std::vector<std::string> names = names_of_states(parameters);
  StatesReader reader(names);
  parameters.each_named("states", true, [&reader](const std::string&, config::ObjectReader& item) {
    reader.read(item);
  });
  const bool is_whole = reader.is_whole();
  Modulation modulation{std::move(reader).states(), {}};
  std::vector<Modulation::State>& states = modulation.states;
  if (states.empty()) {
    return nullptr;
  }
  if (states.size() < 2 || states.size() > kMostStates) {
    parameters.report(
        "states", fmt::format("must be from 2 to {} states, got {}", kMostStates, states.size()));
    return nullptr;
  }
  if (!is_whole) {
    return nullptr;
  }
  std::vector<std::vector<double>> changes;
  for (const Modulation::State& state : states) {
    changes.push_back(state.next);
    for (double& rate : changes.back()) {
      rate /= state.mean_sojourn_ns;
    }
  }
  const std::vector<double> shares = stationary_distribution(std::move(changes));
  if (const std::string mistake = mistake_in(states, shares); !mistake.empty()) {
    parameters.report("states", mistake);
  }
  modulation.at_start = cumulative(shares);
  for (Modulation::State& state : states) {
    state.next = cumulative(state.next);
  }
  return std::make_shared<const GeneratedProcess<ModulatedTimes, Modulation>>(std::move(modulation),
                                                                              context);
}

}  // namespace lambdasim::models
