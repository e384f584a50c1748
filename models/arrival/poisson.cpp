#include "models/arrival/poisson.h"

#include <array>
#include <boost/random/exponential_distribution.hpp>

#include "models/arrival/generated.h"

namespace lambdasim::models {
namespace {

constexpr std::array<Parameter, 1> kParameters{{
    {"rate", "mean number of arrivals (/s, /min, /h or /d)", "", "no default: it is the workload"},
}};

class ExponentialGaps {
 public:
  ExponentialGaps(double mean_gap_ns, core::KeyedEngine engine)
      : mean_gap_ns_(mean_gap_ns), engine_(engine) {}

  // Rounding to the nearest nanosecond makes the mean gap m shorter by 1 / (24 m) ns: nothing.
  core::SimTime next() {
    time_ += core::duration_of_nanoseconds(
        mean_gap_ns_ * boost::random::exponential_distribution<double>{}(engine_));
    return time_;
  }

 private:
  double mean_gap_ns_;
  core::KeyedEngine engine_;
  core::SimTime time_ = core::kStartOfTime;
};

}  // namespace

Poisson::Poisson(double rate, core::FunctionId function, std::uint64_t stream_key)
    : mean_gap_ns_(1e9 / rate), function_(function), stream_key_(stream_key) {}

std::unique_ptr<engine::ArrivalSource> Poisson::start(engine::RunKey key,
                                                      std::uint32_t stream) const {
  const core::RandomStream numbers{key.seed, key.replication, stream_key_};
  return std::make_unique<GeneratedSource<ExponentialGaps>>(
      ExponentialGaps{mean_gap_ns_, numbers.sequential()}, function_, stream, stream_key_);
}

const About kPoissonAbout{"poisson", "arrivals without memory, at a constant mean rate",
                          "Gaps between arrivals are independent and exponential with mean 1 / "
                          "rate, so the number in any "
                          "time t is Poisson with mean rate x t.",
                          "the superposition of many independent callers (Palm, Khintchine); holds "
                          "for user traffic within "
                          "an hour or so, not for timers or queues",
                          kParameters};

std::shared_ptr<const engine::ArrivalProcess> read_poisson(config::ObjectReader& parameters,
                                                           const ArrivalContext& context) {
  const double rate = parameters.rate("rate", std::nullopt, {1e-9, 1e8});
  return std::make_shared<const Poisson>(rate, context.function.value_or(core::FunctionId{}),
                                         context.stream_key);
}

}  // namespace lambdasim::models
