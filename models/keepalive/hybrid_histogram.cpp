#include "models/keepalive/hybrid_histogram.h"

#include <array>
#include <cmath>

namespace lambdasim::models {
namespace {

using core::Duration;

constexpr std::array<Parameter, 9> kParameters{{
    {"bin", "width (s) of the bins of idle times", "1 min", "the paper, section 4.2"},
    {"range", "idle times (s) that the histogram holds, whole bins", "4 h",
     "the paper, section 4.2"},
    {"head", "percentile of the idle times before which no context is kept", "5 %", "the paper"},
    {"tail", "percentile of the idle times after which none is kept", "99 %", "the paper"},
    {"margin", "by which head is taken earlier and tail later", "10 %", "the paper"},
    {"least_cv", "coefficient of variation of the bins' counts from which they say something", "2",
     "the paper, figure 18"},
    {"most_out_of_bounds", "share of idle times beyond the range from which a forecast decides",
     "50 %", "the paper says 'most'; the figure is this project's [assumed]"},
    {"forecast_margin", "by which a context is ready before the forecast and kept after it", "15 %",
     "the paper, section 4.2"},
    {"least_idle_times", "idle times that must be known before they are used", "2",
     "the paper says 'enough'; the figure is this project's [assumed]"},
}};

Duration scaled(Duration time, double factor) {
  return Duration{std::llround(static_cast<double>(time.count()) * factor)};
}

class State final : public engine::AdaptiveKeepAlive {
 public:
  explicit State(const HybridHistogramParameters& parameters)
      : parameters_(parameters), idle_(parameters.bin, parameters.range) {}

  engine::KeepPlan plan(const engine::Rest& /*rest*/) override {
    const HybridHistogramParameters& p = parameters_;
    if (idle_.all() >= p.least_idle_times) {
      if (idle_.share_beyond() > p.most_out_of_bounds) {
        return around(idle_.mean());
      }
      if (idle_.cv() >= p.least_cv) {
        return between(idle_.bin_of_percentile(p.head), idle_.bin_of_percentile(p.tail) + 1);
      }
    }
    return {.prewarm_after = Duration{0}, .keep_for = p.range};
  }
  void idle_ended(Duration idle) override { idle_.add(idle); }

 private:
  engine::KeepPlan between(std::size_t head, std::size_t tail) const {
    const Duration from =
        scaled(parameters_.bin * static_cast<std::int64_t>(head), 1 - parameters_.margin);
    const Duration to =
        scaled(parameters_.bin * static_cast<std::int64_t>(tail), 1 + parameters_.margin);
    return {.prewarm_after = from, .keep_for = to - from};
  }
  engine::KeepPlan around(Duration forecast) const {
    const Duration margin = scaled(forecast, parameters_.forecast_margin);
    return {.prewarm_after = forecast - margin, .keep_for = 2 * margin};
  }

  HybridHistogramParameters parameters_;
  IdleHistogram idle_;
};

}  // namespace

IdleHistogram::IdleHistogram(Duration bin, Duration range)
    : bin_(bin), counts_(static_cast<std::size_t>(range / bin)) {}

void IdleHistogram::add(Duration idle) {
  sum_ns_ += static_cast<double>(idle.count());
  const auto bin = static_cast<std::size_t>(idle / bin_);
  if (bin >= counts_.size()) {
    ++beyond_;
    return;
  }
  sum_of_squares_ += 2 * static_cast<double>(counts_[bin]) + 1;
  ++counts_[bin];
  ++within_;
}

double IdleHistogram::share_beyond() const {
  return all() == 0 ? 0 : static_cast<double>(beyond_) / static_cast<double>(all());
}

double IdleHistogram::cv() const {
  if (within_ == 0) {
    return 0;
  }
  // variance / mean^2 = n * sum of squares / sum^2 - 1 over n bins
  const auto sum = static_cast<double>(within_);
  return std::sqrt(static_cast<double>(counts_.size()) * sum_of_squares_ / (sum * sum) - 1);
}

std::size_t IdleHistogram::bin_of_percentile(double p) const {
  const double wanted = p * static_cast<double>(within_);
  std::uint64_t below = 0;
  std::size_t last = 0;
  for (std::size_t bin = 0; bin < counts_.size(); ++bin) {
    if (counts_[bin] != 0) {
      last = bin;
      below += counts_[bin];
      if (static_cast<double>(below) >= wanted) {
        break;
      }
    }
  }
  return last;
}

Duration IdleHistogram::mean() const {
  return Duration{std::llround(sum_ns_ / static_cast<double>(all()))};
}

std::unique_ptr<engine::AdaptiveKeepAlive> HybridHistogram::start(
    const engine::KeepAliveRun& /*run*/) const {
  return std::make_unique<State>(parameters_);
}

const About kHybridHistogramAbout{
    "hybrid_histogram",
    "learns idle times; unloads after a call and loads again before the next is likely",
    "Idle times of a function (end of an execution with nothing in flight to the next call) are "
    "counted in bins. When the counts say something (their coefficient of variation is at least "
    "least_cv), the context ends after the call, another one is started at the head percentile, "
    "rounded down to its bin, less the margin, and kept until the tail percentile, rounded up, "
    "plus "
    "the margin; a head in the first bin means that the context is kept. When most idle times are "
    "beyond the range, a context is started forecast_margin before the forecast and kept until as "
    "long after it; the forecast is the mean of all idle times, ARIMA(0,0,0), where the paper fits "
    "an ARIMA model of the best order. Otherwise the context is kept for the whole range.",
    "Shahrad et al.: Serverless in the Wild, USENIX ATC 2020, section 4.2; it counts by "
    "application, here a function is one",
    kParameters};

std::shared_ptr<const engine::KeepAlive> read_hybrid_histogram(config::ObjectReader& parameters) {
  using namespace std::chrono_literals;
  HybridHistogramParameters p;
  p.bin = parameters.duration("bin", p.bin, {1ms, 24h});
  p.range = parameters.duration("range", p.range, {1ms, 24h * 365});
  constexpr config::Range<double> kShare{0.0, 1.0};
  p.head = parameters.number("head", p.head, kShare);
  p.tail = parameters.number("tail", p.tail, kShare);
  p.margin = parameters.number("margin", p.margin, kShare);
  p.least_cv = parameters.number("least_cv", p.least_cv, {0.0, 1e6});
  p.most_out_of_bounds = parameters.number("most_out_of_bounds", p.most_out_of_bounds, kShare);
  p.forecast_margin = parameters.number("forecast_margin", p.forecast_margin, kShare);
  p.least_idle_times = static_cast<std::uint64_t>(parameters.integer(
      "least_idle_times", static_cast<std::int64_t>(p.least_idle_times), {1, 1'000'000'000}));
  constexpr std::int64_t kMostBins = 1'000'000;
  if (p.bin.count() == 0 || p.range % p.bin != Duration{0} || p.range / p.bin > kMostBins) {
    parameters.report("range", "must be a whole number of bins, at most 1000000");
    return nullptr;
  }
  if (p.tail < p.head) {
    parameters.report("tail", "must not be less than 'head'");
    return nullptr;
  }
  return std::make_shared<const HybridHistogram>(p);
}

}  // namespace lambdasim::models
