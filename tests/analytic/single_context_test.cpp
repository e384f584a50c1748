// One context, Poisson calls that take no time: every call finds it alive unless the time since the
// last one, exponential, exceeded the keep-alive limit L. So the cold share is E[exp(-rate L)], and
// the context is idle E[min(gap, L)] of each gap: a share 1 - E[exp(-rate L)] of the time.
#include <gtest/gtest.h>

#include "models/arrival/constant.h"
#include "tests/analytic/queueing.h"

namespace lambdasim::test {
namespace {

constexpr double kRate = 0.01;  // a second: a call every 100 s
constexpr std::uint32_t kReplications = 32;

engine::Setup sparse(std::shared_ptr<const engine::KeepAlive> keep_alive) {
  engine::FunctionSetup function = server(Distribution::constant(0.0));
  function.keep_alive = std::move(keep_alive);
  return system_of(std::move(function), kRate, 2h, seconds(2.5e5 / kRate));
}

void expect_cold_share(std::string_view what, std::shared_ptr<const engine::KeepAlive> keep_alive,
                       double theory, double notices) {
  const auto setup = sparse(std::move(keep_alive));
  const auto [cold, idle] = replicate<2>(setup, what, kReplications, [&](const auto& totals) {
    return std::array{share(totals[0].cold, totals[0].served()), level(totals[0].idle, setup)};
  });
  expect_mean(fmt::format("cold share, {}", what), cold, theory, notices);
  expect_mean(fmt::format("idle contexts, {}", what), idle, 1.0 - theory, notices);
}

TEST(SingleContext, StartsColdAfterGapsLongerThanAFixedLimit) {
  for (const double limit : {30.0, 100.0, 300.0, 600.0}) {
    expect_cold_share(fmt::format("limit {} s", limit),
                      std::make_shared<models::FixedKeepAlive>(seconds(limit)),
                      std::exp(-kRate * limit), limit < 500.0 ? 0.015 : 0.06);
  }
}

TEST(SingleContext, AveragesOverAnIdleWindow) {
  const double theory = (std::exp(-3.0) - std::exp(-3.5)) / 0.5;
  expect_cold_share("limit 300 s to 350 s", std::make_shared<models::IdleWindow>(300s, 350s),
                    theory, 0.02);
  expect_cold_share("limit 0 s to 200 s", std::make_shared<models::IdleWindow>(0s, 200s),
                    (1.0 - std::exp(-2.0)) / 2.0, 0.01);
}

TEST(SingleContext, AveragesOverADistributionOfLimits) {
  const auto of = [](Distribution limit) {
    return std::make_shared<models::KeepAliveDistribution>(std::move(limit));
  };
  expect_cold_share("exponential limit, 200 s", of(Distribution::exponential(200e9)), 1.0 / 3.0,
                    0.01);
  expect_cold_share("gamma limit, 200 s, cv 0.5", of(Distribution::gamma_mean_cv(200e9, 0.5)),
                    std::pow(1.5, -4.0), 0.01);
  expect_cold_share("limit 50 s or 250 s",
                    of(Distribution::mixture({{0.3, Distribution::constant(50e9)},
                                              {0.7, Distribution::constant(250e9)}})),
                    0.3 * std::exp(-0.5) + 0.7 * std::exp(-2.5), 0.01);
}

TEST(SingleContext, UnderEvenGapsMeetsTheDistributionOfTheLimitItself) {
  auto setup = sparse(std::make_shared<models::IdleWindow>(300s, 350s));
  setup.arrivals = {
      std::make_shared<models::Constant>(1.0 / 320.0, Duration{0}, core::FunctionId{0}, 11)};
  const auto [cold] = replicate<1>(setup, "even gaps", kReplications, [](const auto& totals) {
    return std::array{share(totals[0].cold, totals[0].served())};
  });
  expect_mean("cold share, gaps of 320 s, limit 300 s to 350 s", cold, 0.4, 0.01);
}

// Cycles start with a cold call; the calls of the lifetime D that follows, rate x D on average, are
// warm, and the first one after it is cold.
TEST(SingleContext, IsRecycledAtTheEndOfItsLifetime) {
  engine::FunctionSetup function = server(Distribution::constant(0.0));
  function.lifetime = constant(2'000s);
  const auto setup = system_of(std::move(function), kRate, 2h, seconds(2.5e5 / kRate));
  const auto [cold] = replicate<1>(setup, "lifetime", kReplications, [](const auto& totals) {
    return std::array{share(totals[0].cold, totals[0].served())};
  });
  expect_mean("cold share, lifetime of 2,000 s", cold, 1.0 / 21.0, 0.01);
}

}  // namespace
}  // namespace lambdasim::test
