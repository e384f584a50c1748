// Contexts in use without a limit are an M/G/infinity queue: their number is Poisson with mean
// arrivals x E[S], whatever the distribution of the handler's duration S.
#include <gtest/gtest.h>

#include <boost/math/distributions/chi_squared.hpp>

#include "tests/analytic/queueing.h"

namespace lambdasim::test {
namespace {

constexpr double kRate = 200.0;     // a second
constexpr double kService = 0.1e9;  // ns
constexpr double kInUse = 20.0;

struct Service {
  const char* name;
  Distribution distribution;
  double second_moment;  // E[S^2] / E[S]^2
  double third_moment;   // E[S^3] / E[S]^3
};

std::vector<Service> services() {
  const Distribution mixture =
      Distribution::mixture({{0.9, Distribution::constant(0.5 * kService)},
                             {0.1, Distribution::exponential(5.5 * kService)}});
  return {{"constant", Distribution::constant(kService), 1.0, 1.0},
          {"exponential", Distribution::exponential(kService), 2.0, 6.0},
          {"lognormal, cv 2", Distribution::lognormal_mean_cv(kService, 2.0), 5.0, 125.0},
          {"mixture", mixture, 0.9 * 0.25 + 0.1 * 2.0 * 5.5 * 5.5,
           0.9 * 0.125 + 0.1 * 6.0 * 5.5 * 5.5 * 5.5}};
}

std::array<Values, 2> busy_and_arrivals(const Service& service, Duration warm_up, Duration measured,
                                        std::uint32_t replications) {
  const auto setup = system_of(server(service.distribution), kRate, warm_up, measured);
  return replicate<2>(setup, fmt::format("{}, {}", service.name, replications), replications,
                      [&](const auto& totals) {
                        return std::array{
                            level(totals[0].busy, setup),
                            static_cast<double>(totals[0].arrivals) / core::seconds_of(measured)};
                      });
}

TEST(InfiniteServer, HasAMeanNumberInUseThatDependsOnTheMeanDurationOnly) {
  for (const Service& service : services()) {
    const auto [busy, arrivals] = busy_and_arrivals(service, 200s, 1250s, 32);
    expect_mean(fmt::format("in use, {}", service.name), busy, kInUse, 0.01);
    expect_mean(fmt::format("arrivals a second, {}", service.name), arrivals, kRate, 0.005);
  }
}

// Cov(N_0, N_s) = arrivals x E[(S - s)+], integrated twice over a window T:
// Var = arrivals (E[S^2] / T - E[S^3] / (3 T^2)).
TEST(InfiniteServer, HasATimeAverageWhoseVarianceIsSetByTheSecondMomentOfTheDuration) {
  constexpr std::uint32_t kReplications = 600;
  constexpr double kWindows = 500.0;  // T / E[S]
  const boost::math::chi_squared chi_squared(kReplications - 1);
  for (const Service& service : services()) {
    const auto values = busy_and_arrivals(service, 20s, 50s, kReplications);
    const double theory = kInUse * (service.second_moment / kWindows -
                                    service.third_moment / (3.0 * kWindows * kWindows));
    const double ratio = variance_of(values[0]) / theory;
    fmt::print("variance of the time average, {}: theory {:.5g}, simulated / theory {:.3f}\n",
               service.name, theory, ratio);
    EXPECT_GT(ratio * (kReplications - 1), quantile(chi_squared, kFalseAlarm / 2.0));
    EXPECT_LT(ratio * (kReplications - 1), quantile(complement(chi_squared, kFalseAlarm / 2.0)));
  }
}

/// Share of the time after `from` and before `to` at each number of handlers running.
std::vector<double> time_at_each_level(const std::vector<engine::InvocationRecord>& rows,
                                       SimTime from, SimTime to) {
  std::vector<std::pair<SimTime, int>> steps;
  for (const engine::InvocationRecord& row : rows) {
    steps.emplace_back(row.started(), 1);
    steps.emplace_back(row.started() + row.duration, -1);
  }
  std::sort(steps.begin(), steps.end());
  std::vector<double> time(200);
  std::size_t running = 0;
  SimTime since = from;
  for (const auto& [when, step] : steps) {
    const SimTime until = std::clamp(when, from, to);
    time.at(running) += core::seconds_of(until - since) / core::seconds_of(to - from);
    since = until;
    running += static_cast<std::size_t>(step);
  }
  return time;
}

TEST(InfiniteServer, HasAPoissonNumberInUse) {
  constexpr std::uint32_t kReplications = 32;
  const auto setup =
      system_of(server(Distribution::lognormal_mean_cv(kService, 2.0)), kRate, 200s, 800s);
  constexpr std::array<std::size_t, 6> kLevels{10, 15, 18, 20, 25, 32};
  std::array<Values, kLevels.size()> time;
  for (std::uint32_t replication = 0; replication < kReplications; ++replication) {
    const RunOutput output = run(setup, {3, replication});
    const auto levels =
        time_at_each_level(output.rows.invocations, at(setup.warm_up), at(setup.horizon));
    for (std::size_t i = 0; i < kLevels.size(); ++i) {
      time[i].push_back(levels[kLevels[i]]);
    }
  }
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    expect_mean(fmt::format("time with {} in use", kLevels[i]), time[i],
                theory::poisson_probability(kInUse, kLevels[i]), 0.16);
  }
}

}  // namespace
}  // namespace lambdasim::test
